//! Login with a security code: L3, L5, L6, I5.

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::clinic::FunctionKind;
use patientportal_core::ports::{HashError, Hasher, Lane, PasswordHash, Verdict};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::session::Proof;
use patientportal_core::value::Password;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, NEIGHBOUR, World};

use crate::{HOUR, MINUTE, SECOND};

#[tokio::test]
async fn l3_password_then_code_opens_a_session_of_the_weaker_kind() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    assert_eq!(page.masked_email, "n•••@example.dk");
    let message = world.next_mail().await;
    let reference = page.reference.clone().expect("a code is out");
    assert!(message.text.contains(&reference), "page and mail show the same two letters");
    assert!(browser.principal().await.is_none(), "no session before the code");
    let code = message.text.lines().find(|line| line.len() == 6).expect("a code").to_owned();
    browser.submit_code(&page, &format!(" {} {} ", &code[..3], &code[3..])).await.expect("spaces are fine");
    assert_eq!(browser.principal().await.expect("logged in").proof(), Proof::PasswordAndCode);
}

#[tokio::test]
async fn l3_a_code_is_used_once_and_answered_again_only_to_its_own_browser() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    let mut thief = world.browser(AUTOMATIC);
    let first = browser.submit_code(&page, &code).await.expect("right");
    assert_eq!(thief.submit_code(&page, &code).await.err(), Some(Refusal::FlowFinished));
    let again = browser.submit_code(&page, &code).await.expect("a moment later");
    assert_eq!(again.session, first.session);
    world.wait(2 * MINUTE);
    assert_eq!(browser.submit_code(&page, &code).await.err(), Some(Refusal::FlowFinished));
}

#[tokio::test]
async fn l3_a_code_dies_after_five_tries_and_after_ten_minutes() {
    let world = World::with(Arc::new(MemoryStore::new()), |policy| {
        policy.wait_from_failure = 100; // the ladder over all codes is another test's
    });
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(browser.submit_code(&page, wrong).await.err(), Some(Refusal::WrongCode));
    }
    assert_eq!(browser.submit_code(&page, &code).await.err(), Some(Refusal::CodeDead), "the right one too");

    world.wait(MINUTE);
    let page = browser.resend_code(&page).await.expect("a new code");
    let code = world.mailed_code().await;
    world.wait(10 * MINUTE);
    assert_eq!(browser.submit_code(&page, &code).await.err(), Some(Refusal::CodeExpired));
}

#[tokio::test]
async fn l3_wrong_codes_climb_a_ladder_over_all_codes_that_a_new_code_does_not_clear() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(browser.submit_code(&page, wrong).await.err(), Some(Refusal::WrongCode));
    }
    world.wait(2 * MINUTE);
    let page = browser.resend_code(&page).await.expect("a new code");
    world.mailed_code().await;
    assert_eq!(browser.submit_code(&page, wrong).await.err(), Some(Refusal::WrongCode), "the sixth");
    let waits = browser.submit_code(&page, wrong).await.err();
    assert!(matches!(waits, Some(Refusal::CodesWait { .. })), "{waits:?}");
    let mut elsewhere = world.browser(NEIGHBOUR);
    let refused = elsewhere.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err();
    let Some(Refusal::CodesWait { until: ladder }) = waits else { panic!("no wait: {waits:?}") };
    let told = matches!(refused, Some(Refusal::NextCodeLater { until }) if until >= ladder);
    assert!(told, "while it waits no code is mailed, in no browser: {refused:?}");
    world.wait(2 * MINUTE);
    let page = elsewhere.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("the wait is over");
    let code = world.mailed_code().await;
    elsewhere.submit_code(&page, &code).await.expect("right");
}

#[tokio::test]
async fn l3_a_live_code_is_not_killed_where_no_new_one_can_be_sent() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut phone = world.browser(AUTOMATIC);
    let computer = world.browser(AUTOMATIC);
    let page = phone.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    let refused = computer.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err();
    let until = world.portal.now() + MINUTE;
    assert_eq!(refused, Some(Refusal::NextCodeLater { until }));
    phone.submit_code(&page, &code).await.expect("still good");
}

#[tokio::test]
async fn c2_who_types_the_password_again_for_another_function_lands_there_with_the_code_on_its_way() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    browser.to.function = Some(FunctionKind::PrescriptionRenewal);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("the same code");
    let logged_in = browser.submit_code(&page, &code).await.expect("right");
    assert_eq!(logged_in.function, Some(FunctionKind::PrescriptionRenewal));
}

