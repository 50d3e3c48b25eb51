//! The patient's own page: A7, F2, I5.

use patientportal_core::account::MembershipState;
use patientportal_core::audit::AuditEvent;
use patientportal_core::policy::{Denial, OutstandingStep};
use patientportal_core::portal::{LoggedIn, Meeting, PasswordForm};
use patientportal_core::refusal::{Field, FieldFlaw, Flaw, Refusal};
use patientportal_core::value::PasswordError;
use patientportal_testkit::clinic_system::ClinicCall;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, NEIGHBOUR, OFF, World, contact, refusal};

use crate::MINUTE;
use crate::activation_attacks::events;

const NANCY: Person = Person::NANCY;
const NEW: &str = "Endnu-Bedre-7";

async fn set_password(world: &World, browser: &mut Browser<'_>, old: &str, new: &str) -> Result<LoggedIn, Refusal> {
    let principal = browser.principal().await.expect("logged in");
    let form = PasswordForm { old: old.to_owned(), new: new.to_owned(), again: new.to_owned() };
    let changed = refusal(world.portal.change_password(&browser.visitor, &principal, browser.to, &form).await)?;
    browser.visitor.session = Some(changed.session.clone());
    Ok(changed)
}

async fn close(world: &World, browser: &Browser<'_>, password: &str) -> Result<(), Refusal> {
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.close_account(&browser.visitor, &principal, browser.to.clinic, password).await)
}

async fn leave(world: &World, browser: &Browser<'_>, slug: &str) -> Result<(), Refusal> {
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.leave_clinic(&principal, world.clinic(slug)).await)
}

#[tokio::test]
async fn a7_a_session_ended_from_another_is_over_at_its_next_click() {
    let world = World::new();
    let here = world.registered(&NANCY, AUTOMATIC).await;
    let mut there = world.browser(AUTOMATIC);
    there.log_in_with_mitid(&NANCY).await.expect("logged in");
    let principal = here.principal().await.expect("logged in");
    let sessions = world.portal.own_sessions(&principal, here.to.clinic).await.expect("no fault");
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| !session.is_this).expect("the other browser's");
    world.portal.end_own_session(&principal, here.to.clinic, other.session.no).await.expect("ended");
    assert!(there.principal().await.is_none());
    assert!(here.principal().await.is_some());
    assert_eq!(world.portal.own_sessions(&principal, here.to.clinic).await.expect("no fault").len(), 1);
    assert!(events(&world, principal.account()).await.contains(&AuditEvent::SessionEnded));
}

#[tokio::test]
async fn a7_nobody_ends_another_persons_session_by_its_number() {
    let world = World::new();
    let nancy = world.registered(&NANCY, AUTOMATIC).await;
    let max = world.registered(&Person::MAX, AUTOMATIC).await;
    let (hers, his) = (nancy.principal().await.expect("in"), max.principal().await.expect("in"));
    let sessions = world.portal.own_sessions(&hers, nancy.to.clinic).await.expect("no fault");
    for session in sessions {
        world.portal.end_own_session(&his, max.to.clinic, session.session.no).await.expect("of his there is none");
    }
    assert!(nancy.principal().await.is_some());
}

#[tokio::test]
async fn a7_sessions_that_are_over_are_not_shown() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    world.browser(AUTOMATIC).log_in_with_mitid(&NANCY).await.expect("logged in");
    world.wait(25 * MINUTE);
    browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    let principal = browser.principal().await.expect("logged in");
    let sessions = world.portal.own_sessions(&principal, browser.to.clinic).await.expect("no fault");
    assert_eq!(sessions.iter().map(|session| session.is_this).collect::<Vec<_>>(), [true]);
}

#[tokio::test]
async fn a7_the_history_is_whole_and_paged_newest_first() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    for _ in 0..60 {
        world.wait(MINUTE);
        browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    }
    let (principal, clinic) = (browser.principal().await.expect("logged in"), browser.to.clinic);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = world.portal.own_history(&principal, clinic, after).await.expect("no fault");
        all.extend(page.entries);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    all.reverse();
    assert!(all.is_sorted_by_key(|entry| entry.at));
    assert_eq!(
        all.iter().map(|entry| entry.record.event).collect::<Vec<_>>(),
        events(&world, principal.account()).await
    );
    assert!(all.len() > 60);
}

#[tokio::test]
async fn a7_leaving_a_clinic_ends_one_membership_tells_its_system_and_mails() {
    let world = World::new().with_clinic_systems();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    world.portal.join(&principal, world.clinic(NEIGHBOUR)).await.expect("joined");
    world.work().await;
    world.clinic_system.take_calls();
    assert_eq!(leave(&world, &browser, AUTOMATIC).await, Ok(()));
    world.mail("Din adgang er ophørt").await;
    let access = browser.principal().await.expect("still logged in").access().clone();
    let state = |slug| access.membership(world.clinic(slug)).map(|here| here.state);
    assert_eq!(state(AUTOMATIC), Some(MembershipState::Ended));
    assert_eq!(state(NEIGHBOUR), Some(MembershipState::Active));
    assert!(
        matches!(&world.clinic_system.take_calls()[..], [ClinicCall::Left(clinic, _)] if *clinic == world.clinic(AUTOMATIC))
    );
    assert_eq!(leave(&world, &browser, AUTOMATIC).await, Ok(()), "pressed twice");
    world.work().await;
    assert!(world.clinic_system.take_calls().is_empty());
    assert_eq!(leave(&world, &browser, OFF).await, Err(Refusal::Denied(Denial::NotAMember)));
}

