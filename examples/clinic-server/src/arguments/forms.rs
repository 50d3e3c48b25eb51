//! The commands that there are: their words, their options, and what is said of them.

use std::fmt::Write as _;

/// A command.
pub(super) struct Form {
    /// What names it.
    pub(super) words: &'static [&'static str],
    /// How its options are written, for the reader; each that is not in brackets is needed.
    options: &'static str,
    /// What it does, in one line.
    line: &'static str,
    /// What else is to be known of it.
    more: &'static str,
}

impl Form {
    /// Refuses options that this command does not take.
    ///
    /// # Errors
    /// One sentence.
    pub(super) fn refuse_foreign<'a>(&self, given: impl Iterator<Item = &'a str>) -> Result<(), String> {
        let is_known = |option: &str| self.options.split([' ', '[', ']', '|', '(', ')']).any(|own| own == option);
        match given.into_iter().find(|option| !is_known(option)) {
            Some(option) if self.words.is_empty() => {
                Err(format!("{option} needs a command before it; --help lists them"))
            }
            Some(option) => Err(format!("`{}` takes no {option}: {}", self.words.join(" "), self.usage())),
            None => Ok(()),
        }
    }

    /// That something needed is missing.
    pub(super) fn needs(&self) -> String {
        format!("{} needs {}", self.words.join(" "), self.options)
    }

    fn usage(&self) -> String {
        let parts = ["clinic-server", &self.words.join(" "), self.options].map(str::to_owned);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// The command that these words name.
pub(super) fn find(words: &[String]) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.words == words)
}

/// One sentence, with the command that was perhaps meant.
pub(super) fn not_understood(words: &[String]) -> String {
    let said = words.join(" ");
    let group = FORMS.iter().map(|form| form.words.join(" ")).filter(|name| name.starts_with(&format!("{said} ")));
    let group: Vec<_> = group.collect();
    if !group.is_empty() {
        return format!("{said:?} is not the whole command: {}; --help tells more", group.join(", "));
    }
    let names = FORMS.iter().map(|form| form.words.join(" ")).filter(|name| !name.is_empty());
    let nearest = names.map(|name| (strsim::damerau_levenshtein(&name, &said), name)).min();
    match nearest.filter(|(distance, name)| *distance <= 1 + name.len() / 4) {
        Some((_, name)) => format!("{said:?} is not understood; did you mean {name:?}? --help tells what is"),
        None => format!("{said:?} is not understood; --help tells what is"),
    }
}

/// The help text on everything.
pub(crate) fn help() -> String {
    let mut text = "The patient portal as a server.\n\n".to_owned();
    for form in &FORMS {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\n    {}", form.usage(), form.line);
    }
    text + "\nclinic-server COMMAND --help tells more of one; --version is the version.\n\n\
        RUST_LOG sets how much is logged (info by default).\n\
        Exit code: 0, or 2 when something is wrong; then one sentence says what. 1 when the audit trail was tampered with.\n"
}

/// The help text on one command.
pub(super) fn help_on(form: &'static Form) -> String {
    if form.words.is_empty() {
        return help();
    }
    let more = if form.more.is_empty() { String::new() } else { format!("\n{}\n", form.more) };
    format!("{}\n\n{}.\n{more}", form.usage(), form.line)
}

/// Options with a value, and what that is.
pub(super) const VALUES: [(&str, &str); 9] = [
    ("--config", "the path of a file"),
    ("--from", "what to take"),
    ("--to", "where to put it"),
    ("--keys", "the path of a file"),
    ("--id", "a number"),
    ("--roots", "the path of a file"),
    ("--clinic", "a clinic's slug"),
    ("--until", "a day"),
    ("--kept-from", "a day"),
];

/// Options without one.
pub(super) const FLAGS: [&str; 2] = ["--force", "--all"];

const CONFIG: &str = "--config FILE";
const CONFIG_AND_ID: &str = "--config FILE --id NUMBER";

