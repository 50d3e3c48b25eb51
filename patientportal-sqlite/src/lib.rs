//! The [`Store`](patientportal_core::store::Store) port of patientportal on SQLite: one file, nothing to install.
//!
//! ```
//! use patientportal_sqlite::{SqliteOptions, SqliteStore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("patientportal-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let store = SqliteStore::open(folder.join("portal.db"), SqliteOptions::default())?;
//! # drop(store);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! - What a commit acknowledges is on disk. One thread writes; whoever is waiting shares one transaction and one fsync,
//!   each within a savepoint, so that a conflict undoes only itself.
//! - The session check is one indexed statement on the caller's own thread. Every other read has threads of its own.
//! - [`SqliteStore::backup`] copies the database while it is in use, [`back_up`] that of another process; [`Restoration`]
//!   puts a backup in the place of a database.
//! - [`SqliteSource`] and [`SqliteTarget`] move a portal to another store and from one.
//! - The file holds sealed personal data and is made readable to its owner only. Keys do not belong beside it.
//! - Dropping the store finishes what was asked and closes the file.

mod apply;
mod backup;
mod columns;
mod error;
mod jobs;
mod members;
mod open;
mod read;
mod readers;
mod restore;
mod schema;
mod statements;
mod store;
mod transfer;
mod upkeep;
mod writer;

#[cfg(test)]
mod tests;

pub use backup::{BackedUp, BackupError, Existing, back_up};
pub use open::{OpenError, SqliteOptions};
pub use restore::{Restoration, RestoreError};
pub use store::{SqliteStats, SqliteStore};
pub use transfer::{SqliteSource, SqliteTarget};
