//! Registering a child: R3, R4, A4, A8, L1, L5, L7, I2.

use std::sync::Arc;
use std::time::Duration;

use patientportal_core::account::{Custody, MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::clinic::{ChildrenMode, ClinicDirectory, FunctionKind};
use patientportal_core::ids::AccountId;
use patientportal_core::moment::Timestamp;
use patientportal_core::policy::Deed;
use patientportal_core::portal::{ChildOutcome, MitIdOutcome, Settings};
use patientportal_core::ports::IdentityFailure;
use patientportal_core::refusal::{Field, Flaw, Refusal};
use patientportal_core::session::Proof;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, OFF, World, refusal};
use time::macros::date;

use crate::{HOUR, SECOND};

const CREATED: MitIdOutcome = MitIdOutcome::Child(ChildOutcome::Created);
const REQUESTED: MitIdOutcome = MitIdOutcome::Child(ChildOutcome::Requested);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A world where Max holds custody of the child.
fn family() -> World {
    let world = World::new();
    world.custody_is(&Person::CHILD, &Person::MAX, Custody::Holder);
    world
}

/// The same, with the child's account at this clinic, and its mail read.
async fn with_child(slug: &str) -> World {
    let world = family();
    world.browser(slug).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
    drop(world.next_mail().await);
    world
}

pub(crate) fn children_are_automatic(settings: &mut Settings) {
    let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
        clinic.children = ChildrenMode::Automatic;
        clinic
    });
    settings.clinics = ClinicDirectory::new(clinics.collect()).expect("the same clinics");
}

async fn decide(world: &World, command: MembershipCommand) -> Result<(), Refusal> {
    let staff = world.staff(APPROVAL);
    let requests = world.portal.pending_requests(&staff, None).await.expect("no fault").members;
    refusal(world.portal.decide_membership(&staff, requests.first().expect("a request").account, command, "").await)
}

/// Whether a right password opens nothing, as for a number that nobody has.
async fn opens_nothing(world: &World, slug: &str) -> bool {
    let answer = world.browser(slug).submit_password(Person::CHILD.cpr, Person::CHILD.password).await;
    answer.err() == Some(Refusal::WrongCredentials)
}

async fn account_of(browser: &Browser<'_>) -> AccountId {
    browser.principal().await.expect("logged in").account()
}

#[tokio::test]
async fn r3_r4_a_guardian_confirms_and_the_child_logs_in_by_code() {
    let world = family();
    let mut parent = world.registered(&Person::MAX, AUTOMATIC).await;
    let before = world.store.account(account_of(&parent).await).await.expect("no fault");
    assert_eq!(parent.register_child(&Person::CHILD, &Person::MAX).await, Ok(CREATED));
    let mail = world.mail("Brugeren er oprettet").await;
    assert_eq!(mail.to.as_str(), Person::CHILD.email);
    let own = account_of(&parent).await;
    assert_eq!(world.store.account(own).await.expect("no fault"), before, "A8: nothing changes in the guardian's own");

    let mut child = world.browser(AUTOMATIC);
    let logged_in = child.log_in_with_code(&Person::CHILD).await;
    let principal = child.principal().await.expect("logged in");
    assert_eq!(principal.proof(), Proof::PasswordAndCode);
    assert!(principal.access().ward);
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).expect("there");
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Act), Ok(()));
    assert_ne!(logged_in.account, own);
}

#[tokio::test]
async fn a8_no_session_is_opened_and_the_account_keeps_its_guardian() {
    let world = family();
    let mut parent = world.browser(APPROVAL);
    assert_eq!(parent.register_child(&Person::CHILD, &Person::MAX).await, Ok(REQUESTED));
    assert!(parent.principal().await.is_none());
    world.mail("Din anmodning er sendt").await;
    let requests = world.portal.pending_requests(&world.staff(APPROVAL), None).await.expect("no fault").members;
    let [guardian] = requests[0].guardians.as_slice() else { panic!("one guardian") };
    assert_eq!((guardian.cpr.formatted().as_str(), guardian.custody), (Person::MAX.cpr, Custody::Holder));
    assert_eq!(guardian.since, world.portal.now());
    assert_eq!(requests[0].vouched_name, None, "MitID vouched for the guardian, not for the child");
}

