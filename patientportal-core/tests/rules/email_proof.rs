//! A new e-mail address: K1, A7, F1, F2, I4, I5.

use patientportal_core::audit::AuditEvent;
use patientportal_core::portal::{ContactForm, ContactOutcome, EmailProofPage};
use patientportal_core::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use patientportal_core::value::PasswordError;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, World, contact, refusal};

use crate::activation_attacks::events;
use crate::contact::{MOBILE, step};
use crate::{HOUR, MINUTE, SECOND};

const NEW: &str = "nancy.ny@example.dk";
const CHANGED: &str = "Mailadressen er ændret";

/// What is typed for another address.
fn changing(password: &str) -> ContactForm {
    ContactForm { email: NEW.to_owned(), mobile: MOBILE.to_owned(), password: password.to_owned() }
}

/// Nancy, logged in with MitID this moment, of whom the clinic's system holds another address.
async fn asked(world: &World) -> Browser<'_> {
    world.clinic_holds(AUTOMATIC, &Person::NANCY, NEW, "");
    world.registered(&Person::NANCY, AUTOMATIC).await
}

/// The same, with a code on its way to the new address.
async fn sent(world: &World) -> (Browser<'_>, EmailProofPage, String) {
    let browser = asked(world).await;
    let page = begin(&browser).await;
    let code = world.mailed_email_code(NEW).await;
    (browser, page, code)
}

async fn begin(browser: &Browser<'_>) -> EmailProofPage {
    match browser.confirm_contact(&changing("")).await {
        Ok(ContactOutcome::EmailToProve(page)) => page,
        other => panic!("no code was sent: {other:?}"),
    }
}

/// Both addresses are told.
async fn both_told(world: &World, old: &str) {
    let mut told = [world.mail(CHANGED).await, world.mail(CHANGED).await].map(|mail| mail.to.as_str().to_owned());
    told.sort_unstable();
    let mut both = [old.to_owned(), NEW.to_owned()];
    both.sort_unstable();
    assert_eq!(told, both);
}

fn wrong(code: &str) -> &'static str {
    if code == "111111" { "222222" } else { "111111" }
}

#[tokio::test]
async fn k1_a_changed_address_takes_effect_when_its_code_is_typed_and_both_are_told() {
    let world = World::new().with_clinic_systems();
    let (browser, page, code) = sent(&world).await;
    assert_eq!(page.masked_email, "n•••@example.dk");
    let account = browser.principal().await.expect("logged in").account();
    assert!(events(&world, account).await.contains(&AuditEvent::MobileChanged), "the mobile holds at once");
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None, "until then the user goes on");
    assert_eq!(browser.contact_page().await.expect("they differ").own, contact(Person::NANCY.email, MOBILE));
    browser.submit_email_code(&page, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), Some(contact(NEW, MOBILE)), "the clinic too");
    assert_eq!(browser.contact_page().await, None);
    // From now on codes go to the new address.
    let later = world.browser(AUTOMATIC);
    later.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    assert_eq!(world.mail("Din sikkerhedskode").await.to.as_str(), NEW);
}

#[tokio::test]
async fn k1_if_no_code_is_typed_the_old_address_holds_and_the_next_login_asks_again() {
    let world = World::new().with_clinic_systems();
    let (mut browser, ..) = sent(&world).await;
    world.wait(20 * MINUTE);
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None, "this session goes on");
    let later = world.browser(AUTOMATIC);
    later.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    assert_eq!(world.mail("Din sikkerhedskode").await.to.as_str(), Person::NANCY.email);
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), Some(contact(NEW, "")), "the clinic is told nothing");
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert!(step(&world, &browser, AUTOMATIC).await.is_some(), "asked again, without another question to the system");
    assert_eq!(browser.contact_page().await.expect("they differ").own, contact(Person::NANCY.email, MOBILE));
}

#[tokio::test]
async fn a7_a_session_that_a_code_opened_changes_the_address_with_the_password_only() {
    let world = World::new().with_clinic_systems();
    let mut browser = world.browser(AUTOMATIC);
    drop(asked(&world).await);
    browser.log_in_with_code(&Person::NANCY).await;
    let flaw = |flaw| Refusal::InvalidForm(vec![FieldFlaw { field: Field::Password, flaw }]);
    let missing = flaw(Flaw::Password(PasswordError::Missing));
    assert_eq!(browser.confirm_contact(&changing("")).await, Err(missing));
    for _ in 0..5 {
        let refused = browser.confirm_contact(&changing("Forkert-12")).await;
        assert_eq!(refused, Err(flaw(Flaw::WrongPassword)));
    }
    let waits = browser.confirm_contact(&changing(Person::NANCY.password)).await;
    assert!(matches!(waits, Err(Refusal::TooManyFailures { .. })), "{waits:?}");
    world.wait(30 * SECOND);
    let sent = browser.confirm_contact(&changing(Person::NANCY.password)).await;
    assert!(matches!(sent, Ok(ContactOutcome::EmailToProve(_))), "{sent:?}");
    world.mailed_email_code(NEW).await;
}

