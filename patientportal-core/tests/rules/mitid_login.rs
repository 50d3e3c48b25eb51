//! Login with MitID and the session it opens: L1, L9, I2.

use patientportal_core::ports::{Assurance, IdentityFailure};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::{HOUR, MINUTE, SECOND};

#[tokio::test]
async fn l1_each_way_to_fail_has_its_own_answer() {
    let world = World::new();
    let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    for (failure, expected) in [
        (IdentityFailure::Aborted, Refusal::MitIdAborted),
        (IdentityFailure::NoCpr, Refusal::NoCpr),
        (IdentityFailure::NotPrivate, Refusal::NotPrivate),
        (IdentityFailure::AssuranceTooLow, Refusal::AssuranceTooLow),
        (IdentityFailure::NotFresh, Refusal::NotFresh),
        (IdentityFailure::Refused("nonce"), Refusal::MitIdAnswerRefused),
    ] {
        let departure = browser.leave_for_mitid().await.expect("reached");
        assert_eq!(browser.come_back(&departure, Err(failure)).await.err(), Some(expected));
    }
    world.identity.set_down(true);
    assert_eq!(browser.leave_for_mitid().await.err(), Some(Refusal::MitIdUnavailable));
    assert!(!world.portal.mitid_available());
}

#[tokio::test]
async fn l1_i1_an_identity_below_substantial_opens_nothing_whatever_the_adapter_says() {
    let world = World::new();
    let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let departure = browser.leave_for_mitid().await.expect("reached");
    let mut identity = browser.identity(&Person::NANCY);
    identity.assurance = Assurance::Low;
    assert_eq!(browser.come_back(&departure, Ok(identity)).await.err(), Some(Refusal::AssuranceTooLow));
}

#[tokio::test]
async fn i2_nobody_under_fifteen_comes_in_with_mitid() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    assert_eq!(browser.log_in_with_mitid(&Person::CHILD).await.err(), Some(Refusal::TooYoungForMitId));
}

#[tokio::test]
async fn l9_logging_out_ends_the_session_on_the_server_and_tells_where_mitid_ends() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = world.clinic(AUTOMATIC);
    let elsewhere = world.portal.log_out(&principal, Some(clinic)).await.expect("no fault");
    assert_eq!(elsewhere.as_deref(), Some("https://mitid.invalid/logout?hint=id-token-of-Nancy Ann"));
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn l9_a_finished_login_ends_the_browsers_earlier_session() {
    let world = World::new();
    let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let before = browser.visitor.session.clone().expect("a session");
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert!(world.portal.principal(&before).await.expect("no fault").is_none());
    assert!(browser.principal().await.is_some());
}

#[tokio::test]
async fn spec9_a_session_ends_after_twenty_to_twenty_one_minutes_without_a_request() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    world.wait(20 * MINUTE);
    assert!(browser.principal().await.is_some(), "seen, but not yet written down");
    world.portal.keep_house().await.expect("no fault");
    world.wait(20 * MINUTE);
    assert!(browser.principal().await.is_some(), "being seen keeps it");
    world.wait(21 * MINUTE);
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn spec9_a_session_ends_after_eight_hours_in_any_case() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    for _ in 0..24 {
        world.wait(20 * MINUTE - SECOND);
        assert!(browser.principal().await.is_some());
        world.portal.keep_house().await.expect("no fault");
    }
    world.wait(MINUTE);
    assert!(browser.principal().await.is_none());
    world.wait(HOUR);
    world.portal.keep_house().await.expect("no fault");
}

#[tokio::test]
async fn a_cookie_with_another_secret_is_worth_nothing() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let cookie = browser.visitor.session.clone().expect("a session");
    for at in 0..cookie.len() {
        let mut changed: Vec<u8> = cookie.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ascii");
        assert!(world.portal.principal(&changed).await.expect("no fault").is_none(), "character {at}");
    }
}

#[tokio::test]
async fn i2_fifteen_is_no_setting() {
    let store = std::sync::Arc::new(patientportal_testkit::memory::MemoryStore::new());
    let world = World::with(store, |policy| policy.self_age = 10);
    let mut browser = world.browser(AUTOMATIC);
    assert_eq!(browser.log_in_with_mitid(&Person::CHILD).await.err(), Some(Refusal::TooYoungForMitId));
}

#[tokio::test]
async fn l9_logging_out_works_though_what_the_provider_needs_cannot_be_read() {
    let store = std::sync::Arc::new(patientportal_testkit::memory::MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    store.fail_next_read();
    world.portal.log_out(&principal, None).await.expect("logged out all the same");
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn i7_nothing_that_a_program_may_log_prints_a_secret() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let message = world.next_mail().await;
    let owner = world.portal.owner(&principal).await.expect("no fault");
    let printed = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        browser.visitor,
        principal,
        page,
        message,
        owner,
        Person::NANCY.form(),
        browser.identity(&Person::NANCY),
    );
    let session = browser.visitor.session.as_deref().expect("a session");
    let device = browser.visitor.device.as_deref().expect("a device");
    for secret in
        [session, device, "Nancy", "Berggren", Person::NANCY.email, "251248", "2512489996", Person::NANCY.password]
    {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
