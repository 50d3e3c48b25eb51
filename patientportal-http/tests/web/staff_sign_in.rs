//! Staff sign in, choose a clinic and sign out (S2), and are never taken for patients, nor patients for them.

use http::StatusCode;
use patientportal_core::portal::Role;
use patientportal_core::ports::IdentityFailure;
use patientportal_http::{PortalService, SignedInStaff, StaffAuthenticator, StaffDoor};
use patientportal_testkit::person::Person;
use patientportal_testkit::staff_identity::vouched_staff;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, World};
use std::time::Duration;

use crate::browser::{Browser, settings};
use crate::staff_browser::{request_of, returned, staff_at};

const STAFF: &str = "__Host-pp-staff";
const SESSION: &str = "__Host-pp-session";

#[tokio::test]
async fn s2_staff_sign_in_and_out() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get("/personale/approval").await.location().as_deref(), Some("/personale?klinik=approval"));
    let list =
        browser.sign_in(&world, "/personale/approval", Ok(vouched_staff("sara", &[APPROVAL], Role::Secretary))).await;
    list.says("Logget ind som <strong>sara Test</strong>, sekretær");
    list.says("Ingen anmodninger venter");
    assert_eq!(list.headers["cache-control"], "no-store");
    let cookie = browser.cookies[STAFF].clone();
    let away = browser.post(&list, "/personale/log-ud", &[]).await;
    assert_eq!(away.departs_to(), "https://staff.invalid/logout?hint=id-token-of-sara");
    assert!(!browser.cookies.contains_key(STAFF));
    browser.cookies.insert(STAFF.to_owned(), cookie);
    assert_eq!(browser.get("/personale/approval").await.status, StatusCode::SEE_OTHER, "ended on the server");
    browser.visit("/personale/logget-ud").await.says("Du er logget ud");
}

#[tokio::test]
async fn s2_a_session_of_staff_ends_by_time() {
    let world = World::new();
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    for _ in 0..23 {
        world.wait(Duration::from_secs(20 * 60));
        assert_eq!(browser.get("/personale/approval").await.status, StatusCode::OK, "it is used");
    }
    world.wait(Duration::from_secs(20 * 60));
    assert_eq!(browser.get("/personale/approval").await.status, StatusCode::SEE_OTHER, "eight hours are over");
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    let page = browser.get("/personale/approval").await;
    world.wait(Duration::from_secs(21 * 60));
    assert_eq!(browser.get("/personale/approval").await.status, StatusCode::SEE_OTHER, "it was not used");
    let late = browser.post(&page, "/personale/log-ud", &[]).await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    let late = browser.post_as_staff("/personale/approval/godkend", &[("person", "0000000000000001")]).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    late.says("det, du ville, er ikke gjort");
}

#[tokio::test]
async fn s2_who_is_not_staff_here_is_told_so() {
    let world = World::new();
    for answer in
        [vouched_staff("otto", &["elsewhere"], Role::Secretary), vouched_staff("otto", &[], Role::Administrator)]
    {
        let mut browser = Browser::new(&world);
        browser.sign_in(&world, "/personale", Ok(answer)).await.says("Dit login giver ikke adgang som personale her.");
        assert!(!browser.cookies.contains_key(STAFF));
    }
    let mut nobody = vouched_staff("otto", &[APPROVAL], Role::Secretary);
    nobody.role = None;
    Browser::new(&world).sign_in(&world, "/personale", Ok(nobody)).await.says("Dit login giver ikke adgang");
    let number = vouched_staff(Person::NANCY.cpr, &[APPROVAL], Role::Secretary);
    Browser::new(&world).sign_in(&world, "/personale", Ok(number)).await.says("kunne ikke bruges");
    for (failure, said) in [
        (IdentityFailure::Aborted, "Du afbrød"),
        (IdentityFailure::NotFresh, "for gammelt"),
        (IdentityFailure::Refused("nonce-wrong"), "kunne ikke bruges"),
    ] {
        Browser::new(&world).sign_in(&world, "/personale", Err(failure)).await.says(said);
    }
}

#[tokio::test]
async fn s2_a_sign_in_belongs_to_its_browser_and_counts_once() {
    let world = World::new();
    let (mut mine, mut other) = (Browser::new(&world), Browser::new(&world));
    let door = mine.visit("/personale").await;
    let departure = mine.post(&door, "/personale/log-ind", &[]).await;
    let back = returned(&world, &departure, Ok(vouched_staff("sara", &[APPROVAL], Role::Secretary)));
    other.visit("/personale").await;
    other.visit(&back).await.says("begyndt i en anden browser");
    assert!(!other.cookies.contains_key(STAFF));
    mine.visit(&back).await.says("Ingen anmodninger venter");
    let first = mine.cookies[STAFF].clone();
    mine.visit(&back).await.says("Ingen anmodninger venter");
    assert_eq!(mine.cookies[STAFF], first, "the second return opened nothing");
    // A patients' return takes no journey of staff, nor the reverse.
    let query = back.split_once('?').map_or("", |(_, query)| query);
    let lost = other.visit(&format!("/mitid/retur?{query}")).await;
    assert_eq!(lost.status, StatusCode::UNPROCESSABLE_ENTITY);
    for state in ["", "staff.", "staff.x", "x"] {
        other.visit(&format!("/personale/retur?state={state}&code=1")).await.says("Log ind igen");
    }
    let posted = other.send(http::Request::post(&back).body(crate::browser::Body::default()).expect("a request")).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn s2_no_patients_session_is_staffs_nor_the_reverse() {
    let world = World::new();
    let mut patient = Browser::new(&world);
    patient.register(&world, &Person::NANCY, AUTOMATIC).await;
    let session = patient.cookies[SESSION].clone();
    assert_eq!(patient.get("/personale/automatic").await.status, StatusCode::SEE_OTHER);
    let disguised = patient.get("/personale").await;
    disguised.says("Log ind som personale");
    disguised.says_nothing_of("Logget ind som");
    patient.cookies.insert(STAFF.to_owned(), session.clone());
    assert_eq!(patient.get("/personale/automatic").await.status, StatusCode::SEE_OTHER);
    patient.cookies.insert(STAFF.to_owned(), format!("staff.{session}"));
    assert_eq!(patient.get("/personale/automatic").await.status, StatusCode::SEE_OTHER);
    let mut staff = staff_at(&world, AUTOMATIC, Role::Administrator).await;
    let cookie = staff.cookies[STAFF].clone();
    for disguise in [cookie.clone(), cookie.trim_start_matches("staff.").to_owned()] {
        staff.cookies.insert(SESSION.to_owned(), disguise);
        let page = staff.get("/automatic/start").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "sent to log in");
    }
}

