//! Rows as they are copied: a page of a table, the row with the key of another, and how many rows there are.

use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CommandId, CounterKey, CprIndex, FlowId, KeyId, Sealed, SessionNo};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::KeyProof;
use patientportal_core::store::transfer::{Place, Row, Rows, Table};
use rusqlite::Connection;

use crate::columns::{all, at, bytes_at, first, id, id_at};
use crate::read::{self, account_in, batch_in, counter_in, entry_in, flow_in, job_in, session_in};

use super::statements::{self as sql, unknown};

type SqlRow<'row> = rusqlite::Row<'row>;

/// Up to `limit` rows of a table, after a place, in the order of its key.
pub(crate) fn page(connection: &Connection, table: Table, after: Option<&Place>, limit: u32) -> Result<Rows, Fault> {
    let more = i64::from(limit) + 1;
    let after = after.map(|place| place.0.as_slice());
    let by_number = |statement, read: fn(&SqlRow<'_>) -> Result<Row, Fault>, column| {
        all(connection, statement, (number(after)?, more), |row| Ok((read(row)?, number_at(row, column)?)))
    };
    let by_bytes = |statement, read: fn(&SqlRow<'_>) -> Result<Row, Fault>, column| {
        let after = after.unwrap_or_default();
        all(connection, statement, (after, more), |row| Ok((read(row)?, bytes_at(row, column)?.to_vec())))
    };
    let mut rows = match table {
        Table::Keys => by_number(sql::KEYS, key, 0)?,
        Table::Accounts => by_number(sql::ACCOUNTS, account, 0)?,
        Table::CprIndexes => {
            let (key, hash) = number_and_rest(after)?;
            let place = |row: &SqlRow<'_>| Ok([number_at(row, 0)?.as_slice(), bytes_at(row, 1)?].concat());
            all(connection, sql::CPR_INDEXES, (key, hash, more), |row| Ok((cpr_index(row)?, place(row)?)))?
        }
        Table::Sessions => {
            let (account, no) = number_and_rest(after)?;
            let no = number(after.map(|_| no))?;
            let place = |row: &SqlRow<'_>| Ok([number_at(row, 6)?, number_at(row, 7)?].concat());
            all(connection, sql::SESSIONS, (account, no, more), |row| Ok((session(row)?, place(row)?)))?
        }
        Table::Flows => by_bytes(sql::FLOWS, |row| Ok(Row::Flow(flow_in(row, FlowId(at(row, 4)?))?)), 4)?,
        Table::Counters => {
            by_bytes(sql::COUNTERS, |row| Ok(Row::Counter(CounterKey(at(row, 4)?), counter_in(row)?)), 4)?
        }
        Table::Jobs => by_number(sql::JOBS, job, 0)?,
        Table::Audit => entries(connection, after, more)?,
        Table::Batches => by_number(sql::BATCHES, batch, 0)?,
        Table::Commands => by_number(sql::COMMANDS, command, 0)?,
        _ => return Err(unknown()),
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).map(|(_, place)| Place(place.clone()));
    Ok(Rows { rows: rows.into_iter().map(|(row, _)| row).collect(), next })
}

/// The row with the key of this one.
pub(crate) fn same(connection: &Connection, row: &Row) -> Result<Option<Row>, Fault> {
    match row {
        Row::Key(known) => first(connection, sql::KEY, [known.id.0], key),
        Row::Account(account) => {
            let found = read::account(connection, account.value.id)?;
            Ok(found.map(|account| Row::Account(Box::new(account))))
        }
        Row::CprIndex(index, _) => first(connection, sql::CPR_INDEX, (index.key.0, index.hash), cpr_index),
        Row::Session(known, _) => first(connection, sql::SESSION, (id(known.account.0)?, id(known.no.0)?), session),
        Row::Flow(flow) => Ok(read::flow(connection, flow.value.id)?.map(Row::Flow)),
        Row::Counter(key, _) => Ok(read::counter(connection, *key)?.map(|counter| Row::Counter(*key, counter))),
        Row::Job(known) => first(connection, sql::JOB, [id(known.id.0)?], job),
        Row::Audit(known, None) => first(connection, sql::ENTRY, [id(known.id)?], entry),
        Row::Audit(known, Some(batch)) => {
            first(connection, sql::SEALED_ENTRY, (id(*batch)?, id(known.id)?), sealed_entry)
        }
        Row::Batch(known) => first(connection, sql::BATCH, [id(known.number)?], batch),
        Row::Command(known, _) => first(connection, sql::COMMAND, [id(known.0)?], command),
        _ => Err(unknown()),
    }
}