pub(super) const FORMS: [Form; 15] = [
    Form {
        words: &[],
        options: "[--config FILE]",
        line: "Serves the portal by a configuration file; without one, a demonstration on this machine only",
        more: "",
    },
    Form {
        words: &["check"],
        options: CONFIG,
        line: "Says whether the file is good, and whether database, MitID, mail and the clinics' systems are reached",
        more: "Nothing is made or changed. The server may be running.",
    },
    Form {
        words: &["mail", "dead"],
        options: CONFIG,
        line: "Lists the mails that were given up, without their addresses or words",
        more: "",
    },
    Form {
        words: &["mail", "retry"],
        options: "--config FILE (--id NUMBER | --all)",
        line: "Puts mails that were given up back into the queue",
        more: "NUMBER is as `mail dead` lists it. What holds a code or link that is over is not sent again.",
    },
    Form {
        words: &["clinics", "list"],
        options: CONFIG,
        line: "Lists the clinics of a configuration file: where each is found, whom it takes, and its functions",
        more: "Whether a clinic's own system is reached is told by `check`.",
    },
    Form {
        words: &["copy"],
        options: "--from DATABASE --to DATABASE --keys FILE",
        line: "Copies a portal that no server runs on into a new database, and verifies it",
        more: "Broken off, the same command goes on. DATABASE is sqlite:FILE, postgres://…, or config:FILE for that of a\n\
               configuration file.",
    },
    Form {
        words: &["backup"],
        options: "--config FILE --to BACKUP [--force]",
        line: "Backs an SQLite database up, as it is at one moment, while it is served",
        more: "The backup is whole, checked and on disk when it gets its name, and its owner's only. A file that is there\n\
               is replaced only with --force. The master keys are not in it: back the keys file up too, and apart.\n\
               A PostgreSQL is backed up by its own tools.",
    },
    Form {
        words: &["restore"],
        options: "--config FILE --from BACKUP",
        line: "Puts a backup in the place of an SQLite database that no server runs on",
        more: "The backup is looked at first: whether it is whole, of a version that this program knows, and written with\n\
               the keys of the configuration. What was there is kept beside it under another name. Everybody has to log in\n\
               anew.",
    },
    Form {
        words: &["audit", "verify"],
        options: "--config FILE [--roots FILE] [--kept-from DAY]",
        line: "Verifies every entry of the audit trail, and with a file of roots that its end was not cut off",
        more: "Entries from before DAY may be gone; DAY is like 2026-11-23. Exit code 1: somebody has tampered with it.",
    },
    Form {
        words: &["audit", "export"],
        options: "--config FILE --to FILE [--clinic SLUG] [--from DAY] [--until DAY]",
        line: "Writes entries of the audit trail as lines of JSON, with what proves them",
        more: "DAY is like 2026-11-23.",
    },
    Form {
        words: &["keys", "list"],
        options: CONFIG,
        line: "Lists the master keys, and what each is still needed for",
        more: "Reads the whole database. Servers may be running.",
    },
    Form {
        words: &["keys", "add"],
        options: CONFIG,
        line: "Puts a new master key at the end of the keys file, to be read with",
        more: ROTATION,
    },
    Form {
        words: &["keys", "use"],
        options: CONFIG_AND_ID,
        line: "Puts a master key first in the keys file, to be written with",
        more: ROTATION,
    },
    Form {
        words: &["keys", "rewrap"],
        options: CONFIG,
        line: "Brings everything that older keys have sealed under the current one",
        more: ROTATION,
    },
    Form {
        words: &["keys", "drop"],
        options: CONFIG_AND_ID,
        line: "Leaves of a master key only what must stay, when nothing is sealed under it any more",
        more: ROTATION,
    },
];

const ROTATION: &str = "\
A rotation, while the portal is served: keys add, copy the file to every node and start each anew; keys use, copy\n\
and start each anew; keys rewrap, which goes on beside the servers and, broken off, is begun anew; when the sessions\n\
are over, keys drop, copy and start each anew, keys rewrap. Back the keys file up after add.";
