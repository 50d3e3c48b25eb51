//! Registering oneself: R1, R2, R4, R5, R6, L2, C1.

use patientportal_core::clinic::FunctionKind;
use patientportal_core::policy::Deed;
use patientportal_core::portal::Meeting;
use patientportal_core::ports::IdentityFailure;
use patientportal_core::refusal::{Field, Flaw, Refusal};
use patientportal_core::value::{CprError, EmailError, PasswordError};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, NEIGHBOUR, World};

use crate::MINUTE;

#[tokio::test]
async fn r1_r4_a_registrant_confirmed_with_mitid_is_logged_in_and_lands_on_the_function_asked_for() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    browser.to.function = Some(FunctionKind::EConsultation);
    let logged_in = browser.register(&Person::NANCY).await;
    assert_eq!(logged_in.function, Some(FunctionKind::EConsultation));
    assert_eq!(logged_in.meeting, Meeting::Created);

    let principal = browser.principal().await.expect("logged in");
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).expect("there");
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Act), Ok(()));
    assert_eq!(world.portal.owner(&principal).await.expect("no fault").full_name, "Nancy Ann Test Berggren");
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn r1_another_persons_mitid_creates_nothing_and_the_form_is_kept() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
    let somebody = browser.identity(&Person::MAX);
    let query = world.identity.answer(&departure, Ok(somebody));
    let returned = browser.return_with(&query).await;
    assert_eq!(returned.outcome.err(), Some(Refusal::OtherPerson));
    let kept = world.portal.kept_form(&browser.visitor, returned.form.expect("a form")).await.expect("kept");
    assert_eq!((kept.form.first_name.as_str(), kept.form.password.as_str()), ("Nancy Ann", ""));
    for person in [Person::NANCY, Person::MAX] {
        assert_eq!(browser.submit_password(person.cpr, person.password).await.err(), Some(Refusal::WrongCredentials));
    }
}

#[tokio::test]
async fn r2_under_fifteen_is_sent_to_the_child_form() {
    let world = World::new();
    let browser = world.browser(AUTOMATIC);
    assert_eq!(browser.submit_registration(&Person::CHILD.form()).await, Err(Refusal::TooYoungForSelf));
    assert!(browser.submit_registration(&Person::SIXTEEN.form()).await.is_ok());
}

#[tokio::test]
async fn a3_a_replacement_number_cannot_register_itself() {
    let world = World::new();
    let mut form = Person::NANCY.form();
    form.cpr = "1308781OS6".to_owned();
    let browser = world.browser(AUTOMATIC);
    assert_eq!(browser.submit_registration(&form).await, Err(Refusal::ReplacementNumber));
}

#[tokio::test]
async fn a6_every_flaw_is_told_at_once_and_beside_its_field() {
    let world = World::new();
    let mut form = Person::NANCY.form();
    form.cpr = "251248-99".to_owned();
    form.email = "nancy".to_owned();
    form.mobile = "12".to_owned();
    form.password = "kort".to_owned();
    let Err(Refusal::InvalidForm(flaws)) = world.browser(AUTOMATIC).submit_registration(&form).await else {
        panic!("not refused")
    };
    let told: Vec<_> = flaws.iter().map(|flaw| (flaw.field, flaw.flaw)).collect();
    assert!(told.contains(&(Field::Email, Flaw::Email(EmailError::Format))));
    assert!(told.contains(&(Field::EmailAgain, Flaw::EmailsDiffer)));
    assert!(told.contains(&(Field::Cpr, Flaw::Cpr(CprError::Format))));
    assert!(told.contains(&(Field::Mobile, Flaw::Mobile)));
    assert!(told.contains(&(Field::Password, Flaw::Password(PasswordError::TooShort))));
    assert!(told.contains(&(Field::PasswordAgain, Flaw::PasswordsDiffer)));
    assert_eq!(world.hasher.hashed(), 0, "nothing is hashed for a form that is refused");
}

#[tokio::test]
async fn r5_a_return_in_another_browser_is_refused_and_the_first_stays_usable() {
    let world = World::new();
    let mut attacker = world.browser(AUTOMATIC);
    let mut victim = world.browser(AUTOMATIC);
    let departure = attacker.submit_registration(&Person::NANCY.form()).await.expect("a good form");
    let identity = victim.identity(&Person::NANCY);
    let query = world.identity.answer(&departure, Ok(identity));
    assert_eq!(victim.return_with(&query).await.outcome.err(), Some(Refusal::OtherBrowser));
    assert!(victim.principal().await.is_none());
    assert!(attacker.return_with(&query).await.outcome.is_ok(), "its own browser may");
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn r5_breaking_off_creates_nothing_and_a_second_return_finds_the_journey_over() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
    let refused = browser.come_back(&departure, Err(IdentityFailure::Aborted)).await.err();
    assert_eq!(refused, Some(Refusal::MitIdAborted));
    let again = browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.err();
    assert_eq!(again, Some(Refusal::FlowFinished));
    browser.register(&Person::NANCY).await;
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn r5_a_journey_is_over_after_a_quarter_of_an_hour() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
    world.wait(15 * MINUTE);
    let late = browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.err();
    assert_eq!(late, Some(Refusal::NoOpenFlow));
}

