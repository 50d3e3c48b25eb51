//! No statement's cost may grow with the number of accounts: each finds its rows by an index, from the shard on.

use tokio_postgres::{Client, SimpleQueryMessage};

use super::Scratch;
use crate::connection::Connection;
use crate::statements;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn every_statement_finds_its_rows_by_an_index_that_begins_with_the_shard() {
    let connection = planner("SET enable_seqscan = off").await;
    let bad = ["SELECT id FROM job WHERE give_up = $1", "SELECT id FROM job WHERE id = $1"];
    for bad in bad {
        assert_ne!(scans(&plan(connection.client(), bad).await), [""; 0], "a scan is noticed: {bad}");
    }
    for (name, statement) in explained() {
        assert_eq!(scans(&plan(connection.client(), statement).await), [""; 0], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn lists_and_leases_are_not_sorted_but_read_in_order() {
    let connection = planner("SET enable_sort = off; SET enable_seqscan = off").await;
    let bad = plan(connection.client(), "SELECT id FROM job WHERE shard = $1 ORDER BY give_up").await;
    assert!(bad.iter().any(|step| sorts(step)), "sorting is noticed: {bad:?}");
    for (name, statement) in explained() {
        let plan = plan(connection.client(), statement).await;
        assert!(!plan.iter().any(|step| sorts(step)), "{name}: {plan:#?}");
    }
}

fn explained() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    statements::ALL.iter().filter(|(name, _)| !["BEGIN", "COMMIT", "ROLLBACK", "CLOCK"].contains(name))
}

/// A connection that plans for any value, and so that only what it cannot avoid is left.
async fn planner(settings: &str) -> Connection {
    let scratch = Scratch::new();
    drop(scratch.store().await);
    let connection = scratch.connection().await;
    let generic = format!("SET plan_cache_mode = force_generic_plan; {settings}");
    connection.client().batch_execute(&generic).await.unwrap();
    connection
}

/// Whether a step sorts. Merging what is in order already has a sort key too.
fn sorts(step: &str) -> bool {
    let step = step.trim_start_matches([' ', '-', '>']);
    step == "Sort" || step.starts_with("Incremental Sort")
}

/// Steps that do not begin with the shard in an index.
fn scans(plan: &[String]) -> Vec<String> {
    let mut scans = Vec::new();
    for (at, step) in plan.iter().enumerate() {
        let by_index = ["Index Scan", "Index Only Scan"].iter().any(|kind| step.contains(kind));
        let condition =
            plan.get(at + 1).is_some_and(|next| next.contains("Index Cond:") && next.contains("shard = $1"));
        if step.contains("Seq Scan") || by_index && !condition {
            scans.push(step.clone());
        }
    }
    scans
}

async fn plan(client: &Client, statement: &str) -> Vec<String> {
    let values = vec!["NULL"; client.prepare(statement).await.unwrap().params().len()].join(", ");
    let explain =
        format!("DEALLOCATE ALL; PREPARE explained AS {statement}; EXPLAIN (COSTS OFF) EXECUTE explained ({values})");
    let steps = client.simple_query(&explain).await.unwrap().into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    steps.collect()
}
