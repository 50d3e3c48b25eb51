//! Many callers at the same moment: I4, I5, A1.

use std::sync::Arc;

use patientportal_core::ids::AccountId;
use patientportal_core::portal::{CodePage, Portal, RegistrationForm, Visitor};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::store::{List, Listed};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};
use tokio::sync::Barrier;

pub(crate) const CALLERS: usize = 64;

/// Calls at the same moment; answers what those got that succeeded and what the others were told.
pub(crate) async fn all_at_once<T, F>(call: impl Fn(usize) -> F) -> (Vec<T>, Vec<Refusal>)
where
    F: Future<Output = Result<T, Failure>> + Send + 'static,
    T: Send + 'static,
{
    let barrier = Arc::new(Barrier::new(CALLERS));
    let tasks: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (barrier, call) = (barrier.clone(), call(caller));
            tokio::spawn(async move {
                barrier.wait().await;
                call.await
            })
        })
        .collect();
    let (mut succeeded, mut refusals) = (Vec::new(), Vec::new());
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(answer) => succeeded.push(answer),
            Err(Failure::Refused(refusal)) => refusals.push(refusal),
            Err(Failure::Failed(fault)) => panic!("a fault: {fault:?}"),
        }
    }
    (succeeded, refusals)
}

pub(crate) async fn sessions_of(world: &World, account: AccountId) -> Vec<Listed> {
    world.store.list(List::Sessions(account), None, 100).await.expect("no fault").rows
}

async fn waiting_for_a_code(world: &World) -> (Portal, Visitor, CodePage, String) {
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    (world.portal.clone(), browser.visitor.clone(), page, code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i4_one_code_submitted_sixty_four_times_opens_one_session() {
    let world = World::new();
    let (portal, visitor, page, code) = waiting_for_a_code(&world).await;
    let (succeeded, refusals) = all_at_once(|_| {
        let (portal, visitor, page, code) = (portal.clone(), visitor.clone(), page.clone(), code.clone());
        async move { portal.submit_code(&visitor, page.flow, &page.reference.unwrap_or_default(), &code).await }
    })
    .await;
    let sessions = sessions_of(&world, succeeded[0].account).await;
    assert_eq!(sessions.len(), 2, "the one of the registration, and one: {sessions:?}");
    assert!(succeeded.iter().all(|answer| answer.session == succeeded[0].session), "it is the same session");
    assert!(succeeded.len() <= 6, "accepted, and five times answered again: {}", succeeded.len());
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::FlowFinished), "{refusals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i5_no_more_than_five_wrong_codes_are_judged_however_many_come_at_once() {
    let world = World::new();
    let (portal, visitor, page, code) = waiting_for_a_code(&world).await;
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, page) = (portal.clone(), visitor.clone(), page.clone());
        let guess = format!("{:06}", caller);
        let guess = if guess == code { "999999".to_owned() } else { guess };
        async move { portal.submit_code(&visitor, page.flow, &page.reference.unwrap_or_default(), &guess).await }
    })
    .await;
    assert!(succeeded.is_empty());
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Refusal::WrongCode).count(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i5_no_more_than_five_wrong_passwords_are_hashed_however_many_come_at_once() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let (portal, visitor, to) = (world.portal.clone(), browser.visitor.clone(), browser.to);
    let mut stranger = visitor;
    stranger.device = None;
    let before = world.hasher.verified();
    let (succeeded, refusals) = all_at_once(|_| {
        let (portal, stranger) = (portal.clone(), stranger.clone());
        async move { portal.submit_password(&stranger, to, Person::NANCY.cpr, "Forkert-12").await }
    })
    .await;
    assert!(succeeded.is_empty());
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Refusal::WrongCredentials).count(), 5);
    assert_eq!(world.hasher.verified() - before, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i4_one_reset_link_sets_one_password() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let link = world.mailed_link().await;
    let (portal, visitor) = (world.portal.clone(), browser.visitor.clone());
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, link) = (portal.clone(), visitor.clone(), link.clone());
        let password = format!("Adgangskode-{caller}");
        async move { portal.submit_reset(&visitor, &link, &password, &password).await }
    })
    .await;
    assert_eq!(succeeded.len(), 1);
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::LinkDead), "{refusals:?}");
    world.mail("Din adgangskode er ændret").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a1_sixty_four_registrations_of_one_number_make_one_account() {
    let world = World::new();
    let mut returns = Vec::new();
    for _ in 0..CALLERS {
        let browser = world.browser(AUTOMATIC);
        let form: RegistrationForm = Person::NANCY.form();
        let departure = browser.submit_registration(&form).await.expect("a good form");
        let query = world.identity.answer(&departure, Ok(browser.identity(&Person::NANCY)));
        returns.push((browser.visitor.clone(), query));
    }
    let portal = world.portal.clone();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, (visitor, query)) = (portal.clone(), returns[caller].clone());
        async move {
            let returned = portal.complete_mitid(&visitor, &query).await?;
            Ok(returned.outcome?)
        }
    })
    .await;
    assert_eq!((succeeded.len(), refusals), (CALLERS, Vec::new()), "one creates, the others meet the account (R6)");
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l6_no_more_tries_than_an_address_has_left_are_hashed_however_many_come_at_once() {
    let world = World::new();
    let browser = world.browser(AUTOMATIC);
    for serial in 0..98 {
        let _ = browser.submit_password(&format!("671248-9{serial:03}"), "Forkert-12").await;
    }
    let (portal, visitor, to) = (world.portal.clone(), browser.visitor.clone(), browser.to);
    let before = world.hasher.verified();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, cpr) = (portal.clone(), visitor.clone(), format!("681248-9{caller:03}"));
        async move { portal.submit_password(&visitor, to, &cpr, "Forkert-12").await }
    })
    .await;
    assert!(succeeded.is_empty());
    assert_eq!(world.hasher.verified() - before, 2);
    let slowed = refusals.iter().filter(|refusal| matches!(refusal, Refusal::AddressSlowed { .. }));
    assert_eq!(slowed.count(), CALLERS - 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r5_one_return_sent_sixty_four_times_logs_in_once_and_asks_mitid_once() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let departure = browser.leave_for_mitid().await.expect("reached");
    let query = world.identity.answer(&departure, Ok(browser.identity(&Person::NANCY)));
    let (portal, visitor) = (world.portal.clone(), browser.visitor.clone());
    let (succeeded, refusals) = all_at_once(|_| {
        let (portal, visitor, query) = (portal.clone(), visitor.clone(), query.clone());
        async move { Ok(portal.complete_mitid(&visitor, &query).await?.outcome?) }
    })
    .await;
    assert_eq!(succeeded.len(), 1);
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::FlowFinished), "{refusals:?}");
}
