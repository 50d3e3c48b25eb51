//! A clinic that approves, and what a clinic closes, as the pages show it: R4, R8, A9, C1, C7, C8, P1.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests may panic as tests may")]

use http::StatusCode;
use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::clinic::{Clinic, ClinicDirectory, ClinicMessage, FunctionKind};
use patientportal_http::PortalService;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, World};
use std::time::Duration;

use crate::browser::{Browser, Page, registration, settings};

const NANCY: Person = Person::NANCY;

#[tokio::test]
async fn r4_a_registrant_waits_withdraws_and_asks_again() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.visit("/approval/opret").await.says("Klinikken godkender nye brugere.");
    let waiting = ask(&world, &mut browser).await;
    assert_eq!(waiting.status, StatusCode::OK);
    for said in
        ["Din bruger er oprettet", "Din anmodning venter på klinikken", "23. november 2026", "23. december 2026"]
    {
        waiting.says(said);
    }
    browser.visit("/approval/tidsbestilling").await.says("Din anmodning venter på klinikken");
    browser.visit("/").await.says("Venter på klinikken");
    let join = browser.submit(&waiting, "/approval/traek-tilbage", &[]).await;
    world.mail("Din anmodning er trukket tilbage").await;
    join.says("Anmodningen er trukket tilbage");
    join.says("Klinikken godkender nye brugere.");
    let again = browser.submit(&waiting, "/approval/traek-tilbage", &[]).await;
    again.says("Anmodningen er trukket tilbage");
    let waiting = browser.submit(&join, "/approval/registrer", &[]).await;
    waiting.says("Din anmodning venter på klinikken");
    world.mail("Din anmodning er sendt").await;
}

#[tokio::test]
async fn r4_a_refusal_is_explained_after_login_with_the_clinics_words_and_one_may_ask_again() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let waiting = ask(&world, &mut browser).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    decide(&world, refuse, MembershipState::Pending, "Kom <forbi>\nmed dit sundhedskort.").await;
    world.mail("Din anmodning er afvist").await;
    browser.visit("/").await.says("Afvist");
    let join = browser.visit("/approval/start").await;
    for said in ["Klinikken har afvist din anmodning", "ikke registreret som patient", "Kom &#60;forbi&#62;\nmed"] {
        join.says(said);
    }
    let late = browser.submit(&waiting, "/approval/traek-tilbage", &[]).await;
    late.says("Der er ingen anmodning at trække tilbage");
    Browser::new(&world).visit("/approval").await.says_nothing_of("sundhedskort");
    browser.submit(&join, "/approval/registrer", &[]).await.says("Din anmodning venter på klinikken");
    world.mail("Din anmodning er sendt").await;
}

#[tokio::test]
async fn c1_a_refusal_at_a_clinic_that_closed_meanwhile_says_to_call_it() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    ask(&world, &mut browser).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::DetailsDoNotFit);
    decide(&world, refuse, MembershipState::Pending, "Ring til os.").await;
    world.mail("Din anmodning er afvist").await;
    browser.service = changed(&world, |clinic| clinic.registration = patientportal_core::clinic::RegistrationMode::Off);
    let page = browser.visit("/approval/start").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    for said in ["Klinikken har afvist din anmodning", "passer ikke med dem", "Ring til os.", "tel:12345678"] {
        page.says(said);
    }
    page.says_nothing_of("bede om adgang igen");
}

#[tokio::test]
async fn r4_the_link_of_an_approval_leads_to_the_clinic_and_tells_no_slug() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    ask(&world, &mut browser).await;
    let without = Rights::default().without(FunctionKind::Booking);
    decide(&world, MembershipCommand::Approve(without), MembershipState::Pending, "").await;
    let mail = world.mail("Din anmodning er godkendt").await;
    let link = mail.text.lines().find_map(|line| line.strip_prefix("https://portal.example.dk")).expect("a link");
    assert_eq!(browser.get(link).await.location().as_deref(), Some("/approval"));
    let start = browser.visit(link).await;
    start.says("Åbn E-konsultation");
    start.says("Lukket for dig.");
    start.says_nothing_of("Åbn Tidsbestilling");
    let booking = browser.visit("/approval/tidsbestilling").await;
    assert_eq!(booking.status, StatusCode::FORBIDDEN);
    booking.says("Klinikken har lukket denne funktion for dig.");
    for unknown in ["/til/0000000000000000", "/til/approval", "/til/+1"] {
        assert_eq!(browser.get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn a9_a_suspension_holds_from_the_next_click() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    ask(&world, &mut browser).await;
    decide(&world, MembershipCommand::Approve(Rights::default()), MembershipState::Pending, "").await;
    world.mail("Din anmodning er godkendt").await;
    browser.visit("/approval/start").await.says("Åbn Tidsbestilling");
    decide(&world, MembershipCommand::Suspend, MembershipState::Active, "").await;
    world.mail("Din adgang er lukket for nu").await;
    for address in ["/approval/start", "/approval/tidsbestilling"] {
        let page = browser.visit(address).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.says("Klinikken har lukket din adgang for nu");
        page.says("tel:12345678");
    }
    browser.visit("/").await.says("Lukket for nu");
}

#[tokio::test]
async fn a9_r8_registrer_says_that_the_clinic_is_asked_also_where_only_this_person_must_ask() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    let staff = world.staff(AUTOMATIC);
    let page = world.portal.clinic_members(&staff, MembershipState::Active, None).await.expect("listed");
    let suspend = MembershipCommand::Suspend;
    world.portal.decide_membership(&staff, page.members[0].account, suspend, "").await.expect("suspended");
    world.mail("Din adgang er lukket for nu").await;
    let close = browser.visit("/automatic/luk-bruger").await;
    browser.submit(&close, "/automatic/luk-bruger", &[]).await.says("Din bruger er lukket");
    world.mail("Din bruger er lukket").await;
    let departure = browser.leave_to_register(&NANCY, "automatic").await;
    let waiting = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    world.mail("Din anmodning er sendt").await;
    let join = browser.submit(&waiting, "/automatic/traek-tilbage", &[]).await;
    world.mail("Din anmodning er trukket tilbage").await;
    join.says("Klinikken godkender nye brugere.");
    browser.visit("/neighbour/start").await.says_nothing_of("Klinikken godkender nye brugere.");
}

