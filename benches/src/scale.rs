//! What a login asks of SQLite and of PostgreSQL: its change sets a second at 32 callers, each pipelined in two or three
//! round trips; how many of those, how many fsyncs and how much log it costs.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, JobId, KeyId};
use patientportal_core::store::{Change, ChangeSet, Store};
use patientportal_postgres::PostgresOptions;
use postgres_server::PostgresServer;

use crate::journey::{Journey, written_by, written_by_all};
use crate::middle::{Spread, spread};
use crate::stores::{Kind, NOT_INSTALLED, Opened, Stores, postgres};
use crate::wire::Wire;

/// Prints the table.
pub(crate) async fn measure(stores: &Stores) {
    println!();
    println!(
        "{:<46} {:>12} {:>15} {:>12} {:>10}",
        "change sets of logins, 32 callers (/s)", "median", "lowest–highest", "fsyncs each", "log bytes"
    );
    let journey = Journey::record().await;
    let mut rounds: Vec<(Kind, Round)> = Vec::new();
    for _ in 0..ROUNDS {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            if let Some(opened) = stores.open(kind).await {
                let server = stores.server().filter(|_| kind == Kind::Postgres);
                rounds.push((kind, round(opened, &journey, server).await));
            }
        }
    }
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let of_kind: Vec<Round> = rounds.iter().filter(|(of, _)| *of == kind).map(|(_, round)| *round).collect();
        row(kind, &of_kind);
    }
    match stores.server() {
        Some(server) => print_round_trips(&journey, server).await,
        None => println!("{:<46} {NOT_INSTALLED}", "round trips"),
    }
}

#[derive(Clone, Copy)]
struct Round {
    per_second: f64,
    /// Of one change set, where the server tells.
    cost: Option<Cost>,
}

#[derive(Clone, Copy)]
struct Cost {
    fsyncs: f64,
    log_bytes: f64,
}

async fn round(opened: Opened, journey: &Journey, server: Option<&PostgresServer>) -> Round {
    register_all(&*opened.store, journey, CALLERS * (WARMING + LOGINS)).await;
    let opened = opened.reconnected().await;
    let before = server.map(|server| log_of(server, &opened));
    log_in_all(&opened.store, journey, 0..WARMING).await;
    let begun = Instant::now();
    log_in_all(&opened.store, journey, WARMING..WARMING + LOGINS).await;
    let per_second = sets(journey, LOGINS) / begun.elapsed().as_secs_f64();
    let opened = opened.reconnected().await;
    let sets = sets(journey, WARMING + LOGINS);
    let cost = server.map(|server| log_of(server, &opened)).zip(before).map(|(after, before)| Cost {
        fsyncs: (after.fsyncs - before.fsyncs) / sets,
        log_bytes: (after.log_bytes - before.log_bytes) / sets,
    });
    Round { per_second, cost }
}

