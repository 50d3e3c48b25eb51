//! A clinic against people who are not, or hardly, its own: R7, S1, S4. Whoever knows a CPR number may create its user.

use patientportal_core::account::IdentityStanding;
use patientportal_core::audit::IdentityCheck;
use patientportal_core::ids::AccountId;
use patientportal_core::policy::OutstandingStep;
use patientportal_core::portal::{NewUser, StaffOperation, UserMade};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, OFF, World, refusal};

use crate::activation::step;
use crate::coming_of_age::with;

const CHILD: Person = Person::CHILD;
const NANCY: Person = Person::NANCY;
/// Somebody who reads the mail of this address and knows Nancy's number.
const STRANGER: Person = {
    let mut person = NANCY;
    person.email = "en-anden@example.dk";
    person.password = "Sommerfugl-9";
    person
};

/// Staff link the owner of an account, and say that MitID cannot be used.
async fn link(world: &World, person: &Person, slug: &str) -> AccountId {
    let linked = world.create_user(&NewUser { exempt: true, ..person.new_user() }, slug).await;
    let Ok(UserMade::Linked(account)) = linked else { panic!("not linked: {linked:?}") };
    world.mail("Du har fået adgang hos en klinik").await;
    account
}

async fn renew(world: &World, slug: &str, account: AccountId) -> Result<(), Refusal> {
    let (staff, check) = (world.staff(slug), IdentityCheck::PhotoId);
    refusal(world.portal.renew_by_clinic(&staff, account, check, STRANGER.email, false).await)
}

async fn move_to(world: &World, slug: &str, account: AccountId, number: &str) -> Result<(), Refusal> {
    refusal(world.portal.change_number(&world.staff(slug), account, IdentityCheck::PhotoId, number).await)
}

async fn offers_renewal(world: &World, slug: &str, account: AccountId) -> bool {
    let details = world.portal.clinic_member(&world.staff(slug), account).await.expect("a member");
    details.operations.contains(&StaffOperation::RenewAccount)
}

/// Both are refused, and the owner logs in as before.
async fn nothing_comes_of_it(world: &World, slug: &str, account: AccountId) {
    assert!(!offers_renewal(world, slug, account).await);
    assert_eq!(renew(world, slug, account).await, Err(Refusal::LinkedUnseen));
    assert_eq!(move_to(world, slug, account, Person::KIRSTEN.cpr).await, Err(Refusal::LinkedUnseen));
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "no link goes anywhere");
}

#[tokio::test]
async fn s1_s4_a_clinic_that_links_somebody_elses_patient_renews_and_moves_nothing() {
    let world = World::new();
    let owner = world.proven(&NANCY, AUTOMATIC).await;
    let account = link(&world, &NANCY, OFF).await;
    let principal = owner.principal().await.expect("still logged in");
    assert_eq!(principal.access().identity, IdentityStanding::Confirmed, "what was ticked changes nothing");
    refusal(world.portal.exempt(&world.staff(OFF), account).await).expect("recorded");
    assert_eq!(world.mail("Du er fritaget for MitID").await.to.as_str(), NANCY.email);
    nothing_comes_of_it(&world, OFF, account).await;
    world.browser(AUTOMATIC).log_in_with_code(&NANCY).await;
    nothing_comes_of_it(&world, OFF, account).await;

    world.browser(OFF).log_in_with_code(&NANCY).await;
    assert!(offers_renewal(&world, OFF, account).await, "she has been there");
    renew(&world, OFF, account).await.expect("renewed");

    let world = with(&CHILD).await;
    let account = link(&world, &CHILD, OFF).await;
    nothing_comes_of_it(&world, OFF, account).await;
    world.browser(OFF).log_in_with_code(&CHILD).await;
    renew(&world, OFF, account).await.expect("renewed");
}

#[tokio::test]
async fn r7_s4_mitid_at_the_clinic_ends_that_it_is_a_stranger_and_an_exemption_too() {
    let world = World::new();
    drop(world.proven(&NANCY, AUTOMATIC).await);
    let account = link(&world, &NANCY, OFF).await;
    world.browser(OFF).log_in_with_mitid(&NANCY).await.expect("her own");
    refusal(world.portal.exempt(&world.staff(OFF), account).await).expect("recorded");
    world.mail("Du er fritaget for MitID").await;
    renew(&world, OFF, account).await.expect("renewed");
}

#[tokio::test]
async fn s4_who_has_used_mitid_is_told_at_the_old_address_whatever_staff_tick() {
    let world = World::new();
    let owner = world.proven(&NANCY, AUTOMATIC).await;
    let account = owner.principal().await.expect("logged in").account();
    refusal(world.portal.exempt(&world.staff(AUTOMATIC), account).await).expect("recorded");
    world.mail("Du er fritaget for MitID").await;
    renew(&world, AUTOMATIC, account).await.expect("renewed");
    world.work().await;
    let mut told: Vec<_> = std::iter::from_fn(|| world.mailer.read()).map(|mail| mail.to.as_str().to_owned()).collect();
    told.sort_unstable();
    assert_eq!(told, [STRANGER.email, NANCY.email]);
}

/// A stranger activates by the link after a renewal, and logs in.
async fn stranger_in<'w>(world: &'w World, account: AccountId) -> Browser<'w> {
    renew(world, AUTOMATIC, account).await.expect("renewed");
    let link = world.mailed_activation().await;
    let mut stranger = world.browser(AUTOMATIC);
    stranger.activate(&link, &STRANGER).await.expect("activated");
    stranger.log_in_with_code(&STRANGER).await;
    assert!(stranger.principal().await.is_some());
    stranger
}

#[tokio::test]
async fn r7_the_owners_mitid_drops_a_password_chosen_after_a_clinics_renewal() {
    let world = World::new();
    let (account, link) = world.invited_exempt(&NANCY, AUTOMATIC).await;
    let mut owner = world.browser(AUTOMATIC);
    owner.activate(&link, &NANCY).await.expect("activated");
    owner.log_in_with_code(&NANCY).await;
    let stranger = stranger_in(&world, account).await;

    owner.log_in_with_mitid(&NANCY).await.expect("her own, in the browser that she had");
    world.mail("Log ind med MitID fra nu af").await;
    assert!(stranger.principal().await.is_none(), "out");
    assert_eq!(step(&world, &owner, AUTOMATIC).await, Some(OutstandingStep::ChoosePassword));
    let wrong = world.browser(AUTOMATIC).submit_password(NANCY.cpr, STRANGER.password).await;
    assert_eq!(wrong.err(), Some(Refusal::WrongCredentials));
}

#[tokio::test]
async fn r7_the_owners_mitid_drops_what_a_stranger_has_activated_as_exempt() {
    let world = World::new();
    let (_, link) = world.invited_exempt(&STRANGER, AUTOMATIC).await;
    let mut stranger = world.browser(AUTOMATIC);
    stranger.activate(&link, &STRANGER).await.expect("activated");
    stranger.log_in_with_code(&STRANGER).await;

    let mut owner = world.browser(AUTOMATIC);
    owner.log_in_with_mitid(&NANCY).await.expect("her own");
    world.mail("Log ind med MitID fra nu af").await;
    assert!(stranger.principal().await.is_none(), "out");
    assert_eq!(step(&world, &owner, AUTOMATIC).await, Some(OutstandingStep::ChoosePassword));
}
