//! A store with something around its commits: for tests that hold them, and benchmarks that count them.

use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store, Versioned,
};

/// What is done around a commit.
#[async_trait]
pub trait AroundCommit: Send + Sync {
    /// Commits to the store inside, or does not.
    async fn commit(&self, inside: &dyn Store, changes: &ChangeSet) -> Result<Committed, NotCommitted>;
}

/// Passes everything on to the store inside, commits by way of what is around them.
pub struct WrappedStore<A> {
    inside: Arc<dyn Store>,
    around: A,
}

impl<A: AroundCommit> WrappedStore<A> {
    /// Puts `around` around the commits to `inside`.
    pub fn new(inside: Arc<dyn Store>, around: A) -> Self {
        Self { inside, around }
    }
}

impl<A> Deref for WrappedStore<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.around
    }
}

#[async_trait]
impl<A: AroundCommit> Store for WrappedStore<A> {
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        self.inside.session(of, no).await
    }

    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
        self.inside.provider_session(of, no).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        self.inside.account(id).await
    }

    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        self.inside.account_by_cpr(under_each_key).await
    }

    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
        self.inside.flow(id).await
    }

    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        self.inside.counter(key, now).await
    }

    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        self.inside.list(what, after, limit).await
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        self.around.commit(&*self.inside, changes).await
    }

    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault> {
        self.inside.lease(now, until, limit).await
    }

    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
        self.inside.touch(seen).await
    }

    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault> {
        self.inside.purge(now, limit).await
    }

    async fn ready(&self) -> Result<(), Fault> {
        self.inside.ready().await
    }
}
