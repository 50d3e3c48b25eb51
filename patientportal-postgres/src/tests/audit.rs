//! What somebody does to the rows past the store is found and named, in whichever shard (I9).

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::audit::{AuditFlaw, KnownRoot};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use super::Scratch;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i9_what_is_done_to_rows_is_named() {
    let scratch = Scratch::new();
    let (world, roots) = lay_trail(&scratch).await;
    assert_eq!(flaws(&world).await, []);
    let id = |sql: &str| scratch.sql(sql).parse::<u64>().unwrap();

    let changed = id("SELECT id FROM sealed_audit WHERE batch = 1 ORDER BY id LIMIT 1");
    scratch.sql(&format!("UPDATE sealed_audit SET at = at + 1 WHERE id = {changed}"));
    let removed = id("SELECT id FROM sealed_audit WHERE batch = 1 ORDER BY id DESC LIMIT 1");
    scratch.sql(&format!("DELETE FROM sealed_audit WHERE id = {removed}"));
    let added = id("SELECT max(id) + 1 FROM sealed_audit WHERE batch = 2");
    scratch.sql(&format!(
        "INSERT INTO sealed_audit SELECT shard, batch, {added}, at, account, clinic, record, mac
        FROM sealed_audit WHERE batch = 2 LIMIT 1"
    ));
    let expected = [
        AuditFlaw::EntryChanged { entry: changed, batch: Some(1) },
        AuditFlaw::EntryRemoved { entry: removed, batch: 1 },
        AuditFlaw::EntryAdded { entry: added, batch: 2 },
    ];
    let found = flaws(&world).await;
    assert!(found.len() == 3 && expected.iter().all(|flaw| found.contains(flaw)), "{found:?}");

    scratch.sql("DELETE FROM sealed_audit WHERE batch = 2; DELETE FROM audit_batch WHERE number = 2");
    let mut cut = Vec::new();
    world.portal.compare_roots(&roots, &mut |flaw| cut.push(flaw)).await.unwrap();
    assert_eq!(cut, [AuditFlaw::CutOff { from: 2, to: 2 }]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i9_a_shard_that_is_cut_off_whole_is_named_entry_by_entry() {
    let scratch = Scratch::new();
    let (world, _) = lay_trail(&scratch).await;
    let shard = scratch.sql("SELECT shard FROM sealed_audit ORDER BY shard LIMIT 1");
    let gone = scratch.sql(&format!("SELECT count(*) FROM sealed_audit WHERE shard = {shard}"));
    scratch.sql(&format!("DELETE FROM sealed_audit WHERE shard = {shard}"));
    let found = flaws(&world).await;
    assert_eq!(found.len().to_string(), gone);
    assert!(found.iter().all(|flaw| matches!(flaw, AuditFlaw::EntryRemoved { .. })), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i9_swapped_batches_are_named() {
    let scratch = Scratch::new();
    let (world, _) = lay_trail(&scratch).await;
    scratch.sql("UPDATE audit_batch SET number = 3 - number + 10; UPDATE audit_batch SET number = number - 10");
    let swapped =
        [AuditFlaw::BatchMisplaced { number: 2, found: 1 }, AuditFlaw::BatchMisplaced { number: 1, found: 2 }];
    assert_eq!(flaws(&world).await, swapped);
}

/// Two batches; answers their roots.
async fn lay_trail(scratch: &Scratch) -> (World, Vec<KnownRoot>) {
    let world = World::with(Arc::new(scratch.store().await), |_| {});
    let mut roots = Vec::new();
    for person in [Person::NANCY, Person::MAX] {
        drop(world.proven(&person, AUTOMATIC).await);
        let sealed = world.portal.seal_audit().await.unwrap();
        roots.extend(sealed.iter().map(|batch| KnownRoot { number: batch.number, root: batch.root }));
        world.wait(Duration::from_secs(1));
    }
    assert_eq!(roots.len(), 2);
    (world, roots)
}

async fn flaws(world: &World) -> Vec<AuditFlaw> {
    let mut flaws = Vec::new();
    world.portal.verify_audit(None, &mut |flaw| flaws.push(flaw)).await.unwrap();
    flaws
}
