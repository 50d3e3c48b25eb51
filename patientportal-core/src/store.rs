//! The store port: one person is one row, one command is one [`ChangeSet`], all or nothing.
//!
//! Stores are dumb on purpose. They keep what they are given, guard what a change tells them to guard, and judge nothing.
//! The conformance suite of `patientportal-testkit` says what a store must do; run it against yours.

pub mod transfer;

mod changes;

pub use crate::flow::FlowKind;
pub use changes::{Change, ChangeSet, NewJob, Outcome, Tending};

use async_trait::async_trait;

use crate::account::{Access, Account, MembershipState};
use crate::audit::{AuditBatch, AuditEntry};
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, CounterKey, CprIndex, FlowId, JobId, KeyId, Lease, Revision, Sealed, SessionNo};
use crate::moment::{Minute, Timestamp};
use crate::session::Session;

/// Where everything is kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// A session with what its account may do: asked at every request, so one indexed read and no write.
    /// A session is found also when it has ended by time or epoch; the core judges that.
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault>;

    /// What the identity provider needs to end its own session, kept beside a MitID session.
    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault>;

    /// An account by its id.
    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault>;

    /// The account that holds any of these indexes (several while the key rotates).
    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault>;

    /// A flow, also when it is consumed or its time is over.
    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault>;

    /// Until when a counter is blocked, if it is.
    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault>;

    /// A page of a list, in its order; `limit` rows at most, and none for a limit of 0.
    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault>;

    /// Applies all changes or none. When it answers `Ok`, they are on disk. A set whose id was committed in the last
    /// 24 hours (by [`ChangeSet::at`]) is not applied again and answers `Ok`.
    ///
    /// A row's first revision is 1. A job id or session number in use makes the set stale, as does finishing a job
    /// twice, or under a lease that another has taken over; a lease that only ran out may still finish. Claiming an
    /// index that the account holds already is fine.
    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted>;

    /// Takes up to `limit` jobs that are due and not leased, oldest due first, until `until`.
    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault>;

    /// Notes when sessions were last seen. Never moves a session back. May be lost at a crash.
    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault>;

    /// Removes up to `limit` rows that nobody is told about: ended sessions, expired flows, forgotten counters,
    /// old command ids. Answers how many.
    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault>;

    /// Whether it can be reached and written to.
    async fn ready(&self) -> Result<(), Fault>;
}

/// A value and the revision it was read at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// How often the row was written.
    pub revision: Revision,
    /// What it held.
    pub value: T,
}

/// A session and what its account may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// The account's hot half.
    pub access: Access,
}

/// A flow as stores see it: an id, an end, and a body that only the core can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRecord {
    /// Its id.
    pub id: FlowId,
    /// When its row may be purged.
    pub expires: Timestamp,
    /// Whether it has been used.
    pub consumed: bool,
    /// Its state.
    pub body: Sealed,
}

/// That a master key is in use, without a word of it: what the key makes of a fixed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyProof {
    /// Its id.
    pub id: KeyId,
    /// Equal for equal keys only.
    pub proof: [u8; 16],
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum JobKind {
    /// Delivers one mail.
    Mail,
    /// Decides whether a forgotten password's link is mailed (F1).
    Recovery,
    /// Runs a command that time brings about: a lapse, a reminder, news for a clinic's system.
    Task,
}

/// A job in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// When it is to be done next.
    pub due: Timestamp,
    /// When trying ends.
    pub give_up: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether it was given up.
    pub dead: bool,
    /// Whose account it is about, if one's that [`List::JobsOf`] is to find it under.
    pub account: Option<AccountId>,
    /// What it needs.
    pub payload: Sealed,
}

/// A job that the caller may do until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// The job, with this try counted in `attempts`.
    pub job: Job,
    /// What [`Change::Finish`] must name.
    pub lease: Lease,
}

