//! What staff see of a person, and of what happened: S1, S3, A3, A9, A11.

use patientportal_core::account::{IdentityStanding, MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::audit::{AuditEvent, IdentityCheck};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{Role, Staff, StaffOperation};
use patientportal_core::refusal::{Field, Refusal};
use patientportal_testkit::person::Person;
use patientportal_testkit::staff_table::{carry_out, subject};
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, OFF, World, refusal};

use crate::approval::asked;
use crate::{HOUR, MINUTE};

#[tokio::test]
async fn s1_a_person_is_found_by_number_at_their_own_clinic_and_nowhere_else() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    for typed in [Person::NANCY.cpr, "2512489996", " 251248 9996 "] {
        let found = world.portal.find_person(&world.staff(APPROVAL), typed).await.expect("looked up");
        assert_eq!(found.map(|member| member.account), Some(account), "{typed}");
    }
    for (slug, number) in [(NEIGHBOUR, Person::NANCY.cpr), (APPROVAL, Person::MAX.cpr)] {
        assert!(world.portal.find_person(&world.staff(slug), number).await.expect("looked up").is_none(), "{slug}");
    }
}

#[tokio::test]
async fn s3_a_search_in_vain_is_written_down_alike_for_nobody_and_for_somebody_elses_patient() {
    let world = World::new();
    drop(asked(&world, &Person::NANCY).await);
    let neighbour = world.administrator(NEIGHBOUR);
    for number in [Person::NANCY.cpr, Person::MAX.cpr] {
        world.portal.find_person(&neighbour, number).await.expect("looked up");
    }
    let trail = world.portal.clinic_trail(&neighbour, None).await.expect("read").entries;
    let told: Vec<_> = trail.iter().map(|entry| (entry.account, entry.record.event, entry.at)).collect();
    assert_eq!(told, [(None, AuditEvent::SearchedByStaff, world.portal.now()); 2]);
    assert!(trail.iter().all(|entry| entry.record.staff == Some(neighbour.id.clone())));
}

#[tokio::test]
async fn s1_a_number_that_is_none_is_said_so_and_nothing_is_looked_up() {
    let world = World::new();
    let administrator = world.administrator(APPROVAL);
    let told = refusal(world.portal.find_person(&administrator, "320148-9996").await).err();
    assert!(matches!(told, Some(Refusal::InvalidForm(flaws)) if flaws[0].field == Field::Cpr));
    assert!(world.portal.clinic_trail(&administrator, None).await.expect("read").entries.is_empty());
}

#[tokio::test]
async fn a3_a_replacement_number_of_one_clinic_finds_nobody_at_another() {
    let world = World::new();
    let local = patientportal_core::portal::NewUser { cpr: LOCAL.to_owned(), ..Person::NANCY.new_user() };
    let (account, _) = world.invited_as(&local, OFF).await;
    let found = world.portal.find_person(&world.staff(OFF), LOCAL).await.expect("looked up");
    assert_eq!(found.map(|member| (member.account, member.identity)), Some((account, IdentityStanding::Exempt)));
    assert!(world.portal.find_person(&world.staff(APPROVAL), LOCAL).await.expect("looked up").is_none());
}

#[tokio::test]
async fn a11_a_number_that_its_owner_had_before_finds_them_under_the_new_one() {
    let world = World::new();
    let (account, _) = world.invited(&Person::NANCY, OFF).await;
    let staff = world.staff(OFF);
    let changed = world.portal.change_number(&staff, account, IdentityCheck::PhotoId, Person::KIRSTEN.cpr).await;
    refusal(changed).expect("changed");
    world.mail("Brugeren har fået nyt CPR-nummer").await;
    for number in [Person::NANCY.cpr, Person::KIRSTEN.cpr] {
        let found = world.portal.find_person(&staff, number).await.expect("looked up").expect("found");
        assert_eq!((found.account, found.cpr.formatted()), (account, Person::KIRSTEN.cpr.to_owned()));
    }
}

#[tokio::test]
async fn s1_who_was_at_the_clinic_is_still_found_and_shown() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.leave_clinic(&principal, world.clinic(AUTOMATIC)).await).expect("left");
    world.mail("Din adgang er ophørt").await;
    let staff = world.staff(AUTOMATIC);
    let found = world.portal.find_person(&staff, Person::NANCY.cpr).await.expect("looked up").expect("found");
    let shown = world.portal.clinic_member(&staff, found.account).await.expect("shown");
    assert_eq!(shown.member.membership.state, MembershipState::Ended);
    assert_eq!(refusal(world.portal.clinic_member(&staff, AccountId(7)).await).err(), Some(Refusal::NoSuchMember));
}

