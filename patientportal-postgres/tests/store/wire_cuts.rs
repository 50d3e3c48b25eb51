//! A server that is well, and a network that is not: answers are lost, those to COMMIT among them.

use std::sync::Arc;

use postgres_server::{PostgresConfig, PostgresServer};

use crate::callers::Callers;
use crate::outages::report;
use crate::verdict::judge;
use crate::waiting::until;
use crate::wire::Wire;
use crate::{impatient_store, rounds};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_a_commit_whose_answer_was_lost_is_done_once_long() {
    let server = PostgresServer::start(PostgresConfig::default());
    let url = server.new_database();
    let database = url.rsplit('/').next().unwrap();
    let wire = Wire::to(server.port()).await;
    let store = Arc::new(impatient_store(&wire.url(&url, server.port())).await);
    let mut callers = Callers::start(Arc::clone(&store));
    callers.commit(2).await;
    let (mut healed, mut unheard) = (Vec::new(), 0);
    for _ in 0..rounds(5, 120) {
        wire.hold_answers();
        // Whatever they sent last is done by now, and they do not know.
        let active = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'";
        until("the server to have nothing more to do", async || server.sql(database, active) == "1").await;
        unheard += server.sql(database, COMMITTED_LAST).parse::<usize>().unwrap();
        wire.cut();
        healed.push(callers.commit(2).await);
    }
    let told = callers.stop().await;
    report("cut off", healed);
    assert!(unheard > 0, "no commit's answer was held back, so nothing was shown");
    judge(&told, &store, &server, database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_connections_that_are_cut_at_any_moment_lose_nothing_long() {
    let server = PostgresServer::start(PostgresConfig::default());
    let url = server.new_database();
    let wire = Wire::to(server.port()).await;
    let store = Arc::new(impatient_store(&wire.url(&url, server.port())).await);
    let mut callers = Callers::start(Arc::clone(&store));
    let mut healed = Vec::new();
    for _ in 0..rounds(15, 300) {
        wire.cut();
        healed.push(callers.commit(1).await);
    }
    let told = callers.stop().await;
    report("cut at any moment", healed);
    judge(&told, &store, &server, url.rsplit('/').next().unwrap()).await;
}

const COMMITTED_LAST: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle' AND query = 'COMMIT'";
