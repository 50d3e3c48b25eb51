//! Connections: none is left in the middle of something, none too many are made, and broken ones are replaced.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use patientportal_core::store::{NotCommitted, Store};

use super::{Scratch, command, flow_id, options, until};
use crate::{PostgresOptions, PostgresStore};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_a_commit_that_nobody_waits_for_is_finished_and_leaves_no_transaction_open() {
    let scratch = Scratch::new();
    let store = scratch.store().await;
    let stranger = scratch.connection().await;
    stranger.client().batch_execute("BEGIN; LOCK TABLE flow").await.unwrap();
    {
        let set = command(1);
        let mut dropped = store.commit(&set);
        poll_fn(|context| {
            assert!(dropped.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        until(|| scratch.waiting() == 1).await;
    }
    stranger.client().batch_execute("ROLLBACK").await.unwrap();
    until(|| scratch.sql("SELECT count(*) FROM flow") == "1").await;
    let open = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    until(|| scratch.sql(open) == "0").await;
    store.commit(&command(2)).await.unwrap();
    assert!(store.flow(flow_id(2)).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn when_all_connections_are_in_use_it_is_a_fault_that_passes() {
    let scratch = Scratch::new();
    let one = PostgresOptions { connections: 1, pool_wait: Duration::from_millis(20), ..options() };
    let store = PostgresStore::open(&scratch.url, one).await.unwrap();
    let held = store.database.connection().await.unwrap();
    assert!(store.flow(flow_id(1)).await.unwrap_err().is_transient());
    assert!(store.ready().await.unwrap_err().is_transient());
    let refused = store.commit(&command(1)).await;
    assert!(matches!(&refused, Err(NotCommitted::Fault(fault)) if fault.is_transient()), "{refused:?}");
    drop(held);
    store.commit(&command(1)).await.unwrap();
    assert_eq!(store.stats().connections, 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn connections_that_the_server_closed_are_replaced_unnoticed() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.store().await);
    store.commit(&command(1)).await.unwrap();
    for number in 2..20 {
        scratch.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        if number % 2 == 0 {
            assert!(store.flow(flow_id(1)).await.unwrap().is_some());
        } else {
            store.commit(&command(number)).await.unwrap();
        }
    }
    assert!(store.stats().connections > 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_what_a_vanished_node_had_locked_is_free_before_another_loses_patience() {
    let scratch = Scratch::new();
    let patient = PostgresOptions { commit_patience: Duration::from_secs(8), ..options() };
    let store = PostgresStore::open(&scratch.url, patient.clone()).await.unwrap();
    store.commit(&command(1)).await.unwrap();
    // A node that has locked a row, and says nothing more.
    let vanished = scratch.connection_with(&patient).await;
    vanished.client().batch_execute("BEGIN; LOCK TABLE flow").await.unwrap();
    store.commit(&command(2)).await.unwrap();
    assert!(store.stats().attempts > 2, "it had to wait");
    assert!(vanished.client().batch_execute("COMMIT").await.is_err(), "the server has let go of it");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_a_commit_waits_for_the_disk_whatever_is_set_for_the_database_and_for_more_if_that_is_set() {
    let scratch = Scratch::new();
    for (set, holds) in [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")] {
        scratch.alter(&format!("SET synchronous_commit = {set}"));
        let connection = scratch.connection().await;
        let found: String = connection.client().query_one("SHOW synchronous_commit", &[]).await.unwrap().get(0);
        assert_eq!(found, holds);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn a_database_that_does_not_write_is_not_ready_and_heals() {
    let scratch = Scratch::new();
    let impatient = PostgresOptions { commit_patience: Duration::from_millis(100), ..options() };
    let store = PostgresStore::open(&scratch.url, impatient).await.unwrap();
    store.commit(&command(1)).await.unwrap();
    scratch.alter("SET default_transaction_read_only = on");
    // The settings of a connection are those of its beginning.
    store.database.forget_connections();
    assert!(store.ready().await.unwrap_err().is_transient());
    assert!(store.flow(flow_id(1)).await.unwrap().is_some(), "reading goes on");
    let refused = store.commit(&command(2)).await;
    assert!(matches!(&refused, Err(NotCommitted::Fault(fault)) if fault.is_transient()), "{refused:?}");
    scratch.alter("RESET default_transaction_read_only");
    store.commit(&command(2)).await.unwrap();
    store.ready().await.unwrap();
}
