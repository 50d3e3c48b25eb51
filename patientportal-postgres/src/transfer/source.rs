//! Reading a portal out: shard by shard, each in the order of its key.

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{CommandId, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::transfer::{CopySource, Place, Row as Copied, Rows, Table};
use tokio_postgres::Row;

use super::{count, unknown};
use crate::PostgresStore;
use crate::columns::{Value, at, id_at, values};
use crate::connection::Ask;
use crate::read::{account_in, audit_in, batch_in, counter_in, flow_in, holder_in, job_in, key_in, session_in};
use crate::shard;
use crate::statements as sql;

#[async_trait]
impl CopySource for PostgresStore {
    async fn rows(&self, table: Table, after: Option<Place>, limit: u32) -> Result<Rows, Fault> {
        let mut from = After::read(table, after)?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut rows, mut next) = (Vec::new(), None);
        while shard::all().contains(&from.shard) {
            // One more than wanted: whether there is a next page is known with this one.
            let left = i64::try_from(wanted - rows.len()).unwrap_or(i64::MAX);
            let found = self.database.rows(from.ask(table, left.saturating_add(1))?).await?;
            for row in &found {
                if rows.len() == wanted {
                    return Ok(Rows { rows, next });
                }
                rows.push(copied(table, row)?);
                next = Some(After { shard: from.shard, key: Key::of(table, row)? }.place());
            }
            from = from.next_part(table);
        }
        Ok(Rows { rows, next: None })
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        count(&self.database, table).await
    }
}

/// A row in the columns that the statements of its table select.
pub(super) fn copied(table: Table, row: &Row) -> Result<Copied, Fault> {
    Ok(match table {
        Table::Keys => Copied::Key(key_in(row)?),
        Table::Accounts => Copied::Account(Box::new(account_in(row)?)),
        Table::CprIndexes => {
            let (index, account) = holder_in(row)?;
            Copied::CprIndex(index, account)
        }
        Table::Sessions => Copied::Session(Box::new(session_in(row)?), at::<Option<Vec<u8>>>(row, 8)?.map(Sealed)),
        Table::Flows => Copied::Flow(flow_in(row)?),
        Table::Counters => {
            let (key, counter) = counter_in(row)?;
            Copied::Counter(key, counter)
        }
        Table::Jobs => Copied::Job(job_in(row)?),
        Table::Audit => Copied::Audit(audit_in(row)?, at::<Option<i64>>(row, 6)?.map(|_| id_at(row, 6)).transpose()?),
        Table::Batches => Copied::Batch(batch_in(row)?),
        Table::Commands => Copied::Command(CommandId(id_at(row, 0)?), Timestamp(at(row, 1)?)),
        _ => return Err(unknown()),
    })
}

/// A place: the shard, and the key of the last row in it.
struct After {
    shard: i16,
    key: Key,
}

/// A key, as its columns are compared.
enum Key {
    Number(i64),
    Small(i32),
    Bytes(Vec<u8>),
    Session(i64, i64),
    Cpr(i32, Vec<u8>),
    /// The batch, which is behind all where an entry is in none, and the id.
    Entry(i64, i64),
}

impl After {
    fn read(table: Table, place: Option<Place>) -> Result<Self, Fault> {
        let Some(Place(bytes)) = place else { return Ok(Self { shard: 0, key: Key::first(table) }) };
        let (shard, key) = bytes.split_first_chunk().ok_or_else(misplaced)?;
        Ok(Self { shard: i16::from_be_bytes(*shard), key: Key::first(table).of_same_kind(key).ok_or_else(misplaced)? })
    }

    fn place(&self) -> Place {
        let mut bytes = self.shard.to_be_bytes().to_vec();
        match &self.key {
            Key::Number(number) => bytes.extend(number.to_be_bytes()),
            Key::Small(number) => bytes.extend(number.to_be_bytes()),
            Key::Bytes(key) => bytes.extend(key),
            Key::Session(first, second) | Key::Entry(first, second) => {
                bytes.extend(first.to_be_bytes());
                bytes.extend(second.to_be_bytes());
            }
            Key::Cpr(key, hash) => {
                bytes.extend(key.to_be_bytes());
                bytes.extend(hash);
            }
        }
        Place(bytes)
    }

