//! Backups are of one moment, taken while writing goes on, and nothing that looks like one is unfinished.

use std::cell::Cell;
use std::sync::Arc;

use patientportal_core::ids::{CommandId, JobId, Sealed};
use patientportal_core::store::{Change, ChangeSet, JobKind, NewJob, Store};
use rusqlite::Connection;

use super::{NOW, Scratch, command, whole_commands};
use crate::{BackupError, Existing, SqliteOptions, SqliteStore, back_up};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_writing_holds_one_moment() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.store());
    for number in 1..=300 {
        store.commit(&command(number)).await.unwrap();
    }
    let writing = Arc::clone(&store);
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let (wrote, first) = tokio::sync::oneshot::channel();
    let writer = tokio::spawn(async move {
        let mut wrote = Some(wrote);
        let mut number = 300;
        while stopped.try_recv() == Err(tokio::sync::oneshot::error::TryRecvError::Empty) {
            number += 1;
            writing.commit(&command(number)).await.unwrap();
            wrote.take().map(|wrote| wrote.send(()));
        }
        number
    });
    first.await.unwrap();
    store.backup(scratch.path("copy.db")).await.unwrap();
    stop.send(()).unwrap();
    let last = writer.await.unwrap();

    let copy = SqliteStore::open(scratch.path("copy.db"), SqliteOptions::default()).unwrap();
    let copied = whole_commands(&copy, last).await;
    assert!(copied.len() > 300, "what was acknowledged before is in it");
    assert_eq!(copied, (1..=copied.len() as u64).collect::<Vec<_>>(), "without a gap");
    drop(copy);
    let check: String = Connection::open(scratch.path("copy.db"))
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}

#[tokio::test]
async fn a_restored_backup_equals_what_was_backed_up() {
    let scratch = Scratch::new();
    let store = scratch.store();
    for number in 1..=50 {
        store.commit(&command(number)).await.unwrap();
    }
    store.backup(scratch.path("copy.db")).await.unwrap();
    assert!(!scratch.path("copy.db.unfinished").exists());
    drop(store);
    let before = dump(&scratch);
    std::fs::rename(scratch.path("copy.db"), scratch.database()).unwrap();
    assert_eq!(dump(&scratch), before);
    assert!(before.len() > 100);
    assert_eq!(whole_commands(&scratch.store(), 50).await.len(), 50);
}

#[tokio::test]
async fn i7_a_backup_is_its_owners_only_and_overwrites_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let store = scratch.store();
    store.backup(scratch.path("copy.db")).await.unwrap();
    let mode = std::fs::metadata(scratch.path("copy.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(scratch.path("copy.db")).unwrap();
    store.commit(&command(1)).await.unwrap();
    assert!(store.backup(scratch.path("copy.db")).await.is_err());
    assert!(store.backup(scratch.database()).await.is_err(), "least of all the database");
    assert!(store.backup(scratch.path("missing/copy.db")).await.is_err());
    assert_eq!(std::fs::read(scratch.path("copy.db")).unwrap(), before);
    assert!(!scratch.path("copy.db.unfinished").exists());
}

#[tokio::test]
async fn writing_between_the_steps_does_not_make_a_backup_begin_again() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let pages = Change::Enqueue(NewJob {
        id: JobId(1_000_000),
        kind: JobKind::Recovery,
        due: NOW,
        give_up: NOW,
        account: None,
        payload: Sealed(vec![3; 4_000_000]),
    });
    store.commit(&ChangeSet::new(CommandId(1_000_000), NOW, vec![pages], vec![])).await.unwrap();
    let from = Connection::open(scratch.database()).unwrap();
    let other = Connection::open(scratch.database()).unwrap();
    let steps = Cell::new(0);
    let write = || {
        steps.set(steps.get() + 1);
        other.execute("UPDATE probe SET writes = ?1", [steps.get()]).unwrap();
        steps.get() < 100
    };
    crate::backup::copy(&from, &scratch.path("copy.db"), Existing::Stays, write).unwrap();
    assert!(steps.get() > 2, "it took several steps: {}", steps.get());
    let copy = Connection::open(scratch.path("copy.db")).unwrap();
    let writes: u32 = copy.query_row("SELECT writes FROM probe", [], |row| row.get(0)).unwrap();
    assert_eq!(writes, 0, "the moment before the first step");
}

#[test]
fn a_backup_that_nobody_waits_for_leaves_no_file() {
    let scratch = Scratch::new();
    drop(scratch.store());
    let from = Connection::open(scratch.database()).unwrap();
    assert!(crate::backup::copy(&from, &scratch.path("copy.db"), Existing::Stays, || false).is_err());
    assert!(!scratch.path("copy.db").exists());
    assert!(!scratch.path("copy.db.unfinished").exists());
}

#[tokio::test]
async fn i8_another_process_backs_up_what_is_served_and_replaces_a_file_only_when_told() {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    let options = SqliteOptions::default();
    let back_up_to = |to: &str, there| back_up(scratch.database(), scratch.path(to), &options, there);
    let made = back_up_to("copy.db", Existing::Stays).unwrap();
    assert_eq!(made.bytes, std::fs::metadata(scratch.path("copy.db")).unwrap().len());
    store.commit(&command(2)).await.unwrap();
    assert!(matches!(back_up_to("copy.db", Existing::Stays), Err(BackupError::Failed(_))));
    back_up_to("copy.db", Existing::IsReplaced).unwrap();
    for there in [Existing::Stays, Existing::IsReplaced] {
        assert!(matches!(back_up_to("portal.db", there), Err(BackupError::Itself)));
    }
    drop(store);
    let copy = SqliteStore::open(scratch.path("copy.db"), SqliteOptions::default()).unwrap();
    assert_eq!(whole_commands(&copy, 2).await, [1, 2]);
    let none = back_up(scratch.path("none.db"), scratch.path("more.db"), &options, Existing::Stays);
    assert!(matches!(none, Err(BackupError::Open(_))));
    assert!(!scratch.path("none.db").exists() && !scratch.path("more.db").exists());
}

/// Every row of every table, as text.
fn dump(scratch: &Scratch) -> Vec<String> {
    let connection = Connection::open(scratch.database()).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut rows_of_all = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<_> = (0..columns).map(|index| format!("{:?}", row.get_ref(index).unwrap())).collect();
            rows_of_all.push(format!("{table}: {}", values.join(", ")));
        }
    }
    rows_of_all
}
