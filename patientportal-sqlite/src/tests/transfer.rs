//! Copying between databases, to and from another store, and who is kept out meanwhile.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use patientportal_core::account::{Account, Membership, MembershipState};
use patientportal_core::ids::{AccountId, ClinicId, CommandId, Revision};
use patientportal_core::store::transfer::{CopySource, CopyTarget, Progress, Row, Table};
use patientportal_core::store::{ChangeSet, List, Listed, Store, Versioned};
use patientportal_testkit::conformance::StoreUnderTest;
use patientportal_testkit::conformance::transfer::TransferUnderTest;
use patientportal_testkit::memory::MemoryStore;
use rusqlite::Connection;

use super::opening::{EMPTY_ACCESS, EMPTY_DETAILS};
use super::{NOW, Scratch, command, whole_commands};
use crate::{OpenError, SqliteOptions, SqliteSource, SqliteStore, SqliteTarget};

mod from_sqlite_to_sqlite {
    use super::Scratch;
    patientportal_testkit::transfer_conformance!(Scratch::new() => Scratch::new());
}

mod from_memory_to_sqlite {
    use super::{Memory, Scratch};
    patientportal_testkit::transfer_conformance!(Memory::default() => Scratch::new());
}

mod from_sqlite_to_memory {
    use super::{Memory, Scratch};
    patientportal_testkit::transfer_conformance!(Scratch::new() => Memory::default());
}

#[async_trait]
impl TransferUnderTest for Scratch {
    async fn source(&self) -> Arc<dyn CopySource> {
        Arc::new(SqliteSource::open(self.database(), &SqliteOptions::default()).unwrap())
    }

    async fn target(&self) -> Arc<dyn CopyTarget> {
        Arc::new(SqliteTarget::open(self.database(), &SqliteOptions::default()).unwrap())
    }
}

#[derive(Default)]
struct Memory(Arc<MemoryStore>);

#[async_trait]
impl StoreUnderTest for Memory {
    async fn open(&self) -> Arc<dyn Store> {
        self.0.clone()
    }
}

#[async_trait]
impl TransferUnderTest for Memory {
    async fn source(&self) -> Arc<dyn CopySource> {
        self.0.clone()
    }

    async fn target(&self) -> Arc<dyn CopyTarget> {
        self.0.clone()
    }
}

#[tokio::test]
async fn i8_a_database_in_use_is_not_copied_from() {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    let refused = source(&scratch).err().unwrap();
    assert!(matches!(refused, OpenError::InUse), "{refused:?}");
    assert!(refused.to_string().contains("stop every server"), "{refused}");
    store.commit(&command(2)).await.unwrap();
    drop(store);
    drop(source(&scratch).unwrap());
    assert_eq!(whole_commands(&scratch.store(), 2).await, [1, 2]);
}

#[tokio::test]
async fn i8_nobody_writes_to_what_is_copied_from() {
    let scratch = Scratch::new();
    scratch.store().commit(&command(1)).await.unwrap();
    let source = source(&scratch).unwrap();
    let refused = SqliteStore::open(scratch.database(), impatient()).err().unwrap();
    assert!(matches!(refused, OpenError::Locked), "{refused:?}");
    let other = Connection::open(scratch.database()).unwrap();
    assert!(other.execute("DELETE FROM command", []).is_err());
    assert_eq!(source.count(Table::Commands).await.unwrap(), 1);
    drop((source, other));
    assert_eq!(whole_commands(&scratch.store(), 1).await, [1]);
}

#[tokio::test]
async fn i8_what_a_killed_server_left_in_its_log_is_copied_too() {
    let (scratch, killed) = (Scratch::new(), Scratch::new());
    let store = scratch.store();
    store.commit(&command(1)).await.unwrap();
    for name in ["portal.db", "portal.db-wal", "portal.db-shm"] {
        std::fs::copy(scratch.path(name), killed.path(name)).unwrap();
    }
    assert!(std::fs::metadata(killed.path("portal.db-wal")).unwrap().len() > 0, "the log holds something");
    let source = source(&killed).unwrap();
    assert_eq!(source.count(Table::Flows).await.unwrap(), 1);
    assert_eq!(source.count(Table::Jobs).await.unwrap(), 1);
}