#[tokio::test]
async fn s1_the_page_of_a_person_offers_what_would_be_done_and_nothing_else() {
    for stage in StaffOperation::ALL.into_iter().filter(|stage| *stage != StaffOperation::CreateUser) {
        let (world, person) = staged(stage).await;
        let offered = world.portal.clinic_member(&world.administrator(APPROVAL), person.account).await;
        let offered = offered.expect("shown").operations;
        for operation in StaffOperation::ALL.into_iter().filter(is_about_who_is_shown) {
            let (world, person) = staged(stage).await;
            let done = carry_out(&world.portal, &world.administrator(APPROVAL), operation, &person).await;
            let is_done = refusal(done).is_ok() && !is_repeated(stage, operation);
            assert_eq!(offered.contains(&operation), is_done, "{operation:?} of somebody at the stage of {stage:?}");
            read_mail(&world).await;
        }
    }
}

#[tokio::test]
async fn s1_the_page_of_a_person_offers_nothing_that_a_role_may_not_do() {
    let (world, person) = staged(StaffOperation::Approve).await;
    let mut offered = Vec::new();
    for staff in [world.staff(APPROVAL), world.administrator(APPROVAL)] {
        let details = world.portal.clinic_member(&staff, person.account).await.expect("shown");
        assert!(details.operations.iter().all(|operation| staff.role.may(*operation)));
        offered.push(details.operations.len());
    }
    assert_eq!(offered[0] + 1, offered[1], "an administrator reads the person's trail");
}

#[tokio::test]
async fn s1_an_approval_is_undone_by_suspending_and_a_refusal_by_reopening() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let [first, second] = [world.staff(APPROVAL), Staff { role: Role::Secretary, ..world.administrator(APPROVAL) }];
    let steps = [
        (&first, MembershipCommand::Refuse(RefusalReason::NotAPatient), MembershipState::Refused),
        (&second, MembershipCommand::Reopen, MembershipState::Pending),
        (&first, MembershipCommand::Approve(Rights::default()), MembershipState::Active),
        (&second, MembershipCommand::Suspend, MembershipState::Suspended),
    ];
    for (staff, command, state) in steps {
        world.wait(HOUR);
        refusal(world.portal.decide_membership(staff, account, command, "").await).expect("decided");
        let here = world.portal.clinic_member(staff, account).await.expect("shown").member.membership;
        assert_eq!((here.state, here.since, here.decided_by), (state, world.portal.now(), Some(staff.id.clone())));
    }
    read_mail(&world).await;
}

#[tokio::test]
async fn s1_the_trail_of_a_clinic_is_its_own_newest_first_a_page_at_a_time() {
    let world = World::new();
    let browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    let staff = world.staff(APPROVAL);
    for _ in 0..60 {
        world.wait(MINUTE);
        world.portal.clinic_member(&staff, account).await.expect("shown");
    }
    drop(world.registered(&Person::MAX, NEIGHBOUR).await);
    let administrator = world.administrator(APPROVAL);
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = world.portal.clinic_trail(&administrator, after).await.expect("read");
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(entries.iter().rev().is_sorted_by_key(|entry| entry.at));
    let shown = entries.iter().filter(|entry| entry.record.event == AuditEvent::ShownToStaff);
    assert_eq!(shown.count(), 60);
    assert!(entries.iter().all(|entry| entry.account.is_none_or(|whose| whose == account)), "another clinic's");
    assert!(entries.iter().any(|entry| entry.record.event == AuditEvent::AccountCreated), "to its beginning");
}

#[tokio::test]
async fn s1_the_trail_of_a_person_tells_nothing_of_what_they_do_elsewhere() {
    let world = World::new();
    let mut browser = asked(&world, &Person::NANCY).await;
    let account = browser.principal().await.expect("logged in").account();
    browser.to.clinic = world.clinic(NEIGHBOUR);
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.join(&principal, world.clinic(NEIGHBOUR)).await).expect("joined");
    let events = async |slug| -> Vec<AuditEvent> {
        let trail = world.portal.member_trail(&world.administrator(slug), account, None).await.expect("read");
        trail.entries.iter().map(|entry| entry.record.event).collect()
    };
    assert!(!events(APPROVAL).await.contains(&AuditEvent::Joined));
    assert_eq!(events(NEIGHBOUR).await, [AuditEvent::Joined]);
}

/// Somebody at the stage from which an operation is done.
async fn staged(stage: StaffOperation) -> (World, patientportal_testkit::staff_table::Subject) {
    let world = World::new();
    let person = subject(&world, stage).await;
    (world, person)
}

async fn read_mail(world: &World) {
    world.work().await;
    while world.mailer.read().is_some() {}
}

fn is_about_who_is_shown(operation: &StaffOperation) -> bool {
    use StaffOperation as Operation;
    !matches!(
        operation,
        Operation::SeeRequests
            | Operation::SeeMembers
            | Operation::FindPerson
            | Operation::ReadTrail
            | Operation::ChangeSettings
            | Operation::ManageApiKeys
    )
}

/// Doing again what holds already is as good as the first time, and no page offers it.
fn is_repeated(stage: StaffOperation, operation: StaffOperation) -> bool {
    let is_exempt = stage == StaffOperation::WithdrawExemption;
    match operation {
        StaffOperation::Exempt => is_exempt,
        StaffOperation::WithdrawExemption => !is_exempt,
        _ => false,
    }
}

/// A day of the month plus 60: unique in the clinic that gave it.
const LOCAL: &str = "671248-9996";
