//! A clinic that approves, as the patient sees it: R4, R8, A9, I3, C1, L2.

use std::time::Duration;

use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::clinic::{ClinicDirectory, FunctionKind, RegistrationMode};
use patientportal_core::policy::{Deed, Denial, OutstandingStep};
use patientportal_core::portal::{Meeting, MitIdOutcome, Portal, Principal, Settings};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, OFF, World, refusal};

use crate::HOUR;

#[tokio::test]
async fn r4_a_registrant_is_logged_in_and_waits_for_the_clinic() {
    let world = World::new();
    let mut browser = world.browser(APPROVAL);
    let logged_in = browser.register(&Person::NANCY).await;
    assert_eq!(logged_in.meeting, Meeting::Created);
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, APPROVAL, Deed::Read), Err(Denial::AwaitingApproval));
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    let told = world.mail("Din anmodning er sendt").await;
    assert!(told.text.contains("Lægehuset Godkend"));
}

#[tokio::test]
async fn r4_an_approved_request_opens_the_functions_ticked_and_is_mailed_with_a_link() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let rights = Rights::default().without(FunctionKind::Booking);
    decide(&world, &browser, MembershipCommand::Approve(rights), "").await.expect("decided");
    let principal = browser.principal().await.expect("still logged in");
    assert_eq!(may(&world, &principal, APPROVAL, Deed::Act), Err(Denial::RightRemoved));
    assert_eq!(may(&world, &principal, APPROVAL, Deed::Read), Ok(()), "own earlier matters stay readable (P1)");
    let clinic = world.portal.clinics().by_slug(APPROVAL).expect("there");
    assert_eq!(principal.may(clinic, FunctionKind::EConsultation, Deed::Act), Ok(()));
    let mail = world.mail("Din anmodning er godkendt").await;
    let link = format!("https://portal.example.dk/til/{}", clinic.id.to_text());
    assert!(mail.text.lines().any(|line| line == link), "{}", mail.text);
}

#[tokio::test]
async fn r4_a_refusal_is_mailed_with_its_reason_and_the_clinics_words_are_read_after_login() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    decide(&world, &browser, refuse, "  Kom forbi\r\nmed dit sundhedskort. ").await.expect("decided");
    let mail = world.mail("Din anmodning er afvist").await;
    assert!(mail.text.contains("ikke registreret som patient"));
    assert!(!mail.text.contains("sundhedskort") && !mail.html.contains("sundhedskort"));
    let principal = browser.principal().await.expect("logged in");
    let words = world.portal.words_of_clinic(&principal, world.clinic(APPROVAL)).await.expect("no fault");
    assert_eq!(words.as_deref(), Some("Kom forbi\nmed dit sundhedskort."));
    let row = world.store.account(principal.account()).await.expect("no fault").expect("there").value.to_record();
    let details = row.expect("a record").details;
    assert!(!details.windows(12).any(|bytes| bytes == b"sundhedskort"), "the words are sealed (I7)");
    for other in [AUTOMATIC, OFF] {
        assert_eq!(world.portal.words_of_clinic(&principal, world.clinic(other)).await.expect("no fault"), None);
    }
}

#[tokio::test]
async fn r4_the_clinics_words_wait_for_whatever_comes_first_after_a_login() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::ContactClinic);
    decide(&world, &browser, refuse, "Ring til os").await.expect("decided");
    world.mail("Din anmodning er afvist").await;
    let newer = world.restarted(|settings| settings.policy.terms_version = "2".to_owned());
    let cookie = browser.visitor.session.as_deref().expect("a session");
    let principal = newer.principal(cookie).await.expect("no fault").expect("logged in");
    let clinic = world.clinic(APPROVAL);
    assert_eq!(newer.words_of_clinic(&principal, clinic).await.expect("no fault"), None);
    let early = Err(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::AcceptTerms)));
    assert_eq!(refusal(newer.join(&principal, clinic).await), early);
}

#[tokio::test]
async fn r4_l8_a_request_is_taken_back_with_terms_outstanding() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let newer = world.another_node(|_, settings| settings.policy.terms_version = "2".to_owned());
    let browser = browser.led_to(&newer);
    let principal = browser.principal().await.expect("logged in");
    refusal(newer.portal.withdraw_request(&principal, world.clinic(APPROVAL)).await)
        .expect("nothing to agree to first");
    assert_eq!(state(&newer, &browser).await, Some(MembershipState::Ended));
    world.mail("Din anmodning er trukket tilbage").await;
}

