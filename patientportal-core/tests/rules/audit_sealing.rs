//! The sealer (I9): every entry comes into one batch, whoever seals and however often.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::audit::{KnownRoot, SealedBatch};
use patientportal_core::ids::KeyId;
use patientportal_core::sealing::{KeyRing, MasterKey};
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::SECOND;

#[tokio::test]
async fn i9_what_was_written_is_sealed_in_a_chain() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let first = seal(&world).await;
    world.wait(SECOND);
    drop(world.registered(&Person::MAX, AUTOMATIC).await);
    let second = seal(&world).await;
    let ([first], [second]) = (first.as_slice(), second.as_slice()) else { panic!("one each: {first:?} {second:?}") };
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!((first.previous, second.previous), ([0; 32], first.root));
    let tally = verified(&world).await;
    assert_eq!((tally.batches, tally.entries, tally.unsealed), (2, first.count + second.count, 0));
    assert_eq!(tally.newest, Some(*second));
}

#[tokio::test]
async fn i9_where_nothing_is_to_be_sealed_nothing_is_written() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    assert_eq!(seal(&world).await.len(), 1);
    world.wait(SECOND);
    store.forget_calls();
    assert_eq!(seal(&world).await, []);
    assert_eq!(store.calls(), [Call::List], "one look and no write");
}

#[tokio::test]
async fn i9_a_node_leaves_to_the_next_round_what_another_has_just_sealed() {
    let world = World::new();
    let other = world.another_node(|_, _| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    assert_eq!(seal(&world).await.len(), 1);
    drop(world.registered(&Person::MAX, AUTOMATIC).await);
    assert_eq!(seal(&other).await, [], "a batch a second, however many nodes there are");
    world.wait(SECOND);
    assert_eq!(seal(&other).await.len(), 1);
    verified(&world).await;
}

#[tokio::test]
async fn i9_of_nodes_that_seal_at_once_one_does() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let portals: Vec<_> = (0..64).map(|_| world.restarted(|_| {})).collect();
    let sealing = portals.into_iter().map(|portal| tokio::spawn(async move { portal.seal_audit().await }));
    let mut batches = Vec::new();
    for sealing in sealing.collect::<Vec<_>>() {
        batches.extend(sealing.await.expect("no node panics").expect("no fault"));
    }
    assert_eq!(batches.len(), 1, "{batches:?}");
    assert_eq!(verified(&world).await.unsealed, 0);
}

#[tokio::test]
async fn i9_a_rush_is_sealed_in_batches_of_a_thousand() {
    let world = World::new();
    let browser = world.browser(AUTOMATIC);
    for _ in 0..1001 {
        // Whoever sends a wrong password is written down; a day later, nobody waits.
        world.wait(Duration::from_secs(24 * 3600));
        browser.submit_password(Person::MAX.cpr, "not-it-at-all").await.expect_err("there is no such account");
    }
    let sealed = seal(&world).await;
    let counts: Vec<u64> = sealed.iter().map(|batch| batch.count).collect();
    assert_eq!(counts, [1000, 1]);
    assert_eq!(verified(&world).await.entries, 1001);
}

#[tokio::test]
async fn i9_what_a_fault_left_is_sealed_next() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    store.fail_next_commit();
    assert!(world.portal.seal_audit().await.expect_err("the store was told to fail").is_transient());
    store.fail_next_commit_after_applying();
    assert!(world.portal.seal_audit().await.is_err());
    world.wait(SECOND);
    assert_eq!(seal(&world).await, [], "it was sealed, and only not heard of");
    assert_eq!(verified(&world).await.batches, 1);
}

#[tokio::test]
async fn i9_old_keys_verify_what_was_sealed_under_them() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    seal(&world).await;
    world.wait(SECOND);
    let rotated = world.another_node(|_, settings| settings.keys = rotated_keys());
    drop(rotated.registered(&Person::MAX, AUTOMATIC).await);
    seal(&rotated).await;
    assert_eq!(verified(&rotated).await.batches, 2);

    let mut flaws = Vec::new();
    world.portal.verify_audit(None, &mut |flaw| flaws.push(flaw.to_string())).await.expect("it is read");
    assert!(flaws.len() > 1 && flaws.iter().all(|flaw| flaw.contains("under key 2")), "{flaws:?}");
    assert!(flaws.iter().any(|flaw| flaw.starts_with("batch 2 ")), "{flaws:?}");
}

#[tokio::test]
async fn i9_roots_that_were_told_are_those_that_are_there() {
    let world = World::new();
    let mut known = Vec::new();
    for person in [Person::NANCY, Person::MAX, Person::KIRSTEN] {
        drop(world.registered(&person, AUTOMATIC).await);
        let lines = seal(&world).await.into_iter().map(|batch| batch.to_string());
        known.extend(lines.map(|line| KnownRoot::parse(&line).expect("a line of a file of roots")));
        world.wait(SECOND);
    }
    assert_eq!(known.len(), 3);
    for known in [known.clone(), known.into_iter().rev().cycle().take(7).collect()] {
        let compared = world.portal.compare_roots(&known, &mut |flaw| panic!("{flaw}")).await;
        compared.expect("it is read");
    }
}

async fn seal(world: &World) -> Vec<SealedBatch> {
    world.portal.seal_audit().await.expect("the store works")
}

/// What is verified, and found without a flaw.
async fn verified(world: &World) -> patientportal_core::portal::AuditTally {
    world.portal.verify_audit(None, &mut |flaw| panic!("{flaw}")).await.expect("it is read")
}

fn rotated_keys() -> KeyRing {
    KeyRing::new(MasterKey::new(KeyId(2), [7; 32]), [MasterKey::new(KeyId(1), [1; 32])]).expect("two keys are a ring")
}
