//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run by this configuration file.
    Serve(PathBuf),
    /// Say whether this configuration file is good.
    Check(PathBuf),
    /// List the mails that were given up.
    DeadMail(PathBuf),
    /// The demonstration.
    Demo,
    /// Print the help text.
    Help,
    /// Print the version.
    Version,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// One sentence on what is not understood.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut words: Vec<String> = Vec::new();
    let mut config: Option<PathBuf> = None;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let file = match text.as_ref() {
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            "--config" | "-c" => arguments.next().ok_or("--config needs the path of a file")?,
            _ => match text.strip_prefix("--config=") {
                Some(file) => file.into(),
                None => {
                    words.push(text.into_owned());
                    continue;
                }
            },
        };
        if config.replace(file.into()).is_some() {
            return Err("--config is there twice".to_owned());
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (words.as_slice(), config) {
        ([], None) => Ok(Command::Demo),
        ([], Some(config)) => Ok(Command::Serve(config)),
        (["check"], Some(config)) => Ok(Command::Check(config)),
        (["mail", "dead"], Some(config)) => Ok(Command::DeadMail(config)),
        (["check"] | ["mail", "dead"], None) => Err(format!("{} needs --config FILE", words.join(" "))),
        _ => Err(format!("{:?} is not understood; --help tells what is", words.join(" "))),
    }
}

/// The help text.
pub(crate) const HELP: &str = "\
The patient portal as a server.

clinic-server                           a demonstration with everything in it, on this machine only
clinic-server --config FILE             the portal, by a configuration file
clinic-server check --config FILE       says whether the file is good, and whether MitID and mail are reached
clinic-server mail dead --config FILE   lists the mails that were given up
clinic-server --help | --version

RUST_LOG sets how much is logged (info by default).
Exit code: 0, or 2 when the command line, the file or the start is wrong; then one sentence says what.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn commands_are_understood() {
        assert_eq!(read(""), Ok(Command::Demo));
        assert_eq!(read("--config p.toml"), Ok(Command::Serve("p.toml".into())));
        assert_eq!(read("--config=p.toml"), Ok(Command::Serve("p.toml".into())));
        assert_eq!(read("check -c p.toml"), Ok(Command::Check("p.toml".into())));
        assert_eq!(read("--config p.toml check"), Ok(Command::Check("p.toml".into())));
        assert_eq!(read("mail dead --config p.toml"), Ok(Command::DeadMail("p.toml".into())));
        assert_eq!(read("check --help"), Ok(Command::Help));
        assert_eq!(read("-V"), Ok(Command::Version));
    }

    #[test]
    fn the_rest_is_told() {
        let table = [
            ("--config", "--config needs the path of a file"),
            ("-c a -c b", "--config is there twice"),
            ("check", "check needs --config FILE"),
            ("mail dead", "mail dead needs --config FILE"),
            ("mail --config p.toml", "\"mail\" is not understood; --help tells what is"),
            ("--confg p.toml", "\"--confg p.toml\" is not understood; --help tells what is"),
        ];
        for (line, sentence) in table {
            assert_eq!(read(line).unwrap_err(), sentence);
        }
    }
}