#[tokio::test]
async fn a9_one_may_ask_again_after_a_refusal_and_one_request_is_open_at_a_time() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = world.clinic(APPROVAL);
    refusal(world.portal.join(&principal, clinic).await).expect("it is as good as the request that is open");
    let refuse = MembershipCommand::Refuse(RefusalReason::DetailsDoNotFit);
    decide(&world, &browser, refuse, "Ring til os").await.expect("decided");
    world.mail("Din anmodning er afvist").await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(step(&world, &principal, APPROVAL), Some(OutstandingStep::Join));
    refusal(world.portal.join(&principal, clinic).await).expect("asked again");
    world.mail("Din anmodning er sendt").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().memberships.len(), 1);
    assert_eq!(world.portal.words_of_clinic(&principal, clinic).await.expect("no fault"), None);
}

#[tokio::test]
async fn r4_the_patient_takes_a_request_back_and_joins_elsewhere_meanwhile() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await).expect("another clinic is open");
    let clinic = world.clinic(APPROVAL);
    for _ in 0..2 {
        refusal(world.portal.withdraw_request(&principal, clinic).await).expect("twice is as good as once");
    }
    world.mail("Din anmodning er trukket tilbage").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Ended));
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, NEIGHBOUR, Deed::Act), Ok(()));
    let none = refusal(world.portal.withdraw_request(&principal, world.clinic(NEIGHBOUR)).await);
    assert_eq!(none, Err(Refusal::NoRequest), "a membership that is open is no request");
    assert_eq!(may(&world, &principal, NEIGHBOUR, Deed::Act), Ok(()));
}

#[tokio::test]
async fn r4_a_request_lapses_after_thirty_days_and_not_a_moment_before() {
    let world = World::new();
    let mut browser = asked(&world, &Person::NANCY).await;
    world.wait(30 * DAY - Duration::from_millis(1));
    world.work().await;
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    world.wait(Duration::from_millis(1));
    world.mail("Din anmodning er udløbet").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Lapsed));
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(step(&world, &principal, APPROVAL), Some(OutstandingStep::Join));
}

#[tokio::test]
async fn r4_a_later_request_has_thirty_days_of_its_own() {
    let world = World::new();
    let mut browser = asked(&world, &Person::NANCY).await;
    world.wait(29 * DAY);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.withdraw_request(&principal, world.clinic(APPROVAL)).await).expect("taken back");
    world.mail("Din anmodning er trukket tilbage").await;
    refusal(world.portal.join(&principal, world.clinic(APPROVAL)).await).expect("asked again");
    world.mail("Din anmodning er sendt").await;
    world.wait(30 * DAY - HOUR);
    world.work().await;
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    world.wait(HOUR);
    world.mail("Din anmodning er udløbet").await;
}

#[tokio::test]
async fn r8_registrer_at_a_clinic_that_approves_is_a_request() {
    let world = World::new();
    let mut browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    browser.to.clinic = world.clinic(APPROVAL);
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(step(&world, &principal, APPROVAL), Some(OutstandingStep::Join));
    refusal(world.portal.join(&principal, world.clinic(APPROVAL)).await).expect("asked");
    world.mail("Din anmodning er sendt").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, AUTOMATIC, Deed::Act), Ok(()), "the other clinic is not touched (A9)");
}

#[tokio::test]
async fn l2_the_offer_at_a_clinic_that_approves_leads_to_a_request() {
    let world = World::new();
    let mut browser = world.browser(APPROVAL);
    let departure = browser.leave_for_mitid().await.expect("reached");
    let answer = browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.expect("vouched").0;
    let MitIdOutcome::OfferRegistration { flow } = answer else { panic!("no offer: {answer:?}") };
    let form = Person::NANCY.form();
    let logged_in = refusal(world.portal.submit_proven_registration(&browser.visitor, flow, &form).await);
    browser.visitor.session = Some(logged_in.expect("created").session);
    world.mail("Din anmodning er sendt").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
}

