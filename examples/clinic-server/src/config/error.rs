//! What is wrong with a configuration file: one sentence that names the file, the line and the key.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One mistake. Its text is one sentence and holds no secret.
#[derive(Debug)]
pub(crate) struct ConfigError {
    file: PathBuf,
    line: Option<usize>,
    sentence: String,
}

/// The file that is being read, for telling where a mistake stands.
pub(super) struct Source<'a> {
    pub(super) file: &'a Path,
    pub(super) text: &'a str,
}

impl ConfigError {
    /// A mistake that is the file's as a whole.
    pub(super) fn of_file(file: &Path, sentence: String) -> Self {
        Self { file: file.to_owned(), line: None, sentence }
    }
}

impl Source<'_> {
    /// A mistake at `key`, whose sentence begins with the key: `what` goes on from there. `key` is dotted, with numbers
    /// from 0 for the entries of a list.
    pub(super) fn wrong(&self, key: &str, what: impl fmt::Display) -> ConfigError {
        let names: Vec<_> = key.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
        let sentence = format!("`{}` {what}", names.join("."));
        ConfigError { file: self.file.to_owned(), line: self.line_of(key), sentence }
    }

    /// What the TOML reader found.
    pub(super) fn unreadable(&self, error: &toml::de::Error) -> ConfigError {
        let message = error.message().trim_end().replace('\n', ", ");
        let line = error.span().map(|span| self.line_at(span.start));
        let (sentence, line) = match message.strip_prefix("missing field ") {
            // At the top there is no line where it is missing.
            Some(field) => (format!("{field} is missing"), line.filter(|line| *line > 1)),
            None => (message, line),
        };
        ConfigError { file: self.file.to_owned(), line, sentence }
    }

    /// A file beside the configuration, named by `key`, that cannot be read.
    pub(super) fn unreadable_file(&self, key: &str, path: &Path, error: &std::io::Error) -> ConfigError {
        self.wrong(key, format_args!("names {}, which cannot be read: {error}", path.display()))
    }

    /// The line of a key, or of the innermost table on the way to it.
    fn line_of(&self, key: &str) -> Option<usize> {
        let root = DeTable::parse(self.text).ok()?;
        let mut parts = key.split('.');
        let first = parts.next()?;
        let (name, mut value) = root.get_ref().get_key_value(first)?;
        let mut start = name.span().start;
        for part in parts {
            let Some((at, inner)) = step(value, part) else { break };
            (start, value) = (at, inner);
        }
        Some(self.line_at(start))
    }

    fn line_at(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.sentence)
    }
}

impl std::error::Error for ConfigError {}

fn step<'a, 'i>(value: &'a Spanned<DeValue<'i>>, part: &str) -> Option<(usize, &'a Spanned<DeValue<'i>>)> {
    match value.get_ref() {
        DeValue::Table(table) => {
            let (name, value) = table.get_key_value(part)?;
            Some((name.span().start, value))
        }
        DeValue::Array(array) => {
            let value = array.get(part.parse::<usize>().ok()?)?;
            Some((value.span().start, value))
        }
        _ => None,
    }
}
