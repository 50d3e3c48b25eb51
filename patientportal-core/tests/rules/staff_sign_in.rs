//! Staff sign in at the portal's own pages (S2): a session of their own, bound, timed, and of no use as a patient's.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use std::time::Duration;

use patientportal_core::audit::{AuditEvent, AuditRecord};
use patientportal_core::ids::ClinicId;
use patientportal_core::portal::{Role, StaffSignedIn};
use patientportal_core::ports::{IdentityFailure, VouchedStaff};
use patientportal_core::refusal::{Refusal, SignInRefusal};
use patientportal_core::store::{List, Listed};
use patientportal_testkit::person::Person;
use patientportal_testkit::staff_identity::vouched_staff;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, Browser, World, refusal};

async fn sign_in(
    world: &World,
    browser: &Browser<'_>,
    wanted: Option<ClinicId>,
    answer: Result<VouchedStaff, IdentityFailure>,
) -> Result<StaffSignedIn, Refusal> {
    let departure = refusal(world.portal.begin_staff_sign_in(&browser.visitor, wanted).await)?;
    let query = world.staff_identity.answer(&departure, answer);
    refusal(world.portal.complete_staff_sign_in(&browser.visitor, None, &query).await)
}

async fn signed_in(world: &World) -> StaffSignedIn {
    let sara = Ok(vouched_staff("sara", &[APPROVAL], Role::Secretary));
    sign_in(world, &world.browser(APPROVAL), None, sara).await.unwrap()
}

#[tokio::test]
async fn s2_the_session_says_who_it_is_and_ends_by_time() {
    let world = World::new();
    let StaffSignedIn { cookie, session, .. } = signed_in(&world).await;
    assert_eq!(session.staff().unwrap().clinic, world.clinic(APPROVAL));
    assert_eq!((session.id.0.as_str(), session.role), ("sara", Role::Secretary));
    for _ in 0..23 {
        world.wait(Duration::from_secs(20 * 60));
        assert!(world.portal.staff_session(&cookie).await.unwrap().is_some(), "every use puts the idle end off");
    }
    world.wait(Duration::from_secs(20 * 60));
    assert!(world.portal.staff_session(&cookie).await.unwrap().is_none(), "eight hours are all");
    let cookie = signed_in(&world).await.cookie;
    world.wait(Duration::from_secs(21 * 60));
    assert!(world.portal.staff_session(&cookie).await.unwrap().is_none());
}

#[tokio::test]
async fn s2_signing_out_ends_it_on_every_node_and_a_new_sign_in_ends_the_browsers_earlier() {
    let world = World::new();
    let node = world.another_node(|_, _| {});
    let first = signed_in(&world).await.cookie;
    assert!(node.portal.staff_session(&first).await.unwrap().is_some());
    let browser = world.browser(APPROVAL);
    let departure = world.portal.begin_staff_sign_in(&browser.visitor, None).await.unwrap();
    let sara = Ok(vouched_staff("sara", &[APPROVAL], Role::Secretary));
    let query = world.staff_identity.answer(&departure, sara);
    let second = world.portal.complete_staff_sign_in(&browser.visitor, Some(&first), &query).await.unwrap().cookie;
    assert!(node.portal.staff_session(&first).await.unwrap().is_none());
    let provider = world.portal.sign_staff_out(&second).await.unwrap();
    assert_eq!(provider.as_deref(), Some("https://staff.invalid/logout?hint=id-token-of-sara"));
    assert!(node.portal.staff_session(&second).await.unwrap().is_none());
    assert_eq!(world.portal.sign_staff_out(&second).await.unwrap(), None, "it is over already");
}

#[tokio::test]
async fn s2_a_return_counts_once_in_its_own_browser_and_in_time() {
    let world = World::new();
    let (mine, other) = (world.browser(APPROVAL), world.browser(APPROVAL));
    let departure = world.portal.begin_staff_sign_in(&mine.visitor, None).await.unwrap();
    let answer = || Ok(vouched_staff("sara", &[APPROVAL], Role::Secretary));
    let query = world.staff_identity.answer(&departure, answer());
    let stolen = refusal(world.portal.complete_staff_sign_in(&other.visitor, None, &query).await);
    assert_eq!(stolen.unwrap_err(), SignInRefusal::OtherBrowser.into());
    world.portal.complete_staff_sign_in(&mine.visitor, None, &query).await.unwrap();
    let query = world.staff_identity.answer(&departure, answer());
    let again = refusal(world.portal.complete_staff_sign_in(&mine.visitor, None, &query).await);
    assert_eq!(again.unwrap_err(), SignInRefusal::NotUnderWay.into());
    let departure = world.portal.begin_staff_sign_in(&mine.visitor, None).await.unwrap();
    world.wait(Duration::from_secs(15 * 60));
    let query = world.staff_identity.answer(&departure, answer());
    let late = refusal(world.portal.complete_staff_sign_in(&mine.visitor, None, &query).await);
    assert_eq!(late.unwrap_err(), SignInRefusal::NotUnderWay.into());
}

