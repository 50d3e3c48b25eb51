//! `backup` and `restore`: of an SQLite database. The keys are in no backup, and a backup is restored beside its own only.

use std::io::Write;
use std::path::{Path, PathBuf};

use patientportal_core::ports::Clock;
use patientportal_sqlite::{Existing, Restoration, SqliteOptions, back_up};

use crate::config::{Config, Database};
use crate::machine::SystemClock;
use crate::parts::{self, StartError, sentence};

/// What is to be backed up where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The file that names the database.
    pub(crate) config: PathBuf,
    /// The backup.
    pub(crate) to: PathBuf,
    /// Whether it may take the place of a file that is there.
    pub(crate) replace: bool,
}

/// What is to be restored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Restoring {
    /// The file that names the database.
    pub(crate) config: PathBuf,
    /// The backup.
    pub(crate) from: PathBuf,
}

/// Backs up and tells `out` of it. The server may be running.
///
/// # Errors
/// [`StartError::Database`] says which file and why; no backup has been made then.
pub(crate) async fn make(order: &Order, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(&order.config)?;
    let from = file_of(&config)?.to_owned();
    if !order.replace && order.to.exists() {
        let cause = "there is a file already; --force replaces it".to_owned();
        return Err(StartError::Database { place: order.to.display().to_string(), cause });
    }
    let (to, there) = (order.to.clone(), if order.replace { Existing::IsReplaced } else { Existing::Stays });
    let made = blocking(move || back_up(from, to, &SqliteOptions::default(), there)).await?;
    let made = made.map_err(|error| failed(&config, &error))?;
    // Who has closed the pipe does not want to be told.
    let _closed = writeln!(
        out,
        "{}: {} is backed up, whole and on disk: {} bytes, schema version {}\n\
         The master keys are not in it: back up {} too, and apart.",
        order.to.display(),
        config.database,
        made.bytes,
        made.schema_version,
        config.keys.display()
    );
    Ok(())
}

/// Restores and tells `out` of it. No server runs meanwhile.
///
/// # Errors
/// [`StartError`] says what does not fit; nothing has been replaced then.
pub(crate) async fn restore(order: &Restoring, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(&order.config)?;
    let to = file_of(&config)?.to_owned();
    let (from, place) = (order.from.clone(), to.clone());
    let prepared = blocking(move || Restoration::prepare(from, place, &SqliteOptions::default())).await?;
    let prepared = prepared.map_err(|error| failed(&config, &error))?;
    let of_copy = with_database(&order.config, prepared.path())?;
    let parts = parts::look(&of_copy).await?;
    let ended = parts.portal.end_staff_sessions(parts.rows.as_ref()).await;
    ended.map_err(|fault| failed(&config, &fault))?;
    drop(parts);
    let aside = aside(&to);
    let kept = aside.clone();
    let finished = blocking(move || prepared.finish(kept, &SqliteOptions::default())).await?;
    let was_there = finished.map_err(|error| failed(&config, &error))?;
    let kept = if was_there { format!("What was there is kept as {}.\n", aside.display()) } else { String::new() };
    let _closed = writeln!(
        out,
        "{}: restored from {}; the keys of {} fit\n{kept}\
         Everybody has to log in anew. What was done since the backup is undone: mails that waited then go out again, and\n\
         passwords, addresses and memberships are as they were.",
        to.display(),
        order.from.display(),
        config.keys.display()
    );
    Ok(())
}

/// The configuration with the copy of the backup for its database: a portal over it wants the keys that it was written
/// with.
fn with_database(file: &Path, backup: &Path) -> Result<Config, StartError> {
    let mut config = Config::read(file)?;
    config.database = Database::Sqlite(backup.to_owned());
    Ok(config)
}

/// The file of the database.
fn file_of(config: &Config) -> Result<&Path, StartError> {
    match &config.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres(_) => Err(StartError::Database {
            place: config.database.to_string(),
            cause: "a PostgreSQL is backed up and restored by its own tools: pg_dump and pg_restore, or a base backup \
                    with its WAL"
                .to_owned(),
        }),
    }
}

/// Where the database is kept that a backup takes the place of.
fn aside(database: &Path) -> PathBuf {
    let now = SystemClock.now();
    let (day, clock) = (now.copenhagen_date(), now.0.rem_euclid(A_DAY_IN_MILLISECONDS));
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".before-restore-{day}-{clock:08}"));
    name.into()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StartError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StartError::Part("the backup", error.to_string()))
}

fn failed(config: &Config, error: &dyn std::error::Error) -> StartError {
    StartError::Database { place: config.database.to_string(), cause: sentence(error) }
}

const A_DAY_IN_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;
