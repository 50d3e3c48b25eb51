//! Putting a backup in the place of a database: looked at whole before anything is replaced, and what was there is kept.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::backup::{is_sound, sync_folder};
use crate::open::{OpenError, SqliteOptions, alone, existing, for_owner_only, reading, writing};
use crate::schema::is_empty;
use crate::transfer;

/// A backup that was copied beside the database whose place it is to take. Nothing is replaced before
/// [`finish`](Self::finish); dropped, it leaves no trace.
#[derive(Debug)]
pub struct Restoration {
    unfinished: PathBuf,
    to: PathBuf,
}

/// Why nothing was restored. The database is then as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The backup, or the copy of it, is none for this program.
    #[error("the backup: {0}")]
    Backup(#[source] OpenError),
    /// The backup is damaged.
    #[error("the backup is damaged: take another one")]
    Damaged,
    /// A database in use has a log, and the file alone is not whole.
    #[error("the backup has a write-ahead log beside it, so it is a database in use and no backup: back it up first")]
    HasLog,
    /// The database whose place it is to take is in use, or cannot be opened to find that out.
    #[error("the database to be replaced: {0}")]
    Replaced(#[source] OpenError),
    /// A log of a database that is not there would be read into the backup.
    #[error("{} is there without its database: move it away first", .0.display())]
    StrayLog(PathBuf),
    /// A file cannot be read or written.
    #[error("{} cannot be read or written: {cause}", .0.display(), cause = .1)]
    File(PathBuf, #[source] io::Error),
}

impl Restoration {
    /// Copies the backup at `from` beside `to`, looks at all of it, and brings it up to date. Every session in it is
    /// ended: among them may be some that were logged out since, or whose account was secured. Blocks.
    ///
    /// # Errors
    /// [`RestoreError`].
    pub fn prepare(
        from: impl AsRef<Path>,
        to: impl AsRef<Path>,
        options: &SqliteOptions,
    ) -> Result<Self, RestoreError> {
        let from = existing(from.as_ref()).map_err(RestoreError::Backup)?;
        if has_log(&from) {
            return Err(RestoreError::HasLog);
        }
        let to = to.as_ref().to_owned();
        let prepared = Self { unfinished: with_ending(&to, ".restoring"), to };
        prepared.remove_unfinished();
        copy(&from, &prepared.unfinished).map_err(|error| RestoreError::File(prepared.unfinished.clone(), error))?;
        let connection = prepared.checked(options)?;
        connection.execute("DELETE FROM session", []).map_err(failed)?;
        connection.close().map_err(|(_, error)| failed(error))?;
        Ok(prepared)
    }

    /// Where the copy is, to be opened as a store and judged, and closed again.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.unfinished
    }

    /// Puts the copy in the place of the database, which is kept at `aside`. Answers whether there was one. A database
    /// that any process has open is not replaced. Blocks.
    ///
    /// # Errors
    /// [`RestoreError`].
    pub fn finish(self, aside: impl AsRef<Path>, options: &SqliteOptions) -> Result<bool, RestoreError> {
        let (to, aside) = (&self.to, aside.as_ref());
        let of = |path: &Path| {
            let path = path.to_owned();
            |error| RestoreError::File(path, error)
        };
        if has_log(&self.unfinished) {
            return Err(RestoreError::HasLog);
        }
        File::open(&self.unfinished).and_then(|file| file.sync_all()).map_err(of(&self.unfinished))?;
        let was_there = to.try_exists().map_err(of(to))?;
        // Whoever starts meanwhile waits for this, and then finds that the file was moved.
        let held = was_there.then(|| hold(to, options)).transpose().map_err(RestoreError::Replaced)?;
        // The journal of a database that is held is empty, and goes with the hold.
        let logs: &[&str] = if was_there { &["-wal"] } else { &["-wal", "-journal"] };
        if let Some(stray) = logs.iter().map(|ending| with_ending(to, ending)).find(|log| log.exists()) {
            return Err(RestoreError::StrayLog(stray));
        }
        if was_there {
            std::fs::hard_link(to, aside).map_err(of(aside))?;
            std::fs::rename(&self.unfinished, to).map_err(of(to))?;
        } else {
            // Renaming would take the place of what a server has just made.
            std::fs::hard_link(&self.unfinished, to).map_err(of(to))?;
        }
        sync_folder(to).map_err(of(to))?;
        drop(held);
        Ok(was_there)
    }

    fn checked(&self, options: &SqliteOptions) -> Result<Connection, RestoreError> {
        let is_empty = reading(&self.unfinished, options).and_then(|connection| is_empty(&connection));
        if is_empty.map_err(RestoreError::Backup)? {
            return Err(RestoreError::Backup(OpenError::NoPortal));
        }
        let connection = writing(&self.unfinished, options).map_err(RestoreError::Backup)?;
        transfer::refuse_unfinished(&connection).map_err(RestoreError::Backup)?;
        if is_sound(&connection).map_err(failed)? { Ok(connection) } else { Err(RestoreError::Damaged) }
    }

    fn remove_unfinished(&self) {
        for ending in ["", "-wal", "-shm"] {
            let _gone = std::fs::remove_file(with_ending(&self.unfinished, ending));
        }
    }
}

impl Drop for Restoration {
    fn drop(&mut self) {
        self.remove_unfinished();
    }
}

/// Takes the database for itself and empties its log into it, so that the file alone is all of it.
fn hold(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let connection = alone(path, options)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    Ok(connection)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut backup = File::open(from)?;
    let mut copy = for_owner_only().write(true).create_new(true).open(to)?;
    io::copy(&mut backup, &mut copy)?;
    copy.sync_all()
}

fn has_log(database: &Path) -> bool {
    std::fs::metadata(with_ending(database, "-wal")).is_ok_and(|log| log.len() > 0)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn failed(error: rusqlite::Error) -> RestoreError {
    RestoreError::Backup(error.into())
}
