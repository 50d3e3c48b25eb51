//! A commit whose answer is lost: it is found out what came of it, and nothing is done twice.

use std::time::Duration;

use patientportal_core::audit::AuditEntry;
use patientportal_core::ids::{AccountId, CommandId, Revision, Sealed};
use patientportal_core::store::{Change, ChangeSet, FlowRecord, List, NotCommitted, Store};
use patientportal_core::throttle::Ladder;

use super::proxy::{Cut, Proxy};
use super::{KEY, NOW, Scratch, command, flow_id, options};
use crate::{PostgresOptions, PostgresStore};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_a_commit_that_breaks_off_is_applied_once_and_acknowledged() {
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        let scratch = Scratch::new();
        drop(scratch.store().await);
        let proxy = Proxy::before(&scratch.url, cut, 2).await;
        let store = PostgresStore::open(&proxy.url, options()).await.unwrap();
        store.commit(&everything(1)).await.unwrap();
        assert!((1..=2).contains(&proxy.cuts()), "{cut:?}: it broke {} times", proxy.cuts());
        assert!(store.stats().attempts > 1, "{cut:?}");
        assert_eq!(store.flow(flow_id(1)).await.unwrap().map(|flow| flow.revision), Some(Revision(1)), "{cut:?}");
        assert_eq!(store.list(List::Audit(OWNER), None, 9).await.unwrap().rows.len(), 1, "{cut:?}");
        assert_eq!(store.counter(KEY, NOW).await.unwrap(), None, "{cut:?}: counted once, not twice");
        proxy.mend();
        store.commit(&everything(2)).await.unwrap();
        assert!(store.counter(KEY, NOW).await.unwrap().is_some(), "{cut:?}: the second time blocks");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i4_nobody_is_told_that_their_own_accepted_code_is_used() {
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        let scratch = Scratch::new();
        scratch.store().await.commit(&command(1)).await.unwrap();
        let proxy = Proxy::before(&scratch.url, cut, 1).await;
        let store = PostgresStore::open(&proxy.url, options()).await.unwrap();
        store.commit(&consume(2)).await.unwrap();
        assert_eq!(proxy.cuts(), 1, "{cut:?}");
        let other = store.commit(&consume(3)).await;
        assert!(matches!(other, Err(NotCommitted::Stale)), "{cut:?}: another's use of it is refused: {other:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_a_commit_that_was_given_up_may_be_sent_again() {
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        let scratch = Scratch::new();
        drop(scratch.store().await);
        let proxy = Proxy::before(&scratch.url, cut, u32::MAX).await;
        let impatient = PostgresOptions { commit_patience: Duration::ZERO, ..options() };
        let store = PostgresStore::open(&proxy.url, impatient).await.unwrap();
        let unknown = store.commit(&everything(1)).await;
        assert!(matches!(&unknown, Err(NotCommitted::Fault(fault)) if fault.is_transient()), "{cut:?}: {unknown:?}");
        proxy.mend();
        store.commit(&everything(1)).await.unwrap();
        assert_eq!(store.list(List::Audit(OWNER), None, 9).await.unwrap().rows.len(), 1, "{cut:?}");
        assert_eq!(store.counter(KEY, NOW).await.unwrap(), None, "{cut:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_of_a_commit_is_applied_whose_transaction_does_not_begin() {
    let scratch = Scratch::new();
    let store = PostgresStore::open(&scratch.url, PostgresOptions { connections: 1, ..options() }).await.unwrap();
    store.commit(&everything(1)).await.unwrap();
    forget_begin(&store).await;
    store.commit(&everything(2)).await.unwrap();
    assert!(store.counter(KEY, NOW).await.unwrap().is_some(), "it was counted, and only then acknowledged");
    assert!(store.flow(flow_id(2)).await.unwrap().is_some());
    store.commit(&consume(4)).await.unwrap();
    let stale = [consume(3), command(3)].map(|set| set.changes().to_vec()).concat();
    forget_begin(&store).await;
    let refused = store.commit(&ChangeSet::new(CommandId(3), NOW, stale, vec![])).await;
    assert!(matches!(refused, Err(NotCommitted::Stale)), "{refused:?}");
    assert_eq!(scratch.sql("SELECT count(*) FROM job WHERE id = 3"), "0", "nothing of what was refused");
}

/// The next transaction of the one connection does not begin, and what is sent after its beginning runs all the same.
async fn forget_begin(store: &PostgresStore) {
    let connection = store.database.connection().await.unwrap();
    let name = "SELECT name FROM pg_prepared_statements WHERE statement = 'BEGIN'";
    let name: String = connection.client().query_one(name, &[]).await.unwrap().get(0);
    connection.client().batch_execute(&format!("DEALLOCATE {name}")).await.unwrap();
}

/// A set with a counter that blocks at its second count, a flow, a job and an audit entry.
fn everything(number: u64) -> ChangeSet {
    let hour = Duration::from_secs(3600);
    let ladder = Ladder::Window { limit: 2, window: hour, spacing: Duration::ZERO, past_limit: None };
    let mut changes = command(number).changes().to_vec();
    changes.push(Change::Count { key: KEY, ladder });
    let entry = AuditEntry { id: number, at: NOW, account: Some(OWNER), clinic: None, record: vec![1], mac: [2; 16] };
    ChangeSet::new(CommandId(number), NOW, changes, vec![entry])
}

/// Uses up the flow of the first command.
fn consume(number: u64) -> ChangeSet {
    let used = FlowRecord { id: flow_id(1), expires: NOW, consumed: true, body: Sealed(vec![3]) };
    let change = Change::Flow { expect: Some(Revision(1)), to: Box::new(used) };
    ChangeSet::new(CommandId(number), NOW, vec![change], vec![])
}

const OWNER: AccountId = AccountId(7);