#[tokio::test]
async fn f2_a_session_changes_the_address_within_five_minutes_of_its_login_and_keeps_it_afterwards() {
    let world = World::new().with_clinic_systems();
    let mut browser = asked(&world).await;
    world.wait(5 * MINUTE);
    for password in ["", Person::NANCY.password] {
        assert_eq!(browser.confirm_contact(&changing(password)).await, Err(Refusal::ProofTooOld));
        assert_eq!(browser.change_email(NEW, password).await, Err(Refusal::ProofTooOld));
    }
    assert!(step(&world, &browser, AUTOMATIC).await.is_some(), "nothing has changed");
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    begin(&browser).await;
    world.mailed_email_code(NEW).await;
}

#[tokio::test]
async fn a7_the_owners_own_page_changes_the_address_the_same_way_and_the_clinics_follow() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &Person::NANCY, Person::NANCY.email, "");
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let page = browser.change_email(NEW, "").await.expect("fresh MitID");
    assert!(!page.asked_by_clinic);
    let code = world.mailed_email_code(NEW).await;
    browser.submit_email_code(&page, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
    assert_eq!(world.held_by_clinic(AUTOMATIC, &Person::NANCY), Some(contact(NEW, "")));
    assert_eq!(step(&world, &browser, AUTOMATIC).await, None);
}

#[tokio::test]
async fn f1_an_address_proved_by_its_code_gets_reset_links_and_one_sent_to_the_old_is_dead() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &Person::NANCY, NEW, "");
    let mut browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let old = world.mailed_link().await;
    world.portal.check_reset_link(&old).await.expect("alive");
    let mut elsewhere = world.browser(AUTOMATIC);
    let login = elsewhere.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let login_code = world.mailed_code().await;

    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    let page = begin(&browser).await;
    let code = world.mailed_email_code(NEW).await;
    browser.submit_email_code(&page, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
    let dead = world.portal.check_reset_link(&old).await;
    assert!(matches!(dead, Err(Failure::Refused(Refusal::LinkDead))), "{dead:?}");
    let over = elsewhere.submit_code(&login, &login_code).await;
    assert_eq!(over.err(), Some(Refusal::FlowFinished), "nor does a code that went to the old address log in");
    for (email, is_mailed) in [(Person::NANCY.email, false), (NEW, true)] {
        browser.request_reset(Person::NANCY.cpr, email).await.expect("taken");
        world.work().await;
        assert_eq!(world.mailer.unread() > 0, is_mailed, "{email}");
    }
    assert_eq!(world.mail("Ny adgangskode").await.to.as_str(), NEW);
}

#[tokio::test]
async fn f1_a_mistyped_address_is_never_proved_and_never_gets_a_link() {
    let world = World::new().with_clinic_systems();
    let (browser, ..) = sent(&world).await;
    browser.request_reset(Person::NANCY.cpr, NEW).await.expect("taken");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
}

