//! One person, registered by many at once.

use patientportal_core::audit::AuditEvent;
use patientportal_core::portal::{ChildOutcome, LoggedIn, Meeting, MitIdOutcome, Visitor};
use patientportal_core::refusal::Failure;

use crate::conformance::StoreUnderTest;
use crate::crowd::{CALLERS, all_at_once};
use crate::person::Person;
use crate::world::{APPROVAL, AUTOMATIC, Outcome};

use super::Town;

/// Whoever comes back first creates the account, the others meet it and are logged in (A1, R6).
pub async fn a1_sixty_four_registrations_of_one_number_make_one_account(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let mut returns = Vec::new();
    for _ in 0..CALLERS {
        let browser = town.world.browser(AUTOMATIC);
        let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
        let query = town.world.identity.answer(&departure, Ok(browser.identity(&Person::NANCY)));
        returns.push((browser.visitor.clone(), query));
    }
    let logged_in: Vec<LoggedIn> =
        town.all_come_back(&returns).await.into_iter().map(|outcome| Outcome(outcome).logged_in()).collect();
    let account = logged_in[0].account;
    assert!(logged_in.iter().all(|answer| answer.account == account), "it is one account");
    let created = logged_in.iter().filter(|answer| answer.meeting == Meeting::Created);
    assert_eq!(created.count(), 1, "one creates, the others meet the account (R6)");
    assert_eq!(town.audited(account, AuditEvent::AccountCreated).await, 1);
    assert_eq!(town.audited(account, AuditEvent::RegistrationMetAccount).await, CALLERS - 1);
    assert_eq!(town.sessions(account).await, CALLERS, "each browser has its own");
    town.one_mail("Din bruger er oprettet").await;
}

/// The same of a child, whom a guardian registers; nobody is logged in (A1, R3).
pub async fn a1_sixty_four_registrations_of_one_child_make_one_account(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let mut returns = Vec::new();
    for _ in 0..CALLERS {
        let browser = town.world.browser(APPROVAL);
        let departure = browser.submit_child(&Person::CHILD, &Person::MAX).await.expect("a good form");
        let query = town.world.identity.answer(&departure, Ok(browser.identity(&Person::MAX)));
        returns.push((browser.visitor.clone(), query));
    }
    let outcomes = town.all_come_back(&returns).await;
    let requested = |outcome: &&MitIdOutcome| **outcome == MitIdOutcome::Child(ChildOutcome::Requested);
    assert_eq!(outcomes.iter().filter(requested).count(), 1, "one asks, the others meet the account (R6)");
    let requests = town.world.portal.pending_requests(&town.world.staff(APPROVAL), None).await.expect("no fault");
    assert_eq!(requests.members.len(), 1);
    let account = requests.members[0].account;
    assert_eq!(town.audited(account, AuditEvent::ChildCreated).await, 1);
    assert_eq!(town.sessions(account).await, 0);
    town.one_mail("Din anmodning er sendt").await;
}

impl Town {
    /// Each in a browser of its own; nobody is refused.
    async fn all_come_back(&self, returns: &[(Visitor, Vec<(String, String)>)]) -> Vec<MitIdOutcome> {
        let (outcomes, refusals) = all_at_once(|caller| {
            let (portal, (visitor, query)) = (self.node(caller), returns[caller].clone());
            async move { Ok::<_, Failure>(portal.complete_mitid(&visitor, &query).await?.outcome?) }
        })
        .await;
        assert_eq!((outcomes.len(), refusals), (CALLERS, Vec::new()));
        outcomes
    }
}