    /// What comes after the last row: in a shard, the entries that are in no batch come last.
    fn next_part(&self, table: Table) -> Self {
        match self.key {
            Key::Entry(batch, _) if batch < UNSEALED => Self { shard: self.shard, key: Key::Entry(UNSEALED, -1) },
            _ => Self { shard: self.shard + 1, key: Key::first(table) },
        }
    }

    fn ask(&self, table: Table, limit: i64) -> Result<Ask, Fault> {
        let statement = match table {
            Table::Keys => sql::LIST_KEYS,
            Table::Accounts => sql::COPY_ACCOUNTS,
            Table::CprIndexes => sql::COPY_CPR,
            Table::Sessions => sql::COPY_SESSIONS,
            Table::Flows => sql::COPY_FLOWS,
            Table::Counters => sql::COPY_COUNTERS,
            Table::Jobs => sql::COPY_JOBS,
            Table::Audit if matches!(self.key, Key::Entry(UNSEALED, _)) => sql::COPY_AUDIT,
            Table::Audit => sql::COPY_SEALED_AUDIT,
            Table::Batches => sql::COPY_BATCHES,
            Table::Commands => sql::COPY_COMMANDS,
            _ => return Err(unknown()),
        };
        let values: Vec<Value> = match &self.key {
            Key::Number(number) => values![self.shard, *number, limit],
            Key::Small(number) => values![self.shard, *number, limit],
            Key::Bytes(key) => values![self.shard, key.clone(), limit],
            Key::Session(account, no) => values![self.shard, *account, *no, limit],
            Key::Entry(UNSEALED, id) => values![self.shard, *id, limit],
            Key::Entry(batch, id) => values![self.shard, *batch, *id, limit],
            Key::Cpr(key, hash) => values![self.shard, *key, hash.clone(), limit],
        };
        Ok(Ask::new(statement, values))
    }
}

impl Key {
    /// What is before every key.
    fn first(table: Table) -> Self {
        match table {
            Table::Keys => Self::Small(-1),
            Table::CprIndexes => Self::Cpr(-1, Vec::new()),
            Table::Sessions => Self::Session(-1, -1),
            Table::Audit => Self::Entry(-1, -1),
            Table::Flows | Table::Counters => Self::Bytes(Vec::new()),
            _ => Self::Number(-1),
        }
    }

    fn of(table: Table, row: &Row) -> Result<Self, Fault> {
        Ok(match Self::first(table) {
            Self::Number(_) => Self::Number(at(row, 0)?),
            Self::Small(_) => Self::Small(at(row, 0)?),
            Self::Bytes(_) => Self::Bytes(at(row, 0)?),
            Self::Session(..) => Self::Session(at(row, 0)?, at(row, 1)?),
            Self::Cpr(..) => Self::Cpr(at(row, 0)?, at(row, 1)?),
            Self::Entry(..) => Self::Entry(at::<Option<i64>>(row, 6)?.unwrap_or(UNSEALED), at(row, 0)?),
        })
    }

    /// The key of this kind in bytes.
    fn of_same_kind(&self, bytes: &[u8]) -> Option<Self> {
        Some(match self {
            Self::Number(_) => Self::Number(i64::from_be_bytes(bytes.try_into().ok()?)),
            Self::Small(_) => Self::Small(i32::from_be_bytes(bytes.try_into().ok()?)),
            Self::Bytes(_) => Self::Bytes(bytes.to_vec()),
            Self::Session(..) => {
                let (account, no) = bytes.split_first_chunk()?;
                Self::Session(i64::from_be_bytes(*account), i64::from_be_bytes(no.try_into().ok()?))
            }
            Self::Entry(..) => {
                let (batch, id) = bytes.split_first_chunk()?;
                Self::Entry(i64::from_be_bytes(*batch), i64::from_be_bytes(id.try_into().ok()?))
            }
            Self::Cpr(..) => {
                let (key, hash) = bytes.split_first_chunk()?;
                Self::Cpr(i32::from_be_bytes(*key), hash.to_vec())
            }
        })
    }
}

/// What stands for the batch of entries that are in none.
const UNSEALED: i64 = i64::MAX;

fn misplaced() -> Fault {
    Fault::new("a place to go on copying from is not one of this store's")
}
