//! Keys that must be the database's: I7, and what hangs on them on every node.

use std::sync::Arc;

use patientportal_core::ids::KeyId;
use patientportal_core::portal::KeyCheck;
use patientportal_core::sealing::{KeyRing, MasterKey};
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::world::World;

use crate::nodes::ring;
use crate::paused_store::Pause;

async fn check(world: &World, keys: KeyRing) -> Result<(), KeyCheck> {
    world.another_node(|_, settings| settings.keys = keys).portal.check_keys().await
}

#[tokio::test]
async fn i7_a_rotation_in_two_rounds_over_two_nodes_passes_at_every_start() {
    let world = World::new();
    for keys in [[1].as_slice(), &[1], &[1, 2], &[1, 2], &[2, 1], &[1, 2], &[2, 1], &[2, 1, 3], &[3, 1, 2]] {
        check(&world, ring(keys)).await.unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    }
}

#[tokio::test]
async fn i7_another_key_under_a_known_id_is_refused() {
    let world = World::new();
    check(&world, ring(&[1, 2])).await.expect("the first are the database's");
    for (current, older) in [((1, 9), (2, 2)), ((1, 1), (2, 9)), ((2, 9), (1, 1))] {
        let key = |(id, byte)| MasterKey::new(KeyId(id), [byte; 32]);
        let keys = KeyRing::new(key(current), [key(older)]).expect("a ring");
        let refused = check(&world, keys).await;
        let Err(KeyCheck::AnotherKey(id)) = &refused else { panic!("{refused:?}") };
        assert_eq!(*id, if current.1 == 9 { KeyId(current.0) } else { KeyId(older.0) });
        assert!(refused.is_err_and(|error| error.to_string().contains("restore the keys file")));
    }
}

#[tokio::test]
async fn i7_a_node_that_lacks_a_key_is_refused_and_registers_nothing() {
    let world = World::new();
    check(&world, ring(&[1, 2])).await.expect("the first are the database's");
    for keys in [[1].as_slice(), &[2], &[3], &[3, 1]] {
        let refused = check(&world, ring(keys)).await;
        let Err(KeyCheck::MissingKey(id)) = &refused else { panic!("{keys:?}: {refused:?}") };
        assert!(!keys.contains(&id.0));
        assert!(refused.is_err_and(|error| error.to_string().contains("copy the keys file of the other nodes")));
    }
    check(&world, ring(&[2, 1])).await.expect("no key 3 was written down");
}

#[tokio::test]
async fn i7_of_two_nodes_that_bring_different_keys_at_once_one_at_least_is_refused() {
    let world = World::new();
    let paused = Pause::before(world.store.clone());
    let slow = world.another_node(|ports, settings| {
        ports.store = paused.clone();
        settings.keys = ring(&[1]);
    });
    let checking = tokio::spawn(async move { slow.portal.check_keys().await });
    paused.commit_has_come().await;
    check(&world, ring(&[2])).await.expect("it knows of no other");
    paused.go_on();
    let refused = checking.await.expect("no panic");
    assert!(matches!(refused, Err(KeyCheck::MissingKey(KeyId(2)))), "{refused:?}");
}

#[tokio::test]
async fn l6_a_new_key_may_not_become_the_one_that_counters_hang_on() {
    let world = World::new();
    check(&world, ring(&[5])).await.expect("the first is the database's");
    let refused = check(&world, ring(&[5, 4])).await;
    assert!(matches!(refused, Err(KeyCheck::IdTooLow(KeyId(4)))), "{refused:?}");
    assert!(refused.is_err_and(|error| error.to_string().contains("give it a higher id")));
}

#[tokio::test]
async fn i7_a_rotation_that_skips_its_first_round_is_refused_and_registers_nothing() {
    let world = World::new();
    check(&world, ring(&[2, 1])).await.expect("the first keys have no round before them");
    for keys in [[3, 2, 1].as_slice(), &[4, 3, 2, 1]] {
        let refused = check(&world, ring(keys)).await;
        assert!(matches!(refused, Err(KeyCheck::FirstRoundSkipped(KeyId(id))) if id == keys[0]), "{refused:?}");
        assert!(refused.is_err_and(|error| error.to_string().contains("end of the keys file")));
    }
    check(&world, ring(&[2, 1])).await.expect("no key 3 was written down");
    check(&world, ring(&[2, 1, 3])).await.expect("its first round");
    check(&world, ring(&[3, 2, 1])).await.expect("its second");
}

#[tokio::test]
async fn a_database_that_cannot_be_asked_is_a_fault_and_a_faster_node_is_none() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    store.fail_next_read();
    assert!(matches!(world.portal.check_keys().await, Err(KeyCheck::Fault(_))));
    store.outrun_next_commit();
    world.portal.check_keys().await.expect("read again");
    store.forget_calls();
    world.portal.check_keys().await.expect("known by now");
    assert_eq!(store.calls(), [Call::List], "and nothing is written");
}