#[tokio::test]
async fn a7_a_clinic_whose_patient_came_back_meanwhile_is_not_told_that_they_left() {
    let world = World::new().with_clinic_systems();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    world.clinic_system.take_calls();
    leave(&world, &browser, AUTOMATIC).await.expect("left");
    let principal = browser.principal().await.expect("logged in");
    world.portal.join(&principal, world.clinic(AUTOMATIC)).await.expect("joined again");
    world.mail("Din adgang er ophørt").await;
    world.work().await;
    assert!(!world.clinic_system.take_calls().iter().any(|call| matches!(call, ClinicCall::Left(..))));
}

#[tokio::test]
async fn f2_a_fresh_mitid_session_sets_a_password_without_the_old_and_all_else_ends() {
    let world = World::new();
    let other = world.proven(&NANCY, AUTOMATIC).await;
    other.request_reset(NANCY.cpr, NANCY.email).await.expect("asked");
    let link = world.mailed_link().await;
    let mut browser = world.browser(AUTOMATIC);
    browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    let before = browser.visitor.session.clone();
    let changed = set_password(&world, &mut browser, "", NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
    assert_ne!(before, browser.visitor.session, "a new cookie");
    assert!(world.portal.principal(before.as_deref().expect("a cookie")).await.expect("no fault").is_none());
    assert!(browser.principal().await.expect("this one goes on").proof().is_mitid());
    assert!(other.principal().await.is_none());
    assert_eq!(refusal(world.portal.check_reset_link(&link).await), Err(Refusal::LinkDead));
    assert_eq!(changed.clinic, browser.to.clinic);
    let mut with = world.browser(AUTOMATIC);
    assert_eq!(with.submit_password(NANCY.cpr, NANCY.password).await.err(), Some(Refusal::WrongCredentials));
    let page = with.submit_password(NANCY.cpr, NEW).await.expect("the new one");
    let code = world.mailed_code().await;
    with.submit_code(&page, &code).await.expect("in");
}

#[tokio::test]
async fn a7_a_code_session_gives_the_old_password_and_each_wrong_one_is_counted() {
    let world = World::new();
    let mut browser = world.proven(&NANCY, AUTOMATIC).await;
    let flaw = |flaw| Err(Refusal::InvalidForm(vec![FieldFlaw { field: Field::Password, flaw }]));
    let missing = set_password(&world, &mut browser, "", NEW).await.map(|_| ());
    assert_eq!(missing, flaw(Flaw::Password(PasswordError::Missing)));
    for _ in 0..5 {
        let wrong = set_password(&world, &mut browser, "Forkert-Kode-1", NEW).await.map(|_| ());
        assert_eq!(wrong, flaw(Flaw::WrongPassword));
    }
    let waits = set_password(&world, &mut browser, NANCY.password, NEW).await;
    assert!(
        matches!(waits, Err(Refusal::TooManyFailures { .. })),
        "even the right one: {waits:?}",
        waits = waits.err()
    );
    world.wait(MINUTE);
    set_password(&world, &mut browser, NANCY.password, NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
}

#[tokio::test]
async fn a7_what_is_wrong_with_the_new_password_is_said_beside_it() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    let answer = set_password(&world, &mut browser, "", "kort").await;
    let Err(Refusal::InvalidForm(flaws)) = answer else { panic!("{:?}", answer.err()) };
    assert_eq!(flaws.iter().map(|flaw| flaw.field).collect::<Vec<_>>(), [Field::NewPassword]);
}

#[tokio::test]
async fn a7_five_minutes_after_the_login_it_must_be_proved_again_and_nothing_changes() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    world.wait(4 * MINUTE);
    assert!(browser.principal().await.expect("logged in").is_fresh());
    world.wait(MINUTE);
    let principal = browser.principal().await.expect("logged in");
    assert!(!principal.is_fresh());
    assert_eq!(set_password(&world, &mut browser, "", NEW).await.err(), Some(Refusal::ProofTooOld));
    assert_eq!(close(&world, &browser, "").await, Err(Refusal::ProofTooOld));
    let data = refusal(world.portal.own_data(&browser.visitor, &principal, browser.to.clinic, "").await);
    assert_eq!(data.err(), Some(Refusal::ProofTooOld));
    let proved = browser.prove_with_mitid(&NANCY).await.expect("her own").logged_in();
    assert_eq!(proved.meeting, Meeting::Proved);
    set_password(&world, &mut browser, "", NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
}

#[tokio::test]
async fn a7_all_data_is_handed_out_and_that_is_written_down() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let data = world.portal.own_data(&browser.visitor, &principal, browser.to.clinic, "").await.expect("fresh");
    assert_eq!(data.person.email.as_str(), NANCY.email);
    assert_eq!((data.account.access.memberships.len(), data.sessions.len()), (1, 1));
    assert_eq!(data.history.last().map(|entry| entry.record.event), Some(AuditEvent::DataFetched));
    assert_eq!(format!("{data:?}"), "OwnData(•••)", "I7");
}

