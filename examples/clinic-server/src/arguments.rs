//! The command line.

mod forms;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::audit::{self, AuditOrder};
use crate::backup;
use crate::copy::{self, NamedDatabase};
use crate::dead_mail::Which;
use crate::rotation::Deed;

#[cfg(test)]
use forms::FORMS;
pub(crate) use forms::help;
use forms::{FLAGS, Form, VALUES};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run by this configuration file.
    Serve(PathBuf),
    /// Say whether this configuration file is good.
    Check(PathBuf),
    /// List the mails that were given up.
    DeadMail(PathBuf),
    /// Send mails again that were given up.
    RetryMail(PathBuf, Which),
    /// List the clinics.
    Clinics(PathBuf),
    /// Copy a portal into another database.
    Copy(copy::Order),
    /// Verify or export the audit trail.
    Audit(AuditOrder),
    /// Back the database up.
    BackUp(backup::Order),
    /// Put a backup in the place of the database.
    Restore(backup::Restoring),
    /// List, add, use, rewrap or drop master keys.
    Keys(PathBuf, Deed),
    /// The demonstration.
    Demo,
    /// Print a help text.
    Help(String),
    /// Print the version.
    Version,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// One sentence on what is not understood.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let Line { words, mut options, wants_help, wants_version } = read(arguments)?;
    let form = forms::find(&words);
    if wants_help {
        return Ok(Command::Help(form.map_or_else(help, forms::help_on)));
    }
    if wants_version {
        return Ok(Command::Version);
    }
    let form = form.ok_or_else(|| forms::not_understood(&words))?;
    form.refuse_foreign(options.keys().copied())?;
    if let ["audit", word] = form.words {
        return audit::order(word, options).map(Command::Audit);
    }
    let mut given = Given { form, options: &mut options };
    Ok(match form.words {
        [] => given.path("--config").map_or(Command::Demo, Command::Serve),
        ["copy"] => Command::Copy(copy::Order {
            from: given.place("--from")?,
            to: given.place("--to")?,
            keys: given.needed("--keys")?.into(),
        }),
        _ => given.on_config(form.words)?,
    })
}

/// What stands on a command line.
struct Line {
    words: Vec<String>,
    options: BTreeMap<&'static str, OsString>,
    wants_help: bool,
    wants_version: bool,
}

fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Line, String> {
    let mut line = Line { words: Vec::new(), options: BTreeMap::new(), wants_help: false, wants_version: false };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let (name, value) = match text.split_once('=').filter(|(name, _)| name.starts_with("--")) {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (text.as_ref(), None),
        };
        let (option, value) = match name {
            "--help" | "-h" => {
                line.wants_help = true;
                continue;
            }
            "--version" | "-V" => {
                line.wants_version = true;
                continue;
            }
            name => {
                let name = if name == "-c" { "--config" } else { name };
                if let Some(flag) = FLAGS.into_iter().find(|flag| *flag == name) {
                    (flag, OsString::new())
                } else if let Some((option, needed)) = VALUES.into_iter().find(|(option, _)| *option == name) {
                    let value = value.or_else(|| arguments.next());
                    (option, value.ok_or_else(|| format!("{option} needs {needed}"))?)
                } else {
                    line.words.push(text.into_owned());
                    continue;
                }
            }
        };
        if line.options.insert(option, value).is_some() {
            return Err(format!("{option} is there twice"));
        }
    }
    Ok(line)
}

/// The options that were given to a command.
struct Given<'a> {
    form: &'static Form,
    options: &'a mut BTreeMap<&'static str, OsString>,
}

impl Given<'_> {
    /// A command that works by a configuration file.
    fn on_config(&mut self, words: &[&str]) -> Result<Command, String> {
        let config = PathBuf::from(self.needed("--config")?);
        Ok(match words {
            ["check"] => Command::Check(config),
            ["clinics", "list"] => Command::Clinics(config),
            ["mail", "retry"] => Command::RetryMail(config, self.which_mail()?),
            ["keys", "list"] => Command::Keys(config, Deed::List),
            ["keys", "add"] => Command::Keys(config, Deed::Add),
            ["keys", "use"] => Command::Keys(config, Deed::Use(self.key()?)),
            ["keys", "rewrap"] => Command::Keys(config, Deed::Rewrap),
            ["keys", "drop"] => Command::Keys(config, Deed::Drop(self.key()?)),
            ["backup"] => {
                let (to, replace) = (self.needed("--to")?.into(), self.options.contains_key("--force"));
                Command::BackUp(backup::Order { config, to, replace })
            }
            ["restore"] => Command::Restore(backup::Restoring { config, from: self.needed("--from")?.into() }),
            _ => Command::DeadMail(config),
        })
    }

    fn needed(&mut self, option: &str) -> Result<OsString, String> {
        self.options.remove(option).ok_or_else(|| self.form.needs())
    }

    fn path(&mut self, option: &str) -> Option<PathBuf> {
        self.options.remove(option).map(PathBuf::from)
    }

    fn place(&mut self, option: &str) -> Result<NamedDatabase, String> {
        let text = self.needed(option)?;
        NamedDatabase::parse(&text.to_string_lossy()).map_err(|what| format!("{option} {what}"))
    }
}

impl Given<'_> {
    fn key(&mut self) -> Result<u16, String> {
        let text = self.needed("--id")?;
        let id = text.to_string_lossy().parse().ok().filter(|id| *id != 0);
        id.ok_or_else(|| "--id must be the number of a key, from 1 to 65535".to_owned())
    }

    fn which_mail(&mut self) -> Result<Which, String> {
        let all = self.options.contains_key("--all");
        match self.options.remove("--id") {
            None if all => Ok(Which::All),
            Some(text) if !all => {
                let id = u64::from_str_radix(&text.to_string_lossy(), 16);
                id.map(Which::One).map_err(|_| "--id must be the number of a mail, as `mail dead` lists it".to_owned())
            }
            _ => Err(self.form.needs()),
        }
    }
}

#[cfg(test)]
mod tests;