#[tokio::test]
async fn c1_where_registration_is_off_nobody_comes_in_alone_and_logins_stay_open() {
    let world = World::new();
    let mut stranger = world.browser(OFF);
    assert_eq!(stranger.submit_registration(&Person::MAX.form()).await, Err(Refusal::RegistrationClosed));
    assert_eq!(stranger.log_in_with_mitid(&Person::MAX).await.err(), Some(Refusal::NoAccountContactClinic));
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut browser = world.browser(OFF);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logins stay open");
    browser.log_in_with_code(&Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(step(&world, &principal, OFF), None);
    assert_eq!(may(&world, &principal, OFF, Deed::Act), Err(Denial::NotAMember));
    let closed = refusal(world.portal.join(&principal, world.clinic(OFF)).await);
    assert_eq!(closed, Err(Refusal::RegistrationClosed));
}

#[tokio::test]
async fn c1_another_mode_leaves_members_and_requests_as_they_are() {
    let world = World::new();
    let member = world.registered(&Person::MAX, AUTOMATIC).await;
    let browser = asked(&world, &Person::NANCY).await;
    for mode in [RegistrationMode::Off, RegistrationMode::Automatic, RegistrationMode::Approval] {
        let other = world.restarted(|settings| set_mode(settings, mode));
        assert_eq!(allowed(&other, &browser, APPROVAL).await, Err(Denial::AwaitingApproval), "{mode:?}");
        assert_eq!(allowed(&other, &member, AUTOMATIC).await, Ok(()), "{mode:?}");
    }
    let off = world.restarted(|settings| set_mode(settings, RegistrationMode::Off));
    let staff = world.staff(APPROVAL);
    let account = browser.principal().await.expect("logged in").account();
    let approve = MembershipCommand::Approve(Rights::default());
    refusal(off.decide_membership(&staff, account, approve, "").await).expect("staff decide where it is off too (I3)");
    assert_eq!(allowed(&off, &browser, APPROVAL).await, Ok(()));
    world.mail("Din anmodning er godkendt").await;
}

#[tokio::test]
async fn r4_an_account_that_asks_again_and_again_has_to_wait() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let clinic = world.clinic(APPROVAL);
    for _ in 0..10 {
        refusal(world.portal.join(&principal, clinic).await).expect("asked");
        world.mail("Din anmodning er sendt").await;
        refusal(world.portal.withdraw_request(&principal, clinic).await).expect("taken back");
        world.mail("Din anmodning er trukket tilbage").await;
    }
    let slowed = refusal(world.portal.join(&principal, clinic).await);
    assert!(matches!(slowed, Err(Refusal::RequestsWait { .. })), "{slowed:?}");
    assert_eq!(world.mailer.unread(), 0);
}

/// A person who has asked the approving clinic, in a browser of their own, whose mail is read.
pub(crate) async fn asked<'w>(world: &'w World, person: &Person) -> Browser<'w> {
    let mut browser = world.browser(APPROVAL);
    browser.register(person).await;
    world.mail("Din anmodning er sendt").await;
    browser
}

/// What staff of the browser's clinic decide of who is logged in there.
pub(crate) async fn decide(
    world: &World,
    browser: &Browser<'_>,
    command: MembershipCommand,
    words: &str,
) -> Result<(), Refusal> {
    let account = browser.principal().await.expect("logged in").account();
    refusal(world.portal.decide_membership(&world.staff(APPROVAL), account, command, words).await)
}

/// Where the membership stands at the browser's clinic.
pub(crate) async fn state(_: &World, browser: &Browser<'_>) -> Option<MembershipState> {
    let principal = browser.principal().await.expect("logged in");
    principal.access().membership(browser.to.clinic).map(|here| here.state)
}

/// Whether booking is open.
pub(crate) fn may(world: &World, principal: &Principal, slug: &str, deed: Deed) -> Result<(), Denial> {
    principal.may(world.portal.clinics().by_slug(slug).expect("there"), FunctionKind::Booking, deed)
}

fn step(world: &World, principal: &Principal, slug: &str) -> Option<OutstandingStep> {
    principal.outstanding_step(world.portal.clinics().by_slug(slug).expect("there"))
}

async fn allowed(portal: &Portal, browser: &Browser<'_>, slug: &str) -> Result<(), Denial> {
    let cookie = browser.visitor.session.as_deref().expect("a session");
    let principal = portal.principal(cookie).await.expect("no fault").expect("logged in");
    principal.may(portal.clinics().by_slug(slug).expect("there"), FunctionKind::Booking, Deed::Act)
}

fn set_mode(settings: &mut Settings, mode: RegistrationMode) {
    let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
        clinic.registration = mode;
        clinic
    });
    settings.clinics = ClinicDirectory::new(clinics.collect()).expect("the same clinics");
}

const DAY: Duration = Duration::from_secs(24 * 3600);
