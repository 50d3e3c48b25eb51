//! Moving a portal into this store and out of it. How far a copy is lies in a table beside what was copied, so a copy
//! that is broken off goes on where it was, and nothing else opens what is half there. A mark beside it says whose copy it
//! is: of two into one database, the later has it and the earlier writes no more.

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

/// Whose copy it is.
pub(crate) struct Mark(Vec<u8>);

/// Begins a copy, or takes over one that was begun. `None` where it may not: the database holds something.
pub(crate) async fn begin(database: &Database) -> Result<Option<Mark>, Fault> {
    let mut take = sql::TAKE_COPY;
    if !is_underway(database).await? {
        for table in Table::ALL {
            if count(database, table).await? > 0 {
                return Ok(None);
            }
        }
        take = sql::NEW_COPY;
    }
    // Without one to take over, it was finished meanwhile.
    let Some(row) = database.first(Ask::new(take, values![shard::SINGLE, MARK])).await? else { return Ok(None) };
    let mark = Mark(at(&row, 0)?);
    // Also when it is gone on with: the connection may have broken before all of them were noted.
    let begin = |table: Table| Ask::new(sql::BEGIN_COPYING, values![shard::SINGLE, portion(table)]);
    database.ask(&Table::ALL.map(begin)).await?;
    Ok(Some(mark))
}

impl Mark {
    /// A statement about the copy that this is the mark of.
    fn ask(&self, statement: &'static str) -> Ask {
        Ask::new(statement, values![shard::SINGLE, MARK, self.0.clone()])
    }
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
        Table::Batches => sql::COUNT_BATCHES,
        Table::Commands => sql::COUNT_COMMANDS,
        _ => return Err(unknown()),
    };
    // The audit trail lies in two tables.
    let statements = [Some(statement), (table == Table::Audit).then_some(sql::COUNT_SEALED_AUDIT)];
    let ask = |shard| statements.into_iter().flatten().map(move |statement| Ask::new(statement, values![shard]));
    let asks: Vec<Ask> = shard::all().flat_map(ask).collect();
    let mut total: i64 = 0;
    for answer in database.ask(&asks).await? {
        total += answer.rows.first().map_or(Ok(0), |row| at::<i64>(row, 0))?;
    }
    Ok(total.unsigned_abs())
}

fn portion(table: Table) -> i16 {
    i16::from(table.to_column())
}

/// Where the mark lies among the portions.
const MARK: i16 = -1;

fn unknown() -> Fault {
    Fault::new("this version of the PostgreSQL store does not know a table")
}
