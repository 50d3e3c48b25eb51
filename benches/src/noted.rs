//! A store that notes what is committed to it: which change sets, and how many a task tried.

use std::cell::Cell;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store, Versioned,
};

/// Passes everything on.
pub(crate) struct Noted {
    store: Arc<dyn Store>,
    committed: Mutex<Vec<ChangeSet>>,
}

tokio::task_local! {
    static TRIED: Cell<u32>;
}

/// Does the work, and answers how many commits it tried beside what came of it.
pub(crate) async fn tried<T>(work: impl Future<Output = T>) -> (u32, T) {
    let work = async {
        let came_of_it = work.await;
        (TRIED.with(Cell::get), came_of_it)
    };
    TRIED.scope(Cell::new(0), work).await
}

impl Noted {
    pub(crate) fn over(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self { store, committed: Mutex::default() })
    }

    /// What was committed since it was last asked, in its order.
    pub(crate) fn committed(&self) -> Vec<ChangeSet> {
        mem::take(&mut *self.committed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Store for Noted {
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
        // Outside a task that asks, nobody counts.
        let _ = TRIED.try_with(|tried| tried.set(tried.get() + 1));
        let committed = self.store.commit(changes).await?;
        self.committed.lock().unwrap_or_else(PoisonError::into_inner).push(changes.clone());
        Ok(committed)
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
