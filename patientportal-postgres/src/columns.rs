//! How values stand in columns.

use patientportal_core::fault::Fault;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

use crate::error::Cause;

/// A value that a statement is run with.
pub(crate) type Value = Box<dyn ToSql + Sync + Send>;

/// The values of a statement, in the order of its numbers.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as $crate::columns::Value),*]
    };
}

pub(crate) use values;

/// The column of an id that is written.
pub(crate) fn id(id: u64) -> Result<i64, Fault> {
    i64::try_from(id).map_err(|_| Fault::new("an id does not fit its column of 63 bits"))
}

/// The column of an id that is looked for; no row has -1.
pub(crate) fn known_id(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(-1)
}

/// The value in a column.
pub(crate) fn at<'row, T: FromSql<'row>>(row: &'row Row, index: usize) -> Result<T, Fault> {
    row.try_get(index).map_err(|error| Cause::from(error).fault())
}

/// The number in a column that is narrower here than there.
pub(crate) fn number_at<'row, C: FromSql<'row>, T: TryFrom<C>>(row: &'row Row, index: usize) -> Result<T, Fault> {
    T::try_from(at::<C>(row, index)?).map_err(|_| unreadable())
}

/// The id in a column.
pub(crate) fn id_at(row: &Row, index: usize) -> Result<u64, Fault> {
    number_at::<i64, u64>(row, index)
}

/// The sixteen bytes in a column.
pub(crate) fn bytes_at(row: &Row, index: usize) -> Result<[u8; 16], Fault> {
    at::<&[u8]>(row, index)?.try_into().map_err(|_| unreadable())
}

pub(crate) fn unreadable() -> Fault {
    Cause::unreadable().fault()
}
