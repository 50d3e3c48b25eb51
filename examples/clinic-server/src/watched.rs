//! The store, watched: that it fails for now, and that it is well again, are one line each in the log, whoever found out
//! and however often.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store, Versioned,
};
use tokio::time::Instant;

/// A store whose faults are told once.
pub(crate) struct Watched {
    store: Arc<dyn Store>,
    outage: Outage,
}

impl Watched {
    /// Watches `store`.
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, outage: Outage::default() }
    }

    /// Reading proves nothing of writing.
    fn read<T>(&self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        outcome.inspect_err(|fault| self.failed(fault))
    }

    fn wrote<T>(&self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        outcome.inspect(|_| self.succeeded()).inspect_err(|fault| self.failed(fault))
    }

    fn failed(&self, fault: &Fault) {
        // What stays is told by who meets it.
        if fault.is_transient() && self.outage.begins() {
            tracing::error!(
                fault = fault.chain(),
                "the store fails for now; this is told once, until it is well again"
            );
        }
    }

    fn succeeded(&self) {
        if let Some(over) = self.outage.is_over() {
            tracing::info!(seconds = over.length.as_secs(), faults = over.faults, "the store is well again");
        }
    }
}

#[async_trait]
impl Store for Watched {
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        self.read(self.store.session(of, no).await)
    }

    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
        self.read(self.store.provider_session(of, no).await)
    }

    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        self.read(self.store.account(id).await)
    }

    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        self.read(self.store.account_by_cpr(under_each_key).await)
    }

    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
        self.read(self.store.flow(id).await)
    }

    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        self.read(self.store.counter(key, now).await)
    }

    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        self.read(self.store.list(what, after, limit).await)
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        let outcome = self.store.commit(changes).await;
        match &outcome {
            Err(NotCommitted::Fault(fault)) => self.failed(fault),
            _ => self.succeeded(),
        }
        outcome
    }

    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault> {
        self.wrote(self.store.lease(now, until, limit).await)
    }

    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
        self.read(self.store.touch(seen).await)
    }

    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault> {
        self.wrote(self.store.purge(now, limit).await)
    }

    async fn ready(&self) -> Result<(), Fault> {
        self.wrote(self.store.ready().await)
    }
}

/// Whether the store fails just now. While it does not, asking costs one load.
#[derive(Default)]
struct Outage {
    lasts: AtomicBool,
    faults: Mutex<Option<Faults>>,
}

#[derive(Clone, Copy)]
struct Faults {
    first: Instant,
    /// The first success since the last.
    well_since: Option<Instant>,
    count: u64,
}

/// An outage that is over.
#[derive(Debug, PartialEq, Eq)]
struct Over {
    length: Duration,
    faults: u64,
}

impl Outage {
    /// Counts a fault; whether it is the first.
    fn begins(&self) -> bool {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *faults;
        let (first, count) = before.map_or_else(|| (Instant::now(), 0), |faults| (faults.first, faults.count));
        *faults = Some(Faults { first, well_since: None, count: count + 1 });
        self.lasts.store(true, Ordering::Release);
        before.is_none()
    }

    /// Notes a success. What the outage was, once it is over: after a while of successes only, so that a store that
    /// fails now and then is not told at every turn.
    fn is_over(&self) -> Option<Over> {
        if !self.lasts.load(Ordering::Acquire) {
            return None;
        }
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let Faults { first, well_since, count } = faults.as_mut()?;
        let over = Over { length: well_since.get_or_insert_with(Instant::now).duration_since(*first), faults: *count };
        if well_since.is_some_and(|since| since.elapsed() < QUIET) {
            return None;
        }
        *faults = None;
        self.lasts.store(false, Ordering::Release);
        Some(over)
    }
}

const QUIET: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outage_is_told_when_it_begins_and_when_it_is_over() {
        let outage = Outage::default();
        assert_eq!(outage.is_over(), None);
        assert!(outage.begins());
        for _ in 0..30 {
            tokio::time::advance(Duration::from_secs(1)).await;
            assert!(!outage.begins());
        }
        assert_eq!(outage.is_over(), None, "one success is not the end");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!outage.begins());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(outage.is_over(), None);
        tokio::time::advance(QUIET).await;
        assert_eq!(outage.is_over(), Some(Over { length: Duration::from_secs(32), faults: 32 }));
        assert_eq!(outage.is_over(), None);
        assert!(outage.begins(), "the next is told again");
    }
}