#[tokio::test]
async fn r3_a_child_needs_its_guardians_mitid() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let mut parent = world.browser(AUTOMATIC);
    for (person, refused) in [(Person::KIRSTEN, Refusal::OtherGuardian), (Person::CHILD, Refusal::GuardianTooYoung)] {
        let departure = parent.submit_child(&Person::CHILD, &Person::MAX).await.expect("a good form");
        let query = world.identity.answer(&departure, Ok(parent.identity(&person)));
        store.forget_calls();
        let returned = parent.return_with(&query).await;
        assert_eq!(returned.outcome.err(), Some(refused));
        assert!(format!("{:?}", store.calls()).ends_with("audit: 1 }]"), "audited");
        assert!(returned.for_child);
        let kept = world.portal.kept_child_form(&parent.visitor, returned.form.expect("a form")).await.expect("kept");
        assert_eq!((kept.form.child.cpr.as_str(), kept.form.child.password.as_str()), (Person::CHILD.cpr, ""));
        assert_eq!(kept.form.guardian_cpr, Person::MAX.cpr);
    }
    assert_eq!(world.custody.asked(), 0, "the register is asked of proved guardians only");
    assert!(opens_nothing(&world, AUTOMATIC).await);
    world.identity.set_comparing(true);
    let departure = parent.submit_child(&Person::CHILD, &Person::MAX).await.expect("a good form");
    let other = parent.come_back(&departure, Ok(parent.identity(&Person::KIRSTEN))).await.err();
    assert_eq!(other, Some(Refusal::OtherGuardian), "also where the provider compares");
}

#[tokio::test]
async fn r3_who_does_not_hold_custody_is_refused_and_that_is_written_down() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    world.custody_is(&Person::CHILD, &Person::MAX, Custody::NotHolder);
    for slug in [AUTOMATIC, APPROVAL] {
        let mut parent = world.browser(slug);
        store.forget_calls();
        assert_eq!(parent.register_child(&Person::CHILD, &Person::MAX).await, Err(Refusal::NotHolder));
        assert!(format!("{:?}", store.calls()).ends_with("audit: 1 }]"), "audited");
    }
    assert!(opens_nothing(&world, AUTOMATIC).await);
}

#[tokio::test]
async fn r3_i3_without_the_registers_word_the_clinic_is_asked_also_where_it_is_automatic() {
    for is_down in [false, true] {
        let world = World::new();
        world.custody.set_down(is_down);
        let mut parent = world.browser(AUTOMATIC);
        assert_eq!(parent.register_child(&Person::CHILD, &Person::MAX).await, Ok(REQUESTED));
        world.mail("Din anmodning er sendt").await;
        assert!(opens_nothing(&world, AUTOMATIC).await);
    }
}

#[tokio::test]
async fn r3_a_clinic_may_set_that_a_guardians_mitid_is_enough() {
    let world = World::new();
    let open = world.another_node(|_, settings| children_are_automatic(settings));
    assert_eq!(open.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await, Ok(CREATED));
    world.mail("Brugeren er oprettet").await;
    world.browser(AUTOMATIC).log_in_with_code(&Person::CHILD).await;
}

#[tokio::test]
async fn r4_l5_a_child_awaiting_its_first_approval_is_answered_as_an_unknown_number() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    world.browser(APPROVAL).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
    world.mail("Din anmodning er sendt").await;
    let mut traces = Vec::new();
    for cpr in [Person::CHILD.cpr, Person::KIRSTEN.cpr] {
        store.forget_calls();
        let verified = world.hasher.verified();
        let answer = world.browser(APPROVAL).submit_password(cpr, Person::CHILD.password).await;
        traces.push((store.calls(), world.hasher.verified() - verified, answer.err()));
    }
    assert_eq!(traces[0], traces[1]);
    let browser = world.browser(APPROVAL);
    browser.request_reset(Person::CHILD.cpr, Person::CHILD.email).await.expect("taken");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "no link to a password either");
    decide(&world, MembershipCommand::Approve(Rights::default())).await.expect("decided");
    let approved = world.mail("Din anmodning er godkendt").await;
    assert!(approved.text.contains("https://portal.example.dk/"));
    world.browser(APPROVAL).log_in_with_code(&Person::CHILD).await;
}

#[tokio::test]
async fn r4_a_refused_child_is_deleted_with_its_password_and_may_be_registered_anew() {
    let world = with_child(APPROVAL).await;
    decide(&world, MembershipCommand::Refuse(RefusalReason::CustodyNotConfirmed)).await.expect("decided");
    let mail = world.mail("Anmodningen er afvist").await;
    assert!(mail.text.contains("forældremyndigheden") && mail.text.contains("slettet"));
    assert!(opens_nothing(&world, APPROVAL).await);
    assert_eq!(world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await, Ok(CREATED), "free again");
    world.mail("Brugeren er oprettet").await;
    world.browser(AUTOMATIC).log_in_with_code(&Person::CHILD).await;
}

