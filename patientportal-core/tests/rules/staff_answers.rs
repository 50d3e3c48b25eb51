//! What staff are told of a request, and that requests wait: S1, S5, R3.

use patientportal_core::account::{Contact, Custody, MembershipCommand, RefusalReason, Rights};
use patientportal_core::clinic::ClinicDirectory;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{ClinicMember, Portal, Settings};
use patientportal_core::ports::ClinicPatient;
use patientportal_core::value::Email;
use patientportal_testkit::clinic_system::MemoryFault;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, NEIGHBOUR, World, refusal};
use time::OffsetDateTime;
use time::macros::datetime;

use crate::approval::{asked, decide};
use crate::{HOUR, MINUTE};

#[tokio::test]
async fn s1_a_request_says_whether_the_clinics_system_knows_its_own_patient() {
    for said in [Some(true), Some(false), None] {
        let world = World::new().with_clinic_systems();
        own_patient_is(&world, &Person::NANCY, said);
        drop(asked(&world, &Person::NANCY).await);
        assert_eq!(request(&world).await.own_patient, said);
    }
    let world = World::new();
    drop(asked(&world, &Person::NANCY).await);
    assert_eq!(request(&world).await.own_patient, None, "a clinic without a system");
}

#[tokio::test]
async fn s1_a_clinics_system_that_is_down_is_asked_again_until_the_request_is_decided() {
    let world = World::new().with_clinic_systems();
    own_patient_is(&world, &Person::NANCY, Some(true));
    world.clinic_system.set_down(world.clinic(APPROVAL), true);
    let browser = asked(&world, &Person::NANCY).await;
    assert_eq!(request(&world).await.own_patient, None);
    world.clinic_system.set_down(world.clinic(APPROVAL), false);
    world.clinic_system.fail_next(world.clinic(APPROVAL), MemoryFault::Permanent);
    for minutes in [1, 2] {
        assert_eq!(request(&world).await.own_patient, None);
        world.wait(minutes * MINUTE);
        world.work().await;
    }
    assert_eq!(request(&world).await.own_patient, Some(true));

    world.clinic_system.take_calls();
    decide(&world, &browser, MembershipCommand::Approve(Rights::default()), "").await.expect("approved");
    world.wait(HOUR);
    world.mail("Din anmodning er godkendt").await;
    assert!(world.clinic_system.take_calls().is_empty());
}

#[tokio::test]
async fn r3_s1_a_childs_request_says_what_the_custody_register_said_of_its_guardian() {
    for said in [Custody::Holder, Custody::Unknown] {
        let world = World::new();
        world.custody_is(&Person::CHILD, &Person::MAX, said);
        world.browser(APPROVAL).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
        world.mail("Din anmodning er sendt").await;
        let request = request(&world).await;
        let guardians: Vec<_> = request.guardians.iter().map(|who| (who.cpr.formatted(), who.custody)).collect();
        assert_eq!(guardians, [(Person::MAX.cpr.to_owned(), said)]);
        assert_eq!(request.age, 10);
    }
}

#[tokio::test]
async fn s1_a_request_says_for_how_many_days_of_the_calendar_it_has_waited() {
    let world = World::new();
    world.wait(13 * HOUR + 30 * MINUTE);
    drop(asked(&world, &Person::NANCY).await);
    for (later, days) in [(29 * MINUTE, 0), (61 * MINUTE, 1), (24 * HOUR, 2), (27 * 24 * HOUR, 29)] {
        world.wait(later);
        assert_eq!(request(&world).await.waiting_days, Some(days), "{later:?} later");
    }
    let account = request(&world).await.account;
    let staff = world.staff(APPROVAL);
    let approve = MembershipCommand::Approve(Rights::default());
    refusal(world.portal.decide_membership(&staff, account, approve, "").await).expect("approved");
    world.mail("Din anmodning er godkendt").await;
    assert_eq!(world.portal.clinic_member(&staff, account).await.expect("shown").member.waiting_days, None);
}

