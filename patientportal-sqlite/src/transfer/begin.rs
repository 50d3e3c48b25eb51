//! From when to when a database is a copy and not yet a store: the table `copying` has rows meanwhile.

use patientportal_core::fault::Fault;
use patientportal_core::store::transfer::{Place, Progress, Table};
use rusqlite::{Connection, TransactionBehavior};

use crate::columns::{at, execute, first, unreadable};
use crate::open::OpenError;

use super::statements as sql;

/// Makes a copy of an empty database; leaves one that was begun as it is.
pub(crate) fn begin(connection: &mut Connection) -> Result<(), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_unfinished(&transaction)? {
        return Ok(());
    }
    if !transaction.query_row(sql::IS_EMPTY, [], |row| row.get(0))? {
        return Err(OpenError::HoldsPortal);
    }
    for table in Table::ALL {
        transaction.execute(sql::BEGIN_TABLE, [table.to_column()])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Refuses a database that copying was broken off into: half a portal is none.
pub(crate) fn refuse_unfinished(connection: &Connection) -> Result<(), OpenError> {
    if is_unfinished(connection)? { Err(OpenError::Unfinished) } else { Ok(()) }
}

pub(crate) fn progress(connection: &Connection, table: Table) -> Result<Progress, Fault> {
    let found = first(connection, sql::PROGRESS, [table.to_column()], |row| Ok((at(row, 0)?, at(row, 1)?)))?;
    match found {
        Some((true, None)) => Ok(Progress::Done),
        Some((false, place)) => Ok(Progress::At(place.map(Place))),
        Some((true, Some(_))) => Err(unreadable()),
        None => Err(FINISHED),
    }
}

/// Written before the rows, so that none gets into a database that was finished.
pub(crate) fn note_progress(connection: &Connection, table: Table, progress: &Progress) -> Result<(), Fault> {
    let (done, place) = match progress {
        Progress::Done => (true, None),
        Progress::At(place) => (false, place.as_ref().map(|place| &place.0)),
        _ => return Err(Fault::new("this version of the SQLite store does not know such a progress")),
    };
    match execute(connection, sql::NOTE_PROGRESS, (table.to_column(), done, place))? {
        0 => Err(FINISHED),
        _ => Ok(()),
    }
}

pub(crate) fn finish(connection: &Connection) -> Result<(), Fault> {
    for table in Table::ALL {
        if progress(connection, table)? != Progress::Done {
            return Err(Fault::new("a table of the copy is not whole"));
        }
    }
    execute(connection, sql::FINISH, []).map(drop)
}

fn is_unfinished(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.query_row(sql::IS_UNFINISHED, [], |row| row.get(0))
}

const FINISHED: Fault = Fault::new("the database is no copy any more: it was finished");
