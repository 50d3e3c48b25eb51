//! One server that goes away and comes back: shut down, killed, paused.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::store::Store;
use postgres_server::{PostgresConfig, PostgresServer};

use crate::callers::Callers;
use crate::verdict::judge;
use crate::{impatient_store, rounds};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_acknowledged_is_lost_when_the_server_is_restarted_long() {
    suffer("restarted", rounds(3, 60), |server| server.restart(), None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_acknowledged_is_lost_when_the_server_is_killed_long() {
    let at_once = |server: &PostgresServer| {
        server.kill();
        server.restart();
    };
    suffer("killed and at once restarted", rounds(3, 60), at_once, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_acknowledged_is_lost_when_the_server_stays_away_long() {
    suffer("killed and away", rounds(1, 12), PostgresServer::kill, Some(PostgresServer::restart)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_acknowledged_is_lost_when_the_server_stops_answering_long() {
    suffer("paused", rounds(1, 12), PostgresServer::pause, Some(PostgresServer::resume)).await;
}

/// Load, harm, and the server's return; with a `back`, only when every caller has met a fault, so the outage was longer
/// than all patience. Then everybody commits again, with nobody lifting a finger.
async fn suffer(
    what: &str,
    rounds: usize,
    harm: impl Fn(&PostgresServer) + Send + Copy + 'static,
    back: Option<fn(&PostgresServer)>,
) {
    let server = Arc::new(PostgresServer::start(PostgresConfig::default()));
    let url = server.new_database();
    let store = Arc::new(impatient_store(&url).await);
    let mut callers = Callers::start(Arc::clone(&store));
    let mut healed = Vec::new();
    for _ in 0..rounds {
        callers.commit(10).await;
        let connections = store.stats().connections;
        with(&server, harm).await;
        if let Some(back) = back {
            callers.meet_faults().await;
            with(&server, back).await;
        }
        healed.push(callers.commit(2).await);
        assert!(store.stats().connections > connections, "the connections were not broken");
        store.ready().await.expect("a store that was healed is ready");
    }
    let told = callers.stop().await;
    report(what, healed);
    let database = url.rsplit('/').next().unwrap();
    judge(&told, &store, &server, database).await;
}

/// Does something to the server while the callers go on.
pub(crate) async fn with(server: &Arc<PostgresServer>, deed: impl FnOnce(&PostgresServer) + Send + 'static) {
    let server = Arc::clone(server);
    tokio::task::spawn_blocking(move || deed(&server)).await.expect("the deed is done");
}

/// How long healing took, for whoever watches.
pub(crate) fn report(what: &str, mut healed: Vec<Duration>) {
    healed.sort_unstable();
    let (middle, worst) = (healed[healed.len() / 2].as_secs_f64(), healed[healed.len() - 1].as_secs_f64());
    println!("{what} {} times: everybody committed again after {middle:.2} s, at worst {worst:.2} s", healed.len());
}