#[tokio::test]
async fn r4_a_childs_request_lapses_after_thirty_days_and_its_account_with_it() {
    let world = with_child(APPROVAL).await;
    for _ in 0..29 {
        world.wait(DAY);
        world.work().await;
    }
    assert_eq!(world.mailer.unread(), 0, "looked at from day to day, and left");
    world.wait(DAY);
    world.mail("Anmodningen er udløbet").await;
    assert!(opens_nothing(&world, APPROVAL).await);
    assert_eq!(world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await, Ok(CREATED), "free again");
    world.mail("Brugeren er oprettet").await;
}

/// A world at ten in the morning two days before the child is 15, its request made, and its mails and the reminder read.
async fn nearly_fifteen(slug: &str) -> World {
    let world = family();
    world.clock.set(Timestamp::copenhagen_midnight(date!(2031 - 10 - 11)) + 10 * HOUR);
    world.browser(slug).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
    read_all(&world).await;
    world
}

async fn read_all(world: &World) {
    world.work().await;
    while world.mailer.read().is_some() {}
}

#[tokio::test]
async fn r4_a4_a_childs_request_lapses_on_its_fifteenth_birthday() {
    let world = nearly_fifteen(APPROVAL).await;
    world.wait(DAY);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "not the day before");
    world.clock.set(Timestamp::copenhagen_midnight(date!(2031 - 10 - 13)));
    let approve = MembershipCommand::Approve(Rights::default());
    assert_eq!(decide(&world, approve).await, Err(Refusal::DecidedAlready { by: None }), "nor approved any longer");
    world.wait(DAY);
    world.mail("Anmodningen er udløbet").await;
    let mut browser = world.browser(AUTOMATIC);
    assert!(!matches!(browser.register(&Person::CHILD).await.meeting, patientportal_core::portal::Meeting::HadAccount));
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn r4_who_has_come_of_age_need_not_wait_for_the_lapse_to_register() {
    let world = nearly_fifteen(APPROVAL).await;
    world.clock.set(Timestamp::copenhagen_midnight(date!(2031 - 10 - 13)));
    let mut browser = world.browser(AUTOMATIC);
    browser.register(&Person::CHILD).await;
    let mut told = [world.next_mail().await.subject, world.next_mail().await.subject];
    told.sort();
    assert_eq!(told, ["Anmodningen er udløbet", "Din bruger er oprettet"]);
}

#[tokio::test]
async fn a4_r2_fifteen_is_counted_at_midnight_in_copenhagen_at_the_form_and_at_the_return() {
    let world = family();
    let midnight = Timestamp::copenhagen_midnight(date!(2031 - 10 - 13));
    let mut parent = world.browser(AUTOMATIC);
    world.clock.set(Timestamp(midnight.0 - 1));
    let departure = parent.submit_child(&Person::CHILD, &Person::MAX).await.expect("still a child");
    world.clock.set(midnight);
    assert_eq!(parent.submit_child(&Person::CHILD, &Person::MAX).await, Err(Refusal::NotAChild));
    let late = parent.come_back(&departure, Ok(parent.identity(&Person::MAX))).await.err();
    assert_eq!(late, Some(Refusal::NotAChild));
    world.clock.set(Timestamp(midnight.0 - 1));
    assert_eq!(parent.register_child(&Person::CHILD, &Person::MAX).await, Ok(CREATED));
    read_all(&world).await;
}

