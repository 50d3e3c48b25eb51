//! Files that are opened, and files that are refused with a sentence that says why.

use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use patientportal_core::account::{Account, Membership, MembershipState};
use patientportal_core::ids::{AccountId, ClinicId, CommandId, Revision, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, ChangeSet, FlowRecord, List, Listed, NotCommitted, Store};
use rusqlite::Connection;

use super::{NOW, Scratch, command, flow_id, whole_commands};
use crate::{OpenError, SqliteOptions, SqliteStore};

#[tokio::test]
async fn i7_the_files_are_their_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    for name in ["portal.db", "portal.db-wal", "portal.db-shm"] {
        let mode = std::fs::metadata(scratch.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(store);
}

#[test]
fn i8_a_commit_is_synced() {
    let scratch = Scratch::new();
    let options = SqliteOptions::default();
    let path = crate::open::create(&scratch.database()).unwrap();
    let connection = crate::open::writing(&path, &options).unwrap();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(pragma("synchronous"), 2, "FULL");
    assert_eq!(pragma("foreign_keys"), 1);
    assert_eq!(pragma("busy_timeout"), 5000);
    assert_eq!(pragma("mmap_size"), i64::from(options.mmap_bytes));
    let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn i7_what_was_replaced_is_not_left_in_the_file() {
    let scratch = Scratch::new();
    let held = |text: &str| {
        let file = std::fs::read(scratch.database()).unwrap();
        file.windows(text.len()).any(|window| window == text.as_bytes())
    };
    let flow = FlowRecord { id: flow_id(1), expires: NOW, consumed: false, body: Sealed(b"what it held ".repeat(50)) };
    let write = vec![Change::Flow { expect: None, to: Box::new(flow) }];
    scratch.store().commit(&ChangeSet::new(CommandId(1), NOW, write, vec![])).await.unwrap();
    assert!(held("what it held"));
    let rest = FlowRecord { id: flow_id(1), expires: NOW, consumed: true, body: Sealed(b"the rest".to_vec()) };
    let consume = vec![Change::Flow { expect: Some(Revision(1)), to: Box::new(rest) }];
    scratch.store().commit(&ChangeSet::new(CommandId(2), NOW, consume, vec![])).await.unwrap();
    assert!(held("the rest") && !held("what it held"));
}

#[tokio::test]
async fn a_database_is_migrated_once_and_opened_again() {
    let scratch = Scratch::new();
    scratch.store().commit(&command(1)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(whole_commands(&scratch.store(), 1).await, [1]);
    }
    let connection = Connection::open(scratch.database()).unwrap();
    let steps: i64 = connection.query_row("SELECT count(*) FROM migration", [], |row| row.get(0)).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!((steps, version), (6, 6));
}

#[tokio::test]
async fn s1_members_of_an_older_database_are_listed() {
    let scratch = Scratch::new();
    let mut account = Account::from_record(AccountId(5), EMPTY_ACCESS, EMPTY_DETAILS).unwrap();
    account.access.memberships = vec![Membership::pending(ClinicId(7), NOW)];
    let write = vec![Change::Account { expect: None, to: Box::new(account) }];
    scratch.store().commit(&ChangeSet::new(CommandId(1), NOW, write, vec![])).await.unwrap();
    make_older(&scratch, 3);
    let what = List::Members { clinic: ClinicId(7), state: MembershipState::Pending };
    let page = scratch.store().list(what, None, 9).await.unwrap();
    assert_eq!(page.rows, [Listed::Member { account: AccountId(5), since: NOW }]);
}

#[test]
fn a_newer_schema_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.store());
    Connection::open(scratch.database()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = refusal(&scratch);
    assert!(matches!(refused, OpenError::Newer { found: 99, known: 6 }), "{refused:?}");
    assert!(refused.to_string().contains("install the newer program"), "{refused}");
}

#[test]
fn a_schema_made_by_other_steps_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.store());
    let connection = Connection::open(scratch.database()).unwrap();
    connection.execute("UPDATE migration SET checksum = x'00'", []).unwrap();
    drop(connection);
    assert!(matches!(refusal(&scratch), OpenError::OtherHistory));
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    Connection::open(scratch.database()).unwrap().execute_batch("CREATE TABLE letter (text)").unwrap();
    let before = std::fs::read(scratch.database()).unwrap();
    assert!(matches!(refusal(&scratch), OpenError::OtherProgram));
    assert_eq!(std::fs::read(scratch.database()).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let letter = "Dear clinic, this is a letter. ".repeat(300);
    std::fs::write(scratch.database(), &letter).unwrap();
    assert!(matches!(refusal(&scratch), OpenError::NotADatabase));
    assert_eq!(std::fs::read_to_string(scratch.database()).unwrap(), letter);
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let scratch = Scratch::new();
    scratch.store().commit(&command(1)).await.unwrap();
    let mut file = std::fs::OpenOptions::new().write(true).open(scratch.database()).unwrap();
    file.seek(SeekFrom::Start(100)).unwrap();
    file.write_all(&[0xee; 3000]).unwrap();
    drop(file);
    let refused = refusal(&scratch);
    assert!(matches!(refused, OpenError::Damaged(_)), "{refused:?}");
    assert!(refused.to_string().contains("restore a backup"), "{refused}");
}

