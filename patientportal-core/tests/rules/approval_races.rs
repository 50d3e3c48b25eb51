//! Many at the same moment who ask, take back and decide: A9, S1, I3.

use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::ids::StaffId;
use patientportal_core::portal::Staff;
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, World};

use crate::approval::{asked, state};
use crate::races::{CALLERS, all_at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a9_sixty_four_joins_at_once_make_one_request() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = world.clinic(APPROVAL);
    let (joined, refused) = all_at_once(|_| {
        let (portal, principal) = (world.portal.clone(), principal.clone());
        async move { portal.join(&principal, clinic).await }
    })
    .await;
    assert_eq!((joined.len(), refused), (CALLERS, Vec::new()));
    world.mail("Din anmodning er sendt").await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().memberships.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r4_sixty_four_withdrawals_at_once_take_one_request_back() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = world.clinic(APPROVAL);
    let (withdrawn, refused) = all_at_once(|_| {
        let (portal, principal) = (world.portal.clone(), principal.clone());
        async move { portal.withdraw_request(&principal, clinic).await }
    })
    .await;
    assert_eq!((withdrawn.len(), refused), (CALLERS, Vec::new()));
    world.mail("Din anmodning er trukket tilbage").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Ended));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s1_of_sixty_four_decisions_at_once_one_counts_and_all_others_are_told_whose() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let staff = |caller: usize| Staff { id: StaffId(format!("staff-{caller}")), ..world.staff(APPROVAL) };
    let (decided, refused) = all_at_once(|caller| {
        let (portal, staff) = (world.portal.clone(), staff(caller));
        let command = match caller % 2 {
            0 => MembershipCommand::Approve(Rights::default()),
            _ => MembershipCommand::Refuse(RefusalReason::NotAPatient),
        };
        async move { portal.decide_membership(&staff, account, command, "").await.map(|()| (staff.id, command)) }
    })
    .await;
    assert_eq!(decided.len(), 1);
    let (by, command) = decided[0].clone();
    assert!(refused.iter().all(|told| *told == Refusal::DecidedAlready { by: Some(by.clone()) }), "{refused:?}");
    let approved = matches!(command, MembershipCommand::Approve(_));
    let stands = if approved { MembershipState::Active } else { MembershipState::Refused };
    assert_eq!(state(&world, &browser).await, Some(stands));
    world.mail(if approved { "Din anmodning er godkendt" } else { "Din anmodning er afvist" }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i3_of_a_patient_who_takes_it_back_and_a_clinic_that_approves_one_is_first() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    let (account, staff) = (principal.account(), world.staff(APPROVAL));
    let (done, refused) = all_at_once(|caller| {
        let (portal, principal, staff) = (world.portal.clone(), principal.clone(), staff.clone());
        let approve = MembershipCommand::Approve(Rights::default());
        async move {
            match caller % 2 {
                0 => portal.decide_membership(&staff, account, approve, "").await.map(|()| true),
                _ => portal.withdraw_request(&principal, staff.clinic).await.map(|()| false),
            }
        }
    })
    .await;
    let approvals = done.iter().filter(|approved| **approved).count();
    if approvals == 0 {
        assert_eq!(done.len(), CALLERS / 2, "the patient was first, and once is as good as often");
        assert!(refused.iter().all(|told| *told == Refusal::DecidedAlready { by: None }), "{refused:?}");
        assert_eq!(state(&world, &browser).await, Some(MembershipState::Ended));
        world.mail("Din anmodning er trukket tilbage").await;
    } else {
        assert_eq!((approvals, done.len()), (1, 1), "the clinic was first");
        assert_eq!(state(&world, &browser).await, Some(MembershipState::Active));
        world.mail("Din anmodning er godkendt").await;
    }
}
