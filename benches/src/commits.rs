//! Commits at 32 callers against the transactions, and so fsyncs, that they cost: callers who wait at the same moment
//! share one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use patientportal_core::ids::{CommandId, CounterKey};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, ChangeSet, Store};
use patientportal_core::throttle::Ladder;

use crate::Round;
use crate::scene::Scene;

pub(crate) async fn round() -> Round {
    let scene = Scene::new("commits");
    let store: Arc<dyn Store> = scene.store.clone();
    let before = scene.store.stats();
    let begun = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..TURNS {
                    store.commit(&count(caller * TURNS + turn + 1)).await.expect("committed");
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no panic");
    }
    let seconds = begun.elapsed().as_secs_f64();
    let after = scene.store.stats();
    let per_second = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds;
    Round { ours: per_second(CALLERS * TURNS), limit: per_second(after.transactions - before.transactions) }
}

fn count(no: u64) -> ChangeSet {
    let key = CounterKey(u128::from(no).to_be_bytes());
    let hour = Duration::from_secs(3600);
    let ladder = Ladder::Window { limit: 5, window: hour, spacing: Duration::ZERO, past_limit: None };
    ChangeSet::new(CommandId(no), Timestamp(1), vec![Change::Count { key, ladder }], Vec::new())
}

const CALLERS: u64 = 32;
const TURNS: u64 = 100;
