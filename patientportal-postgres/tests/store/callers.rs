//! Sixteen callers who commit one set after another and hold the store to what it told them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::ids::AccountId;
use patientportal_core::store::{NotCommitted, Store};
use patientportal_postgres::PostgresStore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::sets::{flow_id, set};
use crate::waiting::until;

/// The callers at work.
pub(crate) struct Callers {
    store: Arc<PostgresStore>,
    shared: Arc<Shared>,
    tasks: JoinSet<Told>,
}

/// What one caller was told, all of which must be true for ever.
pub(crate) struct Told {
    pub(crate) account: AccountId,
    /// The numbers of the sets that were acknowledged, in their order.
    pub(crate) acknowledged: Vec<u64>,
}

struct Shared {
    next: AtomicU64,
    over: AtomicBool,
    callers: Vec<Count>,
}

#[derive(Default)]
struct Count {
    acknowledged: AtomicU64,
    faults: AtomicU64,
}

impl Callers {
    /// Sets them to work.
    pub(crate) fn start(store: Arc<PostgresStore>) -> Self {
        let callers = (0..CALLERS).map(|_| Count::default()).collect();
        let shared = Arc::new(Shared { next: AtomicU64::new(1), over: AtomicBool::new(false), callers });
        let mut tasks = JoinSet::new();
        for caller in 0..CALLERS {
            tasks.spawn(work(Arc::clone(&store), Arc::clone(&shared), caller));
        }
        Self { store, shared, tasks }
    }

    /// Waits until each of them was told of so many more sets. The first may have been sent before; two mean that the
    /// store works for everybody. Answers how long it took.
    pub(crate) async fn commit(&mut self, more: u64) -> Duration {
        self.wait("commits of every caller", more, |count| &count.acknowledged).await
    }

    /// Waits until each of them was told that the store does not work, and of nothing else than a passing fault.
    pub(crate) async fn meet_faults(&mut self) {
        self.wait("faults at every caller", 1, |count| &count.faults).await;
        let fault = self.store.ready().await.expect_err("a store without its server is not ready");
        assert!(fault.is_transient(), "{}", fault.chain());
    }

    /// Lets them finish what they are at; answers what they were told.
    pub(crate) async fn stop(mut self) -> Vec<Told> {
        self.shared.over.store(true, Ordering::Relaxed);
        let mut told = Vec::new();
        while let Some(caller) = timeout(LIMIT, self.tasks.join_next()).await.expect("the callers come to an end") {
            told.push(caller.expect("no caller was told anything wrong"));
        }
        told
    }

    async fn wait(&mut self, what: &str, more: u64, which: impl Fn(&Count) -> &AtomicU64) -> Duration {
        let read = |count: &Count| which(count).load(Ordering::Relaxed);
        let before: Vec<u64> = self.shared.callers.iter().map(read).collect();
        let tasks = &mut self.tasks;
        until(what, async || {
            // They work until they are stopped; one that has ended has something to say.
            if let Some(ended) = tasks.try_join_next() {
                panic!("a caller ended early: {:?}", ended.err());
            }
            self.shared.callers.iter().zip(&before).all(|(count, before)| read(count) >= before + more)
        })
        .await
    }
}

async fn work(store: Arc<PostgresStore>, shared: Arc<Shared>, caller: u64) -> Told {
    let mut told = Told { account: AccountId(1_000_000 + caller), acknowledged: Vec::new() };
    let count = &shared.callers[usize::try_from(caller).unwrap()];
    while !shared.over.load(Ordering::Relaxed) {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let written = told.acknowledged.len() as u64;
        let set = set(told.account, written, number);
        // Nobody else writes these rows, so the set must go through, however often it has to be sent.
        loop {
            match store.commit(&set).await {
                Ok(_) => break,
                Err(NotCommitted::Fault(fault)) => met(&fault, count).await,
                Err(other) => panic!("set {number} is the caller's own, and it was told: {other}"),
            }
        }
        told.acknowledged.push(number);
        count.acknowledged.fetch_add(1, Ordering::Relaxed);
        read_back(&store, count, &told, number).await;
    }
    told
}

/// What was acknowledged is seen at once.
async fn read_back(store: &PostgresStore, count: &Count, told: &Told, number: u64) {
    match store.account(told.account).await {
        Ok(account) => {
            let account = account.expect("an account that was acknowledged is there");
            assert_eq!(account.revision.0, told.acknowledged.len() as u64, "written once for each set");
            assert_eq!(account.value.access.terms, number.to_string());
        }
        Err(fault) => met(&fault, count).await,
    }
    match store.flow(flow_id(number)).await {
        Ok(flow) => assert!(flow.is_some(), "the flow of set {number} was acknowledged"),
        Err(fault) => met(&fault, count).await,
    }
}

async fn met(fault: &Fault, count: &Count) {
    assert!(fault.is_transient(), "a server that comes back is no reason to give up: {}", fault.chain());
    count.faults.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(20)).await;
}

const CALLERS: u64 = 16;
const LIMIT: Duration = Duration::from_secs(60);
