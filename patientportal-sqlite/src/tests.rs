//! What only this store does; everything that any store does is the conformance suite's.

mod audit;
mod backup;
mod group;
mod kill;
mod opening;
mod plans;
mod restore;
mod transfer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use patientportal_core::ids::{CommandId, CounterKey, FlowId, JobId, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, ChangeSet, FlowRecord, JobKind, NewJob, Store};
use patientportal_testkit::conformance::StoreUnderTest;

use crate::{SqliteOptions, SqliteStore};

patientportal_testkit::store_conformance!(Scratch::new());

#[async_trait]
impl StoreUnderTest for Scratch {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.store())
    }
}

/// A folder that is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let name = format!("patientportal-sqlite-{}-{}", std::process::id(), FOLDERS.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn database(&self) -> PathBuf {
        self.path("portal.db")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(self.database(), SqliteOptions::default()).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
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

/// The numbers of the commands that are wholly there; panics about one that is there by half.
async fn whole_commands(store: &SqliteStore, up_to: u64) -> Vec<u64> {
    let jobs = store.lease(NOW, NOW, u16::MAX).await.unwrap();
    let jobs: std::collections::HashSet<u64> = jobs.into_iter().map(|leased| leased.job.id.0).collect();
    let mut whole = Vec::new();
    for number in 1..=up_to {
        let flow = store.flow(flow_id(number)).await.unwrap().is_some();
        assert_eq!(flow, jobs.contains(&number), "command {number} is there by half");
        if flow {
            whole.push(number);
        }
    }
    whole
}

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const KEY: CounterKey = CounterKey([1; 16]);