#[tokio::test]
async fn l3_a_page_without_a_code_says_when_and_sends_one_then() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    let start = world.portal.now();
    let mut page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    world.mailed_code().await;
    for _ in 0..4 {
        world.wait(MINUTE);
        page = browser.resend_code(&page).await.expect("a minute has passed");
        world.mailed_code().await;
    }
    world.wait(11 * MINUTE);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    assert_eq!((page.reference.as_ref(), page.next_code), (None, start + HOUR), "five an hour");
    assert_eq!(browser.submit_code(&page, "123456").await.err(), Some(Refusal::NoCodeYet));
    world.wait(page.next_code.since(world.portal.now()));
    let page = browser.resend_code(&page).await.expect("now");
    let code = world.mailed_code().await;
    browser.submit_code(&page, &code).await.expect("right");
}

#[tokio::test]
async fn l3_after_a_completed_login_the_next_code_does_not_wait_but_ten_secrets_an_hour_hold() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    for _ in 0..10 {
        browser.log_in_with_code(&Person::NANCY).await;
    }
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    assert_eq!((page.reference.as_ref(), page.next_code), (None, world.portal.now() + HOUR));
}

#[tokio::test]
async fn l6_a_new_master_key_lifts_no_wait_and_forgets_no_browser() {
    use patientportal_core::ids::KeyId;
    use patientportal_core::sealing::{KeyRing, MasterKey};
    let world = World::new();
    let owner = world.proven(&Person::NANCY, AUTOMATIC).await;
    let stranger = world.browser(AUTOMATIC);
    for _ in 0..5 {
        let _ = stranger.submit_password(Person::NANCY.cpr, "Forkert-12").await;
    }
    let rotated = world.restarted(|settings| {
        let (new, old) = (MasterKey::new(KeyId(2), [2; 32]), MasterKey::new(KeyId(1), [1; 32]));
        settings.keys = KeyRing::new(new, [old]).expect("a ring");
    });
    let (cpr, password) = (Person::NANCY.cpr, Person::NANCY.password);
    let refused = rotated.submit_password(&stranger.visitor, stranger.to, cpr, password).await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::TooManyFailures { .. }))), "{refused:?}");
    world.wait(MINUTE);
    let page = rotated.submit_password(&owner.visitor, owner.to, cpr, password).await.expect("its own count");
    rotated.work(16).await.expect("no fault");
    let code = world.mailed_code().await;
    let reference = page.reference.clone().expect("a code");
    rotated.submit_code(&owner.visitor, page.flow, &reference, &code).await.expect("right");
    let again = rotated.submit_password(&stranger.visitor, stranger.to, cpr, "Forkert-12").await;
    assert!(
        matches!(again, Err(Failure::Refused(Refusal::WrongCredentials))),
        "a completed login clears it: {again:?}"
    );
}

#[tokio::test]
async fn l3_one_live_code_sixty_seconds_apart_and_five_an_hour() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    let first = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let first_code = world.mailed_code().await;
    assert!(matches!(browser.resend_code(&first).await, Err(Refusal::NextCodeLater { .. })));
    let back = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    assert_eq!(back, first, "Back and again leads to the code on its way");
    let mut page = first.clone();
    for _ in 0..4 {
        world.wait(MINUTE);
        page = browser.resend_code(&page).await.expect("a minute has passed");
        world.mailed_code().await;
    }
    assert_eq!(browser.submit_code(&first, &first_code).await.err(), Some(Refusal::CodeSuperseded));
    world.wait(MINUTE);
    let waits = browser.resend_code(&page).await;
    assert!(matches!(waits, Err(Refusal::NextCodeLater { until }) if until.since(world.portal.now()) > 50 * MINUTE));
}

#[tokio::test]
async fn l5_wrong_cpr_wrong_password_and_no_account_are_one_answer() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    for (cpr, password) in [(Person::NANCY.cpr, "Forkert-12"), (Person::MAX.cpr, Person::NANCY.password)] {
        assert_eq!(browser.submit_password(cpr, password).await.err(), Some(Refusal::WrongCredentials));
    }
}

#[tokio::test]
async fn l6_wrong_passwords_slow_down_known_and_unknown_numbers_alike_and_mitid_never() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut stranger = world.browser(AUTOMATIC);
    for cpr in [Person::NANCY.cpr, Person::MAX.cpr] {
        for _ in 0..5 {
            assert_eq!(stranger.submit_password(cpr, "Forkert-12").await.err(), Some(Refusal::WrongCredentials));
        }
        let verified = world.hasher.verified();
        let refused = stranger.submit_password(cpr, Person::NANCY.password).await.err();
        let until = world.portal.now() + 30 * SECOND;
        assert_eq!(refused, Some(Refusal::TooManyFailures { until }));
        assert_eq!(world.hasher.verified(), verified, "refused unchecked");
    }
    stranger.log_in_with_mitid(&Person::NANCY).await.expect("MitID is never held up");
    stranger.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("a completed login clears it");
    world.mailed_code().await;
}

