//! A store that notes what is committed to it: which change sets, and how many a task tried.

use std::cell::Cell;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::store::{ChangeSet, Committed, NotCommitted, Store};
use patientportal_testkit::wrapped_store::{AroundCommit, WrappedStore};

/// What was committed to a store since it was last asked.
#[derive(Default)]
pub(crate) struct Noted {
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
    pub(crate) fn over(store: Arc<dyn Store>) -> Arc<WrappedStore<Self>> {
        Arc::new(WrappedStore::new(store, Self::default()))
    }

    /// What was committed since it was last asked, in its order.
    pub(crate) fn committed(&self) -> Vec<ChangeSet> {
        mem::take(&mut *self.committed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl AroundCommit for Noted {
    async fn commit(&self, inside: &dyn Store, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        // Outside a task that asks, nobody counts.
        let _ = TRIED.try_with(|tried| tried.set(tried.get() + 1));
        let committed = inside.commit(changes).await?;
        self.committed.lock().unwrap_or_else(PoisonError::into_inner).push(changes.clone());
        Ok(committed)
    }
}