#[tokio::test]
async fn half_a_copy_opens_for_copying_only() {
    let scratch = Scratch::new();
    let target = target(&scratch).unwrap();
    let rows = [Row::Command(CommandId(1), NOW)];
    target.put(Table::Commands, &rows, &Progress::Done).await.unwrap();
    drop(target);
    let refused = SqliteStore::open(scratch.database(), SqliteOptions::default()).err().unwrap();
    assert!(matches!(refused, OpenError::Unfinished), "{refused:?}");
    assert!(refused.to_string().contains("go on with the copying"), "{refused}");
    assert!(matches!(source(&scratch), Err(OpenError::Unfinished)));

    let target = self::target(&scratch).unwrap();
    assert_eq!(target.count(Table::Commands).await.unwrap(), 1);
    finish(target).await;
    // The command is known, and so not applied.
    scratch.store().commit(&command(1)).await.unwrap();
    assert_eq!(whole_commands(&scratch.store(), 1).await, [0; 0]);
}

#[tokio::test]
async fn a_portal_is_not_copied_over() {
    let scratch = Scratch::new();
    drop(scratch.store());
    drop(target(&scratch).expect("a database that was opened and never used is empty"));
    finish(target(&scratch).unwrap()).await;
    scratch.store().commit(&ChangeSet::new(CommandId(1), NOW, vec![], vec![])).await.unwrap();
    let refused = target(&scratch).err().unwrap();
    assert!(matches!(refused, OpenError::HoldsPortal), "{refused:?}");
    scratch.store().commit(&command(2)).await.unwrap();
    assert_eq!(whole_commands(&scratch.store(), 2).await, [2], "it is as it was");
}

#[tokio::test]
async fn s1_members_are_listed_in_a_copy() {
    let scratch = Scratch::new();
    let mut account = Account::from_record(AccountId(5), EMPTY_ACCESS, EMPTY_DETAILS).unwrap();
    account.access.memberships = vec![Membership::active(ClinicId(7), NOW)];
    let row = Row::Account(Box::new(Versioned { revision: Revision(3), value: account }));
    let target = target(&scratch).unwrap();
    for _ in 0..2 {
        target.put(Table::Accounts, std::slice::from_ref(&row), &Progress::Done).await.unwrap();
    }
    finish(target).await;
    let what = List::Members { clinic: ClinicId(7), state: MembershipState::Active };
    let page = scratch.store().list(what, None, 9).await.unwrap();
    assert_eq!(page.rows, [Listed::Member { account: AccountId(5), since: NOW }]);
}

#[test]
fn where_no_portal_is_there_is_nothing_to_copy() {
    let scratch = Scratch::new();
    assert!(matches!(source(&scratch), Err(OpenError::NoPortal)));
    assert!(!scratch.database().exists(), "and none was made");
    std::fs::write(scratch.database(), "").unwrap();
    assert!(matches!(source(&scratch), Err(OpenError::NoPortal)));
    std::fs::write(scratch.database(), "Dear clinic, ".repeat(100)).unwrap();
    assert!(matches!(source(&scratch), Err(OpenError::NotADatabase)));
    assert!(matches!(target(&scratch), Err(OpenError::NotADatabase)));
}

#[tokio::test]
async fn another_stores_place_is_told_apart() {
    let scratch = Scratch::new();
    drop(scratch.store());
    let source = source(&scratch).unwrap();
    for table in [Table::Keys, Table::CprIndexes, Table::Sessions, Table::Audit] {
        let place = patientportal_core::store::transfer::Place(vec![1, 2, 3]);
        assert!(source.rows(table, Some(place), 9).await.is_err(), "{table}");
    }
}

fn source(scratch: &Scratch) -> Result<SqliteSource, OpenError> {
    SqliteSource::open(scratch.database(), &impatient())
}

fn target(scratch: &Scratch) -> Result<SqliteTarget, OpenError> {
    SqliteTarget::open(scratch.database(), &impatient())
}

/// Finishes a copy to which nothing is to be added.
async fn finish(target: SqliteTarget) {
    for table in Table::ALL {
        target.put(table, &[], &Progress::Done).await.unwrap();
    }
    target.finish().await.unwrap();
}

fn impatient() -> SqliteOptions {
    SqliteOptions { busy_timeout: Duration::ZERO, ..SqliteOptions::default() }
}
