//! A copy of the database while it is in use.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use patientportal_core::fault::Fault;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::error::fault;
use crate::open::for_owner_only;

/// Copies what `from` sees now, until `is_wanted` says no. The file has its name only when it is whole.
pub(crate) fn copy(from: &Connection, to: &Path, is_wanted: impl Fn() -> bool) -> Result<(), Fault> {
    if to.try_exists().map_err(unwritable)? {
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
    copy.close().map_err(|(_, error)| fault(error))
}

fn publish(unfinished: &Path, to: &Path) -> Result<(), Fault> {
    File::open(unfinished).and_then(|file| file.sync_all()).map_err(unwritable)?;
    std::fs::rename(unfinished, to).map_err(unwritable)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
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
