//! Attacks on accounts that a clinic has created: R7, A10, I4, I5, L5.

use patientportal_core::audit::{Actor, AuditEvent, AuditRecord};
use patientportal_core::ids::AccountId;
use patientportal_core::policy::OutstandingStep;
use patientportal_core::portal::{ActivationForm, NewUser};
use patientportal_core::refusal::Refusal;
use patientportal_core::store::{List, Listed};
use patientportal_testkit::crowd::all_at_once;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, OFF, World, refusal};

use crate::activation::{DAY, step};
use crate::nodes::sessions_of;

pub(crate) async fn records(world: &World, account: AccountId) -> Vec<AuditRecord> {
    let rows = world.store.list(List::Audit(account), None, 999).await.expect("no fault").rows;
    let record = |row: &Listed| match row {
        Listed::Audit(entry) => minicbor::decode::<AuditRecord>(&entry.record).expect("a record"),
        _ => panic!("another list"),
    };
    rows.iter().map(record).collect()
}

pub(crate) async fn events(world: &World, account: AccountId) -> Vec<AuditEvent> {
    records(world, account).await.into_iter().map(|record| record.event).collect()
}

#[tokio::test]
async fn r7_five_wrong_numbers_lock_the_link_and_only_staff_send_another() {
    let world = World::new();
    let (account, link) = world.invited(&Person::NANCY, OFF).await;
    let mut thief = world.browser(OFF);
    for _ in 0..5 {
        assert_eq!(thief.activate(&link, &Person::MAX).await.err(), Some(Refusal::WrongNumber));
    }
    assert_eq!(thief.activate(&link, &Person::NANCY).await.err(), Some(Refusal::LinkLocked), "the right one too");
    thief.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("the answer is the same");
    world.wait(7 * DAY);
    assert_eq!(refusal(world.portal.check_activation_link(&link).await), Err(Refusal::LinkLocked), "though too old");
    refusal(world.portal.request_activation_link(&thief.visitor, &link).await).expect("the answer is the same");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "neither F1 nor the page sends another");
    assert!(events(&world, account).await.contains(&AuditEvent::ActivationRefused));

    refusal(world.portal.resend_activation(&world.staff(OFF), account).await).expect("sent");
    let fresh = world.mailed_activation().await;
    world.browser(OFF).activate(&fresh, &Person::NANCY).await.expect("activated");
}

#[tokio::test]
async fn r7_a_link_that_no_staff_sent_brings_no_new_tries() {
    let world = World::new();
    let (_, link) = world.invited(&Person::NANCY, OFF).await;
    let mut thief = world.browser(OFF);
    for _ in 0..4 {
        assert_eq!(thief.activate(&link, &Person::MAX).await.err(), Some(Refusal::WrongNumber));
    }
    world.wait(7 * DAY);
    refusal(world.portal.request_activation_link(&thief.visitor, &link).await).expect("taken");
    let fresh = world.mailed_activation().await;
    assert_eq!(thief.activate(&fresh, &Person::MAX).await.err(), Some(Refusal::WrongNumber));
    assert_eq!(thief.activate(&fresh, &Person::NANCY).await.err(), Some(Refusal::LinkLocked));
}

#[tokio::test]
async fn r7_a_link_opens_no_other_account_and_tells_nothing_to_who_does_not_know_the_number() {
    let world = World::new();
    let (_, nancys) = world.invited(&Person::NANCY, OFF).await;
    let (_, maxs) = world.invited(&Person::MAX, OFF).await;
    let mut browser = world.browser(OFF);
    assert_eq!(browser.activate(&nancys, &Person::MAX).await.err(), Some(Refusal::WrongNumber));
    let password = "Test-Berggren-7".to_owned();
    let as_name = ActivationForm { password: password.clone(), password_again: password, ..Person::MAX.activation() };
    let refused = browser.activate_with(&nancys, &as_name).await.err();
    assert_eq!(refused, Some(Refusal::WrongNumber), "whether it is the name is not told");
    browser.activate(&nancys, &Person::NANCY).await.expect("her own");
    browser.activate(&maxs, &Person::MAX).await.expect("his own");
}

#[tokio::test]
async fn r7_a_reset_link_activates_nothing_and_an_activation_link_resets_nothing() {
    let world = World::new();
    let (_, activation) = world.invited(&Person::NANCY, OFF).await;
    let browser = world.proven(&Person::MAX, AUTOMATIC).await;
    browser.request_reset(Person::MAX.cpr, Person::MAX.email).await.expect("taken");
    let reset = world.mailed_link().await;
    let mut other = world.browser(OFF);
    assert_eq!(other.activate(&reset, &Person::MAX).await.err(), Some(Refusal::LinkDead));
    let portal = &world.portal;
    let password = Person::NANCY.password;
    let refused = refusal(portal.submit_reset(&other.visitor, &activation, password, password).await);
    assert_eq!(refused, Err(Refusal::LinkDead));
    assert_eq!(refusal(portal.check_activation_link(&activation).await), Ok(()));
}

