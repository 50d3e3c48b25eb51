//! A store in memory: the reference that other stores are compared with, with faults to order and calls to read.

mod table;
mod tables;
mod transfer;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    Change, ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store,
    Versioned,
};

use tables::Tables;

/// Keeps everything until it is dropped.
#[derive(Default)]
pub struct MemoryStore {
    inside: Mutex<Inside>,
}

/// One call of the [`Store`] port, without its keys: what two paths are compared by (I6).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Call {
    /// [`Store::session`].
    Session,
    /// [`Store::provider_session`].
    ProviderSession,
    /// [`Store::account`].
    Account,
    /// [`Store::account_by_cpr`].
    AccountByCpr {
        /// How many indexes were looked up.
        indexes: usize,
    },
    /// [`Store::flow`].
    Flow,
    /// [`Store::counter`].
    Counter,
    /// [`Store::list`].
    List,
    /// [`Store::commit`], whatever came of it.
    Commit {
        /// The kinds of its changes, in the order applied.
        changes: Vec<&'static str>,
        /// How many audit entries it had.
        audit: usize,
    },
    /// [`Store::lease`].
    Lease,
    /// [`Store::touch`].
    Touch,
    /// [`Store::purge`].
    Purge,
    /// [`Store::ready`].
    Ready,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next commit that nothing else is ordered for answers a transient fault and applies nothing.
    pub fn fail_next_commit(&self) {
        self.inside().mishaps.push_back(Mishap::Fails);
    }

    /// The next commit that nothing else is ordered for is applied and still answers a transient fault:
    /// the outcome is unknown to the caller.
    pub fn fail_next_commit_after_applying(&self) {
        self.inside().mishaps.push_back(Mishap::FailsAfterApplying);
    }

    /// The next commit that nothing else is ordered for is stale, as if another caller had been faster.
    pub fn outrun_next_commit(&self) {
        self.inside().mishaps.push_back(Mishap::IsOutrun);
    }

    /// The next call that reads answers a transient fault.
    pub fn fail_next_read(&self) {
        self.inside().failing_reads += 1;
    }

    /// The calls since the store was made or [`forget_calls`](Self::forget_calls), in their order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.inside().calls.clone()
    }

    /// Begins a new list of calls.
    pub fn forget_calls(&self) {
        self.inside().calls.clear();
    }

    /// Does to the audit trail what somebody does who writes to the database past the portal: to its entries, each with
    /// the number of its batch, by their ids, and to its batches, by their numbers.
    pub fn tamper(
        &self,
        with: impl FnOnce(&mut BTreeMap<u64, (AuditEntry, Option<u64>)>, &mut BTreeMap<u64, AuditBatch>),
    ) {
        let mut inside = self.inside();
        let Tables { audit, batches, .. } = &mut inside.tables;
        with(audit.rows_mut(), batches.rows_mut());
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reading(&self, call: Call) -> Result<MutexGuard<'_, Inside>, Fault> {
        let mut inside = self.inside();
        inside.calls.push(call);
        if let Some(left) = inside.failing_reads.checked_sub(1) {
            inside.failing_reads = left;
            return Err(ordered());
        }
        Ok(inside)
    }

    fn writing(&self, call: Call) -> MutexGuard<'_, Inside> {
        let mut inside = self.inside();
        inside.calls.push(call);
        inside
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        self.reading(Call::Session)?.tables.session(of, no)
    }

    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
        Ok(self.reading(Call::ProviderSession)?.tables.provider_session(of, no))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        self.reading(Call::Account)?.tables.account(id)
    }

    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        let call = Call::AccountByCpr { indexes: under_each_key.len() };
        self.reading(call)?.tables.account_by_cpr(under_each_key)
    }

    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
        Ok(self.reading(Call::Flow)?.tables.flow(id))
    }

    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        Ok(self.reading(Call::Counter)?.tables.counter(key, now))
    }

    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        self.reading(Call::List)?.tables.list(what, after, limit)
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        let kinds = changes.changes().iter().map(kind).collect();
        let call = Call::Commit { changes: kinds, audit: changes.audit().len() };
        let mut inside = self.writing(call);
        match inside.mishaps.pop_front() {
            Some(Mishap::Fails) => return Err(NotCommitted::Fault(ordered())),
            Some(Mishap::IsOutrun) => return Err(NotCommitted::Stale),
            Some(Mishap::FailsAfterApplying) => {
                inside.tables.commit(changes)?;
                return Err(NotCommitted::Fault(ordered()));
            }
            None => inside.tables.commit(changes)?,
        }
        Ok(Committed::on_disk())
    }

    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault> {
        Ok(self.writing(Call::Lease).tables.lease(now, until, limit))
    }

    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
        self.writing(Call::Touch).tables.touch(seen);
        Ok(())
    }

    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault> {
        Ok(self.writing(Call::Purge).tables.purge(now, limit))
    }

    async fn ready(&self) -> Result<(), Fault> {
        self.reading(Call::Ready).map(drop)
    }
}

