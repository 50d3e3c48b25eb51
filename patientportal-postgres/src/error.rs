//! What PostgreSQL's errors mean: whether others were in the way, the connection is broken, or somebody must mend it.

use std::error::Error;
use std::io;

use patientportal_core::fault::Fault;
use tokio_postgres::error::SqlState;

/// Why something was not done. Its text names codes and messages, never a value.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) remedy: Remedy,
    code: Option<String>,
    text: String,
}

/// What may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The same again, at once: others were in the way.
    Again,
    /// The same again on another connection: this one is broken, or leads to a server that does not write.
    Reconnect,
    /// The same on another connection, but not without a pause: the server did not answer, or is not there.
    ReconnectLater,
    /// Nothing now; whoever asked may ask again: it took too long, or the server lacks something for now.
    GiveUp,
    /// Nothing but somebody who mends it.
    Mend,
}

impl Cause {
    pub(crate) fn new(remedy: Remedy, text: impl Into<String>) -> Self {
        Self { remedy, code: None, text: text.into() }
    }

    pub(crate) fn unanswered() -> Self {
        Self::new(Remedy::ReconnectLater, "the server did not answer in time")
    }

    pub(crate) fn busy() -> Self {
        Self::new(Remedy::GiveUp, "every connection was in use for too long")
    }

    pub(crate) fn unreadable() -> Self {
        Self::new(Remedy::Mend, "a row in the database could not be read")
    }

    /// What a failed attempt to connect means: there is nothing to be had at once.
    pub(crate) fn of_connecting(error: &tokio_postgres::Error) -> Self {
        let cause = Self::from(error);
        match cause.remedy {
            Remedy::Reconnect => Self { remedy: Remedy::ReconnectLater, ..cause },
            _ => cause,
        }
    }

    pub(crate) fn with(self, remedy: Remedy) -> Self {
        Self { remedy, ..self }
    }

    /// Whether the connection must not be used again.
    pub(crate) fn breaks_connection(&self) -> bool {
        matches!(self.remedy, Remedy::Reconnect | Remedy::ReconnectLater)
    }

    pub(crate) fn fault(self) -> Fault {
        match self.remedy {
            Remedy::Mend => Fault::permanent("the database failed", self.text),
            _ => Fault::transient("the database failed for now", self.text),
        }
    }

    /// The SQLSTATE, if the server gave one.
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl From<&tokio_postgres::Error> for Cause {
    fn from(error: &tokio_postgres::Error) -> Self {
        if let Some(told) = error.as_db_error() {
            // Its detail is left out, which may hold a key.
            let text = format!("{} {}: {}", told.severity(), told.code().code(), told.message());
            return Self { remedy: remedy(told.code()), code: Some(told.code().code().to_owned()), text };
        }
        let source = error.source();
        let broken = error.is_closed() || source.is_none_or(|source| source.is::<io::Error>());
        let text = source.map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
        Self::new(if broken { Remedy::Reconnect } else { Remedy::Mend }, text)
    }
}

impl From<tokio_postgres::Error> for Cause {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::from(&error)
    }
}

fn remedy(code: &SqlState) -> Remedy {
    match code.code() {
        // Serialization, deadlock, a lock that was not had in time.
        "40001" | "40P01" | "55P03" => Remedy::Again,
        // Shut down or not yet up, idle, standby or demoted, a transaction for too long, statements forgotten, outcome
        // unknown, no connection free.
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" | "25P03" | "25P04" | "26000" | "40003" | "53300" => {
            Remedy::Reconnect
        }
        "57014" | "58030" => Remedy::GiveUp,
        code if code.starts_with("08") => Remedy::Reconnect,
        // Disk full, out of memory.
        code if code.starts_with("53") => Remedy::GiveUp,
        _ => Remedy::Mend,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        let expected = [
            ("40001", Remedy::Again),
            ("40P01", Remedy::Again),
            ("55P03", Remedy::Again),
            ("57P01", Remedy::Reconnect),
            ("57P03", Remedy::Reconnect),
            ("08006", Remedy::Reconnect),
            ("25006", Remedy::Reconnect),
            ("25P04", Remedy::Reconnect),
            ("53300", Remedy::Reconnect),
            ("53100", Remedy::GiveUp),
            ("57014", Remedy::GiveUp),
            ("23505", Remedy::Mend),
            ("42P01", Remedy::Mend),
        ];
        for (code, expected) in expected {
            assert_eq!(remedy(&SqlState::from_code(code)), expected, "{code}");
        }
        assert!(Cause::busy().fault().is_transient());
        assert!(!Cause::unreadable().fault().is_transient());
    }
}