pub(crate) fn count(connection: &Connection, table: Table) -> Result<u64, Fault> {
    let rows = first(connection, sql::count(table)?, [], |row| id_at(row, 0))?;
    Ok(rows.unwrap_or_default())
}

fn key(row: &SqlRow<'_>) -> Result<Row, Fault> {
    Ok(Row::Key(KeyProof { id: KeyId(at(row, 0)?), proof: at(row, 1)? }))
}

fn account(row: &SqlRow<'_>) -> Result<Row, Fault> {
    Ok(Row::Account(Box::new(account_in(row)?)))
}

fn cpr_index(row: &SqlRow<'_>) -> Result<Row, Fault> {
    Ok(Row::CprIndex(CprIndex { key: KeyId(at(row, 0)?), hash: at(row, 1)? }, AccountId(id_at(row, 2)?)))
}

fn session(row: &SqlRow<'_>) -> Result<Row, Fault> {
    let session = session_in(row, AccountId(id_at(row, 6)?), SessionNo(id_at(row, 7)?))?;
    Ok(Row::Session(Box::new(session), at::<Option<_>>(row, 8)?.map(Sealed)))
}

fn job(row: &SqlRow<'_>) -> Result<Row, Fault> {
    job_in(row).map(Row::Job)
}

/// First what is sealed, by batch and id; then, as if in a batch behind all, what is not.
fn entries(connection: &Connection, after: Option<&[u8]>, more: i64) -> Result<Vec<(Row, Vec<u8>)>, Fault> {
    let (last_batch, last) = number_and_rest(after)?;
    let last = number(after.map(|_| last))?;
    let mut rows = Vec::new();
    if last_batch < UNSEALED {
        rows = all(connection, sql::SEALED_ENTRIES, (last_batch, last, more), |row| {
            Ok((sealed_entry(row)?, [number_at(row, 6)?, number_at(row, 0)?].concat()))
        })?;
    }
    let left = more.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let last = if last_batch < UNSEALED { i64::MIN } else { last };
    let unsealed = all(connection, sql::ENTRIES, (last, left), |row| {
        Ok((entry(row)?, [UNSEALED.to_be_bytes().to_vec(), number_at(row, 0)?].concat()))
    })?;
    rows.extend(unsealed);
    Ok(rows)
}

fn entry(row: &SqlRow<'_>) -> Result<Row, Fault> {
    Ok(Row::Audit(entry_in(row)?, None))
}

fn sealed_entry(row: &SqlRow<'_>) -> Result<Row, Fault> {
    Ok(Row::Audit(entry_in(row)?, Some(id_at(row, 6)?)))
}

fn batch(row: &SqlRow<'_>) -> Result<Row, Fault> {
    batch_in(row).map(Row::Batch)
}

fn command(row: &SqlRow<'_>) -> Result<Row, Fault> {
    Ok(Row::Command(CommandId(id_at(row, 0)?), Timestamp(at(row, 1)?)))
}

/// A key's number as a place.
fn number_at(row: &SqlRow<'_>, column: usize) -> Result<Vec<u8>, Fault> {
    Ok(at::<i64>(row, column)?.to_be_bytes().to_vec())
}

/// The number that a place is; below all when there is none.
fn number(place: Option<&[u8]>) -> Result<i64, Fault> {
    let number = place.map(|place| place.try_into().map(i64::from_be_bytes)).transpose();
    Ok(number.map_err(|_| NO_PLACE)?.unwrap_or(i64::MIN))
}

/// The number that a place begins with, and what follows it.
fn number_and_rest(place: Option<&[u8]>) -> Result<(i64, &[u8]), Fault> {
    let Some(place) = place else { return Ok((i64::MIN, &[])) };
    let (first, rest) = place.split_first_chunk::<8>().ok_or(NO_PLACE)?;
    Ok((i64::from_be_bytes(*first), rest))
}

const NO_PLACE: Fault = Fault::new("this is no place in an SQLite store: another store was copied from before");

/// What stands for the batch of entries that are in none, in a place.
const UNSEALED: i64 = i64::MAX;
