//! What somebody does to the file past the store is found and named (I9).

use std::sync::Arc;

use patientportal_core::audit::{AuditFlaw, KnownRoot};
use patientportal_core::portal::AuditTally;
use patientportal_core::store::{List, Listed, Store};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};
use rusqlite::Connection;

use super::Scratch;
use super::opening::make_older;
use crate::{SqliteOptions, SqliteStore};

#[tokio::test]
async fn i9_what_is_done_to_the_file_is_named() {
    let scratch = Scratch::new();
    let roots = lay_trail(&scratch).await;
    let id =
        |sql: &str| past_the_store(&scratch).query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs();
    assert_eq!(flaws(&scratch).await, []);

    let changed = id("SELECT id FROM sealed_audit WHERE batch = 1 ORDER BY id LIMIT 1");
    execute(&scratch, &format!("UPDATE sealed_audit SET at = at + 1 WHERE id = {changed}"));
    let removed = id("SELECT id FROM sealed_audit WHERE batch = 1 ORDER BY id DESC LIMIT 1");
    execute(&scratch, &format!("DELETE FROM sealed_audit WHERE id = {removed}"));
    let added = id("SELECT max(id) + 1 FROM sealed_audit WHERE batch = 2");
    let add = "INSERT INTO sealed_audit SELECT batch, ?1, at, account, clinic, record, mac FROM sealed_audit
        WHERE batch = 2 LIMIT 1";
    past_the_store(&scratch).execute(add, [added.cast_signed()]).unwrap();
    let expected = [
        AuditFlaw::EntryChanged { entry: changed, batch: Some(1) },
        AuditFlaw::EntryRemoved { entry: removed, batch: 1 },
        AuditFlaw::EntryAdded { entry: added, batch: 2 },
    ];
    let found = flaws(&scratch).await;
    assert!(found.len() == 3 && expected.iter().all(|flaw| found.contains(flaw)), "{found:?}");

    execute(&scratch, "DELETE FROM sealed_audit WHERE batch = 2; DELETE FROM audit_batch WHERE number = 2");
    let cut = compare(&scratch, &roots).await;
    assert_eq!(cut, [AuditFlaw::CutOff { from: 2, to: 2 }]);
}

#[tokio::test]
async fn i9_swapped_batches_are_named() {
    let scratch = Scratch::new();
    lay_trail(&scratch).await;
    execute(
        &scratch,
        "UPDATE audit_batch SET number = 9 WHERE number = 1; UPDATE audit_batch SET number = 1 WHERE number = 2;
        UPDATE audit_batch SET number = 2 WHERE number = 9;",
    );
    let swapped =
        [AuditFlaw::BatchMisplaced { number: 2, found: 1 }, AuditFlaw::BatchMisplaced { number: 1, found: 2 }];
    assert_eq!(flaws(&scratch).await, swapped);
}

#[tokio::test]
async fn i9_a_backup_verifies() {
    let (scratch, restored) = (Scratch::new(), Scratch::new());
    let roots = lay_trail(&scratch).await;
    scratch.store().backup(restored.database()).await.unwrap();
    assert_eq!(flaws(&restored).await, []);
    assert_eq!(compare(&restored, &roots).await, []);
}

#[tokio::test]
async fn i9_what_an_older_program_wrote_is_sealed_by_this_one() {
    let scratch = Scratch::new();
    let world = World::with(Arc::new(scratch.store()), |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let page = world.store.list(List::Unsealed, None, 99).await.unwrap();
    drop(world);
    // As it was before there were batches.
    make_older(&scratch, 5);

    let world = World::with(Arc::new(scratch.store()), |_| {});
    let sealed = world.portal.seal_audit().await.unwrap();
    assert_eq!(sealed.iter().map(|batch| batch.count).collect::<Vec<_>>(), [page.rows.len() as u64]);
    let listed = world.store.list(List::Sealed { from: 1, to: 1 }, None, 99).await.unwrap();
    let entries = listed.rows.into_iter().filter_map(|row| match row {
        Listed::Sealed { entry, .. } => Some(Listed::Unsealed(entry)),
        _ => None,
    });
    assert_eq!(entries.collect::<Vec<_>>(), page.rows);
    assert_eq!(flaws(&scratch).await, []);
}

/// Two batches; answers their roots.
async fn lay_trail(scratch: &Scratch) -> Vec<KnownRoot> {
    let world = World::with(Arc::new(scratch.store()), |_| {});
    let mut roots = Vec::new();
    for person in [Person::NANCY, Person::MAX] {
        drop(world.proven(&person, AUTOMATIC).await);
        let sealed = world.portal.seal_audit().await.unwrap();
        roots.extend(sealed.iter().map(|batch| KnownRoot { number: batch.number, root: batch.root }));
        world.wait(std::time::Duration::from_secs(1));
    }
    assert_eq!(roots.len(), 2);
    roots
}

async fn flaws(scratch: &Scratch) -> Vec<AuditFlaw> {
    let mut flaws = Vec::new();
    let tally: AuditTally = portal(scratch).portal.verify_audit(None, &mut |flaw| flaws.push(flaw)).await.unwrap();
    assert!(tally.batches > 0);
    flaws
}

async fn compare(scratch: &Scratch, roots: &[KnownRoot]) -> Vec<AuditFlaw> {
    let mut flaws = Vec::new();
    portal(scratch).portal.compare_roots(roots, &mut |flaw| flaws.push(flaw)).await.unwrap();
    flaws
}

fn portal(scratch: &Scratch) -> World {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(scratch.database(), SqliteOptions::default()).unwrap());
    World::with(store, |_| {})
}

fn past_the_store(scratch: &Scratch) -> Connection {
    Connection::open(scratch.database()).unwrap()
}

fn execute(scratch: &Scratch, sql: &str) {
    past_the_store(scratch).execute_batch(sql).unwrap();
}
