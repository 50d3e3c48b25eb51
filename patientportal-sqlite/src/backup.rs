//! A copy of the database while it is in use.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use patientportal_core::fault::Fault;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::error::fault;
use crate::open::{OpenError, SqliteOptions, existing, for_owner_only, reading};
use crate::schema;

/// What becomes of a file that is where a backup is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Existing {
    /// It stays, and the backup is not made.
    Stays,
    /// The backup takes its place, once it is whole.
    IsReplaced,
}

/// What was backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackedUp {
    /// How large the backup is.
    pub bytes: u64,
    /// The version of its schema.
    pub schema_version: i64,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The backup would take the place of what it is made of.
    #[error("the backup would take the place of the database itself: name another file")]
    Itself,
    /// The copying failed.
    #[error(transparent)]
    Failed(#[from] Fault),
}

/// Copies the database at `from`, as it is at one moment, into a file at `to`, while any process uses it. The database
/// is not changed, not even brought up to date. The file is its owner's only, on disk, whole and checked when it gets its
/// name. Blocks.
///
/// # Errors
/// [`BackupError`]; what is at `to` is then as it was.
pub fn back_up(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
    options: &SqliteOptions,
    there: Existing,
) -> Result<BackedUp, BackupError> {
    let (from, to) = (existing(from.as_ref())?, to.as_ref());
    if to.canonicalize().is_ok_and(|to| to == from) {
        return Err(BackupError::Itself);
    }
    let connection = reading(&from, options)?;
    let schema_version = match schema::check(&connection)? {
        0 => return Err(OpenError::NoPortal.into()),
        version => version,
    };
    copy(&connection, to, there, || true)?;
    let bytes = std::fs::metadata(to).map_err(unwritable)?.len();
    Ok(BackedUp { bytes, schema_version })
}

/// Copies what `from` sees now, until `is_wanted` says no. The file has its name only when it is whole.
pub(crate) fn copy(from: &Connection, to: &Path, there: Existing, is_wanted: impl Fn() -> bool) -> Result<(), Fault> {
    if there == Existing::Stays && to.try_exists().map_err(unwritable)? {
        return Err(Fault::new("there is a file already where the backup is to be"));
    }
    let unfinished = unfinished(to)?;
    for_owner_only().write(true).create(true).truncate(true).open(&unfinished).map_err(unwritable)?;
    let outcome = fill(from, &unfinished, is_wanted).and_then(|()| publish(&unfinished, to));
    if outcome.is_err() && std::fs::remove_file(&unfinished).is_err() {
        tracing::warn!("an unfinished backup was left behind");
    }
    outcome
}

/// Copies, and looks at what was copied: a backup that is found damaged when it is needed is none.
fn fill(from: &Connection, unfinished: &Path, is_wanted: impl Fn() -> bool) -> Result<(), Fault> {
    let path = unfinished.canonicalize().map_err(unwritable)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(path, flags).map_err(fault)?;
    // One read transaction around all steps: they copy one moment, and writers make none of them begin again.
    let moment = from.unchecked_transaction().map_err(fault)?;
    moment.query_row("SELECT count(*) FROM migration", [], |_| Ok(())).map_err(fault)?;
    let backup = Backup::new(&moment, &mut copy).map_err(fault)?;
    loop {
        if !is_wanted() {
            return Err(Fault::new("nobody waits for the backup any more"));
        }
        match backup.step(PAGES_A_STEP).map_err(fault)? {
            StepResult::Done => break,
            _ => std::thread::yield_now(),
        }
    }
    drop(backup);
    if !is_sound(&copy).map_err(fault)? {
        return Err(Fault::new("the database is damaged, and so is what was copied: restore an earlier backup"));
    }
    copy.close().map_err(|(_, error)| fault(error))
}

fn publish(unfinished: &Path, to: &Path) -> Result<(), Fault> {
    let publish = || {
        File::open(unfinished)?.sync_all()?;
        std::fs::rename(unfinished, to)?;
        sync_folder(to)
    };
    publish().map_err(unwritable)
}

/// Puts on disk what was made, renamed or removed beside a file.
pub(crate) fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Whether SQLite finds the whole file in order.
pub(crate) fn is_sound(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok(found == "ok")
}

fn unfinished(to: &Path) -> Result<PathBuf, Fault> {
    let mut name = to.file_name().ok_or(Fault::new("the backup's path names no file"))?.to_owned();
    name.push(".unfinished");
    Ok(to.with_file_name(name))
}

fn unwritable(error: io::Error) -> Fault {
    Fault::transient("the backup could not be written", error)
}

const PAGES_A_STEP: i32 = 256;
