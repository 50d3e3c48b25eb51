//! The command line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::copy::{Order, Place};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run by this configuration file.
    Serve(PathBuf),
    /// Say whether this configuration file is good.
    Check(PathBuf),
    /// List the mails that were given up.
    DeadMail(PathBuf),
    /// Copy a portal into another database.
    Copy(Order),
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
    let mut options: BTreeMap<&str, OsString> = BTreeMap::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let (name, value) = match text.split_once('=').filter(|(name, _)| name.starts_with("--")) {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (text.as_ref(), None),
        };
        let (option, needed) = match name {
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            "--config" | "-c" => ("--config", "the path of a file"),
            "--from" => ("--from", "a database"),
            "--to" => ("--to", "a database"),
            "--keys" => ("--keys", "the path of a file"),
            _ => {
                words.push(text.into_owned());
                continue;
            }
        };
        let value = value.or_else(|| arguments.next()).ok_or_else(|| format!("{option} needs {needed}"))?;
        if options.insert(option, value).is_some() {
            return Err(format!("{option} is there twice"));
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words == ["copy"] {
        return order(options).map(Command::Copy);
    }
    let config = options.remove("--config").map(PathBuf::from);
    if let Some(option) = options.keys().next() {
        return Err(format!("{option} is for copy only"));
    }
    match (words.as_slice(), config) {
        ([], None) => Ok(Command::Demo),
        ([], Some(config)) => Ok(Command::Serve(config)),
        (["check"], Some(config)) => Ok(Command::Check(config)),
        (["mail", "dead"], Some(config)) => Ok(Command::DeadMail(config)),
        (["check"] | ["mail", "dead"], None) => Err(format!("{} needs --config FILE", words.join(" "))),
        _ => Err(format!("{:?} is not understood; --help tells what is", words.join(" "))),
    }
}

fn order(mut options: BTreeMap<&str, OsString>) -> Result<Order, String> {
    let mut take = |option| options.remove(option).ok_or("copy needs --from DATABASE --to DATABASE --keys FILE");
    let (from, to, keys) = (take("--from")?, take("--to")?, take("--keys")?);
    if options.contains_key("--config") {
        return Err("copy takes no --config; --from config:FILE or --to config:FILE names its database".to_owned());
    }
    let place =
        |option, text: &OsString| Place::parse(&text.to_string_lossy()).map_err(|what| format!("{option} {what}"));
    Ok(Order { from: place("--from", &from)?, to: place("--to", &to)?, keys: keys.into() })
}

/// The help text.
pub(crate) const HELP: &str = "\
The patient portal as a server.

clinic-server                           a demonstration with everything in it, on this machine only
clinic-server --config FILE             the portal, by a configuration file
clinic-server check --config FILE       says whether the file is good, and whether MitID and mail are reached
clinic-server mail dead --config FILE   lists the mails that were given up
clinic-server copy --from DATABASE --to DATABASE --keys FILE
                                        copies a portal that no server runs on into a new database, and verifies it;
                                        broken off, the same command goes on. DATABASE is sqlite:FILE, postgres://…,
                                        or config:FILE for that of a configuration file
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
        let order = Order {
            from: Place::Sqlite("p.db".into()),
            to: Place::Postgres("postgres://p@h/d?a=b".to_owned()),
            keys: "p.keys".into(),
        };
        let line = "copy --from sqlite:p.db --to=postgres://p@h/d?a=b --keys p.keys";
        assert_eq!(read(line), Ok(Command::Copy(order)));
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
            ("copy --from sqlite:a --to sqlite:b", "copy needs --from DATABASE --to DATABASE --keys FILE"),
            ("copy --from", "--from needs a database"),
            ("check -c p.toml --keys k", "--keys is for copy only"),
            (
                "copy --from sqlite:a --to sqlite:b --keys k -c p.toml",
                "copy takes no --config; --from config:FILE or --to config:FILE names its database",
            ),
            (
                "copy --from sqlite:a --to b.db --keys k",
                "--to must be sqlite:FILE, postgres://…, or config:FILE for the database of a configuration file",
            ),
            ("mail --config p.toml", "\"mail\" is not understood; --help tells what is"),
            ("--confg p.toml", "\"--confg p.toml\" is not understood; --help tells what is"),
        ];
        for (line, sentence) in table {
            assert_eq!(read(line).unwrap_err(), sentence);
        }
    }
}
