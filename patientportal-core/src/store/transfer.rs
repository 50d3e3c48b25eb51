//! Moving a whole portal from one store to another: every row, page by page, so that it can be resumed, and compared
//! afterwards.

mod copying;

pub use copying::{CopyError, Told, copy};

use std::fmt;

use async_trait::async_trait;

use crate::account::Account;
use crate::audit::{AuditBatch, AuditEntry};
use crate::fault::Fault;
use crate::ids::{AccountId, CommandId, CounterKey, CprIndex, Sealed};
use crate::moment::Timestamp;
use crate::session::Session;
use crate::throttle::Counter;

use super::{FlowRecord, Job, KeyProof, Versioned};

/// What a portal consists of, in the order in which it is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Table {
    /// The master keys in use.
    Keys,
    /// Accounts with their memberships.
    Accounts,
    /// Which CPR number is whose.
    CprIndexes,
    /// Sessions, with what the identity provider needs to end its own.
    Sessions,
    /// Flows.
    Flows,
    /// Counters.
    Counters,
    /// Jobs, dead ones too. A lease does not move: whoever held it is not there any more.
    Jobs,
    /// The audit trail.
    Audit,
    /// What seals it.
    Batches,
    /// Ids of commands that were committed.
    Commands,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Row {
    /// Of [`Table::Keys`].
    Key(KeyProof),
    /// Of [`Table::Accounts`].
    Account(Box<Versioned<Account>>),
    /// Of [`Table::CprIndexes`].
    CprIndex(CprIndex, AccountId),
    /// Of [`Table::Sessions`].
    Session(Box<Session>, Option<Sealed>),
    /// Of [`Table::Flows`].
    Flow(Versioned<FlowRecord>),
    /// Of [`Table::Counters`].
    Counter(CounterKey, Counter),
    /// Of [`Table::Jobs`].
    Job(Job),
    /// Of [`Table::Audit`], with the number of its batch if it is sealed.
    Audit(AuditEntry, Option<u64>),
    /// Of [`Table::Batches`].
    Batch(AuditBatch),
    /// Of [`Table::Commands`]: when it was committed.
    Command(CommandId, Timestamp),
}

/// A place within a table that only its store understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(pub Vec<u8>);

/// Some rows of a table, and the place after them; `None` when there are no more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a pair that stores make")]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Row>,
    /// The place after the last of them.
    pub next: Option<Place>,
}

/// How far a table has been moved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Up to this place; `None`: nothing yet.
    At(Option<Place>),
    /// Whole.
    Done,
}

/// A store to copy from, or to look through row by row. While it is copied nobody else writes to it.
#[async_trait]
pub trait CopySource: Send + Sync {
    /// Up to `limit` rows of a table, after a place, in an order of the store's own.
    async fn rows(&self, table: Table, after: Option<Place>, limit: u32) -> Result<Rows, Fault>;

    /// How many rows a table has.
    async fn count(&self, table: Table) -> Result<u64, Fault>;
}

/// A store to copy to: new and empty, or one whose copying was broken off. It opens for nothing else until
/// [`finish`](Self::finish).
#[async_trait]
pub trait CopyTarget: Send + Sync {
    /// How far a table has been moved.
    async fn progress(&self, table: Table) -> Result<Progress, Fault>;

    /// Writes rows and, in the same transaction, how far the table is moved with them. A row that is there already is
    /// there once. Fails when the store was [finished](Self::finish).
    async fn put(&self, table: Table, rows: &[Row], progress: &Progress) -> Result<(), Fault>;

    /// Whether it holds each of these rows, exactly alike.
    async fn holds(&self, table: Table, rows: &[Row]) -> Result<bool, Fault>;

    /// How many rows a table has.
    async fn count(&self, table: Table) -> Result<u64, Fault>;

    /// The copy is whole and verified: the store may be used. Fails while a table is not whole.
    async fn finish(&self) -> Result<(), Fault>;
}

impl Table {
    /// Every table, in the order in which it is moved.
    pub const ALL: [Self; 10] = [
        Self::Keys,
        Self::Accounts,
        Self::CprIndexes,
        Self::Sessions,
        Self::Flows,
        Self::Counters,
        Self::Jobs,
        Self::Audit,
        Self::Batches,
        Self::Commands,
    ];

    /// Its number in a store's column.
    #[must_use]
    pub fn to_column(self) -> u8 {
        match self {
            Self::Keys => 0,
            Self::Accounts => 1,
            Self::CprIndexes => 2,
            Self::Sessions => 3,
            Self::Flows => 4,
            Self::Counters => 5,
            Self::Jobs => 6,
            Self::Audit => 7,
            Self::Commands => 8,
            Self::Batches => 9,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keys => "master keys",
            Self::Accounts => "accounts",
            Self::CprIndexes => "CPR indexes",
            Self::Sessions => "sessions",
            Self::Flows => "flows",
            Self::Counters => "counters",
            Self::Jobs => "jobs",
            Self::Audit => "audit entries",
            Self::Batches => "audit batches",
            Self::Commands => "command ids",
        })
    }
}

impl Row {
    /// The table that it is of.
    #[must_use]
    pub fn table(&self) -> Table {
        match self {
            Self::Key(_) => Table::Keys,
            Self::Account(_) => Table::Accounts,
            Self::CprIndex(..) => Table::CprIndexes,
            Self::Session(..) => Table::Sessions,
            Self::Flow(_) => Table::Flows,
            Self::Counter(..) => Table::Counters,
            Self::Job(_) => Table::Jobs,
            Self::Audit(..) => Table::Audit,
            Self::Batch(_) => Table::Batches,
            Self::Command(..) => Table::Commands,
        }
    }
}
