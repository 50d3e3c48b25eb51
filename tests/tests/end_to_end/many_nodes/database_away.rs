//! PostgreSQL goes away in the middle of it all: shut down, killed, or for good with a standby that takes over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use patientportal_tests::Cluster;
use patientportal_tests::waiting::until;
use postgres_server::{PostgresConfig, PostgresServer};

use super::ledger::{Away, Books, check_what_was_told, compare, trace_duplicates};
use super::load::{LIMITS, Progress, Report, is_long, live};
use super::resident::clinics_to_join;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_told_is_lost_while_postgresql_is_restarted_and_killed_long() {
    let server = Arc::new(PostgresServer::start(PostgresConfig::default()));
    let url = server.new_database();
    let cluster = Cluster::start(NODES, &url, LIMITS, &clinics_to_join()).await;
    let progress = Progress::of(journeys());
    let disturb = async {
        let mut outages = Vec::new();
        for _ in 0..if is_long() { 8 } else { 1 } {
            for fate in FATES {
                progress.goes_on(BETWEEN_OUTAGES).await;
                outages.push(outage(&cluster, &server, fate, &progress).await);
            }
        }
        progress.disturbed();
        outages
    };
    let (mut residents, outages) = tokio::join!(live(&cluster, &progress), disturb);
    finish(
        "PostgreSQL restarted, killed, and away for a while",
        cluster,
        &progress,
        &mut residents,
        &outages,
        &Books { server: &server, url },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i8_nothing_told_is_lost_when_a_standby_takes_over_long() {
    let primary = Arc::new(PostgresServer::start(PostgresConfig::default()));
    let url = primary.new_database();
    let standby = Arc::new(primary.standby());
    let both = standby.with_fail_over(&url);
    let cluster = Cluster::start(NODES, &both, LIMITS, &clinics_to_join()).await;
    let progress = Progress::of(journeys());
    let disturb = async {
        progress.goes_on(journeys() / 2).await;
        let (from, killed, next) = (Instant::now(), primary.clone(), standby.clone());
        on_its_own(move || {
            killed.kill();
            next.promote();
        })
        .await;
        let outage = healed(&cluster, from, &progress).await;
        progress.disturbed();
        outage
    };
    let (mut residents, outage) = tokio::join!(live(&cluster, &progress), disturb);
    finish("a standby took over", cluster, &progress, &mut residents, &[outage], &Books { server: &standby, url })
        .await;
}

/// What becomes of PostgreSQL, until it is there again.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// Shut down, and started at once.
    Restarted,
    /// Killed, and started at once.
    Killed,
    /// Killed, and started when every node has noticed.
    Gone,
    /// Its clock stops, and goes on when every node has noticed.
    Frozen,
}

/// A time without the database, and how long after its return somebody was refused for the last time.
struct Outage {
    away: Away,
    healed: Duration,
}

async fn outage(cluster: &Cluster, server: &Arc<PostgresServer>, fate: Fate, progress: &Progress) -> Outage {
    let (from, begun, ended) = (Instant::now(), server.clone(), server.clone());
    on_its_own(move || match fate {
        Fate::Restarted => begun.stop(),
        Fate::Killed | Fate::Gone => begun.kill(),
        Fate::Frozen => begun.pause(),
    })
    .await;
    if matches!(fate, Fate::Gone | Fate::Frozen) {
        for node in 0..cluster.size() {
            let what = format!("node {node} to say that it is not ready ({fate:?})");
            until(&what, async || (!cluster.is_ready(node).await).then_some(())).await;
        }
    }
    on_its_own(move || match fate {
        Fate::Frozen => ended.resume(),
        _ => ended.restart(),
    })
    .await;
    healed(cluster, from, progress).await
}

/// PostgreSQL is there again. Everybody goes on, and so it is seen how long it took.
async fn healed(cluster: &Cluster, from: Instant, progress: &Progress) -> Outage {
    let back = Instant::now();
    until("all nodes to be ready again", async || cluster.all_ready().await.then_some(())).await;
    progress.goes_on(BETWEEN_OUTAGES).await;
    let healed = progress.last_trouble().map_or(Duration::ZERO, |last| last.saturating_duration_since(back));
    Outage { away: Away { from, until: back + healed }, healed }
}

/// The server's deeds take their time.
async fn on_its_own(deed: impl FnOnce() + Send + 'static) {
    tokio::task::spawn_blocking(deed).await.unwrap();
}

async fn finish(
    name: &str,
    cluster: Cluster,
    progress: &Progress,
    residents: &mut [super::resident::Resident],
    outages: &[Outage],
    books: &Books<'_>,
) {
    let report = Report::of(&cluster, progress, residents).await;
    let healed = outages.iter().map(|outage| outage.healed.as_secs_f64()).fold(0.0, f64::max);
    report.tell(name, &format!("; {} outages, the last refusal at most {healed:.1} s after the return", outages.len()));
    check_what_was_told(&cluster, residents).await;
    let away: Vec<_> = outages.iter().map(|outage| outage.away).collect();
    trace_duplicates(&cluster, &away);
    compare(books, residents);
    assert!(report.unavailable > 0, "nobody noticed that PostgreSQL was away");
    cluster.stop().await;
}

fn journeys() -> usize {
    if is_long() { 2000 } else { 200 }
}

const FATES: [Fate; 4] = [Fate::Restarted, Fate::Killed, Fate::Gone, Fate::Frozen];
/// Journeys before the next outage.
const BETWEEN_OUTAGES: usize = 25;
const NODES: u8 = 4;
