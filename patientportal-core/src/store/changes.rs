//! What a command writes.

use crate::account::Account;
use crate::audit::{AuditBatch, AuditEntry};
use crate::ids::{AccountId, CommandId, CounterKey, CprIndex, JobId, Lease, Revision, Sealed, SessionNo};
use crate::moment::Timestamp;
use crate::session::Session;
use crate::throttle::Ladder;

use super::{FlowRecord, JobKind, KeyProof};

/// Everything one command writes: applied whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    id: CommandId,
    at: Timestamp,
    changes: Vec<Change>,
    audit: Vec<AuditEntry>,
}

/// One change. Guards are part of the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Counts once, or the whole set is [`Blocked`](super::NotCommitted::Blocked). Never stale.
    Count {
        /// The counter.
        key: CounterKey,
        /// Its ladder.
        ladder: Ladder,
    },
    /// Takes one count back and lifts the wait.
    Uncount(CounterKey),
    /// Sets a counter back to nothing.
    Forget(CounterKey),
    /// Writes an account, if it is still at the revision expected; `None`: if it does not exist.
    Account {
        /// The revision it was read at.
        expect: Option<Revision>,
        /// What it becomes.
        to: Box<Account>,
    },
    /// An account that was read and not written must still be at this revision.
    Expect {
        /// The account.
        account: AccountId,
        /// The revision it was read at.
        revision: Revision,
    },
    /// Gives the indexes to the account, or the whole set is [`Taken`](super::NotCommitted::Taken).
    ClaimCpr {
        /// The indexes, one for each live key.
        index: Vec<CprIndex>,
        /// Who gets them.
        account: AccountId,
    },
    /// Gives an index back, if it is the account's.
    ReleaseCpr {
        /// The index.
        index: CprIndex,
        /// Whose it was.
        account: AccountId,
    },
    /// Writes a flow, if it is still at the revision expected; `None`: if it does not exist. A flow is used up by
    /// writing what remains of it: whoever comes second read an older revision and is stale (I4).
    Flow {
        /// The revision it was read at.
        expect: Option<Revision>,
        /// What it becomes.
        to: Box<FlowRecord>,
    },
    /// Opens a session, or the whole set is stale when the number is in use.
    OpenSession {
        /// The session.
        session: Box<Session>,
        /// What the identity provider needs to end its own.
        provider: Option<Sealed>,
    },
    /// Ends a session. One that is not there is ended.
    EndSession {
        /// Whose.
        account: AccountId,
        /// Which.
        no: SessionNo,
    },
    /// Puts a job into the queue.
    Enqueue(NewJob),
    /// Writes down that a master key is in use, or the whole set is stale when another key has this id.
    RegisterKey(KeyProof),
    /// Puts entries that are in no batch into this one, or the whole set is stale when there is a batch of its number, or
    /// one of the entries is in another by now (I9).
    SealAudit {
        /// The batch.
        batch: AuditBatch,
        /// The entries, as they were read; stores put what they hold.
        entries: Vec<AuditEntry>,
    },
    /// Says what came of a leased job, or the whole set is stale when the lease is another's by now.
    Finish {
        /// The job.
        job: JobId,
        /// The lease it was done under.
        lease: Lease,
        /// What came of it.
        outcome: Outcome,
    },
    /// Tends a job without doing it, or the whole set is stale when the job is not as it is taken to be.
    Tend {
        /// The job.
        job: JobId,
        /// What becomes of it.
        tending: Tending,
    },
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id, random.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// When it is to be done.
    pub due: Timestamp,
    /// When trying ends.
    pub give_up: Timestamp,
    /// Whose account it is about, if one's that [`List::JobsOf`](super::List::JobsOf) is to find it under.
    pub account: Option<AccountId>,
    /// What it needs.
    pub payload: Sealed,
}

/// What came of a leased job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done and gone.
    Done,
    /// It is to be tried again.
    RetryAt(Timestamp),
    /// It is still being done: the lease runs until then.
    UnderwayUntil(Timestamp),
    /// It is given up and stays visible.
    Dead,
}

/// What an operator does to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tending {
    /// Its payload is sealed anew, leased or not, if it is still this one.
    Reseal {
        /// The payload as it was read.
        from: Sealed,
        /// The same under another key.
        to: Sealed,
    },
    /// A dead one is tried again. Its tries are counted on, so that no lease of before is its own.
    Revive {
        /// When it is to be done.
        due: Timestamp,
        /// When trying ends.
        give_up: Timestamp,
    },
    /// A dead one is removed.
    Forget,
}

impl ChangeSet {
    /// A set in canonical order (what it writes to, then key, then what it does there), so that two callers who lock
    /// rows one after another never wait for each other in a circle. Claims are of one index each then.
    #[must_use]
    pub fn new(id: CommandId, at: Timestamp, changes: Vec<Change>, audit: Vec<AuditEntry>) -> Self {
        let mut changes: Vec<Change> = changes.into_iter().flat_map(Change::by_row).collect();
        changes.sort_by_key(Change::place);
        Self { id, at, changes, audit }
    }

    /// The command's id.
    #[must_use]
    pub fn id(&self) -> CommandId {
        self.id
    }

    /// When the command was decided: the time that counters count at.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The changes, in the order to apply them.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The audit entries.
    #[must_use]
    pub fn audit(&self) -> &[AuditEntry] {
        &self.audit
    }
}

impl Change {
    /// The same, a change for each row.
    fn by_row(self) -> Vec<Self> {
        match self {
            Self::ClaimCpr { index, account } => {
                index.into_iter().map(|index| Self::ClaimCpr { index: vec![index], account }).collect()
            }
            other => vec![other],
        }
    }

    /// Where it stands in the canonical order.
    fn place(&self) -> (u8, [u8; 16], u8) {
        match self {
            Self::Count { key, .. } => (0, key.0, 0),
            Self::Uncount(key) => (0, key.0, 1),
            Self::Forget(key) => (0, key.0, 2),
            Self::Account { to, .. } => (1, wide(to.id.0, 0), 0),
            Self::Expect { account, .. } => (1, wide(account.0, 0), 1),
            Self::ClaimCpr { index, .. } => (2, index.first().map_or([0; 16], |index| index.hash), 0),
            Self::ReleaseCpr { index, .. } => (2, index.hash, 1),
            Self::Flow { to, .. } => (3, to.id.0, 0),
            Self::OpenSession { session, .. } => (4, wide(session.account.0, session.no.0), 0),
            Self::EndSession { account, no } => (4, wide(account.0, no.0), 1),
            Self::Enqueue(job) => (5, wide(job.id.0, 0), 0),
            Self::Finish { job, .. } => (5, wide(job.0, 0), 1),
            Self::Tend { job, .. } => (5, wide(job.0, 0), 2),
            Self::RegisterKey(key) => (6, wide(u64::from(key.id.0), 0), 0),
            Self::SealAudit { batch, .. } => (7, wide(batch.number, 0), 0),
        }
    }
}

fn wide(high: u64, low: u64) -> [u8; 16] {
    (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
}
