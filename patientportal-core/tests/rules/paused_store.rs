//! A store whose commits wait until the test lets them go on: for what happens between reading and writing.

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::store::{ChangeSet, Committed, NotCommitted, Store};
use patientportal_testkit::wrapped_store::{AroundCommit, WrappedStore};
use tokio::sync::Semaphore;

/// The same pause for all commits.
pub(crate) struct Pause {
    come: Semaphore,
    may_go_on: Semaphore,
}

impl Pause {
    pub(crate) fn before(store: Arc<dyn Store>) -> Arc<WrappedStore<Self>> {
        Arc::new(WrappedStore::new(store, Self { come: Semaphore::new(0), may_go_on: Semaphore::new(0) }))
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
impl AroundCommit for Pause {
    async fn commit(&self, inside: &dyn Store, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        self.come.add_permits(1);
        self.may_go_on.acquire().await.expect("open").forget();
        inside.commit(changes).await
    }
}
