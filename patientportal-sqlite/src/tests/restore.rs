//! A backup takes a database's place whole or not at all, and never that of one in use.

use std::path::PathBuf;

use patientportal_core::ids::{AccountId, CommandId, Epoch, SecretHash, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::session::{Proof, Session};
use patientportal_core::store::{Change, ChangeSet, Store};
use rusqlite::Connection;

use super::{NOW, Scratch, command, whole_commands};
use crate::{Existing, OpenError, Restoration, RestoreError, SqliteOptions, SqliteStore, back_up};

/// A database that has gone on since it was backed up.
async fn backed_up() -> Scratch {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    let session = Session {
        account: AccountId(7),
        no: SessionNo(1),
        secret: SecretHash([1; 16]),
        epoch: Epoch(0),
        proof: Proof::PasswordAndCode,
        opened: NOW,
        ends: Timestamp(i64::MAX),
        seen: Minute(1),
    };
    let open = Change::OpenSession { session: Box::new(session), provider: None };
    store.commit(&ChangeSet::new(CommandId(900), NOW, vec![open], vec![])).await.unwrap();
    back_up(scratch.database(), scratch.path("copy.db"), &SqliteOptions::default(), Existing::Stays).unwrap();
    store.commit(&command(2)).await.unwrap();
    scratch
}

fn prepare(scratch: &Scratch) -> Result<Restoration, RestoreError> {
    Restoration::prepare(scratch.path("copy.db"), scratch.database(), &options())
}

#[tokio::test]
async fn i8_a_backup_is_restored_and_what_was_there_is_kept() {
    let scratch = backed_up().await;
    assert!(prepare(&scratch).unwrap().finish(scratch.path("aside.db"), &options()).unwrap());
    assert_eq!(names(&scratch), ["aside.db", "copy.db", "portal.db"]);
    assert_eq!(whole_commands(&scratch.store(), 2).await, [1]);
    let aside = SqliteStore::open(scratch.path("aside.db"), options()).unwrap();
    assert_eq!(whole_commands(&aside, 2).await, [1, 2]);
}

#[tokio::test]
async fn l9_no_session_comes_back_with_a_backup() {
    let scratch = backed_up().await;
    prepare(&scratch).unwrap().finish(scratch.path("aside.db"), &options()).unwrap();
    let sessions = |name: PathBuf| {
        let connection = Connection::open(name).unwrap();
        connection.query_row("SELECT count(*) FROM session", [], |row| row.get::<_, u32>(0)).unwrap()
    };
    assert_eq!((sessions(scratch.path("copy.db")), sessions(scratch.database())), (1, 0));
}

#[tokio::test]
async fn i8_a_database_in_use_is_not_replaced() {
    let scratch = backed_up().await;
    let store = scratch.store();
    let options = || SqliteOptions { busy_timeout: std::time::Duration::ZERO, ..options() };
    let refused = prepare(&scratch).unwrap().finish(scratch.path("aside.db"), &options());
    assert!(matches!(refused, Err(RestoreError::Replaced(OpenError::InUse))), "{refused:?}");
    assert!(!scratch.path("aside.db").exists() && !scratch.path("portal.db.restoring").exists());
    store.commit(&command(3)).await.unwrap();
    assert_eq!(whole_commands(&store, 3).await, [1, 2, 3]);
}

#[tokio::test]
async fn i8_a_lost_database_is_restored_but_not_under_its_old_log() {
    let scratch = backed_up().await;
    std::fs::remove_file(scratch.database()).unwrap();
    std::fs::write(scratch.path("portal.db-wal"), "frames of a lost database").unwrap();
    let refused = prepare(&scratch).unwrap().finish(scratch.path("aside.db"), &options());
    assert!(matches!(refused, Err(RestoreError::StrayLog(_))), "{refused:?}");
    std::fs::remove_file(scratch.path("portal.db-wal")).unwrap();
    assert!(!prepare(&scratch).unwrap().finish(scratch.path("aside.db"), &options()).unwrap());
    assert_eq!(whole_commands(&scratch.store(), 2).await, [1]);
}

#[tokio::test]
async fn i8_what_is_no_whole_backup_is_refused_and_nothing_is_touched() {
    let scratch = backed_up().await;
    let (whole, portal) = (read(&scratch, "copy.db"), read(&scratch, "portal.db"));
    let mut bitten = whole.clone();
    let middle = bitten.len() / 2;
    bitten[middle..middle + 3000].fill(0x5a);
    for bad in [bitten, whole[..middle].to_vec(), b"notes".repeat(1000), Vec::new()] {
        std::fs::write(scratch.path("copy.db"), &bad).unwrap();
        match prepare(&scratch) {
            Err(RestoreError::Damaged | RestoreError::Backup(_)) => {}
            other => panic!("{} bytes: {other:?}", bad.len()),
        }
        assert_eq!(names(&scratch), ["copy.db", "portal.db"]);
    }
    std::fs::write(scratch.path("copy.db"), &whole).unwrap();
    std::fs::write(scratch.path("copy.db-wal"), "frames").unwrap();
    assert!(matches!(prepare(&scratch), Err(RestoreError::HasLog)));
    assert_eq!(read(&scratch, "portal.db"), portal);
}

fn read(scratch: &Scratch, name: &str) -> Vec<u8> {
    std::fs::read(scratch.path(name)).unwrap()
}

fn names(scratch: &Scratch) -> Vec<String> {
    let entries = std::fs::read_dir(&scratch.0).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn options() -> SqliteOptions {
    SqliteOptions::default()
}
