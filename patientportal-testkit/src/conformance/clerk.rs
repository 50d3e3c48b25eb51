//! The caller that the rules speak through: it numbers its commands and knows what must succeed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use patientportal_core::account::Account;
use patientportal_core::audit::AuditEntry;
use patientportal_core::ids::{AccountId, CommandId, CounterKey, FlowId, SessionNo};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{
    Change, ChangeSet, Cursor, FlowRecord, LeasedJob, List, Listed, NotCommitted, SessionView, Store, Versioned,
};

use crate::crowd::at_once;

use super::StoreUnderTest;
use super::samples::NOW;

#[derive(Clone)]
pub(super) struct Clerk {
    pub(super) store: Arc<dyn Store>,
    commands: Arc<AtomicU64>,
}

impl Clerk {
    pub(super) async fn open(place: &dyn StoreUnderTest) -> Self {
        Self { store: place.open().await, commands: Arc::default() }
    }

    /// A set under a new command id.
    pub(super) fn set(&self, at: Timestamp, changes: Vec<Change>) -> ChangeSet {
        self.audited(at, changes, vec![])
    }

    pub(super) fn audited(&self, at: Timestamp, changes: Vec<Change>, audit: Vec<AuditEntry>) -> ChangeSet {
        let id = CommandId(self.commands.fetch_add(1, Ordering::Relaxed) + 1);
        ChangeSet::new(id, at, changes, audit)
    }

    pub(super) async fn commit(&self, changes: Vec<Change>) -> Result<(), NotCommitted> {
        self.commit_at(NOW, changes).await
    }

    pub(super) async fn commit_at(&self, at: Timestamp, changes: Vec<Change>) -> Result<(), NotCommitted> {
        self.store.commit(&self.set(at, changes)).await.map(drop)
    }

    /// Commits what nothing stands against.
    pub(super) async fn write(&self, changes: Vec<Change>) {
        self.commit(changes).await.expect("nothing stands against this set");
    }

    pub(super) async fn account(&self, id: AccountId) -> Option<Versioned<Account>> {
        self.store.account(id).await.expect("accounts can be read")
    }

    pub(super) async fn flow(&self, id: FlowId) -> Option<Versioned<FlowRecord>> {
        self.store.flow(id).await.expect("flows can be read")
    }

    pub(super) async fn session(&self, of: AccountId, no: u64) -> Option<SessionView> {
        self.store.session(of, SessionNo(no)).await.expect("sessions can be read")
    }

    pub(super) async fn blocked(&self, key: CounterKey, now: Timestamp) -> Option<Timestamp> {
        self.store.counter(key, now).await.expect("counters can be read")
    }

    pub(super) async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Vec<LeasedJob> {
        self.store.lease(now, until, limit).await.expect("jobs can be leased")
    }

    /// Every row of a list, fetched in pages of `limit`.
    pub(super) async fn pages(&self, what: List, limit: u16) -> Vec<Listed> {
        let mut rows = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = self.store.list(what, after, limit).await.expect("lists can be read");
            assert!(page.rows.len() <= usize::from(limit), "a page keeps to its limit");
            assert!(page.next.is_none() || !page.rows.is_empty(), "a page leads on");
            rows.extend(page.rows);
            match page.next {
                Some(next) => after = Some(next),
                None => return rows,
            }
        }
    }

    /// Lets 64 callers, numbered from nought, begin at the same moment.
    pub(super) async fn crowd<T, F>(&self, work: impl Fn(Self, u64) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        at_once(|caller| work(self.clone(), caller as u64)).await
    }
}
