//! Faults: what went wrong in the machinery. A fault goes to the log; a visitor only sees that something failed.

use std::error::Error;
use std::fmt;

/// Something below the portal failed: a store, a network, a key that is missing. Opaque on purpose.
#[derive(Debug)]
pub struct Fault {
    what: &'static str,
    transient: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault that may pass: the same call can succeed later.
    pub fn transient(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { what, transient: true, source: Some(source.into()) }
    }

    /// A fault that stays until somebody mends it.
    pub fn permanent(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { what, transient: false, source: Some(source.into()) }
    }

    /// A fault that stays, with nothing below it.
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self { what, transient: false, source: None }
    }

    /// What failed and why, down to the bottom: for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.what.to_owned();
        let mut source = self.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        text
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as &(dyn Error + 'static))
    }
}