#[tokio::test]
async fn l6_a_strangers_failures_do_not_shut_out_a_browser_that_has_logged_in() {
    let world = World::new();
    let owner = world.proven(&Person::NANCY, AUTOMATIC).await;
    let stranger = world.browser(AUTOMATIC);
    for _ in 0..6 {
        let _ = stranger.submit_password(Person::NANCY.cpr, "Forkert-12").await;
    }
    assert!(matches!(
        stranger.submit_password(Person::NANCY.cpr, Person::NANCY.password).await,
        Err(Refusal::TooManyFailures { .. })
    ));
    world.wait(MINUTE);
    owner.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("its own count");
    world.mailed_code().await;
}

#[tokio::test]
async fn l6_an_address_is_slowed_after_a_hundred_failures_and_only_that_address() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    for serial in 0..100 {
        let cpr = format!("671248-9{serial:03}"); // day + 60: nobody's
        assert_eq!(browser.submit_password(&cpr, "Forkert-12").await.err(), Some(Refusal::WrongCredentials));
    }
    let refused = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err();
    assert!(matches!(refused, Some(Refusal::AddressSlowed { .. })), "{refused:?}");
    browser.visitor.address = "192.0.2.2".parse().expect("an address");
    browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("another address");
    world.mailed_code().await;
}

#[tokio::test]
async fn l6_an_address_is_one_however_it_is_written() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    for serial in 0..100 {
        browser.visitor.address = format!("2001:db8:1:2::{serial:x}").parse().expect("an address");
        let _ = browser.submit_password(&format!("671248-9{serial:03}"), "Forkert-12").await;
    }
    browser.visitor.address = "2001:DB8:1:2:ffff::1".parse().expect("an address");
    assert!(matches!(
        browser.submit_password(Person::NANCY.cpr, "Forkert-12").await,
        Err(Refusal::AddressSlowed { .. })
    ));
    browser.visitor.address = "2001:db8:1:3::1".parse().expect("an address");
    assert_eq!(browser.submit_password(Person::NANCY.cpr, "Forkert-12").await.err(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn l6_a_try_that_was_turned_away_unchecked_is_not_counted() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    world.hasher.set_busy(true);
    for _ in 0..10 {
        let refused = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err();
        assert!(matches!(refused, Some(Refusal::Busy { .. })), "{refused:?}");
    }
    world.hasher.set_busy(false);
    browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    world.mailed_code().await;
}

/// Turns everybody away, and lets the commit that takes the count back fail.
struct TurnsAway(Arc<MemoryStore>);

#[async_trait]
impl Hasher for TurnsAway {
    async fn verify(&self, _: Password, _: Option<PasswordHash>, _: Lane) -> Result<Verdict, HashError> {
        self.0.fail_next_commit();
        Err(HashError::Busy { retry_after: SECOND })
    }

    async fn hash(&self, _: Password, _: Lane) -> Result<PasswordHash, HashError> {
        Err(HashError::Busy { retry_after: SECOND })
    }
}

#[tokio::test]
async fn l6_nobody_is_told_that_a_try_was_not_counted_when_it_may_have_been() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let node = world.another_node(|ports, _| ports.hasher = Arc::new(TurnsAway(store.clone())));
    let browser = node.browser(AUTOMATIC);
    let (cpr, password) = (Person::NANCY.cpr, Person::NANCY.password);
    let answer = node.portal.submit_password(&browser.visitor, browser.to, cpr, password).await;
    assert!(matches!(answer, Err(Failure::Failed(_))), "{answer:?}");
}

#[tokio::test]
async fn a_code_belongs_to_the_browser_that_typed_the_password() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    let mut other = world.browser(AUTOMATIC);
    assert_eq!(other.submit_code(&page, &code).await.err(), Some(Refusal::OtherBrowser));
    let shown = world.portal.code_page(&other.visitor, page.flow).await;
    assert!(matches!(shown, Err(Failure::Refused(Refusal::OtherBrowser))));
}

#[tokio::test]
async fn spec9_a_hash_of_weaker_parameters_is_made_anew_at_login() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let hashed = world.hasher.hashed();
    world.hasher.set_outdated(true);
    let mut browser = world.browser(AUTOMATIC);
    browser.log_in_with_code(&Person::NANCY).await;
    assert_eq!(world.hasher.hashed(), hashed + 1);
    world.wait(HOUR);
}