#[tokio::test]
async fn r5_two_tabs_are_two_flows_and_the_second_meets_the_account() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let first = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
    let mut other_form = Person::NANCY.form();
    other_form.first_name = "Nancy".to_owned();
    let second = browser.submit_registration(&other_form).await.expect("a good form");
    let identity = browser.identity(&Person::NANCY);
    browser.come_back(&second, Ok(identity.clone())).await.expect("created");
    let met = browser.come_back(&first, Ok(identity)).await.expect("logged in").logged_in();
    assert_eq!(met.meeting, Meeting::HadAccount);
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn r6_a_registrant_who_has_an_account_is_logged_in_and_what_was_typed_changes_nothing() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let mut form = Person::NANCY.form();
    form.first_name = "Somebody".to_owned();
    form.password = "Another-99-word".to_owned();
    form.password_again.clone_from(&form.password);
    let mut browser = world.browser(NEIGHBOUR);
    let departure = browser.submit_registration(&form).await.expect("a good form");
    let identity = browser.identity(&Person::NANCY);
    let logged_in = browser.come_back(&departure, Ok(identity)).await.expect("logged in").logged_in();
    assert_eq!(logged_in.meeting, Meeting::HadAccount);
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(world.portal.owner(&principal).await.expect("no fault").full_name, "Nancy Ann Test Berggren");
    let refused = browser.submit_password(Person::NANCY.cpr, "Another-99-word").await.err();
    assert_eq!(refused, Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn l2_mitid_without_an_account_offers_registration_with_the_identity_proven() {
    use patientportal_core::portal::MitIdOutcome;
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.leave_for_mitid().await.expect("reached");
    let outcome = browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.expect("vouched").0;
    let MitIdOutcome::OfferRegistration { flow, .. } = outcome else { panic!("no offer") };
    let kept = world.portal.kept_form(&browser.visitor, flow).await.expect("the form");
    assert!(kept.identity_proven);
    assert_eq!(kept.form.cpr, "251248-••••", "the next at a shared computer must not read it");

    let other = world.portal.submit_proven_registration(&browser.visitor, flow, &Person::MAX.form()).await;
    assert!(other.is_err(), "not another's number");
    let stranger = world.browser(AUTOMATIC);
    let stolen = world.portal.submit_proven_registration(&stranger.visitor, flow, &Person::NANCY.form()).await;
    assert!(stolen.is_err(), "not in another browser");

    let form = Person::NANCY.form();
    let logged_in = world.portal.submit_proven_registration(&browser.visitor, flow, &form).await.expect("created");
    browser.visitor.session = Some(logged_in.session);
    assert!(browser.principal().await.expect("logged in").proof().is_mitid());
    world.mail("Din bruger er oprettet").await;
    let twice = world.portal.submit_proven_registration(&browser.visitor, flow, &form).await;
    assert!(twice.is_err(), "once");
}

#[tokio::test]
async fn l2_a_proven_identity_waits_five_minutes_for_its_form_and_no_longer() {
    use patientportal_core::portal::MitIdOutcome;
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.leave_for_mitid().await.expect("reached");
    let outcome = browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.expect("vouched").0;
    let MitIdOutcome::OfferRegistration { flow, .. } = outcome else { panic!("no offer") };
    world.wait(5 * MINUTE);
    assert!(world.portal.kept_form(&browser.visitor, flow).await.is_err());
    let late = world.portal.submit_proven_registration(&browser.visitor, flow, &Person::NANCY.form()).await;
    assert!(late.is_err());
}

#[tokio::test]
async fn i3_a_clinic_that_closed_meanwhile_gets_no_member_from_a_journey_that_began_before() {
    let world = World::new();
    let mut browser = world.browser(AUTOMATIC);
    let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
    let query = world.identity.answer(&departure, Ok(browser.identity(&Person::NANCY)));
    let closed = world.restarted(|settings| {
        let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
            clinic.registration = patientportal_core::clinic::RegistrationMode::Off;
            clinic
        });
        settings.clinics =
            patientportal_core::clinic::ClinicDirectory::new(clinics.collect()).expect("the same clinics");
    });
    let returned = closed.complete_mitid(&browser.visitor, &query).await.expect("no fault");
    assert_eq!(returned.outcome.err(), Some(Refusal::RegistrationClosed));
    browser.to.function = None;
    assert_eq!(
        browser.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err(),
        Some(Refusal::WrongCredentials)
    );
}

#[tokio::test]
async fn a2_one_address_may_be_of_several_people_and_logs_nobody_in() {
    let world = World::new();
    let (nancy, mut max) = (Person::NANCY, Person::MAX);
    max.email = nancy.email;
    for person in [nancy, max] {
        drop(world.registered(&person, AUTOMATIC).await);
    }
    let mut accounts = Vec::new();
    for person in [nancy, max] {
        let mut browser = world.browser(AUTOMATIC);
        accounts.push(browser.log_in_with_code(&person).await.account);
    }
    assert_ne!(accounts[0], accounts[1], "each has an account of their own");
    let refused = world.browser(AUTOMATIC).submit_password(nancy.email, nancy.password).await;
    assert!(matches!(refused, Err(Refusal::InvalidForm(_))), "{refused:?}");
}