/// What can be listed. A closed set, so that each has its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum List {
    /// Jobs that were given up, oldest due first.
    DeadJobs,
    /// An account's sessions that were not ended, by number.
    Sessions(AccountId),
    /// An account's audit entries, oldest first.
    Audit(AccountId),
    /// An account's audit entries, newest first.
    LatestAudit(AccountId),
    /// An account's audit entries at a clinic, newest first.
    MemberAudit {
        /// The clinic.
        clinic: ClinicId,
        /// The account.
        account: AccountId,
    },
    /// A clinic's audit entries, newest first.
    ClinicAudit(ClinicId),
    /// The jobs about an account, dead ones too, oldest due first.
    JobsOf(AccountId),
    /// Audit entries that are in no batch yet, by id.
    Unsealed,
    /// Audit entries of the batches with these numbers, both included, by batch and id.
    Sealed {
        /// The first; 0 for whatever there is.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Batches of audit entries, the newest first.
    Batches,
    /// The master keys in use, by id.
    Keys,
    /// Accounts whose membership at a clinic is in this state, longest in it first.
    Members {
        /// The clinic.
        clinic: ClinicId,
        /// The state.
        state: MembershipState,
    },
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Listed {
    /// Of [`List::DeadJobs`] and [`List::JobsOf`].
    Job(Job),
    /// Of [`List::Sessions`].
    Session(Session),
    /// Of the lists of audit entries.
    Audit(AuditEntry),
    /// Of [`List::Unsealed`].
    Unsealed(AuditEntry),
    /// Of [`List::Sealed`].
    Sealed {
        /// The number of its batch.
        batch: u64,
        /// The entry.
        entry: AuditEntry,
    },
    /// Of [`List::Batches`].
    Batch(AuditBatch),
    /// Of [`List::Keys`].
    Key(KeyProof),
    /// Of [`List::Members`].
    Member {
        /// Whose account.
        account: AccountId,
        /// Since when it is in this state there.
        since: Timestamp,
    },
}

impl List {
    /// Whether it begins with the newest row.
    #[must_use]
    pub fn is_newest_first(&self) -> bool {
        matches!(self, Self::LatestAudit(_) | Self::MemberAudit { .. } | Self::ClinicAudit(_) | Self::Batches)
    }
}

impl Listed {
    /// The place after this row, in the order of its list.
    #[must_use]
    pub fn place(&self) -> Cursor {
        match self {
            Self::Job(job) => Cursor { at: job.due, id: job.id.0 },
            Self::Session(session) => Cursor { at: Timestamp(0), id: session.no.0 },
            Self::Audit(entry) => Cursor { at: entry.at, id: entry.id },
            Self::Unsealed(entry) => Cursor { at: Timestamp(0), id: entry.id },
            Self::Sealed { batch, entry } => Cursor { at: Timestamp(batch.cast_signed()), id: entry.id },
            Self::Batch(batch) => Cursor { at: Timestamp(0), id: batch.number },
            Self::Key(key) => Cursor { at: Timestamp(0), id: u64::from(key.id.0) },
            Self::Member { account, since } => Cursor { at: *since, id: account.0 },
        }
    }
}

impl Page {
    /// The first `limit` of rows that are in order, and where the next page begins if there are more.
    #[must_use]
    pub fn of(mut rows: Vec<Listed>, limit: u16) -> Self {
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = rows.last().map(Listed::place).filter(|_| more);
        Self { rows, next }
    }
}

impl JobKind {
    /// Its number in a store's column.
    #[must_use]
    pub fn to_column(self) -> u8 {
        match self {
            Self::Mail => 0,
            Self::Recovery => 1,
            Self::Task => 2,
        }
    }

    /// The kind of a store's column.
    #[must_use]
    pub fn from_column(column: u8) -> Option<Self> {
        match column {
            0 => Some(Self::Mail),
            1 => Some(Self::Recovery),
            2 => Some(Self::Task),
            _ => None,
        }
    }
}

/// The place after a row: its sort value and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Due or written time, or the number of a batch where the list is sorted by that; zero where it is sorted by id.
    pub at: Timestamp,
    /// Job id, session number, audit id, key id, account id or the number of a batch.
    pub id: u64,
}

/// A commit is on disk, or there was nothing to commit. Stores make it; nothing else lets an answer out.
#[derive(Debug)]
#[non_exhaustive]
pub struct Committed;

impl Committed {
    /// For stores: says that the change set is on disk.
    #[must_use]
    pub const fn on_disk() -> Self {
        Self
    }
}

/// Why nothing was committed.
#[derive(Debug, thiserror::Error)]
pub enum NotCommitted {
    /// A row was written since it was read: read and decide again.
    #[error("a row was written in between")]
    Stale,
    /// The CPR index belongs to another account.
    #[error("the CPR number has an account")]
    Taken(CprIndex),
    /// The counter is blocked; nothing was counted.
    #[error("the counter is blocked")]
    Blocked {
        /// Which counter.
        key: CounterKey,
        /// Until when.
        until: Timestamp,
    },
    /// The store failed, and what it was asked may or may not have happened: committing the same set again, with the
    /// same id, is safe.
    #[error("the store failed")]
    Fault(#[from] Fault),
}