#[tokio::test]
async fn s2_who_works_at_two_clinics_chooses_and_changes() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let both = || Ok(vouched_staff("vibe", &[AUTOMATIC, APPROVAL], Role::Secretary));
    let choice = browser.sign_in(&world, "/personale", both()).await;
    choice.says("Hvilken klinik arbejder du for nu?");
    assert_eq!(browser.get("/personale/approval").await.status, StatusCode::SEE_OTHER, "none is chosen yet");
    let refused = browser.post(&choice, "/personale/vaelg-klinik", &[]).await;
    assert_eq!(refused.location().as_deref(), Some("/personale/automatic"), "the first form's clinic");
    let list = browser.visit("/personale/automatic").await;
    list.says("Skift klinik");
    assert_eq!(browser.get("/personale/approval").await.status, StatusCode::FORBIDDEN);
    let chosen = browser.post_as_staff("/personale/vaelg-klinik", &[("klinik", "approval")]).await;
    assert_eq!(chosen.location().as_deref(), Some("/personale/approval"));
    assert_eq!(browser.get("/personale/approval").await.status, StatusCode::OK);
    assert_eq!(browser.get("/personale/automatic").await.status, StatusCode::FORBIDDEN);
    let others = browser.post_as_staff("/personale/vaelg-klinik", &[("klinik", "off")]).await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    let mut asked = Browser::new(&world);
    asked.sign_in(&world, "/personale/approval", both()).await.says("Ingen anmodninger venter");
}

/// As an embedding program that knows its staff by a header of its own.
struct ByHeader(patientportal_core::portal::Staff);

#[async_trait::async_trait]
impl StaffAuthenticator for ByHeader {
    async fn authenticate(
        &self,
        headers: &http::HeaderMap,
    ) -> Result<Option<SignedInStaff>, patientportal_core::fault::Fault> {
        let known = headers.get("x-staff").is_some_and(|value| value == "sara");
        let signed_in =
            SignedInStaff { staff: self.0.clone(), name: "Sara".to_owned(), has_other_clinics: false, ends: None };
        Ok(known.then_some(signed_in))
    }

    fn sign_in(&self) -> Option<String> {
        Some("/journal/log-ind".to_owned())
    }

    fn sign_out(&self) -> Option<String> {
        Some("/journal/log-ud".to_owned())
    }
}

#[tokio::test]
async fn s2_an_embedding_program_says_itself_who_its_staff_are() {
    let world = World::new();
    let mut settings = settings();
    settings.staff = Some(StaffDoor::new(ByHeader(world.staff(APPROVAL))));
    let mut browser = Browser::of(PortalService::new(world.portal.clone(), settings).expect("good clinics"));
    for address in ["/personale/approval", "/personale"] {
        assert_eq!(browser.get(address).await.location().as_deref(), Some("/journal/log-ind"), "{address}");
    }
    let request = http::Request::get("/personale/approval").header("x-staff", "sara");
    let page = browser.send(request.body(crate::browser::Body::default()).expect("a request")).await;
    page.says("<strong>Sara</strong>");
    page.says("href=\"/journal/log-ud\"");
}

#[tokio::test]
async fn s2_where_staff_do_not_sign_in_there_are_no_pages_for_them() {
    let world = World::new();
    let node = world
        .another_node(|ports, _| ports.staff = std::sync::Arc::new(patientportal_core::ports::NoStaffIdentityProvider));
    let mut browser = Browser::new(&node);
    for address in ["/personale", "/personale/approval", "/personale/retur?state=x", "/personale/vaelg-klinik"] {
        assert_eq!(browser.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn s2_a_page_that_somebody_left_open_does_nothing_for_who_signs_in_next() {
    let world = World::new();
    let account = request_of(&world, &Person::NANCY, APPROVAL).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    let left_open = browser.visit("/personale/approval").await;
    browser.cookies.remove(STAFF);
    let sign_in = Ok(vouched_staff("bent", &[APPROVAL], Role::Secretary));
    browser.sign_in(&world, "/personale/approval", sign_in).await.says("bent Test");
    browser.post(&left_open, "/personale/approval/godkend", &[]).await;
    let staff = world.staff(APPROVAL);
    let waits = world.portal.pending_requests(&staff, None).await.expect("listed").members;
    assert_eq!(waits.iter().map(|member| member.account).collect::<Vec<_>>(), [account], "still undecided");
    let own = browser.visit("/personale/approval").await;
    browser.post(&own, "/personale/approval/godkend", &[]).await;
    world.mail("Din anmodning er godkendt").await;
}
