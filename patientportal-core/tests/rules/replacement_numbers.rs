//! Replacement numbers, with which only a clinic creates users: A3.

use patientportal_core::account::IdentityStanding;
use patientportal_core::policy::Deed;
use patientportal_core::portal::{RegistrationForm, UserMade};
use patientportal_core::refusal::{Field, FieldFlaw, Flaw, Refusal};
use patientportal_core::value::CprError;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, OFF, World, refusal};

use crate::approval::may;

/// Somebody whom one clinic knows by a number of its own: day + 60.
const LOCAL: Person = numbered(Person::NANCY, "671248-9996", "lokal@example.dk");
/// Somebody else, whom another clinic knows by the same number.
const NAMESAKE: Person = numbered(Person::MAX, "671248-9996", "anden@example.dk");
/// Somebody with an X-eCPR.
const NATIONAL: Person = numbered(Person::KIRSTEN, "020329-1WQ3", "national@example.dk");

const fn numbered(person: Person, cpr: &'static str, email: &'static str) -> Person {
    let mut person = person;
    person.cpr = cpr;
    person.email = email;
    person
}

async fn in_use<'w>(world: &'w World, person: &Person, slug: &str) -> Browser<'w> {
    let (_, link) = world.invited(person, slug).await;
    let mut browser = world.browser(slug);
    browser.activate(&link, person).await.expect("activated");
    browser.log_in_with_code(person).await;
    browser
}

#[tokio::test]
async fn a3_one_day_plus_sixty_number_is_two_people_at_two_clinics() {
    let world = World::new();
    let first = in_use(&world, &LOCAL, OFF).await;
    let second = in_use(&world, &NAMESAKE, APPROVAL).await;
    let (first, second) = (first.principal().await.expect("in"), second.principal().await.expect("in"));
    assert_ne!(first.account(), second.account());
    for (principal, own, name) in [(&first, OFF, "Nancy Ann"), (&second, APPROVAL, "Max")] {
        assert_eq!(principal.access().identity, IdentityStanding::Exempt, "by nature");
        assert_eq!(may(&world, principal, own, Deed::Act), Ok(()));
        assert!(world.portal.owner(principal).await.expect("no fault").full_name.starts_with(name));
    }
}

#[tokio::test]
async fn a3_a_number_of_one_clinic_logs_in_and_recovers_only_there() {
    let world = World::new();
    let browser = in_use(&world, &LOCAL, OFF).await;
    let elsewhere = world.browser(APPROVAL);
    let refused = elsewhere.submit_password(LOCAL.cpr, LOCAL.password).await.err();
    assert_eq!(refused, Some(Refusal::WrongCredentials));
    elsewhere.request_reset(LOCAL.cpr, LOCAL.email).await.expect("the answer is the same");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
    browser.request_reset(LOCAL.cpr, LOCAL.email).await.expect("taken");
    world.mailed_link().await;
}

#[tokio::test]
async fn a3_a_number_of_one_clinic_is_linked_nowhere() {
    let world = World::new();
    let browser = in_use(&world, &LOCAL, OFF).await;
    let principal = browser.principal().await.expect("logged in");
    let joined = refusal(world.portal.join(&principal, world.clinic(AUTOMATIC)).await);
    assert_eq!(joined, Err(Refusal::ReplacementNumber));
    let made = world.create_user(&LOCAL.new_user(), APPROVAL).await;
    assert!(matches!(made, Ok(UserMade::Created(other)) if other != principal.account()), "{made:?}");
    world.mailed_activation().await;
    assert_eq!(world.create_user(&LOCAL.new_user(), OFF).await, Err(Refusal::AlreadyMember));
}

#[tokio::test]
async fn a3_a_national_replacement_number_is_one_account_for_all_clinics() {
    let world = World::new();
    let browser = in_use(&world, &NATIONAL, OFF).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().identity, IdentityStanding::Exempt);
    let made = world.create_user(&NATIONAL.new_user(), APPROVAL).await;
    assert_eq!(made, Ok(UserMade::Linked(principal.account())));
    world.mail("Du har fået adgang hos en klinik").await;
    let mut browser = world.browser(APPROVAL);
    browser.log_in_with_code(&NATIONAL).await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.join(&principal, world.clinic(AUTOMATIC)).await).expect("joined");
}

#[tokio::test]
async fn a3_a_decentral_number_is_refused() {
    let world = World::new();
    let mut new = NATIONAL.new_user();
    new.cpr = "020329-0WQ3".to_owned();
    let flaw = Flaw::Cpr(CprError::DecentralReplacement);
    assert_eq!(
        world.create_user(&new, OFF).await,
        Err(Refusal::InvalidForm(vec![FieldFlaw { field: Field::Cpr, flaw }]))
    );
}

#[tokio::test]
async fn a3_a_replacement_number_matches_no_mitid_and_stays_exempt() {
    let world = World::new();
    for person in [LOCAL, NATIONAL] {
        let mut browser = in_use(&world, &person, OFF).await;
        assert_eq!(browser.log_in_with_mitid(&person).await.err(), Some(Refusal::NoCpr));
        assert_eq!(browser.prove_with_mitid(&person).await.err(), Some(Refusal::NoCpr));
        let account = browser.principal().await.expect("logged in").account();
        let withdrawn = refusal(world.portal.withdraw_exemption(&world.staff(OFF), account).await);
        assert_eq!(withdrawn, Err(Refusal::NumberExempts));
    }
}

#[tokio::test]
async fn a3_nobody_registers_with_a_replacement_number() {
    let world = World::new();
    for person in [LOCAL, NATIONAL] {
        let form = RegistrationForm { cpr: person.cpr.to_owned(), ..person.form() };
        let refused = world.browser(AUTOMATIC).submit_registration(&form).await;
        assert_eq!(refused, Err(Refusal::ReplacementNumber));
    }
}
