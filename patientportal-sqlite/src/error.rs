//! What SQLite's errors mean to the portal: a fault that may pass, or one that stays.

use patientportal_core::fault::Fault;
use rusqlite::{Error, ErrorCode};

/// Turns an error into a fault. Its text names statements and files, never a value.
pub(crate) fn fault(error: Error) -> Fault {
    Cause::from(error).fault()
}

/// An error that can be told to everybody whom it concerns.
#[derive(Debug)]
pub(crate) struct Cause {
    may_pass: bool,
    text: String,
}

impl Cause {
    pub(crate) fn undone() -> Self {
        Self { may_pass: true, text: "SQLite undid the transaction".into() }
    }

    pub(crate) fn fault(&self) -> Fault {
        if self.may_pass {
            Fault::transient("the database failed for now", self.text.clone())
        } else {
            Fault::permanent("the database failed", self.text.clone())
        }
    }
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        let may_pass = error.sqlite_error_code().is_some_and(may_pass);
        Self { may_pass, text: error.to_string() }
    }
}

fn may_pass(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory
            | ErrorCode::CannotOpen
            | ErrorCode::OperationInterrupted
            | ErrorCode::OperationAborted
            | ErrorCode::FileLockingProtocolFailed
    )
}
