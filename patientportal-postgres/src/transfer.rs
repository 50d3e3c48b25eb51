//! Moving a portal into this store and out of it. How far a copy is lies in a table beside what was copied, so a copy
//! that is broken off goes on where it was, and nothing else opens what is half there.

mod source;
mod target;

use patientportal_core::fault::Fault;
use patientportal_core::store::transfer::Table;

use crate::columns::{at, values};
use crate::connection::Ask;
use crate::database::Database;
use crate::shard;
use crate::statements as sql;

/// Whether a copy into the database was begun and not finished.
pub(crate) async fn is_underway(database: &Database) -> Result<bool, Fault> {
    Ok(database.first(Ask::new(sql::COPYING, values![shard::SINGLE])).await?.is_some())
}

/// Begins a copy, or goes on with one. Answers whether it may: not into a database that holds something.
pub(crate) async fn begin(database: &Database) -> Result<bool, Fault> {
    if !is_underway(database).await? {
        for table in Table::ALL {
            if count(database, table).await? > 0 {
                return Ok(false);
            }
        }
    }
    // Also when it is gone on with: the connection may have broken before all of them were noted.
    let begin = |table: Table| Ask::new(sql::BEGIN_COPYING, values![shard::SINGLE, portion(table)]);
    database.ask(&Table::ALL.map(begin)).await?;
    Ok(true)
}

/// How many rows a table has.
async fn count(database: &Database, table: Table) -> Result<u64, Fault> {
    let statement = match table {
        Table::Keys => sql::COUNT_KEYS,
        Table::Accounts => sql::COUNT_ACCOUNTS,
        Table::CprIndexes => sql::COUNT_CPR,
        Table::Sessions => sql::COUNT_SESSIONS,
        Table::Flows => sql::COUNT_FLOWS,
        Table::Counters => sql::COUNT_COUNTERS,
        Table::Jobs => sql::COUNT_JOBS,
        Table::Audit => sql::COUNT_AUDIT,
        Table::Commands => sql::COUNT_COMMANDS,
        _ => return Err(unknown()),
    };
    let asks: Vec<Ask> = shard::all().map(|shard| Ask::new(statement, values![shard])).collect();
    let mut total: i64 = 0;
    for answer in database.ask(&asks).await? {
        total += answer.rows.first().map_or(Ok(0), |row| at::<i64>(row, 0))?;
    }
    Ok(total.unsigned_abs())
}

fn portion(table: Table) -> i16 {
    i16::from(table.to_column())
}

fn unknown() -> Fault {
    Fault::new("this version of the PostgreSQL store does not know a table")
}
