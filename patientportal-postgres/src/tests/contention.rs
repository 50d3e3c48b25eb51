//! Others in the way: waiting, deadlock, serialization. Nobody is refused for it, and nobody starves.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::ids::{CommandId, CounterKey};
use patientportal_core::store::{Change, ChangeSet, NotCommitted, Store};
use patientportal_core::throttle::Ladder;

use super::{KEY, NOW, Scratch, flow_id, options, until};
use crate::{PostgresOptions, PostgresStore};

/// A database that detects conflicts instead of waiting, as some that speak the protocol do.
mod serializable {
    use super::super::Scratch;

    patientportal_testkit::store_conformance!(
        #[ignore = "needs PostgreSQL: run cargo xtask test"]
        Scratch::serializable()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn two_who_lock_crosswise_both_finish() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.store().await);
    store.commit(&count(1, &[KEY, OTHER])).await.unwrap();
    let stranger = scratch.connection().await;
    // The store's side finds the circle, and is the one that gives way.
    let lock = "SET deadlock_timeout = '1h'; SET lock_timeout = 0; SET statement_timeout = 0; BEGIN";
    stranger.client().batch_execute(lock).await.unwrap();
    stranger.client().execute("UPDATE counter SET count = 5 WHERE key = $1", &[&OTHER.0.to_vec()]).await.unwrap();
    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit(&count(2, &[KEY, OTHER])).await.map(drop) }
    });
    until(|| scratch.waiting() == 1).await;
    stranger.client().execute("UPDATE counter SET count = 5 WHERE key = $1", &[&KEY.0.to_vec()]).await.unwrap();
    stranger.client().batch_execute("COMMIT").await.unwrap();
    committing.await.unwrap().unwrap();
    assert!(store.stats().attempts > 2, "one of them was tried again");
    assert_eq!(scratch.sql("SELECT DISTINCT count FROM counter"), "6", "both have written both");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_crowd_that_waits_for_one_row_leaves_connections_to_those_who_read() {
    let scratch = Scratch::new();
    let few = PostgresOptions { connections: 4, ..options() };
    let store = Arc::new(PostgresStore::open(&scratch.url, few).await.unwrap());
    store.commit(&count(1, &[KEY])).await.unwrap();
    let stranger = scratch.connection().await;
    stranger.client().batch_execute("BEGIN; SET idle_in_transaction_session_timeout = 0").await.unwrap();
    stranger.client().execute("UPDATE counter SET count = 5 WHERE key = $1", &[&KEY.0.to_vec()]).await.unwrap();
    let crowd: Vec<_> = (2..20)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.commit(&count(number, &[KEY])).await.map(drop) })
        })
        .collect();
    until(|| scratch.waiting() == 3).await;
    assert_eq!(store.flow(flow_id(1)).await.unwrap(), None, "reading goes on");
    stranger.client().batch_execute("ROLLBACK").await.unwrap();
    for caller in crowd {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(scratch.sql("SELECT count FROM counter"), "19");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_row_that_is_locked_for_too_long_is_a_fault_that_passes() {
    let scratch = Scratch::new();
    let short = Duration::from_millis(100);
    let impatient = PostgresOptions { statement_timeout: short, commit_patience: short, ..options() };
    let store = PostgresStore::open(&scratch.url, impatient).await.unwrap();
    store.commit(&count(1, &[KEY])).await.unwrap();
    let stranger = scratch.connection().await;
    stranger.client().batch_execute("BEGIN; LOCK TABLE counter").await.unwrap();
    let refused = store.commit(&count(2, &[KEY])).await;
    assert!(matches!(&refused, Err(NotCommitted::Fault(fault)) if fault.is_transient()), "{refused:?}");
    assert!(store.counter(KEY, NOW).await.unwrap_err().is_transient());
    stranger.client().batch_execute("ROLLBACK").await.unwrap();
    store.commit(&count(2, &[KEY])).await.unwrap();
    assert_eq!(scratch.sql("SELECT count FROM counter"), "2", "what was refused was not counted");
}

/// Counts each of the keys, without ever blocking.
fn count(number: u64, keys: &[CounterKey]) -> ChangeSet {
    let day = Duration::from_secs(24 * 3600);
    let ladder = Ladder::Window { limit: u32::MAX, window: day, spacing: Duration::ZERO, past_limit: None };
    let changes = keys.iter().map(|key| Change::Count { key: *key, ladder }).collect();
    ChangeSet::new(CommandId(number), NOW, changes, vec![])
}

const OTHER: CounterKey = CounterKey([2; 16]);
