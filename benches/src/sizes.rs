//! Bytes a row in PostgreSQL, with indexes, of persons who registered and logged in once as the portal has it.

use std::sync::Arc;

use patientportal_core::moment::Timestamp;
use patientportal_core::store::{ChangeSet, Store};
use patientportal_postgres::{PostgresOptions, PostgresStore};
use postgres_server::{PostgresConfig, PostgresServer};

use crate::journey::{Journey, command, written_by_all};
use crate::stores::{NOT_INSTALLED, Stores, postgres};

/// Prints the table.
pub(crate) async fn measure(stores: &Stores) {
    println!();
    if stores.server().is_none() {
        println!("bytes a row in PostgreSQL: {NOT_INSTALLED}");
        return;
    }
    // What a row takes does not depend on waiting for the disk.
    let server = PostgresServer::start(PostgresConfig { fsync: false, ..PostgresConfig::default() });
    let url = server.new_database();
    let store = Arc::new(postgres(&url, PostgresOptions::default()).await);
    fill(&store).await;
    let database = url.rsplit('/').next().unwrap_or_default();
    println!("{:<46} {:>12} {:>12} {:>12}", "bytes a row in PostgreSQL, with indexes", "rows", "as written", "compact");
    let written = sizes(&server, database);
    server.sql(database, "VACUUM FULL");
    for ((table, rows, written), (.., compact)) in written.into_iter().zip(sizes(&server, database)) {
        println!("{table:<46} {rows:>12} {written:>12.0} {compact:>12.0}");
    }
}

async fn fill(store: &Arc<PostgresStore>) {
    let journey = Journey::record().await;
    let sets = Arc::new(journey.begin);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, sets) = (store.clone(), sets.clone());
            tokio::spawn(async move {
                let share = PERSONS / WRITERS;
                for first in (writer * share..(writer + 1) * share).step_by(AT_ONCE) {
                    for set in &*sets {
                        write(&store, &written_by_all(first..first + AT_ONCE as u64, set)).await;
                    }
                    // Command ids, most of which are left out where many write at once.
                    for more in 0..10 {
                        let id = command(10 * first + more);
                        write(&store, &ChangeSet::new(id, Timestamp(1), Vec::new(), Vec::new())).await;
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no writer panics");
    }
}

async fn write(store: &PostgresStore, set: &ChangeSet) {
    store.commit(set).await.expect("nobody else writes these rows");
}

/// Each table with its rows, and the bytes that one takes.
fn sizes(server: &PostgresServer, database: &str) -> Vec<(String, u64, f64)> {
    let size = |table: &&str| {
        let told = server.sql(
            database,
            &format!("SELECT count(*), pg_total_relation_size('patientportal.{table}') FROM patientportal.{table}"),
        );
        let (rows, bytes) = told.split_once('|').unwrap_or_default();
        let (rows, bytes): (u64, f64) = (rows.parse().unwrap_or_default(), bytes.parse().unwrap_or_default());
        ((*table).to_owned(), rows, bytes / rows.max(1) as f64)
    };
    TABLES.iter().map(size).collect()
}

const PERSONS: u64 = 100_000;
const WRITERS: u64 = 4;
const AT_ONCE: usize = 100;
const TABLES: [&str; 10] = [
    "account",
    "clinic_member",
    "cpr_index",
    "session",
    "provider_session",
    "flow",
    "counter",
    "job",
    "audit",
    "command",
];
