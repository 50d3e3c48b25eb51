//! Those who cannot use MitID: R7, P2.

use patientportal_core::account::IdentityStanding;
use patientportal_core::audit::AuditEvent;
use patientportal_core::policy::{Deed, OutstandingStep};
use patientportal_core::portal::UserMade;
use patientportal_core::refusal::Refusal;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, NEIGHBOUR, OFF, World, refusal};

use crate::activation::step;
use crate::activation_attacks::events;
use crate::approval::may;

/// Somebody exempt, logged in by code at the clinic that creates its users.
async fn exempt_in<'w>(world: &'w World, person: &Person) -> Browser<'w> {
    let (_, link) = world.invited_exempt(person, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, person).await.expect("activated");
    browser.log_in_with_code(person).await;
    browser
}

#[tokio::test]
async fn r7_who_is_exempt_gets_in_by_code_and_the_exemption_is_kept_with_clinic_staff_and_time() {
    let world = World::new();
    let browser = exempt_in(&world, &Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, OFF, Deed::Act), Ok(()));
    let details = world.store.account(principal.account()).await.expect("no fault").expect("there").value.details;
    let kept = details.exemption.expect("kept");
    assert_eq!((kept.clinic, kept.staff, kept.at), (world.clinic(OFF), world.staff(OFF).id, world.portal.now()));
}

#[tokio::test]
async fn r7_the_owners_mitid_ends_the_exemption_with_a_mail() {
    let world = World::new();
    let mut browser = exempt_in(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    browser.log_in_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Log ind med MitID fra nu af").await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().identity, IdentityStanding::Confirmed);
    assert!(events(&world, account).await.contains(&AuditEvent::ExemptionEnded));
    browser.log_in_with_mitid(&Person::NANCY).await.expect("again");
    browser.log_in_with_code(&Person::NANCY).await;
    assert_eq!(step(&world, &browser, OFF).await, None, "told once, confirmed for good");
}

#[tokio::test]
async fn r7_any_of_the_accounts_clinics_takes_it_back_and_identity_must_be_confirmed() {
    let world = World::new();
    let mut browser = exempt_in(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let linked = world.create_user(&Person::NANCY.new_user(), APPROVAL).await;
    assert_eq!(linked, Ok(UserMade::Linked(account)));
    world.mail("Du har fået adgang hos en klinik").await;
    let portal = &world.portal;
    let foreign = refusal(portal.withdraw_exemption(&world.staff(NEIGHBOUR), account).await);
    assert_eq!(foreign, Err(Refusal::NoSuchMember));
    assert_eq!(step(&world, &browser, OFF).await, None);

    for _ in 0..2 {
        refusal(portal.withdraw_exemption(&world.staff(APPROVAL), account).await).expect("withdrawn");
    }
    world.mail("Log ind med MitID fra nu af").await;
    assert_eq!(step(&world, &browser, OFF).await, Some(OutstandingStep::ConfirmIdentity), "at the next request");
    browser.log_in_with_code(&Person::NANCY).await;
    assert_eq!(step(&world, &browser, OFF).await, Some(OutstandingStep::ConfirmIdentity));
    browser.prove_with_mitid(&Person::NANCY).await.expect("her own");
    world.mail("Ny måde at logge ind på").await;
    assert_eq!(step(&world, &browser, OFF).await, None);
}

#[tokio::test]
async fn r7_a_clinic_records_an_exemption_later_and_twice_is_as_good_as_once() {
    let world = World::new();
    let (account, link) = world.invited(&Person::NANCY, OFF).await;
    let mut browser = world.browser(OFF);
    browser.activate(&link, &Person::NANCY).await.expect("activated");
    browser.log_in_with_code(&Person::NANCY).await;
    assert_eq!(step(&world, &browser, OFF).await, Some(OutstandingStep::ConfirmIdentity));
    for _ in 0..2 {
        refusal(world.portal.exempt(&world.staff(OFF), account).await).expect("recorded");
    }
    let told = world.mail("Du er fritaget for MitID").await;
    assert!(told.to.as_str() == Person::NANCY.email && !told.text.contains("Nancy"), "M2");
    assert_eq!(world.mailer.unread(), 0, "once");
    assert_eq!(step(&world, &browser, OFF).await, None);
    let recorded = events(&world, account).await.into_iter().filter(|event| *event == AuditEvent::ExemptionRecorded);
    assert_eq!(recorded.count(), 1);
}

#[tokio::test]
async fn r7_a_request_that_waits_makes_nobody_the_clinics_to_exempt() {
    let world = World::new();
    let mut browser = world.browser(APPROVAL);
    let account = browser.register(&Person::NANCY).await.account;
    world.mail("Din anmodning er sendt").await;
    let refused = refusal(world.portal.exempt(&world.staff(APPROVAL), account).await);
    assert_eq!(refused, Err(Refusal::NoSuchMember));
}

#[tokio::test]
async fn r7_linking_with_the_exemption_ticked_changes_nothing_in_the_account() {
    let world = World::new();
    drop(world.proven(&Person::NANCY, AUTOMATIC).await);
    let new = patientportal_core::portal::NewUser { exempt: true, ..Person::NANCY.new_user() };
    assert!(matches!(world.create_user(&new, OFF).await, Ok(UserMade::Linked(_))));
    world.mail("Du har fået adgang hos en klinik").await;
    let mut browser = world.browser(OFF);
    browser.log_in_with_code(&Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(principal.access().identity, IdentityStanding::Confirmed);
}
