//! What staff decide of memberships: S1, S3, A9, P1, M2; and what a clinic closes for a time: C8.

use std::time::Duration;

use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::audit::{Actor, AuditEvent, AuditRecord};
use patientportal_core::clinic::{ClinicDirectory, ClinicMessage, FunctionKind};
use patientportal_core::ids::StaffId;
use patientportal_core::language::Language;
use patientportal_core::policy::{Deed, Denial};
use patientportal_core::portal::Staff;
use patientportal_core::refusal::{Field, FieldFlaw, Flaw, Refusal};
use patientportal_core::store::{List, Listed};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, World, refusal};

use crate::HOUR;
use crate::approval::{asked, decide, may, state};

#[tokio::test]
async fn s1_requests_are_listed_oldest_first_with_what_staff_need() {
    let world = World::new();
    drop(asked(&world, &Person::NANCY).await);
    world.wait(HOUR);
    drop(asked(&world, &Person::MAX).await);
    let page = world.portal.pending_requests(&world.staff(APPROVAL), None).await.expect("listed");
    let told: Vec<_> = page.members.iter().map(|member| (member.cpr.formatted(), member.age)).collect();
    assert_eq!(told, [(Person::NANCY.cpr.to_owned(), 77), (Person::MAX.cpr.to_owned(), 54)]);
    assert_eq!(page.members[0].name, "Nancy Ann Test Berggren");
    assert!(page.members[0].vouched_name.is_some() && page.next.is_none());
    assert!(!format!("{:?}", page.members[0]).contains("Berggren"), "I7");
}

#[tokio::test]
async fn s1_staff_never_see_or_decide_anything_of_another_clinic() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let neighbour = world.staff(NEIGHBOUR);
    for state in MembershipState::ALL {
        let page = world.portal.clinic_members(&neighbour, state, None).await.expect("listed");
        assert!(page.members.is_empty());
    }
    for command in [MembershipCommand::Approve(Rights::default()), MembershipCommand::End] {
        let refused = refusal(world.portal.decide_membership(&neighbour, account, command, "").await);
        assert_eq!(refused, Err(Refusal::NoSuchMember));
    }
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
}

#[tokio::test]
async fn s1_of_two_decisions_the_first_counts_and_the_other_is_told_whose() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    decide(&world, &browser, MembershipCommand::Approve(Rights::default()), "").await.expect("the first");
    world.mail("Din anmodning er godkendt").await;
    let account = browser.principal().await.expect("logged in").account();
    let late = Staff { id: StaffId("bo".to_owned()), ..world.staff(APPROVAL) };
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    let told = refusal(world.portal.decide_membership(&late, account, refuse, "Nej").await);
    let first = world.staff(APPROVAL).id;
    assert_eq!(told, Err(Refusal::DecidedAlready { by: Some(first.clone()) }));
    assert!(told.expect_err("refused").text(Language::Danish).contains(&first.0));
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Active));
}

#[tokio::test]
async fn s1_a_request_that_was_taken_back_is_nobodys_decision() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.withdraw_request(&principal, world.clinic(APPROVAL)).await).expect("taken back");
    world.mail("Din anmodning er trukket tilbage").await;
    let told = decide(&world, &browser, MembershipCommand::Approve(Rights::default()), "").await;
    assert_eq!(told, Err(Refusal::DecidedAlready { by: None }));
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Ended), "I3");
}

#[tokio::test]
async fn s1_a9_suspending_holds_from_the_next_request_and_touches_no_other_clinic() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await).expect("joined");
    let staff = world.staff(AUTOMATIC);
    let account = principal.account();
    refusal(world.portal.decide_membership(&staff, account, MembershipCommand::Suspend, "").await).expect("suspended");
    world.mail("Din adgang er lukket for nu").await;
    let principal = browser.principal().await.expect("logged in");
    for deed in [Deed::Read, Deed::Act] {
        assert_eq!(may(&world, &principal, AUTOMATIC, deed), Err(Denial::Suspended));
    }
    assert_eq!(may(&world, &principal, NEIGHBOUR, Deed::Act), Ok(()));
    refusal(world.portal.join(&principal, world.clinic(AUTOMATIC)).await).expect("nothing to join");
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, AUTOMATIC, Deed::Act), Err(Denial::Suspended), "Registrer opens nothing");
    refusal(world.portal.decide_membership(&staff, account, MembershipCommand::Reopen, "").await).expect("reopened");
    world.mail("Din adgang er åbnet igen").await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, AUTOMATIC, Deed::Act), Ok(()));
}

#[tokio::test]
async fn s1_a_refusal_is_taken_back_within_thirty_days_and_waits_thirty_more() {
    let world = World::new();
    let mut browser = asked(&world, &Person::NANCY).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    decide(&world, &browser, refuse, "Nej").await.expect("refused");
    world.mail("Din anmodning er afvist").await;
    world.wait(30 * DAY - MILLISECOND);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    decide(&world, &browser, MembershipCommand::Reopen, "").await.expect("in time");
    world.mail("Din adgang er åbnet igen").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    world.wait(30 * DAY);
    world.mail("Din anmodning er udløbet").await;
}

#[tokio::test]
async fn s1_a_refusal_of_thirty_days_is_not_taken_back() {
    let world = World::new();
    let mut browser = asked(&world, &Person::NANCY).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    decide(&world, &browser, refuse, "").await.expect("refused");
    world.mail("Din anmodning er afvist").await;
    world.wait(30 * DAY);
    browser.log_in_with_mitid(&Person::NANCY).await.expect("logged in");
    assert_eq!(decide(&world, &browser, MembershipCommand::Reopen, "").await, Err(Refusal::TooLateToReopen));
}

