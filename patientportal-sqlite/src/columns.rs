//! How values stand in columns, and the few ways in which statements are run.

use patientportal_core::fault::Fault;
use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, Row};

use crate::error::fault;

/// The column of an id that is written.
pub(crate) fn id(id: u64) -> Result<i64, Fault> {
    i64::try_from(id).map_err(|_| Fault::new("an id does not fit its column of 63 bits"))
}

/// The column of an id that is looked for; none if no row can have it.
pub(crate) fn known_id(id: u64) -> Option<i64> {
    i64::try_from(id).ok()
}

/// The id in a column.
pub(crate) fn id_at(row: &Row<'_>, index: usize) -> Result<u64, Fault> {
    u64::try_from(at::<i64>(row, index)?).map_err(|_| unreadable())
}

/// The value in a column.
pub(crate) fn at<T: FromSql>(row: &Row<'_>, index: usize) -> Result<T, Fault> {
    row.get(index).map_err(fault)
}

/// The bytes in a column, where they lie.
pub(crate) fn bytes_at<'row>(row: &'row Row<'_>, index: usize) -> Result<&'row [u8], Fault> {
    row.get_ref(index).map_err(fault)?.as_blob().map_err(|_| unreadable())
}

pub(crate) fn unreadable() -> Fault {
    Fault::new("a row in the database could not be read")
}

/// Runs a statement that writes and answers how many rows it wrote.
pub(crate) fn execute(connection: &Connection, statement: &str, values: impl Params) -> Result<usize, Fault> {
    connection.prepare_cached(statement).and_then(|mut statement| statement.execute(values)).map_err(fault)
}

/// The first row of a statement, if it has one.
pub(crate) fn first<T>(
    connection: &Connection,
    statement: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut statement = connection.prepare_cached(statement).map_err(fault)?;
    let mut rows = statement.query(values).map_err(fault)?;
    rows.next().map_err(fault)?.map(read).transpose()
}

/// Every row of a statement.
pub(crate) fn all<T>(
    connection: &Connection,
    statement: &str,
    values: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(statement).map_err(fault)?;
    let mut rows = statement.query(values).map_err(fault)?;
    let mut read_rows = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        read_rows.push(read(row)?);
    }
    Ok(read_rows)
}
