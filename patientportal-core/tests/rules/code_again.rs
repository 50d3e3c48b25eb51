//! An accepted code that is posted again, because its answer was lost or a button was pressed twice: L3, I4, I8.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::audit::{AuditEvent, AuditRecord};
use patientportal_core::clinic::FunctionKind;
use patientportal_core::policy::Policy;
use patientportal_core::portal::{CodePage, LoggedIn};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::store::{List, Listed};
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, NEIGHBOUR, World};

use crate::nodes::sessions_of;
use crate::paused_store::Pause;
use crate::{MINUTE, SECOND};

const USED: Option<Refusal> = Some(Refusal::FlowFinished);

fn world(change: impl FnOnce(&mut Policy)) -> (World, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new());
    (World::with(store.clone(), change), store)
}

/// A browser of Nancy's with its page and a code, and no session yet.
async fn with_code(world: &World) -> (Browser<'_>, CodePage, String) {
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(AUTOMATIC);
    browser.to.function = Some(FunctionKind::Booking);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    (browser, page, code)
}

/// The same, with the code accepted.
async fn accepted(world: &World) -> (Browser<'_>, CodePage, String, LoggedIn) {
    let (mut browser, page, code) = with_code(world).await;
    let logged_in = browser.submit_code(&page, &code).await.expect("right");
    (browser, page, code, logged_in)
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn is_fault(browser: &Browser<'_>, world: &World, page: &CodePage, code: &str) -> bool {
    let reference = page.reference.as_deref().expect("a code");
    let answer = world.portal.submit_code(&browser.visitor, page.flow, reference, code).await;
    matches!(answer, Err(Failure::Failed(fault)) if fault.is_transient())
}

#[tokio::test]
async fn i8_a_code_whose_answer_was_lost_logs_in_when_it_is_posted_again() {
    let (world, store) = world(|_| {});
    let (mut browser, page, code) = with_code(&world).await;
    store.fail_next_commit_after_applying();
    assert!(is_fault(&browser, &world, &page, &code).await);
    let logged_in = browser.submit_code(&page, &code).await.expect("nobody used it but its owner");
    assert_eq!(logged_in.function, Some(FunctionKind::Booking), "and lands where it wanted to go (C2)");
    assert!(browser.principal().await.is_some());
    let sessions = sessions_of(&world, logged_in.account).await;
    assert_eq!(sessions.len(), 2, "the one of the registration, and one: {sessions:?}");
}

#[tokio::test]
async fn i8_a_code_whose_commit_failed_logs_in_when_it_is_posted_again() {
    let (world, store) = world(|_| {});
    let (mut browser, page, code) = with_code(&world).await;
    store.fail_next_commit();
    assert!(is_fault(&browser, &world, &page, &code).await);
    browser.submit_code(&page, &code).await.expect("as if nothing had happened");
}

#[tokio::test]
async fn i4_the_same_session_is_given_again_and_nothing_is_written_but_the_count() {
    let (world, store) = world(|_| {});
    let (mut browser, page, code, first) = accepted(&world).await;
    store.forget_calls();
    let again = browser.submit_code(&page, &code).await.expect("its own code");
    assert_eq!((&again.session, again.account, again.meeting), (&first.session, first.account, first.meeting));
    assert_eq!((again.clinic, again.function), (first.clinic, first.function));
    assert_eq!(again.device, first.device, "the browser has its device cookie by now");
    let commits: Vec<_> = store.calls().into_iter().filter(|call| matches!(call, Call::Commit { .. })).collect();
    assert_eq!(commits, [Call::Commit { changes: vec!["count"], audit: 0 }]);
    assert!(browser.principal().await.is_some());
}

#[tokio::test]
async fn i4_it_is_given_no_oftener_than_a_code_may_be_tried() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, _) = accepted(&world).await;
    for _ in 0..5 {
        browser.submit_code(&page, &code).await.expect("five times");
    }
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED);
}

#[tokio::test]
async fn l3_a_code_that_was_right_at_its_last_try_is_answered_again_too() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code) = with_code(&world).await;
    for _ in 0..4 {
        let refused = browser.submit_code(&page, other_than(&code)).await.err();
        assert_eq!(refused, Some(Refusal::WrongCode));
    }
    let first = browser.submit_code(&page, &code).await.expect("the fifth is right");
    let again = browser.submit_code(&page, &code).await.expect("its answer was lost");
    assert_eq!(again.session, first.session);
}