#[derive(Default)]
struct Inside {
    tables: Tables,
    copying: transfer::Copying,
    calls: Vec<Call>,
    mishaps: VecDeque<Mishap>,
    failing_reads: u32,
}

enum Mishap {
    Fails,
    FailsAfterApplying,
    IsOutrun,
}

fn ordered() -> Fault {
    Fault::transient("the memory store was told to fail", "ordered by the test")
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Count { .. } => "count",
        Change::Uncount(_) => "uncount",
        Change::Forget(_) => "forget",
        Change::Account { .. } => "account",
        Change::Expect { .. } => "expect",
        Change::ClaimCpr { .. } => "claim-cpr",
        Change::ReleaseCpr { .. } => "release-cpr",
        Change::Flow { .. } => "flow",
        Change::OpenSession { .. } => "open-session",
        Change::EndSession { .. } => "end-session",
        Change::Enqueue(_) => "enqueue",
        Change::RegisterKey(_) => "register-key",
        Change::SealAudit { .. } => "seal-audit",
        Change::Finish { .. } => "finish",
        Change::Tend { .. } => "tend",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use patientportal_core::ids::CommandId;
    use patientportal_core::throttle::Ladder;
    use std::time::Duration;

    const KEY: CounterKey = CounterKey([1; 16]);
    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn count(command: u64) -> ChangeSet {
        let ladder =
            Ladder::Window { limit: 1, window: Duration::from_secs(60), spacing: Duration::ZERO, past_limit: None };
        ChangeSet::new(CommandId(command), NOW, vec![Change::Count { key: KEY, ladder }], vec![])
    }

    fn is_transient(answer: &Result<Committed, NotCommitted>) -> bool {
        matches!(answer, Err(NotCommitted::Fault(fault)) if fault.is_transient())
    }

    #[tokio::test]
    async fn an_ordered_fault_applies_nothing_and_passes() {
        let store = MemoryStore::new();
        store.fail_next_commit();
        assert!(is_transient(&store.commit(&count(1)).await));
        assert_eq!(store.counter(KEY, NOW).await.unwrap(), None);
        assert!(store.commit(&count(1)).await.is_ok());
        assert!(store.counter(KEY, NOW).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn i8_a_commit_of_unknown_outcome_is_found_by_its_id() {
        let store = MemoryStore::new();
        store.fail_next_commit_after_applying();
        assert!(is_transient(&store.commit(&count(1)).await));
        assert!(store.counter(KEY, NOW).await.unwrap().is_some(), "it was applied");
        assert!(store.commit(&count(1)).await.is_ok(), "the same command is not blocked by itself");
        assert!(matches!(store.commit(&count(2)).await, Err(NotCommitted::Blocked { .. })));
    }

    #[tokio::test]
    async fn ordered_mishaps_come_one_by_one_and_reads_fail_apart() {
        let store = MemoryStore::new();
        store.outrun_next_commit();
        store.fail_next_commit();
        store.fail_next_read();
        assert!(matches!(store.commit(&count(1)).await, Err(NotCommitted::Stale)));
        assert!(is_transient(&store.commit(&count(1)).await));
        assert!(store.counter(KEY, NOW).await.is_err());
        assert_eq!(store.counter(KEY, NOW).await.unwrap(), None);
    }

    #[tokio::test]
    async fn i6_calls_are_listed_in_their_order_with_the_kinds_of_changes() {
        let store = MemoryStore::new();
        store.account_by_cpr(&[]).await.unwrap();
        store.forget_calls();
        store.counter(KEY, NOW).await.unwrap();
        store.commit(&count(1)).await.unwrap();
        let commit = Call::Commit { changes: vec!["count"], audit: 0 };
        assert_eq!(store.calls(), [Call::Counter, commit]);
    }
}
