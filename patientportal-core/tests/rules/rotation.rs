//! Rotating the master key while serving: I7, and what stays of the old one.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::ids::KeyId;
use patientportal_core::portal::{KeysLeft, LeftUnder, RewrapPlace};
use patientportal_core::sealing::{KeyRing, MasterKey, PastKey};
use patientportal_core::store::transfer::{CopySource, Row, Table};
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, OFF, World, refusal};

use crate::nodes::ring;

/// Longer than any session.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A number that means somebody at one clinic only (A3).
const LOCAL_NUMBER: &str = "671248-9996";

/// A node that writes with the second key, before and after the first was dropped.
struct Rotation {
    store: Arc<MemoryStore>,
    world: World,
}

impl Rotation {
    /// People who came under the first key, one of them by the number of one clinic.
    async fn begun() -> Self {
        let store = Arc::new(MemoryStore::new());
        let world = World::with(store.clone(), |_| {});
        let this = Self { store, world };
        let old = this.node(ring(&[1]));
        old.portal.check_keys().await.expect("the first key");
        this.node(ring(&[1, 2])).portal.check_keys().await.expect("the second key's first round");
        for person in [Person::NANCY, Person::MAX] {
            drop(old.proven(&person, AUTOMATIC).await);
        }
        let mut local = Person::NANCY;
        (local.cpr, local.email) = (LOCAL_NUMBER, "lokal@example.dk");
        let (_, link) = old.invited(&local, OFF).await;
        old.browser(OFF).activate(&link, &local).await.expect("activated");
        this
    }

    fn node(&self, keys: KeyRing) -> World {
        self.world.another_node(|_, settings| settings.keys = keys)
    }

    /// What stays of the first key, beside the second.
    fn past(&self) -> World {
        let past = MasterKey::new(KeyId(1), [1; 32]).past();
        let past = PastKey::from_bytes(past.id(), &past.to_bytes());
        self.node(ring(&[2]).with_past(past).expect("no key of this id"))
    }

    /// Brings everything under the current key; answers how many rows were written.
    async fn rewrap(&self, node: &World) -> u64 {
        let (mut place, mut written) = (Some(RewrapPlace::default()), 0);
        while let Some(from) = place {
            let page = node.portal.rewrap(&*self.store, from, 1).await.expect("every record can be opened");
            written += page.written;
            place = page.next;
        }
        written
    }

    async fn left(&self, node: &World) -> KeysLeft {
        node.portal.keys_left(&*self.store).await.expect("no fault")
    }
}

fn under(left: &KeysLeft, key: u16) -> LeftUnder {
    left.under.get(&KeyId(key)).copied().unwrap_or_default()
}

#[tokio::test]
async fn i7_after_a_rotation_nothing_is_left_under_the_old_key_and_nobody_notices() {
    let rotation = Rotation::begun().await;
    let new = rotation.node(ring(&[2, 1]));
    let waiting = new.browser(AUTOMATIC);
    rotation
        .node(ring(&[1, 2]))
        .browser(AUTOMATIC)
        .request_reset(Person::NANCY.cpr, Person::NANCY.email)
        .await
        .expect("taken");
    let before = rotation.left(&new).await;
    assert_eq!((under(&before, 1).accounts, under(&before, 1).jobs, before.not_indexed), (3, 2, 3));
    assert!(!under(&before, 1).is_free());

    let flows = under(&before, 1).flows;
    assert_eq!(rotation.rewrap(&new).await, 5 + flows, "three accounts, a request, the task of an activation, flows");
    assert_eq!(rotation.rewrap(&new).await, 0, "begun anew it finds nothing to do");
    let after = rotation.left(&new).await;
    assert_eq!((under(&after, 1).accounts, under(&after, 1).jobs, after.not_indexed), (0, 0, 0));
    assert_eq!((under(&after, 2).accounts, under(&after, 2).jobs), (3, 2));
    let link = new.mailed_link().await;
    refusal(new.portal.submit_reset(&waiting.visitor, &link, "Helt-ny-kode-7", "Helt-ny-kode-7").await).expect("set");
    new.mail("Din adgangskode er ændret").await;

    rotation.world.wait(A_DAY);
    let over = under(&rotation.left(&new).await, 1);
    assert!(over.is_free(), "sessions are over, and flows were sealed anew: {over:?}");
    let past = rotation.past();
    past.portal.check_keys().await.expect("what stays of a key proves that it was the one");
    assert!(rotation.rewrap(&past).await >= 3, "its indexes go");
    assert_eq!(under(&rotation.left(&past).await, 1).indexes, 0);
    past.browser(AUTOMATIC).log_in_with_code(&Person::MAX).await;
    past.browser(AUTOMATIC).log_in_with_mitid(&Person::NANCY).await.expect("found under the new key");
    let local = past.browser(OFF).submit_password(LOCAL_NUMBER, Person::NANCY.password).await;
    local.expect("a number of one clinic is found there still");
    past.mailed_code().await;
}

#[tokio::test]
async fn i9_entries_of_a_dropped_key_are_verified_by_what_stays_of_it() {
    let rotation = Rotation::begun().await;
    let past = MasterKey::new(KeyId(1), [1; 32]).past();
    let ring = ring(&[2]);
    let entries = rotation.store.rows(Table::Audit, None, 1000).await.expect("no fault").rows;
    assert!(entries.len() > 3);
    assert!(entries.iter().all(|row| matches!(row, Row::Audit(entry, _) if !ring.wrote(entry))));
    let ring = ring.with_past(past).expect("no key of this id");
    assert!(entries.iter().all(|row| matches!(row, Row::Audit(entry, _) if ring.wrote(entry))));
}

#[tokio::test]
async fn i7_what_stays_of_a_key_opens_nobody() {
    let rotation = Rotation::begun().await;
    let past = rotation.past();
    let refused = past.browser(AUTOMATIC).submit_password(Person::NANCY.cpr, Person::NANCY.password).await;
    assert!(refused.is_err(), "nobody is found by its index");
    let page = past.portal.rewrap(&*rotation.store, RewrapPlace::default(), 10).await;
    assert!(page.is_err_and(|fault| fault.to_string().contains("not in the ring")));
    assert_eq!(format!("{:?}", MasterKey::new(KeyId(1), [7; 32]).past()), "PastKey { id: KeyId(1), .. }");
}

#[tokio::test]
async fn i7_an_account_that_its_owner_writes_meanwhile_is_rewrapped_all_the_same() {
    let rotation = Rotation::begun().await;
    let new = rotation.node(ring(&[2, 1]));
    rotation.store.outrun_next_commit();
    assert!(rotation.rewrap(&new).await > 3);
    let left = rotation.left(&new).await;
    assert_eq!((under(&left, 1).accounts, left.not_indexed), (0, 0));
}

#[tokio::test]
async fn i7_the_second_round_writes_each_account_once_and_claims_under_both_keys() {
    let rotation = Rotation::begun().await;
    let new = rotation.node(ring(&[2, 1]));
    rotation.store.forget_calls();
    rotation.rewrap(&new).await;
    let commits = rotation.store.calls().into_iter().filter(|call| matches!(call, Call::Commit { .. }));
    for commit in commits {
        let Call::Commit { changes, audit } = commit else { continue };
        assert_eq!(audit, 0, "nothing is said of anybody");
        let is_account = changes.contains(&"account") && changes.contains(&"claim-cpr");
        assert!(is_account || changes == ["tend"] || changes == ["flow"], "{changes:?}");
    }
    let left = rotation.left(&new).await;
    assert_eq!(under(&left, 1).indexes, under(&left, 2).indexes);
}
