//! What somebody does to the audit trail past the portal is found and named (I9).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use patientportal_core::audit::{AuditBatch, AuditEntry, AuditFlaw, KnownRoot};
use patientportal_core::ids::AccountId;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::AuditTally;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::{HOUR, SECOND};

type Entries = BTreeMap<u64, (AuditEntry, Option<u64>)>;
type Batches = BTreeMap<u64, AuditBatch>;

/// A world with three batches, whose roots are known, and some entries in none.
struct Trail {
    world: World,
    store: Arc<MemoryStore>,
    roots: Vec<KnownRoot>,
}

#[tokio::test]
async fn i9_an_untouched_trail_has_no_flaw() {
    let trail = Trail::lay().await;
    assert_eq!(trail.flaws().await, []);
    assert_eq!(trail.unknown_roots().await, []);
    let tally = trail.tally().await;
    assert_eq!((tally.batches, tally.emptied, tally.newest.map(|newest| newest.number)), (3, 0, Some(3)));
    assert!(tally.unsealed > 0 && tally.oldest_unsealed.is_some(), "{tally:?}");
}

#[tokio::test]
async fn i9_a_changed_entry_is_named_whatever_was_changed() {
    let changes: [fn(&mut AuditEntry); 5] = [
        |entry| entry.at = entry.at + SECOND,
        |entry| entry.account = entry.account.map_or(Some(AccountId(1)), |_| None),
        |entry| entry.clinic = None,
        |entry| {
            entry.record.pop();
        },
        |entry| entry.mac[15] ^= 1,
    ];
    for change in changes {
        let trail = Trail::lay().await;
        let entry = trail.tamper(|entries, _| {
            let (id, (entry, _)) = entries.iter_mut().find(|(_, (_, batch))| *batch == Some(2)).expect("it has some");
            change(entry);
            *id
        });
        assert_eq!(trail.flaws().await, [AuditFlaw::EntryChanged { entry, batch: Some(2) }]);
    }
}

#[tokio::test]
async fn i9_an_entry_that_waits_is_verified_too() {
    let trail = Trail::lay().await;
    let entry = trail.tamper(|entries, _| {
        let (id, (entry, _)) = entries.iter_mut().find(|(_, (_, batch))| batch.is_none()).expect("some wait");
        entry.at = Timestamp(1);
        *id
    });
    assert_eq!(trail.flaws().await, [AuditFlaw::EntryChanged { entry, batch: None }]);
    // It is sealed as it is, so that it stays to be found.
    trail.world.portal.seal_audit().await.expect("the store works");
    assert_eq!(trail.flaws().await, [AuditFlaw::EntryChanged { entry, batch: Some(4) }]);
}

#[tokio::test]
async fn i9_a_removed_entry_is_named_wherever_it_was() {
    for place in 0..3 {
        let trail = Trail::lay().await;
        let (ids, removed) = trail.tamper(|entries, _| {
            let ids: Vec<u64> = of_batch(entries, 2);
            let removed = [ids[0], ids[1], *ids.last().expect("some")][place];
            entries.remove(&removed);
            (ids, removed)
        });
        assert!(ids.len() > 2, "a beginning, a middle and an end");
        assert_eq!(trail.flaws().await, [AuditFlaw::EntryRemoved { entry: removed, batch: 2 }]);
    }
}

#[tokio::test]
async fn i9_an_entry_that_goes_back_to_those_that_wait_is_missed() {
    let trail = Trail::lay().await;
    let entry = trail.tamper(|entries, _| {
        let id = of_batch(entries, 1)[0];
        entries.entry(id).and_modify(|(_, batch)| *batch = None);
        id
    });
    let removed = [AuditFlaw::EntryRemoved { entry, batch: 1 }];
    assert_eq!(trail.flaws().await, removed);
    trail.world.portal.seal_audit().await.expect("the store works");
    assert_eq!(trail.flaws().await, removed, "sealing it anew mends nothing");
}

#[tokio::test]
async fn i9_an_added_entry_is_named_whether_forged_or_moved() {
    let trail = Trail::lay().await;
    let (forged, moved) = trail.tamper(|entries, _| {
        let (first, last) = (of_batch(entries, 2)[0], *of_batch(entries, 3).last().expect("some"));
        let (entry, _) = entries[&first].clone();
        entries.insert(first + 1, (AuditEntry { id: first + 1, ..entry }, Some(2)));
        entries.entry(last).and_modify(|(_, batch)| *batch = Some(2));
        (first + 1, last)
    });
    let mut flaws = trail.flaws().await;
    flaws.sort_by_key(ToString::to_string);
    let mut expected = [
        AuditFlaw::EntryAdded { entry: forged, batch: 2 },
        AuditFlaw::EntryAdded { entry: moved, batch: 2 },
        AuditFlaw::EntryRemoved { entry: moved, batch: 3 },
    ];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(flaws, expected);
}

