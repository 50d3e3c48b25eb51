//! Known and unknown numbers cost the same work: I6, by counting.

use std::sync::Arc;

use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

#[tokio::test]
async fn i6_a_wrong_password_and_an_unknown_number_make_the_same_calls() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    let mut traces = Vec::new();
    for cpr in [Person::NANCY.cpr, Person::MAX.cpr] {
        store.forget_calls();
        let verified = world.hasher.verified();
        let refused = browser.submit_password(cpr, "Forkert-12").await.err();
        traces.push((store.calls(), world.hasher.verified() - verified, refused));
    }
    assert_eq!(traces[0], traces[1]);
}

#[tokio::test]
async fn i6_recovery_commits_one_job_whoever_is_asked_for() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    let mut traces = Vec::new();
    for (cpr, email) in [
        (Person::NANCY.cpr, Person::NANCY.email),
        (Person::NANCY.cpr, Person::MAX.email),
        (Person::MAX.cpr, Person::MAX.email),
    ] {
        store.forget_calls();
        let answer = browser.request_reset(cpr, email).await;
        traces.push((store.calls(), answer));
    }
    assert_eq!(traces[0], traces[1]);
    assert_eq!(traces[0], traces[2]);
    world.mailed_link().await;
}

#[tokio::test]
async fn i6_registration_looks_no_number_up_before_mitid_has_proved_it() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    let mut traces = Vec::new();
    for person in [Person::NANCY, Person::MAX] {
        store.forget_calls();
        browser.submit_registration(&person.form()).await.expect("a good form");
        traces.push(store.calls());
    }
    assert_eq!(traces[0], traces[1]);
}