#[tokio::test]
async fn p1_what_is_closed_lets_own_earlier_matters_be_read_where_the_portal_guards_them() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    let without = Rights::default().without(FunctionKind::Booking).without(FunctionKind::EConsultation);
    let staff = world.staff(AUTOMATIC);
    let page = world.portal.clinic_members(&staff, MembershipState::Active, None).await.expect("listed");
    let command = MembershipCommand::SetRights(without);
    world.portal.decide_membership(&staff, page.members[0].account, command, "").await.expect("changed");
    world.mail("Din adgang er ændret").await;
    browser.service = changed(&world, |clinic| {
        for function in &mut clinic.functions {
            let own = function.kind == FunctionKind::Booking;
            function.target = Some(if own { "/aftaler" } else { "https://elsewhere.example/" }.to_owned());
        }
    });
    let start = browser.visit("/automatic/start").await;
    start.says("Se tidligere i Tidsbestilling");
    start.says_nothing_of("Se tidligere i E-konsultation");
    browser.get("/automatic/tidsbestilling").await.says("href=\"/aftaler\"");
    let outside = browser.get("/automatic/e-konsultation").await;
    assert_eq!((outside.status, outside.location()), (StatusCode::FORBIDDEN, None));
    outside.says_nothing_of("elsewhere.example");
    assert_eq!(browser.get("/automatic/receptfornyelse").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn c8_a_message_stands_on_the_front_page_entries_and_the_start_page_for_its_time() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    let now = world.portal.now();
    let service = changed(&world, |clinic| {
        clinic.messages = vec![ClinicMessage {
            from: now,
            until: Some(now + Duration::from_secs(600)),
            danish: "Vi holder <ferie>.".to_owned(),
            english: "We are on holiday.".to_owned(),
            closes: vec![FunctionKind::Booking],
        }];
    });
    let mut visitor = Browser::of(service.clone());
    browser.service = service;
    for address in ["/automatic", "/automatic/tidsbestilling", "/automatic/e-konsultation"] {
        let page = visitor.visit(address).await;
        page.says("Vi holder &#60;ferie&#62;.");
        page.says("Lukket imens: Tidsbestilling.");
    }
    visitor.visit("/automatic/tidsbestilling").await.says("Tidsbestilling er lukket for nu.");
    let start = browser.visit("/automatic/start").await;
    start.says("Vi holder &#60;ferie&#62;.");
    start.says("Lukket for nu.");
    start.says_nothing_of("Åbn Tidsbestilling");
    assert_eq!(browser.visit("/automatic/tidsbestilling").await.status, StatusCode::FORBIDDEN);
    visitor.cookies.insert("__Host-pp-language".to_owned(), "en".to_owned());
    visitor.visit("/automatic").await.says("We are on holiday.");
    world.wait(Duration::from_secs(600));
    visitor.visit("/automatic/tidsbestilling").await.says_nothing_of("We are on holiday.");
    browser.visit("/automatic/start").await.says("Åbn Tidsbestilling");
}

/// Registers at the approving clinic, up to the page after MitID, and reads the mail.
async fn ask(world: &World, browser: &mut Browser) -> Page {
    let form = browser.visit("/approval/opret?funktion=tidsbestilling").await;
    let departure = browser.post(&form, "/approval/opret", &registration(&NANCY)).await;
    let page = browser.come_back(world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    world.mail("Din anmodning er sendt").await;
    page
}

/// What the approving clinic decides of the one whose membership is in this state.
async fn decide(world: &World, command: MembershipCommand, of: MembershipState, words: &str) {
    let staff = world.staff(APPROVAL);
    let page = world.portal.clinic_members(&staff, of, None).await.expect("listed");
    let account = page.members[0].account;
    world.portal.decide_membership(&staff, account, command, words).await.expect("decided");
}

/// The same portal with its clinics changed.
fn changed(world: &World, change: impl Fn(&mut Clinic)) -> PortalService {
    let portal = world.restarted(|settings| {
        let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
            change(&mut clinic);
            clinic
        });
        settings.clinics = ClinicDirectory::new(clinics.collect()).expect("the same clinics");
    });
    PortalService::new(portal, settings()).expect("good clinics")
}