#[tokio::test]
async fn i9_an_entry_of_a_batch_that_never_was_is_named() {
    for batch in [0, 4, u64::MAX >> 1] {
        let trail = Trail::lay().await;
        let entry = trail.tamper(|entries, _| {
            let (entry, _) = entries[&of_batch(entries, 2)[0]].clone();
            let id = entry.id + 1;
            entries.insert(id, (AuditEntry { id, ..entry }, Some(batch)));
            id
        });
        assert_eq!(trail.flaws().await, [AuditFlaw::EntryWithoutBatch { entry, batch }]);
    }
}

#[tokio::test]
async fn i9_a_cut_off_end_is_seen_by_roots_that_are_known_outside() {
    let trail = Trail::lay().await;
    trail.tamper(|entries, batches| {
        batches.retain(|number, _| *number == 1);
        entries.retain(|_, (_, batch)| *batch == Some(1));
    });
    assert_eq!(trail.flaws().await, [], "what is left is whole");
    assert_eq!(trail.unknown_roots().await, [AuditFlaw::CutOff { from: 2, to: 3 }]);
    // What is sealed next takes the number of what is gone.
    drop(trail.world.browser(AUTOMATIC).submit_password(Person::NANCY.cpr, "not-it-at-all").await);
    trail.world.portal.seal_audit().await.expect("the store works");
    assert_eq!(trail.flaws().await, []);
    let told = [AuditFlaw::RootDiffers { number: 2 }, AuditFlaw::CutOff { from: 3, to: 3 }];
    let mut flaws = trail.unknown_roots().await;
    flaws.sort_by_key(|flaw| matches!(flaw, AuditFlaw::CutOff { .. }));
    assert_eq!(flaws, told);
}

#[tokio::test]
async fn i9_a_batch_cut_off_without_its_entries_shows_by_them() {
    let trail = Trail::lay().await;
    let left = trail.tamper(|entries, batches| {
        batches.remove(&3);
        of_batch(entries, 3)
    });
    let expected: Vec<_> = left.into_iter().map(|entry| AuditFlaw::EntryWithoutBatch { entry, batch: 3 }).collect();
    assert_eq!(trail.flaws().await, expected);
}

#[tokio::test]
async fn i9_a_removed_batch_is_named() {
    for (gone, expected) in [(vec![2], (2, 2)), (vec![1], (1, 1)), (vec![1, 2], (1, 2))] {
        for entries_too in [true, false] {
            let trail = Trail::lay().await;
            trail.tamper(|entries, batches| {
                batches.retain(|number, _| !gone.contains(number));
                entries.retain(|_, (_, batch)| !entries_too || batch.is_none_or(|batch| !gone.contains(&batch)));
            });
            let (from, to) = expected;
            assert_eq!(trail.flaws().await, [AuditFlaw::BatchesRemoved { from, to }], "with entries: {entries_too}");
        }
    }
}

#[tokio::test]
async fn i9_a_changed_batch_is_named() {
    let changes: [fn(&mut AuditBatch); 3] =
        [|batch| batch.mac[0] ^= 1, |batch| batch.record[5] ^= 1, |batch| batch.record.clear()];
    for change in changes {
        let trail = Trail::lay().await;
        trail.tamper(|_, batches| change(batches.get_mut(&2).expect("there are three")));
        assert_eq!(trail.flaws().await, [AuditFlaw::BatchChanged { number: 2 }]);
    }
}

#[tokio::test]
async fn i9_swapped_batches_are_named() {
    for entries_too in [true, false] {
        let trail = Trail::lay().await;
        trail.tamper(|entries, batches| {
            let (two, three) = (batches[&2].clone(), batches[&3].clone());
            batches.insert(2, AuditBatch { number: 2, ..three });
            batches.insert(3, AuditBatch { number: 3, ..two });
            for (_, batch) in entries.values_mut().filter(|_| entries_too) {
                *batch = batch.map(|batch| if batch == 1 { 1 } else { 5 - batch });
            }
        });
        let expected =
            [AuditFlaw::BatchMisplaced { number: 3, found: 2 }, AuditFlaw::BatchMisplaced { number: 2, found: 3 }];
        assert_eq!(trail.flaws().await, expected, "with entries: {entries_too}");
    }
}

#[tokio::test]
async fn i9_a_batch_from_before_a_cut_does_not_fit_in_again() {
    let trail = Trail::lay().await;
    let third = trail.tamper(|entries, batches| {
        let third = batches.remove(&3).expect("there are three");
        let of_it = of_batch(entries, 3);
        let kept: Vec<_> = of_it.iter().filter_map(|id| entries.remove(id)).collect();
        (third, kept)
    });
    trail.world.wait(SECOND);
    let anew = trail.world.portal.seal_audit().await.expect("the store works");
    assert_eq!(anew.first().map(|batch| batch.number), Some(3));
    trail.world.wait(SECOND);
    drop(trail.world.browser(AUTOMATIC).submit_password(Person::NANCY.cpr, "not-it-at-all").await);
    trail.world.portal.seal_audit().await.expect("the store works");
    trail.tamper(|entries, batches| {
        let (third, kept) = third;
        let of_it = of_batch(entries, 3);
        of_it.iter().for_each(|id| {
            entries.remove(id);
        });
        batches.insert(3, third);
        entries.extend(kept.into_iter().map(|(entry, batch)| (entry.id, (entry, batch))));
    });
    assert_eq!(trail.flaws().await, [AuditFlaw::ChainBroken { number: 4 }]);
}