#[tokio::test]
async fn damage_that_shows_later_is_a_fault() {
    let scratch = Scratch::new();
    let store = scratch.store();
    for number in 1..=100 {
        store.commit(&command(number)).await.unwrap();
    }
    drop(store);
    let length = std::fs::metadata(scratch.database()).unwrap().len();
    let mut file = std::fs::OpenOptions::new().write(true).open(scratch.database()).unwrap();
    for page in 2..length / 4096 {
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xee; 4096]).unwrap();
    }
    drop(file);
    match SqliteStore::open(scratch.database(), SqliteOptions::default()) {
        Err(error) => assert!(matches!(error, OpenError::Damaged(_)), "{error:?}"),
        Ok(store) => {
            let fault = store.flow(flow_id(50)).await.unwrap_err();
            assert!(!fault.is_transient(), "{fault:?}");
            assert!(store.commit(&command(101)).await.is_err());
        }
    }
}

#[test]
fn a_locked_database_is_refused_after_the_wait() {
    let scratch = Scratch::new();
    let other = Connection::open(scratch.database()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let options = SqliteOptions { busy_timeout: Duration::ZERO, ..SqliteOptions::default() };
    let refused = SqliteStore::open(scratch.database(), options).err().unwrap();
    assert!(matches!(refused, OpenError::Locked), "{refused:?}");
    other.execute_batch("ROLLBACK").unwrap();
    drop(scratch.store());
}

#[tokio::test]
async fn a_write_lock_held_elsewhere_is_a_fault_that_passes() {
    let scratch = Scratch::new();
    let options = SqliteOptions { busy_timeout: Duration::ZERO, ..SqliteOptions::default() };
    let store = SqliteStore::open(scratch.database(), options).unwrap();
    let other = Connection::open(scratch.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(store.ready().await.unwrap_err().is_transient());
    assert!(store.flow(flow_id(1)).await.unwrap().is_none(), "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    store.ready().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_a_fault_that_passes_and_leaves_nothing() {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    limit_pages(&store, 1).await;
    for number in 2..=50 {
        if let Err(full) = store.commit(&command(number)).await {
            assert!(matches!(&full, NotCommitted::Fault(fault) if fault.is_transient()), "{full:?}");
            limit_pages(&store, 1_000_000).await;
            store.commit(&command(number)).await.unwrap();
            assert_eq!(whole_commands(&store, 50).await, (1..=number).collect::<Vec<_>>());
            return;
        }
    }
    panic!("the limit was never met");
}

/// Stands in for the disk's size: SQLite answers "full" beyond it.
async fn limit_pages(store: &SqliteStore, pages: u32) {
    let limit = store.writer().write(move |connection| {
        connection
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))
            .map_err(crate::error::fault)
    });
    assert!(limit.await.unwrap() > 0);
}

#[test]
fn a_path_is_a_path_and_a_folder_must_exist() {
    let scratch = Scratch::new();
    let open = |name: &str| SqliteStore::open(scratch.path(name), SqliteOptions::default());
    drop(open("file:x?mode=memory").unwrap());
    assert!(scratch.path("file:x?mode=memory").exists(), "no URI");
    assert!(matches!(open("missing/portal.db"), Err(OpenError::Unreachable(..))));
    std::fs::create_dir(scratch.path("folder")).unwrap();
    assert!(matches!(open("folder"), Err(OpenError::NotWritable | OpenError::Unreachable(..))));
}

fn refusal(scratch: &Scratch) -> OpenError {
    SqliteStore::open(scratch.database(), SqliteOptions::default()).err().unwrap()
}

#[tokio::test]
async fn m3_what_a_killed_process_had_in_hand_is_free_at_once_for_the_only_worker() {
    let scratch = Scratch::new();
    scratch.store().commit(&command(1)).await.unwrap();
    let leased = scratch.store().lease(NOW, Timestamp(NOW.0 + 60_000), 9).await.unwrap();
    assert!(!leased.is_empty());
    assert!(scratch.store().lease(NOW, Timestamp(NOW.0 + 60_000), 9).await.unwrap().is_empty());
    let options = SqliteOptions { only_worker: true, ..SqliteOptions::default() };
    let store = SqliteStore::open(scratch.database(), options).unwrap();
    assert_eq!(store.lease(NOW, Timestamp(NOW.0 + 60_000), 9).await.unwrap().len(), leased.len());
}

/// CBOR of an account's hot half: epoch 0, no terms, no memberships.
pub(super) const EMPTY_ACCESS: &[u8] = &[0x83, 0x00, 0x60, 0x80];
/// CBOR of the rest: nothing in it.
pub(super) const EMPTY_DETAILS: &[u8] = &[0x87, 0x82, 0x41, 0x01, 0x41, 0x02, 0x80, 0xf6, 0x00, 0xf5, 0x00, 0x00];

/// Makes a database as a program that knew so many migrations has left it.
pub(super) fn make_older(scratch: &Scratch, version: i64) {
    let connection = Connection::open(scratch.database()).unwrap();
    for (number, undo) in UNDONE.iter().filter(|(number, _)| *number > version) {
        connection.execute_batch(undo).unwrap_or_else(|error| panic!("migration {number}: {error}"));
    }
    connection.execute("DELETE FROM migration WHERE version > ?1", [version]).unwrap();
    connection.pragma_update(None, "user_version", version).unwrap();
}

/// What takes back each migration from the fourth on, the last first.
const UNDONE: [(i64, &str); 3] = [
    (6, "DROP INDEX audit_id; DROP TABLE audit_batch; DROP TABLE sealed_audit"),
    (5, "DROP INDEX audit_clinic; DROP INDEX job_account; ALTER TABLE job DROP COLUMN account"),
    (4, "DROP TABLE clinic_member"),
];
