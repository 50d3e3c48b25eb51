//! Other clinics, the gate and the policy question: J1, L8, P1, C1, I3.

use patientportal_core::clinic::FunctionKind;
use patientportal_core::policy::{Deed, Denial, OutstandingStep};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, NEIGHBOUR, OFF, World, refusal};

#[tokio::test]
async fn j1_an_existing_user_presses_registrer_and_gets_the_functions() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let neighbour = world.portal.clinics().by_slug(NEIGHBOUR).expect("there");
    assert_eq!(principal.outstanding_step(neighbour), Some(OutstandingStep::Join));
    let denied = principal.may(neighbour, FunctionKind::Booking, Deed::Act);
    assert_eq!(denied, Err(Denial::StepOutstanding(OutstandingStep::Join)));
    for _ in 0..2 {
        refusal(world.portal.join(&principal, neighbour.id).await).expect("twice is as good as once");
    }
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.may(neighbour, FunctionKind::Booking, Deed::Act), Ok(()));
    assert_eq!(principal.access().memberships.len(), 2);
}

#[tokio::test]
async fn c1_registrer_is_closed_where_only_the_clinic_creates_users() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    let refused = refusal(world.portal.join(&principal, world.clinic(OFF)).await);
    assert_eq!(refused, Err(Refusal::RegistrationClosed));
    let off = world.portal.clinics().by_slug(OFF).expect("there");
    assert_eq!(principal.may(off, FunctionKind::Booking, Deed::Read), Err(Denial::NotAMember));
}

#[tokio::test]
async fn l8_new_terms_stand_between_the_user_and_the_functions_until_accepted() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let newer = world.restarted(|settings| settings.policy.terms_version = "2".to_owned());
    let cookie = browser.visitor.session.as_deref().expect("a session");
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).expect("there");
    let principal = newer.principal(cookie).await.expect("no fault").expect("logged in");
    assert_eq!(principal.outstanding_step(clinic), Some(OutstandingStep::AcceptTerms));
    let early = refusal(newer.join(&principal, world.clinic(NEIGHBOUR)).await);
    assert_eq!(early, Err(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::AcceptTerms))));
    refusal(newer.accept_terms(&principal, clinic.id).await).expect("accepted");
    let principal = newer.principal(cookie).await.expect("no fault").expect("logged in");
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Act), Ok(()));
}

#[tokio::test]
async fn p1_what_a_clinic_no_longer_offers_stays_readable() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let closed = world.restarted(|settings| {
        let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
            clinic.functions.retain(|function| function.kind != FunctionKind::Booking);
            clinic
        });
        settings.clinics =
            patientportal_core::clinic::ClinicDirectory::new(clinics.collect()).expect("the same clinics");
    });
    let cookie = browser.visitor.session.as_deref().expect("a session");
    let principal = closed.principal(cookie).await.expect("no fault").expect("logged in");
    let clinic = closed.clinics().by_slug(AUTOMATIC).expect("there");
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Act), Err(Denial::FunctionClosed));
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Read), Ok(()));
}

#[tokio::test]
async fn l8_nobody_accepts_terms_before_what_comes_first_and_twice_is_as_good_as_once() {
    let world = World::new();
    let (account, link) = world.invited(&Person::NANCY, OFF).await;
    let mut by_code = world.browser(OFF);
    by_code.activate(&link, &Person::NANCY).await.expect("activated");
    by_code.log_in_with_code(&Person::NANCY).await;
    let newer = world.another_node(|_, settings| settings.policy.terms_version = "2".to_owned());
    let mut browser = by_code.led_to(&newer);
    let clinic = browser.to.clinic;
    let principal = browser.principal().await.expect("logged in");
    let early = refusal(newer.portal.accept_terms(&principal, clinic).await);
    assert_eq!(early, Err(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::ConfirmIdentity))));
    let row = world.store.account(account).await.expect("no fault").expect("there");
    assert_eq!(row.value.access.terms, world.portal.policy().terms_version);
    browser.prove_with_mitid(&Person::NANCY).await.expect("her own");
    let principal = browser.principal().await.expect("logged in");
    for _ in 0..2 {
        refusal(newer.portal.accept_terms(&principal, clinic).await).expect("accepted");
    }
    let principal = browser.principal().await.expect("logged in");
    refusal(newer.portal.accept_terms(&principal, clinic).await).expect("nothing is outstanding");
}
