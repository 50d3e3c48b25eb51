//! Opening the file: made for its owner only, checked, brought up to date, and never guessed at.

use std::fs::OpenOptions;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patientportal_core::fault::Fault;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::schema::migrate;

/// How the database is used. The default suits a server of its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// Threads that read, and as many connections for the session check; none means one for each core.
    pub readers: Option<NonZeroUsize>,
    /// How long to wait for another process that has locked the file.
    pub busy_timeout: Duration,
    /// How many bytes of the file may be read through memory mapping. It is faster for large files, but a disk that
    /// fails to read then ends the process instead of the call; 0 turns it off.
    pub mmap_bytes: u32,
    /// Whether this process alone does the jobs: then those that an earlier one was killed with are free at once, and a
    /// login code does not wait for a lease to run out.
    pub only_worker: bool,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { readers: None, busy_timeout: Duration::from_secs(5), mmap_bytes: 1 << 30, only_worker: false }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file can be neither opened nor created.
    #[error("the database file {0} can be neither opened nor created")]
    Unreachable(PathBuf, #[source] io::Error),
    /// The file, or the folder that its log belongs into, may not be written to.
    #[error("the database may not be written to: check the owner of its file and folder")]
    NotWritable,
    /// The file holds something else.
    #[error("the file is not an SQLite database")]
    NotADatabase,
    /// The file is an SQLite database that something else made.
    #[error("the file is another program's database")]
    OtherProgram,
    /// The file was damaged.
    #[error("the database is damaged: restore a backup")]
    Damaged(#[source] rusqlite::Error),
    /// The schema was made by a newer version of the portal.
    #[error("the database has schema version {found}, this program knows {known}: install the newer program again")]
    Newer {
        /// The version in the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The schema was not made by the migrations of this program.
    #[error("the database was migrated by other steps than this program's")]
    OtherHistory,
    /// Another process keeps the file to itself.
    #[error("the database is locked by another process")]
    Locked,
    /// Another connection, of this process or another, has the file open.
    #[error("the database is in use: stop every server that uses it first")]
    InUse,
    /// There is no file, or nothing in it.
    #[error("there is no portal in the database")]
    NoPortal,
    /// A copy that was not finished.
    #[error("the database is a copy that was broken off: go on with the copying, or remove it and copy again")]
    Unfinished,
    /// What is to be copied to is in use as a store.
    #[error("the database holds a portal already: copy to a new one")]
    HoldsPortal,
    /// The file lies where a write-ahead log does not work, such as a network share.
    #[error("the database lies where SQLite cannot keep a write-ahead log: use a local disk")]
    NoWriteAheadLog,
    /// The system gave no thread.
    #[error("a thread for the database could not be started")]
    Threads(#[source] io::Error),
    /// What was to be brought up to date cannot be read.
    #[error("an account in the database cannot be read: restore a backup")]
    Unreadable(#[source] Fault),
    /// SQLite failed otherwise.
    #[error("the database could not be opened")]
    Failed(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => Self::NotWritable,
            _ => Self::Failed(error),
        }
    }
}

/// Makes the file if there is none, and answers its full path, which SQLite cannot take for a URI or a special name.
pub(crate) fn create(path: &Path) -> Result<PathBuf, OpenError> {
    let unreachable = |error| OpenError::Unreachable(path.to_owned(), error);
    match for_owner_only().write(true).create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(unreachable(error)),
        _ => path.canonicalize().map_err(unreachable),
    }
}

/// The full path of a file that is there.
pub(crate) fn existing(path: &Path) -> Result<PathBuf, OpenError> {
    path.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::NoPortal,
        _ => OpenError::Unreachable(path.to_owned(), error),
    })
}

/// A connection that keeps the file to itself as long as it lives.
pub(crate) fn alone(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let connection = connect(path, options)?;
    connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    // Takes the lock now and not at the first use.
    match connection.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(OpenError::from) {
        Err(OpenError::Locked) => Err(OpenError::InUse),
        Err(other) => Err(other),
        Ok(()) => Ok(connection),
    }
}

/// The connection that writes. SQLite gives its log and index the permissions of the file.
pub(crate) fn writing(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let mut connection = connect(path, options)?;
    if connection.is_readonly("main")? {
        return Err(OpenError::NotWritable);
    }
    migrate(&mut connection)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::NoWriteAheadLog);
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "journal_size_limit", LARGEST_IDLE_LOG_BYTES)?;
    // Overwrites what is deleted where that costs no page of its own: an erased key is to be gone.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    Ok(connection)
}

/// A connection that only reads.
pub(crate) fn reading(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let connection = connect(path, options)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Options for files that nobody but their owner may read.
pub(crate) fn for_owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn connect(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "mmap_size", options.mmap_bytes)?;
    Ok(connection)
}

/// More than there are.
const STATEMENTS: usize = 64;

/// To what size the log is cut back when it was longer.
const LARGEST_IDLE_LOG_BYTES: u32 = 64 << 20;