#[tokio::test]
async fn i4_whoever_was_read_before_and_counted_after_is_told_that_the_step_is_done() {
    let (world, store) = world(|_| {});
    let (mut browser, page, code) = with_code(&world).await;
    let paused = Pause::before(store);
    let late = world.another_node(|ports, _| ports.store = paused.clone());
    let (portal, visitor, typed) = (late.portal.clone(), browser.visitor.clone(), (page.clone(), code.clone()));
    let late = tokio::spawn(async move {
        let (page, code) = typed;
        portal.submit_code(&visitor, page.flow, &page.reference.unwrap_or_default(), &code).await
    });
    paused.commit_has_come().await;
    for _ in 0..6 {
        browser.submit_code(&page, &code).await.expect("accepted, and answered again five times");
    }
    paused.go_on();
    let answer = late.await.expect("no panic");
    assert!(matches!(answer, Err(Failure::Refused(Refusal::FlowFinished))), "not that the code is dead: {answer:?}");
}

#[tokio::test]
async fn i4_another_browser_gets_nothing_and_is_not_judged() {
    let (world, store) = world(|_| {});
    let (_, page, code, _) = accepted(&world).await;
    let mut thief = world.browser(AUTOMATIC);
    store.forget_calls();
    assert_eq!(thief.submit_code(&page, &code).await.err(), USED);
    assert_eq!(thief.submit_code(&page, other_than(&code)).await.err(), USED);
    assert!(!store.calls().iter().any(|call| matches!(call, Call::Commit { .. })));
}

#[tokio::test]
async fn i4_a_wrong_code_or_reference_gets_nothing_and_wrong_codes_are_counted() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, logged_in) = accepted(&world).await;
    let mut other_page = page.clone();
    other_page.reference = Some("??".to_owned());
    assert_eq!(browser.submit_code(&other_page, &code).await.err(), USED);
    for _ in 0..5 {
        assert_eq!(browser.submit_code(&page, other_than(&code)).await.err(), USED);
    }
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED, "the right one too, after five tries (I5)");
    assert!(browser.principal().await.is_some(), "the session lives on");
    let rows = world.store.list(List::Audit(logged_in.account), None, 100).await.expect("no fault").rows;
    let refused = rows
        .iter()
        .filter(|row| matches!(row, Listed::Audit(entry) if event(&entry.record) == Some(AuditEvent::CodeRefused)));
    assert_eq!(refused.count(), 5);
}

fn event(record: &[u8]) -> Option<AuditEvent> {
    minicbor::decode::<AuditRecord>(record).ok().map(|record| record.event)
}

#[tokio::test]
async fn i4_after_two_minutes_it_is_used_and_no_more() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, _) = accepted(&world).await;
    world.wait(2 * MINUTE - Duration::from_millis(1));
    browser.submit_code(&page, &code).await.expect("its own code");
    world.wait(Duration::from_millis(1));
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED, "asking again prolongs nothing");
}

#[tokio::test]
async fn l9_after_logging_out_a_code_opens_nothing() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, _) = accepted(&world).await;
    let principal = browser.principal().await.expect("logged in");
    world.portal.log_out(&principal, None).await.expect("no fault");
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED);
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn l9_after_another_login_a_code_brings_no_ended_session_back() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, first) = accepted(&world).await;
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED);
    assert!(world.portal.principal(&first.session).await.expect("no fault").is_none());
    assert!(browser.principal().await.expect("the new session").proof().is_mitid());
}

#[tokio::test]
async fn l3_after_the_next_code_of_another_browser_there_is_nothing_to_give_again() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, _) = accepted(&world).await;
    let mut elsewhere = world.browser(NEIGHBOUR);
    elsewhere.log_in_with_code(&Person::NANCY).await;
    let refused = browser.submit_code(&page, &code).await.err();
    assert_eq!(refused, USED);
    assert!(browser.principal().await.is_some(), "two browsers, two sessions");
}

#[tokio::test]
async fn f1_after_a_new_password_a_code_opens_nothing() {
    let (world, _) = world(|_| {});
    let (mut browser, page, code, _) = accepted(&world).await;
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let (link, new) = (world.mailed_link().await, "Helt-ny-kode-7");
    world.portal.submit_reset(&browser.visitor, &link, new, new).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED);
}

#[tokio::test]
async fn spec9_a_session_that_has_ended_by_time_is_not_given_again() {
    let (world, _) = world(|policy| policy.session_idle = SECOND);
    let (mut browser, page, code, _) = accepted(&world).await;
    world.wait(MINUTE + SECOND);
    assert_eq!(browser.submit_code(&page, &code).await.err(), USED);
}