#[tokio::test]
async fn s5_the_clinic_is_told_in_the_morning_how_many_requests_wait_and_never_twice_a_day() {
    let world = told_at(World::new());
    for person in [Person::NANCY, Person::MAX, Person::KIRSTEN] {
        drop(asked(&world, &person).await);
        world.wait(HOUR);
    }
    assert_eq!(world.mailer.unread(), 0, "nothing on the day itself");
    world.clock.set(at(datetime!(2026-11-24 05:59:59 UTC)));
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "before seven in Copenhagen");
    world.clock.set(at(datetime!(2026-11-24 06:00 UTC)));
    let told = world.mail("Anmodninger venter").await;
    assert_eq!(told.to.as_str(), "post@laegehus.example.dk");
    assert!(told.text.contains("Der venter 3 anmodninger"), "{}", told.text);
    for secret in [Person::NANCY.cpr, "Nancy", "Berggren", "/approval"] {
        assert!(!told.text.contains(secret) && !told.html.contains(secret), "M2: {secret}");
    }
    world.wait(12 * HOUR);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "three requests, one mail");
}

#[tokio::test]
async fn s5_it_goes_on_from_day_to_day_as_long_as_a_request_waits_and_begins_anew_with_the_next() {
    let world = told_at(World::new());
    let browser = asked(&world, &Person::NANCY).await;
    world.wait(24 * HOUR);
    world.mail("Anmodninger venter").await;
    let second = asked(&world, &Person::MAX).await;
    world.wait(24 * HOUR);
    assert!(world.mail("Anmodninger venter").await.text.contains("2 anmodninger"));
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "the look of the first day and that of the second tell once");
    for (browser, person) in [(browser, Person::NANCY), (second, Person::MAX)] {
        let mut browser = browser;
        browser.log_in_with_mitid(&person).await.expect("logged in");
        let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
        decide(&world, &browser, refuse, "").await.expect("decided");
        world.mail("Din anmodning er afvist").await;
    }
    world.wait(24 * HOUR);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "none waits");
    drop(asked(&world, &Person::KIRSTEN).await);
    world.wait(24 * HOUR);
    assert!(world.mail("Anmodninger venter").await.text.contains("1 anmodning "));
}

#[tokio::test]
async fn s5_a_clinic_without_an_address_is_not_written_to_and_one_never_hears_of_anothers() {
    let world = World::new();
    drop(asked(&world, &Person::NANCY).await);
    world.wait(48 * HOUR);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);

    let world = World::new();
    let portal = world.restarted(|settings| write_to(settings, NEIGHBOUR));
    let world = with_portal(world, portal);
    drop(asked(&world, &Person::NANCY).await);
    world.wait(48 * HOUR);
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
}

/// The same world, where the approving clinic is told of its requests.
fn told_at(world: World) -> World {
    let portal = world.restarted(|settings| write_to(settings, APPROVAL));
    with_portal(world, portal)
}

fn with_portal(mut world: World, portal: Portal) -> World {
    world.portal = portal;
    world
}

fn write_to(settings: &mut Settings, slug: &str) {
    let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
        if clinic.slug == slug {
            clinic.notice_address = Some(Email::parse("post@laegehus.example.dk").expect("an address"));
        }
        clinic
    });
    settings.clinics = ClinicDirectory::new(clinics.collect()).expect("the same clinics");
}

fn own_patient_is(world: &World, person: &Person, said: Option<bool>) {
    let reached = Contact { email: None, mobile: None };
    let patient = ClinicPatient::new(reached, said);
    world.clinic_system.hold(world.clinic(APPROVAL), &world.cpr(person), Some(patient));
}

/// The one request that waits.
async fn request(world: &World) -> ClinicMember {
    world.work().await;
    let page = world.portal.pending_requests(&world.staff(APPROVAL), None).await.expect("listed");
    assert_eq!(page.members.len(), 1);
    page.members.first().expect("one").clone()
}

fn at(time: OffsetDateTime) -> Timestamp {
    Timestamp(time.unix_timestamp() * 1000)
}
