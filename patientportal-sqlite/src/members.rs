//! Which accounts are members of a clinic, in which state: kept beside the accounts for its staff.

use patientportal_core::account::Access;
use patientportal_core::fault::Fault;
use rusqlite::Connection;

use crate::columns::{at, bytes_at, execute, id};
use crate::error::fault;
use crate::statements as sql;

/// Writes an account's memberships down anew.
pub(crate) fn index(connection: &Connection, account: i64, access: &Access) -> Result<(), Fault> {
    execute(connection, sql::FORGET_MEMBERSHIPS, [account])?;
    for here in &access.memberships {
        let columns = (account, id(here.clinic.0)?, here.state.to_column(), here.since.0);
        execute(connection, sql::NOTE_MEMBERSHIP, columns)?;
    }
    Ok(())
}

/// Writes down every account's: for a database that was made before they were.
pub(crate) fn index_all(connection: &Connection) -> Result<(), Fault> {
    let mut accounts = connection.prepare("SELECT id, access FROM account").map_err(fault)?;
    let mut rows = accounts.query([]).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        index(connection, at(row, 0)?, &Access::from_record(bytes_at(row, 1)?)?)?;
    }
    Ok(())
}
