//! Codes and passwords that many send at once.

use patientportal_core::audit::AuditEvent;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{CodePage, EmailProofPage, Principal, Visitor};
use patientportal_core::refusal::Refusal;

use crate::conformance::StoreUnderTest;
use crate::crowd::{CALLERS, all_at_once};
use crate::person::Person;
use crate::world::{AUTOMATIC, World};

use super::{Town, count, others_were_told};

/// A code opens one session; its own browser gets that one again, as often as a code may be tried (I4, L3).
pub async fn i4_one_code_submitted_sixty_four_times_opens_one_session(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let (account, visitor, page, code) = waiting_for_a_code(&town.world).await;
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, page, code) = (town.node(caller), visitor.clone(), page.clone(), code.clone());
        async move { portal.submit_code(&visitor, page.flow, &page.reference.unwrap_or_default(), &code).await }
    })
    .await;
    assert!(succeeded.iter().all(|answer| answer.session == succeeded[0].session), "it is the same session");
    assert!(succeeded.len() <= 6, "accepted, and five times answered again: {}", succeeded.len());
    assert_eq!(count(&refusals, &Refusal::FlowFinished), CALLERS - succeeded.len(), "{refusals:?}");
    assert_eq!(town.sessions(account).await, 2, "the one of the registration, and one");
    assert_eq!(town.audited(account, AuditEvent::LoggedInWithCode).await, 1);
}

/// Guesses beyond five are not let through by being many at once (I5, L3).
pub async fn i5_no_more_than_five_wrong_codes_are_judged_however_many_come_at_once(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let (account, visitor, page, code) = waiting_for_a_code(&town.world).await;
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, page) = (town.node(caller), visitor.clone(), page.clone());
        let guess = format!("{caller:06}");
        let guess = if guess == code { "999999".to_owned() } else { guess };
        async move { portal.submit_code(&visitor, page.flow, &page.reference.unwrap_or_default(), &guess).await }
    })
    .await;
    assert_eq!(succeeded.len(), 0);
    assert_eq!(count(&refusals, &Refusal::WrongCode), 5, "{refusals:?}");
    assert_eq!(town.audited(account, AuditEvent::CodeRefused).await, 5);
}

/// Nor are wrong passwords (I5, L6).
pub async fn i5_no_more_than_five_wrong_passwords_are_hashed_however_many_come_at_once(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let browser = town.world.registered(&Person::NANCY, AUTOMATIC).await;
    let account = browser.principal().await.expect("logged in").account();
    let (stranger, to) = (Visitor { device: None, ..browser.visitor.clone() }, browser.to);
    let before = town.world.hasher.verified();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, stranger) = (town.node(caller), stranger.clone());
        async move { portal.submit_password(&stranger, to, Person::NANCY.cpr, "Forkert-12").await }
    })
    .await;
    assert_eq!(succeeded.len(), 0);
    assert_eq!(count(&refusals, &Refusal::WrongCredentials), 5, "{refusals:?}");
    assert_eq!(town.world.hasher.verified() - before, 5);
    assert_eq!(town.audited(account, AuditEvent::PasswordRefused).await, 5);
}

/// Nor are those of one address, whosoever number they try (L6).
pub async fn l6_no_more_tries_than_an_address_has_left_are_hashed_however_many_come_at_once(
    store: &dyn StoreUnderTest,
) {
    let town = Town::over(store).await;
    let browser = town.world.browser(AUTOMATIC);
    for serial in 0..98 {
        let refused = browser.submit_password(&format!("671248-9{serial:03}"), "Forkert-12").await;
        assert_eq!(refused.err(), Some(Refusal::WrongCredentials));
    }
    let (visitor, to) = (browser.visitor.clone(), browser.to);
    let before = town.world.hasher.verified();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, cpr) = (town.node(caller), visitor.clone(), format!("681248-9{caller:03}"));
        async move { portal.submit_password(&visitor, to, &cpr, "Forkert-12").await }
    })
    .await;
    assert_eq!(succeeded.len(), 0);
    assert_eq!(town.world.hasher.verified() - before, 2);
    let slowed = refusals.iter().filter(|refusal| matches!(refusal, Refusal::AddressSlowed { .. }));
    assert_eq!(slowed.count(), CALLERS - 2);
}

/// A code that proves a new address changes it once, and both addresses are told once (I4, K1).
pub async fn i4_one_code_to_a_new_address_submitted_sixty_four_times_changes_it_once(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let (visitor, principal, page) = waiting_for_an_email_code(&town.world).await;
    let code = town.world.mailed_email_code(NEW_EMAIL).await;
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, principal) = (town.node(caller), visitor.clone(), principal.clone());
        let (reference, code) = (page.reference.clone().unwrap_or_default(), code.clone());
        async move { portal.submit_email_code(&visitor, &principal, &reference, &code).await }
    })
    .await;
    assert_eq!(succeeded.len(), 1);
    others_were_told(&refusals, 1, &Refusal::FlowFinished);
    assert_eq!(town.audited(principal.account(), AuditEvent::EmailChanged).await, 1);
    town.world.mail("Mailadressen er ændret").await;
    town.one_mail("Mailadressen er ændret").await;
}

/// Guesses at it are five in all (I5).
pub async fn i5_no_more_than_five_wrong_codes_to_a_new_address_are_judged_however_many_come_at_once(
    store: &dyn StoreUnderTest,
) {
    let town = Town::over(store).await;
    let (visitor, principal, page) = waiting_for_an_email_code(&town.world).await;
    let code = town.world.mailed_email_code(NEW_EMAIL).await;
    let guess = if code == "111111" { "222222" } else { "111111" };
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, principal) = (town.node(caller), visitor.clone(), principal.clone());
        let reference = page.reference.clone().unwrap_or_default();
        async move { portal.submit_email_code(&visitor, &principal, &reference, guess).await }
    })
    .await;
    assert_eq!(succeeded.len(), 0);
    assert_eq!(count(&refusals, &Refusal::WrongCode), 5, "{refusals:?}");
    assert_eq!(town.audited(principal.account(), AuditEvent::EmailChanged).await, 0);
}

/// Nancy, registered, with number and password given in another browser.
async fn waiting_for_a_code(world: &World) -> (AccountId, Visitor, CodePage, String) {
    let registered = world.registered(&Person::NANCY, AUTOMATIC).await;
    let account = registered.principal().await.expect("logged in").account();
    let browser = world.browser(AUTOMATIC);
    let page = browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("a right password");
    let code = world.mailed_code().await;
    (account, browser.visitor.clone(), page, code)
}

/// Nancy, logged in with MitID this moment, who has asked for another address.
async fn waiting_for_an_email_code(world: &World) -> (Visitor, Principal, EmailProofPage) {
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let page = browser.change_email(NEW_EMAIL, "").await.expect("a good address");
    (browser.visitor.clone(), browser.principal().await.expect("logged in"), page)
}

const NEW_EMAIL: &str = "nancy.ny@example.dk";
