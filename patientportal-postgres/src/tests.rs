//! What only this store does; everything that any store does is the conformance suite's.

mod audit;
mod connections;
mod contention;
mod migrations;
mod opening;
mod outcome;
mod plans;
mod proxy;
mod shards;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use patientportal_core::ids::{CommandId, CounterKey, FlowId, JobId, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::transfer::{CopySource, CopyTarget};
use patientportal_core::store::{Change, ChangeSet, FlowRecord, JobKind, NewJob, Store};
use patientportal_testkit::conformance::StoreUnderTest;
use patientportal_testkit::conformance::transfer::TransferUnderTest;
use patientportal_testkit::memory::MemoryStore;
use postgres_server::PostgresServer;

use crate::address::hosts;
use crate::connect::Connector;
use crate::connection::Connection;
use crate::{PostgresOptions, PostgresStore};

patientportal_testkit::store_conformance!(
    #[ignore = "needs PostgreSQL: run cargo xtask test"]
    Scratch::new()
);

/// Out of one database into another.
mod transfer {
    use super::Scratch;

    patientportal_testkit::transfer_conformance!(
        #[ignore = "needs PostgreSQL: run cargo xtask test"]
        Scratch::new() => Scratch::new()
    );
}

/// Out of memory, and back into it.
mod transfer_from_another_store {
    use super::{InMemory, Scratch};

    patientportal_testkit::transfer_conformance!(
        #[ignore = "needs PostgreSQL: run cargo xtask test"]
        InMemory::default() => Scratch::new()
    );
}

mod transfer_to_another_store {
    use super::{InMemory, Scratch};

    patientportal_testkit::transfer_conformance!(
        #[ignore = "needs PostgreSQL: run cargo xtask test"]
        Scratch::new() => InMemory::default()
    );
}

/// A database of its own.
struct Scratch {
    url: String,
}

impl Scratch {
    fn new() -> Self {
        Self { url: PostgresServer::shared().new_database() }
    }

    async fn store(&self) -> PostgresStore {
        PostgresStore::open(&self.url, options()).await.unwrap()
    }

    /// One whose transactions are serializable.
    fn serializable() -> Self {
        let scratch = Self::new();
        scratch.alter("SET default_transaction_isolation = 'serializable'");
        scratch
    }

    fn database(&self) -> &str {
        self.url.rsplit('/').next().unwrap()
    }

    /// Changes the settings that its connections begin with.
    fn alter(&self, change: &str) {
        PostgresServer::shared().sql("postgres", &format!("ALTER DATABASE {} {change}", self.database()));
    }

    /// Executes statements past the store, in its schema.
    fn sql(&self, statement: &str) -> String {
        PostgresServer::shared().sql(self.database(), &format!("SET search_path TO patientportal; {statement}"))
    }

    /// A connection past the store.
    async fn connection(&self) -> Connection {
        self.connection_with(&options()).await
    }

    /// One as a store with these options has.
    async fn connection_with(&self, options: &PostgresOptions) -> Connection {
        let hosts = hosts(&self.url, options).unwrap();
        Connector::new(hosts, options).unwrap().connect().await.unwrap()
    }

    /// How many wait for a lock.
    fn waiting(&self) -> u32 {
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.sql(waiting).parse().unwrap()
    }
}

#[async_trait]
impl StoreUnderTest for Scratch {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.store().await)
    }
}

#[async_trait]
impl TransferUnderTest for Scratch {
    async fn source(&self) -> Arc<dyn CopySource> {
        Arc::new(self.store().await)
    }

    async fn target(&self) -> Arc<dyn CopyTarget> {
        Arc::new(PostgresStore::open_for_copy(&self.url, options()).await.unwrap())
    }
}

#[derive(Default)]
struct InMemory(Arc<MemoryStore>);

#[async_trait]
impl StoreUnderTest for InMemory {
    async fn open(&self) -> Arc<dyn Store> {
        self.0.clone()
    }
}

#[async_trait]
impl TransferUnderTest for InMemory {
    async fn source(&self) -> Arc<dyn CopySource> {
        self.0.clone()
    }

    async fn target(&self) -> Arc<dyn CopyTarget> {
        self.0.clone()
    }
}

/// On a busy machine a crowd may wait long for its connections.
fn options() -> PostgresOptions {
    let minute = Duration::from_secs(60);
    PostgresOptions { pool_wait: minute, commit_patience: minute, ..PostgresOptions::default() }
}

/// Looks until it is so, a minute at most.
async fn until(mut so: impl FnMut() -> bool) {
    let looking = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looking).await.expect("it never came to be so");
}

/// A command that writes a flow and a job, both of which carry its number.
fn command(number: u64) -> ChangeSet {
    let (id, payload) = (JobId(number), Sealed(vec![1; 100]));
    let job = NewJob { id, kind: JobKind::Mail, due: NOW, give_up: NOW, account: None, payload };
    let expires = Timestamp(NOW.0 + 1);
    let flow = FlowRecord { id: flow_id(number), expires, consumed: false, body: Sealed(vec![2; 1000]) };
    let changes = vec![Change::Flow { expect: None, to: Box::new(flow) }, Change::Enqueue(job)];
    ChangeSet::new(CommandId(number), NOW, changes, vec![])
}

fn flow_id(number: u64) -> FlowId {
    FlowId(u128::from(number).to_be_bytes())
}

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const KEY: CounterKey = CounterKey([1; 16]);
