//! The store under load while its database server goes away, in every way it can, and comes back: nothing that was
//! acknowledged is lost (I8), nothing is written twice, and the store heals by itself.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that looks in the wrong place fails")]
#![expect(clippy::print_stdout, reason = "how long healing took is for whoever watches")]

mod callers;
mod fail_over;
mod outages;
mod sets;
mod verdict;
mod waiting;
mod wire;
mod wire_cuts;

use std::time::Duration;

use patientportal_postgres::{PostgresOptions, PostgresStore};

/// A store that loses patience soon, so that an outage longer than all its patience is a short one.
async fn impatient_store(url: &str) -> PostgresStore {
    let mut options = PostgresOptions::default();
    options.connections = CONNECTIONS;
    options.connect_timeout = Duration::from_secs(1);
    options.pool_wait = Duration::from_secs(1);
    options.statement_timeout = Duration::from_secs(1);
    options.commit_patience = Duration::from_secs(2);
    PostgresStore::open(url, options).await.expect("the database can be opened")
}

/// So many rounds in the short form, and so many when there is time.
fn rounds(short: usize, long: usize) -> usize {
    if std::env::var_os("PATIENTPORTAL_LONG").is_some() { long } else { short }
}

const CONNECTIONS: usize = 8;