#[tokio::test]
async fn r7_p2_another_persons_mitid_confirms_nothing_and_is_written_down() {
    let world = World::new();
    drop(world.registered(&Person::MAX, AUTOMATIC).await);
    let (account, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::NANCY).await.expect("activated");
    browser.log_in_with_code(&Person::NANCY).await;
    let before = browser.visitor.session.clone();
    for other in [Person::MAX, Person::KIRSTEN] {
        assert_eq!(browser.prove_with_mitid(&other).await.err(), Some(Refusal::OtherOwner), "{}", other.first_name);
    }
    assert_eq!(browser.visitor.session, before);
    assert_eq!(step(&world, &browser, OFF).await, Some(OutstandingStep::ConfirmIdentity));
    let told = events(&world, account).await.into_iter().filter(|event| *event == AuditEvent::OtherPersonsMitId);
    assert_eq!(told.count(), 2);
    assert_eq!(world.mailer.unread(), 0);

    world.identity.set_comparing(true);
    assert_eq!(browser.prove_with_mitid(&Person::MAX).await.err(), Some(Refusal::OtherOwner), "where it only compares");
    browser.prove_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Ny måde at logge ind på").await;
}

/// Staff mistype the address; whoever reads it knows the number, activates, and waits at the step that asks for MitID.
#[tokio::test]
async fn r7_what_a_stranger_has_activated_the_owners_mitid_does_not_open_to_the_stranger() {
    let world = World::new();
    let typed = NewUser { email: Person::MAX.email.to_owned(), ..Person::NANCY.new_user() };
    let (account, link) = world.invited_as(&typed, OFF).await;
    let mut thief = world.browser(OFF);
    thief.activate(&link, &Person::NANCY).await.expect("activated");
    thief.log_in_with_code(&Person::NANCY).await;
    assert_eq!(step(&world, &thief, OFF).await, Some(OutstandingStep::ConfirmIdentity));

    let mut owner = world.browser(OFF);
    owner.log_in_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Ny måde at logge ind på").await;
    assert!(thief.principal().await.is_none(), "the waiting session is over");
    let refused = thief.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err();
    assert_eq!(refused, Some(Refusal::WrongCredentials));
    thief.request_reset(Person::NANCY.cpr, Person::MAX.email).await.expect("the answer is the same");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "the address must be proved again");
    assert_eq!(step(&world, &owner, OFF).await, Some(OutstandingStep::ChoosePassword));
    assert_eq!(sessions_of(&world, account).await.len(), 2, "the owner's, and the dead one");
}

#[tokio::test]
async fn r7_who_activated_in_the_same_browser_keeps_the_password_with_mitid() {
    let world = World::new();
    let (_, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::NANCY).await.expect("activated");
    browser.log_in_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Ny måde at logge ind på").await;
    assert_eq!(step(&world, &browser, OFF).await, None);
    browser.log_in_with_code(&Person::NANCY).await;
}

#[tokio::test]
async fn a10_a_session_by_code_chooses_no_password() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let chosen =
        world.portal.choose_password(&principal, world.clinic(AUTOMATIC), "Ny-kode-1234", "Ny-kode-1234").await;
    assert_eq!(refusal(chosen), Err(Refusal::FlowFinished));
    world.browser(AUTOMATIC).submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("unchanged");
    world.mailed_code().await;
}

#[tokio::test]
async fn s3_what_staff_do_is_written_down_with_who_did_it() {
    let world = World::new();
    let (account, _) = world.invited(&Person::NANCY, OFF).await;
    let (portal, staff) = (&world.portal, world.staff(OFF));
    refusal(portal.resend_activation(&staff, account).await).expect("sent");
    world.mailed_activation().await;
    refusal(portal.exempt(&staff, account).await).expect("recorded");
    world.mail("Du er fritaget for MitID").await;
    refusal(portal.withdraw_exemption(&staff, account).await).expect("withdrawn");
    world.mail("Log ind med MitID fra nu af").await;
    let by_staff = records(&world, account).await.into_iter().filter(|record| record.actor == Actor::Staff);
    let mut told: Vec<_> = by_staff.map(|record| (format!("{:?}", record.event), record.staff)).collect();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = ["ActivationMailed", "ExemptionRecorded", "ExemptionWithdrawn", "UserCreated"];
    assert_eq!(told, expected.map(|event| (event.to_owned(), Some(staff.id.clone()))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a1_a_clinic_that_creates_one_user_sixty_four_times_makes_one_account() {
    let world = World::new();
    let (portal, staff) = (world.portal.clone(), world.staff(OFF));
    let (succeeded, refusals) = all_at_once(|_| {
        let (portal, staff) = (portal.clone(), staff.clone());
        async move { portal.create_user(&staff, &Person::NANCY.new_user()).await }
    })
    .await;
    assert_eq!(succeeded.len(), 1);
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::AlreadyMember), "{refusals:?}");
    world.mailed_activation().await;
}
