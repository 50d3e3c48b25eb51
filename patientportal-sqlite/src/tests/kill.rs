//! The process is killed at whatever it does; what it had acknowledged is there, and nothing by half (I8).

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use patientportal_core::store::Store;

use super::{Scratch, command, whole_commands};
use crate::{SqliteOptions, SqliteStore};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i8_what_was_acknowledged_survives_a_kill() {
    if let Some(database) = std::env::var_os(DATABASE) {
        return commit_until_killed(SqliteStore::open(database, SqliteOptions::default()).unwrap()).await;
    }
    let scratch = Scratch::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::kill::i8_what_was_acknowledged_survives_a_kill", "--nocapture"])
        .env(DATABASE, scratch.database())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut acknowledged: Vec<u64> = lines.by_ref().take(500).filter_map(|line| number_in(&line.unwrap())).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| number_in(&line)));

    let up_to = acknowledged.iter().max().unwrap() + 1000;
    let whole = whole_commands(&scratch.store(), up_to).await;
    assert!(acknowledged.len() >= 500);
    for number in acknowledged {
        assert!(whole.contains(&number), "command {number} was acknowledged");
    }
}

/// Eight callers commit and say so, for ever.
async fn commit_until_killed(store: SqliteStore) {
    let store = Arc::new(store);
    let callers = (1..=8).map(|caller| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for number in (caller..).step_by(8) {
                store.commit(&command(number)).await.unwrap();
                eprintln!("{number}.");
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

/// The full stop shows that the kill did not cut the line off.
fn number_in(line: &str) -> Option<u64> {
    line.strip_suffix('.')?.parse().ok()
}

const DATABASE: &str = "PATIENTPORTAL_SQLITE_KILL_TEST";
