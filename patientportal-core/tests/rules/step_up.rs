//! A function that demands MitID: P2.

use patientportal_core::account::MembershipState;
use patientportal_core::audit::AuditEvent;
use patientportal_core::clinic::{Clinic, ClinicDirectory, FunctionKind, MitIdDemand};
use patientportal_core::policy::{Deed, Denial};
use patientportal_core::portal::{Destination, Meeting, Principal};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, OFF, World};

use crate::activation_attacks::events;

const RENEWAL: FunctionKind = FunctionKind::PrescriptionRenewal;
const NANCY: Person = Person::NANCY;

/// The same world on a node whose clinics demand MitID for renewals.
fn demanding(world: &World, demand: MitIdDemand) -> World {
    world.another_node(|_, settings| {
        let demanded = |clinic: &Clinic| {
            let mut clinic = clinic.clone();
            let renewals = clinic.functions.iter_mut().filter(|function| function.kind == RENEWAL);
            renewals.for_each(|function| function.mitid = demand);
            clinic
        };
        settings.clinics = ClinicDirectory::new(settings.clinics.iter().map(demanded).collect()).expect("the same");
    })
}

fn may(world: &World, principal: &Principal, slug: &str, function: FunctionKind) -> Result<(), Denial> {
    principal.may(world.portal.clinics().by_slug(slug).expect("a clinic"), function, Deed::Act)
}

async fn by_code<'w>(world: &World, node: &'w World) -> Browser<'w> {
    let mut browser = world.proven(&NANCY, AUTOMATIC).await.led_to(node);
    browser.to = Destination { function: Some(RENEWAL), ..browser.to };
    browser
}

#[tokio::test]
async fn p2_a_code_session_steps_up_with_its_owners_mitid_and_lands_at_the_function() {
    let world = World::new();
    let node = demanding(&world, MitIdDemand::WhereItCanBeUsed);
    let mut browser = by_code(&world, &node).await;
    let (before, code) = (browser.principal().await.expect("logged in"), browser.visitor.session.clone());
    assert_eq!(may(&node, &before, AUTOMATIC, RENEWAL), Err(Denial::AssuranceNeeded));
    assert_eq!(may(&node, &before, AUTOMATIC, FunctionKind::Booking), Ok(()));
    let proved = browser.prove_with_mitid(&NANCY).await.expect("her own").logged_in();
    assert_eq!((proved.meeting, proved.function), (Meeting::Proved, Some(RENEWAL)));
    let after = browser.principal().await.expect("logged in");
    assert_eq!(after.account(), before.account());
    assert_eq!(may(&node, &after, AUTOMATIC, RENEWAL), Ok(()));
    let ended = node.portal.principal(code.as_deref().expect("a cookie")).await.expect("no fault");
    assert!(ended.is_none(), "the code session has ended");
}

#[tokio::test]
async fn p2_another_persons_mitid_is_refused_audited_and_changes_nothing() {
    let world = World::new();
    let node = demanding(&world, MitIdDemand::OfEverybody);
    drop(world.registered(&Person::MAX, AUTOMATIC).await);
    let mut browser = by_code(&world, &node).await;
    let before = browser.principal().await.expect("logged in");
    for other in [Person::MAX, Person::KIRSTEN] {
        assert_eq!(browser.prove_with_mitid(&other).await.err(), Some(Refusal::OtherOwner), "{}", other.first_name);
    }
    let after = browser.principal().await.expect("the code session stays");
    assert_eq!((after.account(), after.proof()), (before.account(), before.proof()));
    assert_eq!(may(&node, &after, AUTOMATIC, RENEWAL), Err(Denial::AssuranceNeeded));
    let told = events(&world, before.account()).await;
    assert_eq!(told.iter().filter(|event| **event == AuditEvent::OtherPersonsMitId).count(), 2);
}

#[tokio::test]
async fn p2_for_who_cannot_use_mitid_the_clinic_chooses() {
    let world = World::new();
    let (_, link) = world.invited_exempt(&NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &NANCY).await.expect("activated");
    browser.log_in_with_code(&NANCY).await;
    for (demand, answer) in
        [(MitIdDemand::WhereItCanBeUsed, Ok(())), (MitIdDemand::OfEverybody, Err(Denial::MitIdOnly))]
    {
        let node = demanding(&world, demand);
        let principal = browser.led_to(&node).principal().await.expect("logged in");
        let state = principal.access().membership(world.clinic(OFF)).map(|here| here.state);
        assert_eq!(state, Some(MembershipState::Active));
        assert_eq!(may(&node, &principal, OFF, RENEWAL), answer, "{demand:?}");
    }
}

#[tokio::test]
async fn p2_for_those_under_fifteen_the_clinic_chooses() {
    let world = World::new();
    let (_, link) = world.invited(&Person::CHILD, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::CHILD).await.expect("activated");
    browser.log_in_with_code(&Person::CHILD).await;
    for (demand, answer) in
        [(MitIdDemand::WhereItCanBeUsed, Ok(())), (MitIdDemand::OfEverybody, Err(Denial::MitIdOnly))]
    {
        let node = demanding(&world, demand);
        let principal = browser.led_to(&node).principal().await.expect("logged in");
        assert_eq!(may(&node, &principal, OFF, RENEWAL), answer, "{demand:?}");
    }
}