#[tokio::test]
async fn r3_the_guardian_is_another_person_of_age_with_a_number_of_their_own() {
    let world = World::new();
    let parent = world.browser(AUTOMATIC);
    assert_eq!(parent.submit_child(&Person::CHILD, &Person::SIXTEEN).await, Err(Refusal::GuardianTooYoung));
    assert_eq!(parent.submit_child(&Person::SIXTEEN, &Person::MAX).await, Err(Refusal::NotAChild), "R9");
    let Err(Refusal::InvalidForm(flaws)) = parent.submit_child(&Person::CHILD, &Person::CHILD).await else {
        panic!("not refused")
    };
    assert_eq!(
        flaws.iter().map(|flaw| (flaw.field, flaw.flaw)).collect::<Vec<_>>(),
        [(Field::GuardianCpr, Flaw::GuardianIsChild)]
    );
    let mut form = Person::CHILD.form_by(&Person::MAX);
    form.guardian_cpr = "1308781OS6".to_owned();
    assert_eq!(parent.submit_child_form(&form).await, Err(Refusal::ReplacementNumber));
    form.child.cpr = "671016-9996".to_owned();
    form.guardian_cpr = Person::MAX.cpr.to_owned();
    assert_eq!(parent.submit_child_form(&form).await, Err(Refusal::ReplacementNumber));
    assert_eq!(world.hasher.hashed(), 0, "nothing is hashed for a form that is refused");

    // Seventeen on the day of the form: 18 is the operator's number.
    let store = Arc::new(MemoryStore::new());
    let younger = World::with(store, |policy| policy.guardian_age = 16);
    assert!(younger.browser(AUTOMATIC).submit_child(&Person::CHILD, &Person::SIXTEEN).await.is_ok());
}

#[tokio::test]
async fn c1_the_childs_form_is_closed_where_only_the_clinic_registers() {
    let world = family();
    let closed = world.browser(OFF).submit_child(&Person::CHILD, &Person::MAX).await;
    assert_eq!(closed, Err(Refusal::RegistrationClosed));
}

#[tokio::test]
async fn r5_breaking_off_keeps_the_form_and_another_browser_gets_nothing() {
    let world = family();
    let (mut parent, mut stranger) = (world.browser(AUTOMATIC), world.browser(AUTOMATIC));
    let departure = parent.submit_child(&Person::CHILD, &Person::MAX).await.expect("a good form");
    let query = world.identity.answer(&departure, Ok(parent.identity(&Person::MAX)));
    assert_eq!(stranger.return_with(&query).await.outcome.err(), Some(Refusal::OtherBrowser));
    let query = world.identity.answer(&departure, Err(IdentityFailure::Aborted));
    let returned = parent.return_with(&query).await;
    assert_eq!(returned.outcome.err(), Some(Refusal::MitIdAborted));
    let flow = returned.form.expect("a form");
    assert!(world.portal.kept_child_form(&parent.visitor, flow).await.is_ok());
    assert!(world.portal.kept_child_form(&stranger.visitor, flow).await.is_err());
    assert!(world.portal.kept_form(&parent.visitor, flow).await.is_err(), "it is no form for oneself");
}

#[tokio::test]
async fn l1_i2_a_childs_own_mitid_opens_nothing_though_it_has_an_account() {
    let world = with_child(AUTOMATIC).await;
    let mut browser = world.browser(AUTOMATIC);
    assert_eq!(browser.log_in_with_mitid(&Person::CHILD).await.err(), Some(Refusal::TooYoungForMitId));
}

#[tokio::test]
async fn l7_a_childs_session_ends_at_the_midnight_that_begins_its_fifteenth_birthday() {
    let world = nearly_fifteen(AUTOMATIC).await;
    let midnight = Timestamp::copenhagen_midnight(date!(2031 - 10 - 13));
    world.clock.set(Timestamp(midnight.0 - 600_000));
    let mut browser = world.browser(AUTOMATIC);
    browser.log_in_with_code(&Person::CHILD).await;
    assert_eq!(browser.principal().await.expect("logged in").ends(), midnight);
    world.clock.set(Timestamp(midnight.0 - 1));
    assert!(browser.principal().await.is_some());
    world.clock.set(midnight);
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn r3_j1_a_child_joins_another_clinic_at_once_only_with_a_holder_of_custody() {
    for (custody, expected) in
        [(Custody::Holder, MembershipState::Active), (Custody::Unknown, MembershipState::Pending)]
    {
        let world = World::new();
        let open = world.another_node(|_, settings| children_are_automatic(settings));
        world.custody_is(&Person::CHILD, &Person::MAX, custody);
        open.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
        world.mail("Brugeren er oprettet").await;
        let mut child = world.browser(NEIGHBOUR);
        child.log_in_with_code(&Person::CHILD).await;
        let principal = child.principal().await.expect("logged in");
        refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await).expect("asked or joined");
        let access = child.principal().await.expect("logged in").access().clone();
        assert_eq!(access.membership(world.clinic(NEIGHBOUR)).expect("there").state, expected);
        if expected == MembershipState::Pending {
            world.mail("Din anmodning er sendt").await;
        }
        world.wait(SECOND);
    }
}