#[tokio::test]
async fn k1_a_code_dies_after_five_tries_and_the_next_comes_after_a_minute() {
    let world = World::new().with_clinic_systems();
    let (browser, page, code) = sent(&world).await;
    for typed in ["12345", "abcdef", ""] {
        let refused = browser.submit_email_code(&page, typed).await;
        assert!(matches!(refused, Err(Refusal::InvalidForm(_))), "{refused:?}");
    }
    for _ in 0..4 {
        assert_eq!(browser.submit_email_code(&page, wrong(&code)).await, Err(Refusal::WrongCode));
    }
    let early = browser.resend_email_code().await;
    assert!(matches!(early, Err(Refusal::NextCodeLater { .. })), "{early:?}");
    assert_eq!(browser.submit_email_code(&page, wrong(&code)).await, Err(Refusal::WrongCode));
    world.wait(30 * SECOND);
    assert_eq!(browser.submit_email_code(&page, &code).await, Err(Refusal::CodeDead), "also when the wait is over");
    world.wait(30 * SECOND);
    let next = browser.resend_email_code().await.expect("a minute has passed");
    assert_ne!(next.reference, page.reference);
    assert_eq!(browser.submit_email_code(&page, &code).await, Err(Refusal::CodeSuperseded));
    let code = world.mailed_email_code(NEW).await;
    browser.submit_email_code(&next, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
}

#[tokio::test]
async fn l3_wrong_codes_climb_the_accounts_one_ladder() {
    let world = World::new().with_clinic_systems();
    let (browser, page, code) = sent(&world).await;
    for _ in 0..5 {
        assert_eq!(browser.submit_email_code(&page, wrong(&code)).await, Err(Refusal::WrongCode));
    }
    world.wait(MINUTE);
    let next = browser.resend_email_code().await.expect("the wait is over");
    let code = world.mailed_email_code(NEW).await;
    assert_eq!(browser.submit_email_code(&next, wrong(&code)).await, Err(Refusal::WrongCode));
    let waits = browser.submit_email_code(&next, &code).await;
    assert!(matches!(waits, Err(Refusal::CodesWait { .. })), "a new code does not clear it: {waits:?}");
    let waits = browser.resend_email_code().await;
    assert!(matches!(waits, Err(Refusal::CodesWait { .. })), "{waits:?}");
    world.wait(MINUTE);
    browser.submit_email_code(&next, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
}

#[tokio::test]
async fn k1_a_code_that_is_too_old_is_dead_and_another_can_be_sent() {
    let world = World::new().with_clinic_systems();
    let (browser, page, code) = sent(&world).await;
    world.wait(10 * MINUTE);
    assert_eq!(browser.submit_email_code(&page, &code).await, Err(Refusal::EmailCodeExpired));
    let next = browser.resend_email_code().await.expect("sent");
    let code = world.mailed_email_code(NEW).await;
    browser.submit_email_code(&next, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
}

#[tokio::test]
async fn k1_no_more_codes_than_five_an_hour_and_the_page_opens_all_the_same() {
    let world = World::new().with_clinic_systems();
    let (mut browser, ..) = sent(&world).await;
    for _ in 0..4 {
        world.wait(MINUTE);
        browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
        begin(&browser).await;
        world.mailed_email_code(NEW).await;
    }
    world.wait(MINUTE);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    let page = begin(&browser).await;
    assert_eq!(page.reference, None);
    assert!(page.next_code > world.portal.now(), "it says when");
    let refused = browser.submit_email_code(&page, "123456").await;
    assert_eq!(refused, Err(Refusal::NoCodeYet));
    world.wait(HOUR);
}

#[tokio::test]
async fn k1_pressed_twice_one_code_is_on_its_way() {
    let world = World::new().with_clinic_systems();
    let (browser, page, code) = sent(&world).await;
    let again = begin(&browser).await;
    assert_eq!((again.reference.clone(), world.mailer.unread()), (page.reference, 0));
    browser.submit_email_code(&again, &code).await.expect("right");
    both_told(&world, Person::NANCY.email).await;
}

#[tokio::test]
async fn r5_a_code_is_taken_in_the_session_and_the_browser_that_asked_only() {
    let world = World::new().with_clinic_systems();
    let (browser, page, code) = sent(&world).await;
    let mut elsewhere = world.browser(AUTOMATIC);
    elsewhere.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert_eq!(elsewhere.submit_email_code(&page, &code).await, Err(Refusal::OtherBrowser));
    let mut stolen = world.browser(AUTOMATIC);
    stolen.visitor.session = browser.visitor.session.clone();
    assert_eq!(stolen.submit_email_code(&page, &code).await, Err(Refusal::OtherBrowser));
    let mut renewed = world.browser(AUTOMATIC);
    renewed.visitor = browser.visitor.clone();
    renewed.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert_eq!(renewed.submit_email_code(&page, &code).await, Err(Refusal::NoOpenFlow), "another login");
}

#[tokio::test]
async fn a7_a_new_password_ends_a_change_that_is_under_way() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &Person::NANCY, NEW, "");
    let mut browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    let page = begin(&browser).await;
    let code = world.mailed_email_code(NEW).await;
    let principal = browser.principal().await.expect("logged in");
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let link = world.mailed_link().await;
    world.portal.submit_reset(&browser.visitor, &link, "Sejlbåd-2026", "Sejlbåd-2026").await.expect("set");
    world.mail("Din adgangskode er ændret").await;
    assert!(browser.principal().await.is_none(), "the session has ended");
    let reference = page.reference.unwrap_or_default();
    let late = world.portal.submit_email_code(&browser.visitor, &principal, &reference, &code).await;
    assert_eq!(refusal(late).err(), Some(Refusal::FlowOver), "also for a request that came before");
}