#[tokio::test]
async fn a7_closing_ends_all_tells_the_clinics_erases_the_person_and_frees_the_number() {
    let world = World::new().with_clinic_systems();
    let other = world.proven(&NANCY, AUTOMATIC).await;
    other.request_reset(NANCY.cpr, NANCY.email).await.expect("asked");
    let link = world.mailed_link().await;
    let mut browser = world.browser(AUTOMATIC);
    browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    let principal = browser.principal().await.expect("logged in");
    world.portal.join(&principal, world.clinic(NEIGHBOUR)).await.expect("joined");
    world.work().await;
    world.clinic_system.take_calls();
    assert_eq!(close(&world, &browser, "").await, Ok(()));
    let mail = world.mail("Din bruger er lukket").await;
    assert_eq!(mail.to.as_str(), NANCY.email);
    let left = world.clinic_system.take_calls();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.iter().all(|call| matches!(call, ClinicCall::Left(..))));
    assert!(browser.principal().await.is_none() && other.principal().await.is_none());
    assert_eq!(refusal(world.portal.check_reset_link(&link).await), Err(Refusal::LinkDead));
    let account = world.store.account(principal.account()).await.expect("no fault").expect("an id is left").value;
    assert!(account.access.memberships.is_empty());
    assert!(account.to_record().expect("a record").details.len() < 100, "nothing of the person is left");
    let told = events(&world, account.id).await.into_iter().filter(|event| *event == AuditEvent::AccountClosed).count();
    assert_eq!(told, 2, "the audit is kept, and each clinic sees it");
    let unknown = world.browser(AUTOMATIC).submit_password(NANCY.cpr, NANCY.password).await;
    assert_eq!(unknown.err(), Some(Refusal::WrongCredentials));
    let again = world.registered(&NANCY, AUTOMATIC).await;
    assert_ne!(again.principal().await.expect("logged in").account(), account.id);
}

#[tokio::test]
async fn a7_closed_from_two_windows_at_once_it_is_closed_once() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let close = || world.portal.close_account(&browser.visitor, &principal, browser.to.clinic, "");
    let (one, two) = tokio::join!(close(), close());
    let (one, two) = (refusal(one), refusal(two));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    world.mail("Din bruger er lukket").await;
}

#[tokio::test]
async fn a7_who_has_yet_to_prove_who_they_are_sees_and_ends_nothing() {
    let world = World::new();
    let (_, link) = world.invited(&NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &NANCY).await.expect("activated");
    browser.log_in_with_code(&NANCY).await;
    let (principal, clinic) = (browser.principal().await.expect("logged in"), browser.to.clinic);
    let stopped = Some(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::ConfirmIdentity)));
    let portal = &world.portal;
    assert_eq!(refusal(portal.own_person(&principal, clinic).await).err(), stopped);
    assert_eq!(refusal(portal.own_sessions(&principal, clinic).await).err(), stopped);
    assert_eq!(refusal(portal.own_history(&principal, clinic, None).await).err(), stopped);
    assert_eq!(close(&world, &browser, NANCY.password).await.err(), stopped);
    assert_eq!(leave(&world, &browser, OFF).await.err(), stopped);
}

#[tokio::test]
async fn a7_l8_whom_mitid_has_vouched_for_sees_and_closes_the_account_without_choosing_a_password() {
    let world = World::new();
    world.invited(&NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.log_in_with_mitid(&NANCY).await.expect("activated");
    world.mail("Ny måde at logge ind på").await;
    let (principal, clinic) = (browser.principal().await.expect("logged in"), browser.to.clinic);
    let stopped = Err(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::ChoosePassword)));
    assert_eq!(leave(&world, &browser, OFF).await, stopped);
    assert_eq!(refusal(world.portal.change_mobile(&principal, clinic, "20123456").await), stopped);
    let data = world.portal.own_data(&browser.visitor, &principal, clinic, "").await.expect("hers");
    assert_eq!(data.person.email.as_str(), NANCY.email);
    assert_eq!(close(&world, &browser, "").await, Ok(()));
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn a7_l8_mobile_and_address_are_changed_with_terms_outstanding() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    let newer = world.another_node(|_, settings| settings.policy.terms_version = "2".to_owned());
    let browser = browser.led_to(&newer);
    let (principal, clinic) = (browser.principal().await.expect("logged in"), browser.to.clinic);
    refusal(newer.portal.change_mobile(&principal, clinic, "20123456").await).expect("nothing to agree to first");
    let page = browser.change_email("nancy.ny@example.dk", "").await.expect("a code is sent");
    let code = newer.mailed_email_code("nancy.ny@example.dk").await;
    browser.submit_email_code(&page, &code).await.expect("right");
    let person = newer.portal.own_person(&principal, clinic).await.expect("hers");
    assert_eq!(person.contact(), contact("nancy.ny@example.dk", "20123456"));
}