/// Each caller logs in so many persons of its own, one after the other.
async fn log_in_all(store: &Arc<dyn Store>, journey: &Journey, turns: Range<u64>) {
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (store, login, turns) = (store.clone(), journey.login.clone(), turns.clone());
            tokio::spawn(async move {
                for turn in turns {
                    log_in(&*store, &login, turn * CALLERS + caller).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no caller panics");
    }
}

/// How many change sets so many logins of each caller are.
fn sets(journey: &Journey, logins: u64) -> f64 {
    (CALLERS * logins) as f64 * journey.login.len() as f64
}

async fn register_all(store: &dyn Store, journey: &Journey, persons: u64) {
    for set in &journey.begin {
        for first in (0..persons).step_by(100) {
            let all = written_by_all(first..persons.min(first + 100), set);
            store.commit(&all).await.expect("nobody else writes these rows");
        }
    }
}

async fn log_in(store: &dyn Store, login: &[ChangeSet], person: u64) {
    for set in login {
        store.commit(&written_by(person, set)).await.expect("nobody else writes these rows");
    }
}

/// What the server has written to its log, as told by the connections that have ended: all but the last to come.
fn log_of(server: &PostgresServer, opened: &Opened) -> Cost {
    let database = opened.database().unwrap_or_default();
    let others = format!("SELECT greatest(count(*), 1) - 1 FROM pg_stat_activity WHERE datname = '{database}'");
    while server.sql("postgres", &others) != "0" {}
    let told = server.sql("postgres", "SELECT wal_sync, wal_bytes FROM pg_stat_wal");
    let mut figures = told.split('|').map(|figure| figure.parse().unwrap_or_default());
    Cost { fsyncs: figures.next().unwrap_or_default(), log_bytes: figures.next().unwrap_or_default() }
}

fn row(kind: Kind, rounds: &[Round]) {
    if rounds.is_empty() {
        println!("{:<46} {NOT_INSTALLED}", kind.name());
        return;
    }
    let Spread { lowest, middle, highest } = spread(rounds.iter().map(|round| round.per_second).collect());
    let of = |figure: &dyn Fn(Cost) -> f64| {
        let told: Option<Vec<f64>> = rounds.iter().map(|round| round.cost.map(figure)).collect();
        told.map(|told| spread(told).middle)
    };
    let (fsyncs, log) = (of(&|cost| cost.fsyncs), of(&|cost| cost.log_bytes));
    println!(
        "{:<46} {middle:>12.0} {:>15} {:>12} {:>10}",
        kind.name(),
        format!("{lowest:.0}–{highest:.0}"),
        fsyncs.map_or("—".into(), |fsyncs| format!("{fsyncs:.2}")),
        log.map_or("—".into(), |log| format!("{log:.0}")),
    );
}

/// One connection, one caller, statements known to the connection already.
async fn print_round_trips(journey: &Journey, server: &PostgresServer) {
    let wire = Wire::to(server.port()).await;
    let mut options = PostgresOptions::default();
    options.connections = 1;
    let store = postgres(&wire.url(&server.new_database(), server.port()), options).await;
    register_all(&store, journey, 2).await;
    log_in(&store, &journey.login, 0).await;
    let mut trips = Vec::new();
    for set in &journey.login {
        let before = wire.round_trips();
        store.commit(&written_by(1, set)).await.expect("nobody else writes these rows");
        trips.push((wire.round_trips() - before).to_string());
    }
    println!("{:<46} {:>12}", "round trips: try, right password, right code", trips.join(", "));
    let shards: Vec<String> = journey.login.iter().map(|set| touched(set).to_string()).collect();
    println!("{:<46} {:>12}", "shards, at most: the same", shards.join(", "));
}

/// How many rows, or accounts with their rows, a set writes to that may each be in a shard of its own. One is the
/// command's id.
fn touched(set: &ChangeSet) -> usize {
    let accounts = set.audit().iter().filter_map(|entry| entry.account.map(Touched::Account));
    let accounts = accounts
        .chain(set.audit().iter().filter(|entry| entry.account.is_none()).map(|entry| Touched::Audit(entry.id)));
    let changed = set.changes().iter().flat_map(|change| match change {
        Change::Count { key, .. } | Change::Uncount(key) | Change::Forget(key) => vec![Touched::Counter(*key)],
        Change::Account { to, .. } => vec![Touched::Account(to.id)],
        Change::Expect { account, .. } | Change::EndSession { account, .. } => vec![Touched::Account(*account)],
        Change::ClaimCpr { index, .. } => index.iter().copied().map(Touched::Cpr).collect(),
        Change::ReleaseCpr { index, .. } => vec![Touched::Cpr(*index)],
        Change::Flow { to, .. } => vec![Touched::Flow(to.id)],
        Change::OpenSession { session, .. } => vec![Touched::Account(session.account)],
        Change::Enqueue(job) => vec![Touched::Job(job.id)],
        Change::Finish { job, .. } | Change::Tend { job, .. } => vec![Touched::Job(*job)],
        Change::RegisterKey(key) => vec![Touched::Key(key.id)],
        Change::SealAudit { entries, .. } => entries.iter().map(|entry| Touched::Audit(entry.id)).collect(),
    });
    changed.chain(accounts).collect::<HashSet<Touched>>().len() + 1
}

/// A row that a set writes to, or an account with all of its own.
#[derive(PartialEq, Eq, Hash)]
enum Touched {
    Account(AccountId),
    Audit(u64),
    Counter(CounterKey),
    Cpr(CprIndex),
    Flow(FlowId),
    Job(JobId),
    Key(KeyId),
}

const CALLERS: u64 = 32;
const LOGINS: u64 = 50;
/// Logins of each caller before the clock runs.
const WARMING: u64 = 5;
const ROUNDS: usize = 5;