#[tokio::test]
async fn i9_a_broken_batch_does_not_stop_the_sealer() {
    let trail = Trail::lay().await;
    trail.tamper(|_, batches| batches.get_mut(&3).expect("there are three").record.clear());
    let sealed = trail.world.portal.seal_audit().await.expect("the store works");
    assert_eq!(sealed.iter().map(|batch| batch.number).collect::<Vec<_>>(), [4]);
    assert_eq!(trail.flaws().await, [AuditFlaw::BatchChanged { number: 3 }]);
}

#[tokio::test]
async fn i9_a_trail_that_a_thief_of_the_key_wrote_anew_has_other_roots() {
    let (trail, thiefs) = (Trail::lay().await, Trail::lay_after(SECOND).await);
    assert_eq!(thiefs.flaws().await, [], "its MACs are good, for the key is the portal's");
    let anew = Trail { roots: trail.roots.clone(), ..thiefs };
    let differs = [3, 2, 1].map(|number| AuditFlaw::RootDiffers { number });
    assert_eq!(anew.unknown_roots().await, differs);
}

#[tokio::test]
async fn i9_an_entry_under_a_good_mac_that_is_not_the_sealed_one_spoils_the_root() {
    let (trail, thiefs) = (Trail::lay().await, Trail::lay_after(SECOND).await);
    let anew = thiefs.tamper(|entries, _| entries.clone());
    trail.tamper(|entries, _| {
        let id = of_batch(entries, 2)[0];
        let (entry, _) = anew[&id].clone();
        assert_ne!(entries[&id].0, entry);
        entries.insert(id, (entry, Some(2)));
    });
    assert_eq!(trail.flaws().await, [AuditFlaw::RootNotReached { number: 2 }]);
}

#[tokio::test]
async fn i9_what_was_kept_long_enough_may_go_batch_by_batch() {
    let trail = Trail::lay().await;
    trail.tamper(|entries, _| entries.retain(|_, (_, batch)| *batch != Some(1)));
    let (mut flaws, all) = (Vec::new(), trail.roots.len());
    let kept_from = Some(trail.world.portal.now() + HOUR);
    let tally = trail.world.portal.verify_audit(kept_from, &mut |flaw| flaws.push(flaw)).await.expect("it is read");
    assert_eq!((tally.emptied, tally.batches, flaws.as_slice()), (1, all as u64, [].as_slice()));
    assert!(!trail.flaws().await.is_empty(), "unless somebody says how long they are kept");

    trail.tamper(|entries, _| entries.remove(&of_batch(entries, 2)[0]));
    let mut flaws = Vec::new();
    trail.world.portal.verify_audit(kept_from, &mut |flaw| flaws.push(flaw)).await.expect("it is read");
    assert!(matches!(flaws.as_slice(), [AuditFlaw::EntryRemoved { batch: 2, .. }]), "not by halves: {flaws:?}");
}

impl Trail {
    async fn lay() -> Self {
        Self::lay_after(Duration::ZERO).await
    }

    /// The same, but that everything happened so much later.
    async fn lay_after(delay: Duration) -> Self {
        let store = Arc::new(MemoryStore::new());
        let world = World::with(store.clone(), |_| {});
        world.wait(delay);
        let mut roots = Vec::new();
        for person in [Person::NANCY, Person::MAX, Person::KIRSTEN] {
            drop(world.proven(&person, AUTOMATIC).await);
            let sealed = world.portal.seal_audit().await.expect("the store works");
            roots.extend(sealed.iter().map(|batch| KnownRoot { number: batch.number, root: batch.root }));
            world.wait(SECOND);
        }
        drop(world.browser(AUTOMATIC).submit_password(Person::MAX.cpr, "not-it-at-all").await);
        Self { world, store, roots }
    }

    fn tamper<T>(&self, with: impl FnOnce(&mut Entries, &mut Batches) -> T) -> T {
        let mut answer = None;
        self.store.tamper(|entries, batches| answer = Some(with(entries, batches)));
        answer.expect("it was done")
    }

    async fn flaws(&self) -> Vec<AuditFlaw> {
        let mut flaws = Vec::new();
        self.world.portal.verify_audit(None, &mut |flaw| flaws.push(flaw)).await.expect("it is read");
        flaws
    }

    async fn tally(&self) -> AuditTally {
        self.world.portal.verify_audit(None, &mut |_| {}).await.expect("it is read")
    }

    /// What roots that are known outside tell.
    async fn unknown_roots(&self) -> Vec<AuditFlaw> {
        let mut flaws = Vec::new();
        self.world.portal.compare_roots(&self.roots, &mut |flaw| flaws.push(flaw)).await.expect("it is read");
        flaws
    }
}

fn of_batch(entries: &Entries, number: u64) -> Vec<u64> {
    entries.iter().filter(|(_, (_, batch))| *batch == Some(number)).map(|(id, _)| *id).collect()
}
