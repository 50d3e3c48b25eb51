//! Other clinics, the gate and the policy question: J1, L8, P1, C1, I3.

use patientportal_core::clinic::FunctionKind;
use patientportal_core::policy::{Deed, Denial, OutstandingStep};
use patientportal_core::portal::{Portal, Ports};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, OFF, World, refusal};

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
async fn i3_registrer_is_closed_where_the_clinic_decides() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    for slug in [APPROVAL, OFF] {
        let refused = refusal(world.portal.join(&principal, world.clinic(slug)).await);
        assert_eq!(refused, Err(Refusal::RegistrationClosed));
    }
    let off = world.portal.clinics().by_slug(OFF).expect("there");
    assert_eq!(principal.may(off, FunctionKind::Booking, Deed::Read), Err(Denial::NotAMember));
}

#[tokio::test]
async fn l8_new_terms_stand_between_the_user_and_the_functions_until_accepted() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let newer = with_terms(&world, "2");
    let cookie = browser.visitor.session.as_deref().expect("a session");
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).expect("there");
    let principal = newer.principal(cookie).await.expect("no fault").expect("logged in");
    assert_eq!(principal.outstanding_step(clinic), Some(OutstandingStep::AcceptTerms));
    refusal(newer.accept_terms(&principal, clinic.id).await).expect("accepted");
    let principal = newer.principal(cookie).await.expect("no fault").expect("logged in");
    assert_eq!(principal.may(clinic, FunctionKind::Booking, Deed::Act), Ok(()));
}

/// The same portal, restarted with newer terms.
fn with_terms(world: &World, version: &str) -> Portal {
    use patientportal_core::ids::KeyId;
    use patientportal_core::policy::Policy;
    use patientportal_core::portal::Settings;
    use patientportal_core::sealing::{KeyRing, MasterKey};
    let ports = Ports {
        store: world.store.clone(),
        hasher: world.hasher.clone(),
        identity: world.identity.clone(),
        mailer: world.mailer.clone(),
        clock: world.clock.clone(),
        entropy: std::sync::Arc::new(patientportal_testkit::clock::FixedEntropy::from_seed(2)),
    };
    let mut policy = Policy::default();
    policy.terms_version = version.to_owned();
    let settings = Settings {
        keys: KeyRing::new(MasterKey::new(KeyId(1), [1; 32]), []).expect("a ring"),
        clinics: world.portal.clinics().clone(),
        policy,
        public_url: "https://portal.example.dk".to_owned(),
    };
    Portal::new(ports, settings, || {})
}
