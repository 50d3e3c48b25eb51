//! One fsync serves everybody who waits, and nobody pays for another's conflict or fault.

use std::future::Future;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Waker};
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::ids::CommandId;
use patientportal_core::store::{Change, ChangeSet, NotCommitted, Store};
use patientportal_core::throttle::Ladder;

use super::{KEY, NOW, Scratch, command, flow_id, whole_commands};
use crate::SqliteStore;

#[tokio::test]
async fn i8_sixty_four_waiting_commits_share_one_transaction() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let sets: Vec<ChangeSet> = (1..=64).map(command).collect();
    let before = store.stats();
    let held = hold(&store);
    let waiting = begin(sets.iter().map(|set| store.commit(set)));
    held.send(()).unwrap();
    for commit in waiting {
        commit.await.unwrap();
    }
    let after = store.stats();
    assert_eq!(after.transactions - before.transactions, 2, "the one that was held, and one for all");
    assert_eq!(after.writes - before.writes, 65);
    assert_eq!(whole_commands(&store, 64).await.len(), 64);
}

#[tokio::test]
async fn a_conflict_undoes_only_itself() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let mut sets: Vec<ChangeSet> = (1..=10).map(command).collect();
    // Writes a flow of its own before it meets the job of another in the group.
    let (own, others) = (command(11), command(3));
    let conflict = own.changes().iter().take(1).chain(others.changes().iter().skip(1)).cloned().collect();
    sets.insert(5, ChangeSet::new(CommandId(11), NOW, conflict, vec![]));
    let held = hold(&store);
    let waiting = begin(sets.iter().map(|set| store.commit(set)));
    held.send(()).unwrap();
    for (commit, set) in waiting.into_iter().zip(&sets) {
        let answer = commit.await;
        let is_conflict = set.id() == CommandId(11);
        assert_eq!(matches!(answer, Err(NotCommitted::Stale)), is_conflict, "{answer:?}");
        assert_eq!(answer.is_ok(), !is_conflict);
    }
    assert_eq!(whole_commands(&store, 11).await, (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn i5_counts_within_one_transaction_see_each_other() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let ladder =
        Ladder::Window { limit: 5, window: Duration::from_secs(60), spacing: Duration::ZERO, past_limit: None };
    let count = |id| ChangeSet::new(CommandId(id), NOW, vec![Change::Count { key: KEY, ladder }], vec![]);
    let sets: Vec<ChangeSet> = (1..=64).map(count).collect();
    let held = hold(&store);
    let waiting = begin(sets.iter().map(|set| store.commit(set)));
    held.send(()).unwrap();
    let mut counted = 0;
    for commit in waiting {
        counted += u32::from(commit.await.is_ok());
    }
    assert_eq!(counted, 5);
}

#[tokio::test]
async fn a_transaction_that_fails_answers_everybody_and_the_next_works() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let sets: Vec<ChangeSet> = (1..=3).map(command).collect();
    let held = hold(&store);
    // What SQLite does by itself when the disk is full: it undoes the whole transaction.
    let undone = store.writer().write(|connection| {
        connection.execute_batch("ROLLBACK").map_err(crate::error::fault)?;
        Ok::<(), Fault>(())
    });
    let undone: std::pin::Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + '_>> = Box::pin(undone);
    let first = begin(sets.iter().take(1).map(|set| store.commit(set)));
    let undone = begin(std::iter::once(undone));
    let rest = begin(sets.iter().skip(1).map(|set| store.commit(set)));
    held.send(()).unwrap();
    for commit in first.into_iter().chain(rest) {
        assert!(matches!(commit.await, Err(NotCommitted::Fault(fault)) if fault.is_transient()));
    }
    for undone in undone {
        assert!(undone.await.is_err());
    }
    assert_eq!(whole_commands(&store, 3).await, [0; 0]);
    for set in &sets {
        store.commit(set).await.unwrap();
    }
    assert_eq!(whole_commands(&store, 3).await, [1, 2, 3]);
}

#[tokio::test]
async fn i8_dropping_the_store_finishes_what_was_asked_and_empties_the_log() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let sets: Vec<ChangeSet> = (1..=20).map(command).collect();
    let held = hold(&store);
    // The callers are gone, as at a shutdown; their commits were asked for.
    drop(begin(sets.iter().map(|set| store.commit(set))));
    held.send(()).unwrap();
    drop(store);
    assert!(!scratch.path("portal.db-wal").exists(), "the file alone is whole");
    assert_eq!(whole_commands(&scratch.store(), 20).await.len(), 20);
}

#[tokio::test]
async fn reads_go_on_while_a_write_is_held() {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    let held = hold(&store);
    assert!(store.flow(flow_id(1)).await.unwrap().is_some());
    assert!(store.session(patientportal_core::ids::AccountId(1), patientportal_core::ids::SessionNo(1)).await.is_ok());
    held.send(()).unwrap();
}

/// Holds the writer within a transaction until told to go on.
fn hold(store: &SqliteStore) -> Sender<()> {
    let (go_on, wait): (_, Receiver<()>) = channel();
    let (began, begun) = channel();
    let holding = store.writer().write(move |_| {
        began.send(()).unwrap();
        wait.recv().map_err(|_| Fault::new("nobody holds the writer any more"))
    });
    let mut holding = Box::pin(holding);
    assert!(holding.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    begun.recv().unwrap();
    go_on
}

/// Asks for each and waits for none.
fn begin<F: Future + Unpin>(futures: impl Iterator<Item = F>) -> Vec<F> {
    let mut futures: Vec<F> = futures.collect();
    for future in &mut futures {
        assert!(std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    futures
}
