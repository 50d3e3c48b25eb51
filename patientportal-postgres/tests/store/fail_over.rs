//! A primary with a synchronous standby: the primary dies, the standby takes over.

use std::sync::Arc;
use std::time::Duration;

use postgres_server::{PostgresConfig, PostgresServer};

use crate::callers::Callers;
use crate::outages::{report, with};
use crate::verdict::judge;
use crate::{impatient_store, rounds};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_acknowledged_is_lost_when_the_standby_takes_over_long() {
    let mut healed = Vec::new();
    for _ in 0..rounds(1, 12) {
        healed.push(fail_over(false).await);
    }
    report("failed over", healed);
}

/// What the primary wrote down and the standby did not must not be acknowledged, however long that lasts: not to those
/// who ask again, and not by a primary that died meanwhile and shows, as it came back, what it never acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_is_acknowledged_that_the_standby_lacks_long() {
    let mut healed = Vec::new();
    for _ in 0..rounds(1, 5) {
        healed.push(fail_over(true).await);
    }
    report("failed over to a standby that had been away", healed);
}

/// One life of a primary and a standby. When the standby was away, everybody has asked and asked again by the time it
/// takes over.
async fn fail_over(standby_was_away: bool) -> Duration {
    let primary = Arc::new(PostgresServer::start(PostgresConfig::default()));
    let url = primary.new_database();
    let standby = Arc::new(primary.standby());
    let store = Arc::new(impatient_store(&standby.with_fail_over(&url)).await);
    let mut callers = Callers::start(Arc::clone(&store));
    callers.commit(10).await;
    if standby_was_away {
        with(&standby, PostgresServer::kill).await;
        callers.meet_faults().await;
        with(&primary, PostgresServer::kill).await;
        with(&primary, PostgresServer::restart).await;
        callers.meet_faults().await;
        callers.meet_faults().await;
    }
    with(&primary, PostgresServer::kill).await;
    if standby_was_away {
        with(&standby, PostgresServer::restart).await;
    }
    with(&standby, PostgresServer::promote).await;
    let healed = callers.commit(2).await;
    callers.commit(10).await;
    let told = callers.stop().await;
    let database = url.rsplit('/').next().unwrap();
    judge(&told, &store, &standby, database).await;
    healed
}