#[tokio::test]
async fn s2_only_staff_of_a_clinic_here_are_signed_in_and_never_under_a_cpr_number() {
    let world = World::new();
    let no_role = VouchedStaff { role: None, ..vouched_staff("otto", &[APPROVAL], Role::Secretary) };
    let elsewhere = vouched_staff("otto", &["elsewhere"], Role::Administrator);
    for answer in [no_role, elsewhere] {
        let refused = sign_in(&world, &world.browser(APPROVAL), None, Ok(answer)).await;
        assert_eq!(refused.unwrap_err(), SignInRefusal::NotStaffHere.into());
    }
    let long = "x".repeat(129);
    for id in [Person::NANCY.cpr, "2512489996", " ", "a\nb", long.as_str()] {
        let answer = vouched_staff(id, &[APPROVAL], Role::Secretary);
        let refused = sign_in(&world, &world.browser(APPROVAL), None, Ok(answer)).await;
        assert_eq!(refused.unwrap_err(), SignInRefusal::AnswerRefused.into(), "{id:?}");
    }
}

#[tokio::test]
async fn s2_a_clinic_is_chosen_where_there_are_several_and_only_one_of_their_own() {
    let world = World::new();
    let vibe = || Ok(vouched_staff("vibe", &[APPROVAL, AUTOMATIC, "elsewhere"], Role::Administrator));
    let signed = sign_in(&world, &world.browser(APPROVAL), None, vibe()).await.unwrap();
    assert_eq!((signed.session.staff(), signed.session.clinics.len()), (None, 2));
    let others = refusal(world.portal.choose_staff_clinic(&signed.cookie, world.clinic("off")).await);
    assert_eq!(others.unwrap_err(), SignInRefusal::NotStaffHere.into());
    let chosen = world.portal.choose_staff_clinic(&signed.cookie, world.clinic(AUTOMATIC)).await.unwrap();
    assert_eq!(chosen.clinic, Some(world.clinic(AUTOMATIC)));
    let session = world.portal.staff_session(&signed.cookie).await.unwrap().unwrap();
    assert_eq!(session.staff().unwrap().clinic, world.clinic(AUTOMATIC));
    let wanted = sign_in(&world, &world.browser(APPROVAL), Some(world.clinic(APPROVAL)), vibe()).await.unwrap();
    assert_eq!(wanted.session.clinic, Some(world.clinic(APPROVAL)));
    let not_theirs = sign_in(&world, &world.browser(APPROVAL), Some(world.clinic("off")), vibe()).await.unwrap();
    assert_eq!(not_theirs.session.clinic, None);
}

#[tokio::test]
async fn s2_no_patients_token_is_staffs_nor_the_reverse() {
    let world = World::new();
    let patient = world.registered(&Person::NANCY, AUTOMATIC).await;
    let session = patient.visitor.session.clone().unwrap();
    let staff = signed_in(&world).await.cookie;
    for text in [session.clone(), format!("staff.{session}"), String::new(), "staff.".to_owned()] {
        assert!(world.portal.staff_session(&text).await.unwrap().is_none(), "{text}");
    }
    for text in [staff.clone(), staff.trim_start_matches("staff.").to_owned()] {
        assert!(world.portal.principal(&text).await.unwrap().is_none(), "{text}");
    }
    let departure = patient.leave_for_mitid().await.unwrap();
    let query = world.identity.answer(&departure, Ok(patient.identity(&Person::NANCY)));
    let crossed = refusal(world.portal.complete_staff_sign_in(&patient.visitor, None, &query).await);
    assert_eq!(crossed.unwrap_err(), SignInRefusal::NotUnderWay.into());
    let departure = world.portal.begin_staff_sign_in(&patient.visitor, None).await.unwrap();
    let query = world.staff_identity.answer(&departure, Err(IdentityFailure::Aborted));
    let crossed = world.portal.complete_mitid(&patient.visitor, &query).await.unwrap();
    assert_eq!(crossed.outcome.unwrap_err(), Refusal::NoOpenFlow);
}

#[tokio::test]
async fn s3_signing_in_choosing_and_signing_out_are_written_down() {
    let world = World::new();
    let staff = vouched_staff("vibe", &[APPROVAL, AUTOMATIC], Role::Secretary);
    let signed = sign_in(&world, &world.browser(APPROVAL), None, Ok(staff)).await.unwrap();
    world.portal.choose_staff_clinic(&signed.cookie, world.clinic(APPROVAL)).await.unwrap();
    world.portal.sign_staff_out(&signed.cookie).await.unwrap();
    let listed = world.store.list(List::ClinicAudit(world.clinic(APPROVAL)), None, 10).await.unwrap();
    let mut events: Vec<_> = listed
        .rows
        .into_iter()
        .filter_map(|row| match row {
            Listed::Audit(entry) => minicbor::decode::<AuditRecord>(&entry.record).ok(),
            _ => None,
        })
        .map(|record| (record.event, record.staff.map(|staff| staff.0)))
        .collect();
    events.sort_by_key(|(event, _)| *event == AuditEvent::StaffSignedOut);
    let vibe = || Some("vibe".to_owned());
    assert_eq!(events, [(AuditEvent::StaffSignedIn, vibe()), (AuditEvent::StaffSignedOut, vibe())]);
}

#[tokio::test]
async fn i7_nothing_prints_who_is_signed_in() {
    let world = World::new();
    let signed = signed_in(&world).await;
    let printed = format!("{signed:?} {:?} {:?}", signed.session, vouched_staff("sara", &[APPROVAL], Role::Secretary));
    assert!(!printed.contains("sara") && !printed.contains(&signed.cookie), "{printed}");
}