#[tokio::test]
async fn s1_p1_rights_changed_hold_from_the_next_request_and_leave_reading() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    decide(&world, &browser, MembershipCommand::Approve(Rights::default()), "").await.expect("approved");
    world.mail("Din anmodning er godkendt").await;
    let without = Rights::default().without(FunctionKind::Booking);
    decide(&world, &browser, MembershipCommand::SetRights(without), "").await.expect("changed");
    world.mail("Din adgang er ændret").await;
    let principal = browser.principal().await.expect("logged in");
    assert_eq!(may(&world, &principal, APPROVAL, Deed::Act), Err(Denial::RightRemoved));
    assert_eq!(may(&world, &principal, APPROVAL, Deed::Read), Ok(()));
    decide(&world, &browser, MembershipCommand::End, "").await.expect("ended");
    world.mail("Din adgang er ophørt").await;
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Ended));
}

#[tokio::test]
async fn s1_words_that_are_too_long_decide_nothing() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    let told = decide(&world, &browser, refuse, &"æ".repeat(1001)).await;
    assert_eq!(told, Err(Refusal::InvalidForm(vec![FieldFlaw { field: Field::Words, flaw: Flaw::TooLong }])));
    assert_eq!(state(&world, &browser).await, Some(MembershipState::Pending));
    decide(&world, &browser, refuse, &"æ".repeat(1000)).await.expect("a thousand fit");
    world.mail("Din anmodning er afvist").await;
}

#[tokio::test]
async fn s3_every_look_and_decision_is_written_down_with_who_did_it() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    world.portal.pending_requests(&world.staff(APPROVAL), None).await.expect("listed");
    decide(&world, &browser, MembershipCommand::Approve(Rights::default()), "").await.expect("approved");
    world.mail("Din anmodning er godkendt").await;
    decide(&world, &browser, MembershipCommand::Suspend, "").await.expect("suspended");
    world.mail("Din adgang er lukket for nu").await;
    let rows = world.store.list(List::Audit(account), None, 99).await.expect("no fault").rows;
    let records = rows.iter().map(|row| match row {
        Listed::Audit(entry) => {
            assert_eq!(entry.clinic, Some(world.clinic(APPROVAL)));
            minicbor::decode::<AuditRecord>(&entry.record).expect("a record")
        }
        _ => panic!("another list"),
    });
    let by_staff: Vec<_> = records.filter(|record| record.actor == Actor::Staff).collect();
    assert!(by_staff.iter().all(|record| record.staff == Some(world.staff(APPROVAL).id)));
    let mut events: Vec<_> = by_staff.iter().map(|record| format!("{:?}", record.event)).collect();
    events.sort();
    let expected = [AuditEvent::ListedToStaff, AuditEvent::MembershipSuspended, AuditEvent::RequestApproved]
        .map(|event| format!("{event:?}"));
    assert_eq!(events, expected);
}

#[tokio::test]
async fn m2_mails_of_memberships_hold_no_number_name_words_or_slug_in_either_language() {
    let world = World::new();
    for (person, language) in [(Person::NANCY, Language::Danish), (Person::MAX, Language::English)] {
        let mut browser = world.browser(APPROVAL);
        browser.visitor.language = language;
        browser.register(&person).await;
        let commands = [
            MembershipCommand::Refuse(RefusalReason::NotAPatient),
            MembershipCommand::Reopen,
            MembershipCommand::Approve(Rights::default()),
            MembershipCommand::Suspend,
            MembershipCommand::Reopen,
            MembershipCommand::SetRights(Rights::default()),
            MembershipCommand::End,
        ];
        for command in commands {
            decide(&world, &browser, command, "hemmelige ord").await.expect("decided");
        }
        for _ in 0..=commands.len() {
            let message = world.next_mail().await;
            assert_eq!(message.language, language);
            for part in [&message.subject, &message.text, &message.html] {
                for secret in [person.cpr, person.first_name, "Berggren", "/approval", "hemmelige"] {
                    assert!(!part.contains(secret), "{secret} in {part}");
                }
            }
        }
    }
}

#[tokio::test]
async fn c8_a_message_closes_functions_for_its_time_only() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let now = world.portal.now();
    let closed = world.restarted(|settings| {
        let clinics = settings.clinics.iter().cloned().map(|mut clinic| {
            clinic.messages = vec![ClinicMessage {
                from: now + HOUR / 12,
                until: Some(now + HOUR / 6),
                danish: "Ferielukket".to_owned(),
                english: "Closed for the holidays".to_owned(),
                closes: vec![FunctionKind::Booking],
            }];
            clinic
        });
        settings.clinics = ClinicDirectory::new(clinics.collect()).expect("the same clinics");
    });
    let cookie = browser.visitor.session.as_deref().expect("a session");
    let clinic = closed.clinics().by_slug(AUTOMATIC).expect("there");
    let asked = async |deed, kind| {
        closed.principal(cookie).await.expect("no fault").expect("logged in").may(clinic, kind, deed)
    };
    world.wait(HOUR / 12 - MILLISECOND);
    assert_eq!(asked(Deed::Act, FunctionKind::Booking).await, Ok(()));
    world.wait(MILLISECOND);
    assert_eq!(asked(Deed::Act, FunctionKind::Booking).await, Err(Denial::FunctionClosed));
    assert_eq!(asked(Deed::Read, FunctionKind::Booking).await, Ok(()));
    assert_eq!(asked(Deed::Act, FunctionKind::EConsultation).await, Ok(()));
    world.wait(HOUR / 12);
    assert_eq!(asked(Deed::Act, FunctionKind::Booking).await, Ok(()));
}

const DAY: Duration = Duration::from_secs(24 * 3600);
const MILLISECOND: Duration = Duration::from_millis(1);
