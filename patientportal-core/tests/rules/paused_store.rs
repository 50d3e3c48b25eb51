//! A store whose commits wait until the test lets them go on: for what happens between reading and writing.

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store, Versioned,
};
use tokio::sync::Semaphore;

pub(crate) struct PausedStore {
    store: Arc<dyn Store>,
    come: Semaphore,
    may_go_on: Semaphore,
}

impl PausedStore {
    pub(crate) fn before(store: Arc<dyn Store>) -> Self {
        Self { store, come: Semaphore::new(0), may_go_on: Semaphore::new(0) }
    }

    pub(crate) async fn commit_has_come(&self) {
        self.come.acquire().await.expect("open").forget();
    }

    /// For all commits from now on.
    pub(crate) fn go_on(&self) {
        self.may_go_on.add_permits(Semaphore::MAX_PERMITS / 2);
    }
}

#[async_trait]
impl Store for PausedStore {
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        self.store.session(of, no).await
    }

    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
        self.store.provider_session(of, no).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        self.store.account(id).await
    }

    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        self.store.account_by_cpr(under_each_key).await
    }

    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
        self.store.flow(id).await
    }

    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        self.store.counter(key, now).await
    }

    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        self.store.list(what, after, limit).await
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        self.come.add_permits(1);
        self.may_go_on.acquire().await.expect("open").forget();
        self.store.commit(changes).await
    }

    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault> {
        self.store.lease(now, until, limit).await
    }

    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
        self.store.touch(seen).await
    }

    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault> {
        self.store.purge(now, limit).await
    }

    async fn ready(&self) -> Result<(), Fault> {
        self.store.ready().await
    }
}
