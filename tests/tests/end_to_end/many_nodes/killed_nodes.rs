//! Nodes that are killed all the time, each started again at once.

use std::time::Duration;

use patientportal_tests::Cluster;
use postgres_server::PostgresServer;

use super::ledger::{Books, check_what_was_told, compare, trace_duplicates};
use super::load::{LIMITS, Progress, Report, is_long, live};
use super::resident::clinics_to_join;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i4_i8_m3_nothing_told_is_lost_while_a_node_is_killed_every_second_long() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let cluster = Cluster::start(NODES, &url, LIMITS, &clinics_to_join()).await;
    let (journeys, rounds) = if is_long() { (2000, 40) } else { (300, 5) };
    let progress = Progress::of(journeys);
    let disturb = async {
        let kill = async |number| keep_killing(&cluster, number, rounds, &progress).await;
        tokio::join!(kill(0), kill(1), kill(2), kill(3));
        progress.disturbed();
    };
    let (mut residents, ()) = tokio::join!(live(&cluster, &progress), disturb);
    let report = Report::of(&cluster, &progress, &residents).await;
    report.tell("a node killed every second", "");
    check_what_was_told(&cluster, &mut residents).await;
    trace_duplicates(&cluster, &[]);
    let books = Books { server, url };
    compare(&books, &residents);
    assert!(report.kills > usize::from(NODES), "nothing was killed");
    cluster.stop().await;
}

/// Kills one node in its turn, so that of all together one is killed a second, and starts it again: so many times, and
/// on until there are journeys enough.
async fn keep_killing(cluster: &Cluster, number: usize, rounds: usize, progress: &Progress) {
    let turn = Duration::from_secs(1);
    let mut turns = tokio::time::interval(turn * u32::from(NODES));
    turns.reset_after(turn * u32::try_from(number + 1).unwrap());
    let mut done = 0;
    while done < rounds || !progress.is_enough() {
        turns.tick().await;
        cluster.kill(number).await;
        cluster.start_node(number).await;
        done += 1;
    }
}

const NODES: u8 = 4;
