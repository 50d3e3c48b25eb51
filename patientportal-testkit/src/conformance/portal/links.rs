//! Links, and returns from MitID, that many follow at once.

use patientportal_core::audit::AuditEvent;
use patientportal_core::portal::ActivationForm;
use patientportal_core::refusal::Refusal;

use crate::conformance::StoreUnderTest;
use crate::crowd::{CALLERS, all_at_once};
use crate::person::Person;
use crate::world::{AUTOMATIC, OFF};

use super::{Town, count, others_were_told};

/// A reset link sets one password, and that is the one that opens (I4, F1).
pub async fn i4_one_reset_link_sets_one_password(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let browser = town.world.proven(&Person::NANCY, AUTOMATIC).await;
    let account = browser.principal().await.expect("logged in").account();
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let link = town.world.mailed_link().await;
    let visitor = browser.visitor.clone();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, link, password) = (town.node(caller), visitor.clone(), link.clone(), password(caller));
        async move { portal.submit_reset(&visitor, &link, &password, &password).await.map(|_| caller) }
    })
    .await;
    others_were_told(&refusals, 1, &Refusal::LinkDead);
    assert_eq!(town.audited(account, AuditEvent::PasswordReset).await, 1);
    assert!(browser.principal().await.is_none(), "a new password ends every session");
    town.one_mail("Din adgangskode er ændret").await;
    town.opens_with(&password(succeeded[0])).await;
}

/// An activation link activates once, with the password of whoever was first (I4, R7).
pub async fn i4_one_activation_link_activates_once(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let (account, link) = town.world.invited(&Person::NANCY, OFF).await;
    let visitor = town.world.browser(OFF).visitor.clone();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, link, password) = (town.node(caller), visitor.clone(), link.clone(), password(caller));
        let form =
            ActivationForm { password: password.clone(), password_again: password, ..Person::NANCY.activation() };
        async move { portal.activate(&visitor, &link, &form).await.map(|_| caller) }
    })
    .await;
    others_were_told(&refusals, 1, &Refusal::LinkDead);
    assert_eq!(town.audited(account, AuditEvent::Activated).await, 1);
    assert_eq!(town.sessions(account).await, 0, "it opens none");
    town.opens_with(&password(succeeded[0])).await;
}

/// Wrong numbers at an activation link are five in all (I5, R7).
pub async fn i5_no_more_than_five_wrong_numbers_are_judged_however_many_come_at_once(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let (account, link) = town.world.invited(&Person::NANCY, OFF).await;
    let visitor = town.world.browser(OFF).visitor.clone();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, link) = (town.node(caller), visitor.clone(), link.clone());
        async move { portal.activate(&visitor, &link, &Person::MAX.activation()).await }
    })
    .await;
    assert_eq!(succeeded.len(), 0);
    let told = (count(&refusals, &Refusal::WrongNumber), count(&refusals, &Refusal::LinkLocked));
    assert_eq!(told, (5, CALLERS - 5), "{refusals:?}");
    assert_eq!(town.audited(account, AuditEvent::ActivationRefused).await, 5);
}

/// A return from MitID logs in once (R5, I4).
pub async fn r5_one_return_sent_sixty_four_times_logs_in_once_and_asks_mitid_once(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    drop(town.world.registered(&Person::NANCY, AUTOMATIC).await);
    let browser = town.world.browser(AUTOMATIC);
    let departure = browser.leave_for_mitid().await.expect("MitID is there");
    let query = town.world.identity.answer(&departure, Ok(browser.identity(&Person::NANCY)));
    let visitor = browser.visitor.clone();
    let (succeeded, refusals) = all_at_once(|caller| {
        let (portal, visitor, query) = (town.node(caller), visitor.clone(), query.clone());
        async move { Ok(portal.complete_mitid(&visitor, &query).await?.outcome?) }
    })
    .await;
    others_were_told(&refusals, 1, &Refusal::FlowFinished);
    let account = crate::world::Outcome(succeeded.into_iter().next().expect("one")).logged_in().account;
    assert_eq!(town.sessions(account).await, 2, "the one of the registration, and one");
    assert_eq!(town.audited(account, AuditEvent::LoggedInWithMitId).await, 2, "likewise");
}

impl Town {
    /// Nancy's number and this password send a code.
    async fn opens_with(&self, password: &str) {
        self.world.browser(AUTOMATIC).submit_password(Person::NANCY.cpr, password).await.expect("the right password");
        self.world.mailed_code().await;
    }
}

fn password(caller: usize) -> String {
    format!("Adgangskode-{caller}")
}
