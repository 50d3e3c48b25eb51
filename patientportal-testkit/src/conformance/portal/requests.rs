//! Requests that many make, take back and decide at once.

use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::audit::AuditEvent;
use patientportal_core::ids::{AccountId, StaffId};
use patientportal_core::portal::{Principal, Staff};
use patientportal_core::refusal::Refusal;

use crate::conformance::StoreUnderTest;
use crate::crowd::{CALLERS, all_at_once};
use crate::person::Person;
use crate::world::{APPROVAL, AUTOMATIC};

use super::{Town, others_were_told};

/// Many times `Registrer` asks once, and whoever comes after has asked already (J1, A9).
pub async fn a9_sixty_four_joins_at_once_make_one_request(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let browser = town.world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = town.world.clinic(APPROVAL);
    let (joined, refused) = all_at_once(|caller| {
        let (portal, principal) = (town.node(caller), principal.clone());
        async move { portal.join(&principal, clinic).await }
    })
    .await;
    assert_eq!((joined.len(), refused), (CALLERS, Vec::new()));
    assert_eq!(town.state_of(principal.account()).await, Some(MembershipState::Pending));
    assert_eq!(town.audited(principal.account(), AuditEvent::RequestMade).await, 1);
    town.one_mail("Din anmodning er sendt").await;
}

/// A request is taken back once, and whoever comes after has taken it back already (R4).
pub async fn r4_sixty_four_withdrawals_at_once_take_one_request_back(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let principal = asked(&town).await;
    let clinic = town.world.clinic(APPROVAL);
    let (withdrawn, refused) = all_at_once(|caller| {
        let (portal, principal) = (town.node(caller), principal.clone());
        async move { portal.withdraw_request(&principal, clinic).await }
    })
    .await;
    assert_eq!((withdrawn.len(), refused), (CALLERS, Vec::new()));
    assert_eq!(town.state_of(principal.account()).await, Some(MembershipState::Ended));
    assert_eq!(town.audited(principal.account(), AuditEvent::RequestWithdrawn).await, 1);
    town.one_mail("Din anmodning er trukket tilbage").await;
}

/// The first decision counts, and all others see whose it was (S1).
pub async fn s1_of_sixty_four_decisions_at_once_one_counts_and_all_others_are_told_whose(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let account = asked(&town).await.account();
    let staff = |caller: usize| Staff { id: StaffId(format!("staff-{caller}")), ..town.world.staff(APPROVAL) };
    let (decided, refused) = all_at_once(|caller| {
        let (portal, staff) = (town.node(caller), staff(caller));
        // Half of those at either node refuse.
        let command = match caller / 2 % 2 {
            0 => MembershipCommand::Approve(Rights::default()),
            _ => MembershipCommand::Refuse(RefusalReason::NotAPatient),
        };
        async move { portal.decide_membership(&staff, account, command, "").await.map(|_| (staff.id, command)) }
    })
    .await;
    assert_eq!(decided.len(), 1);
    let (by, command) = decided[0].clone();
    others_were_told(&refused, 1, &Refusal::DecidedAlready { by: Some(by) });
    let [approved, refused] = [town.audited(account, AuditEvent::RequestApproved).await, town.refusals(account).await];
    let stands = town.state_of(account).await;
    if matches!(command, MembershipCommand::Approve(_)) {
        assert_eq!((stands, approved, refused), (Some(MembershipState::Active), 1, 0));
        town.one_mail("Din anmodning er godkendt").await;
    } else {
        assert_eq!((stands, approved, refused), (Some(MembershipState::Refused), 0, 1));
        town.one_mail("Din anmodning er afvist").await;
    }
}

/// A patient who takes a request back and a clinic that approves it: one of them is first (I3).
pub async fn i3_of_a_patient_who_takes_it_back_and_a_clinic_that_approves_one_is_first(store: &dyn StoreUnderTest) {
    let town = Town::over(store).await;
    let principal = asked(&town).await;
    let (account, staff) = (principal.account(), town.world.staff(APPROVAL));
    let (done, refused) = all_at_once(|caller| {
        let (portal, principal, staff) = (town.node(caller), principal.clone(), staff.clone());
        let approve = MembershipCommand::Approve(Rights::default());
        async move {
            match caller / 2 % 2 {
                0 => portal.decide_membership(&staff, account, approve, "").await.map(|_| true),
                _ => portal.withdraw_request(&principal, staff.clinic).await.map(|()| false),
            }
        }
    })
    .await;
    let approvals = done.iter().filter(|approved| **approved).count();
    if approvals == 0 {
        assert_eq!(done.len(), CALLERS / 2, "the patient was first, and once is as good as often");
        others_were_told(&refused, CALLERS / 2, &Refusal::DecidedAlready { by: None });
        assert_eq!(town.state_of(account).await, Some(MembershipState::Ended));
        town.one_mail("Din anmodning er trukket tilbage").await;
    } else {
        assert_eq!((approvals, done.len()), (1, 1), "the clinic was first");
        assert_eq!(town.state_of(account).await, Some(MembershipState::Active));
        town.one_mail("Din anmodning er godkendt").await;
    }
}

/// Nancy, who has asked to be let in.
async fn asked(town: &Town) -> Principal {
    let mut browser = town.world.browser(APPROVAL);
    browser.register(&Person::NANCY).await;
    town.world.mail("Din anmodning er sendt").await;
    browser.principal().await.expect("logged in")
}

impl Town {
    /// How the account stands at the clinic that approves.
    async fn state_of(&self, account: AccountId) -> Option<MembershipState> {
        let account = self.world.store.account(account).await.expect("accounts can be read").expect("it is there");
        account.value.access.membership(self.world.clinic(APPROVAL)).map(|here| here.state)
    }

    async fn refusals(&self, account: AccountId) -> usize {
        self.audited(account, AuditEvent::RequestRefused).await
    }
}
