//! Who of a clinic's staff may do what, and to whom: S1, S3.

use std::sync::Arc;

use patientportal_core::account::MembershipCommand;
use patientportal_core::audit::{Actor, AuditEntry, AuditRecord};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{Role, Staff, StaffOperation};
use patientportal_core::refusal::Refusal;
use patientportal_core::store::transfer::{CopySource, Row, Table};
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::staff_table::{
    Case, Expected, Subject, carry_out, cases, names_a_person, subject, written_as,
};
use patientportal_testkit::world::{APPROVAL, NEIGHBOUR, World, refusal};

use crate::MINUTE;

#[tokio::test]
async fn s1_every_operation_is_done_by_whom_the_table_says_and_by_nobody_else() {
    for case in cases() {
        let Tried { came, before, after, subject, .. } = tried(case).await;
        match case.expected() {
            Expected::Done => {
                let came = came.unwrap_or_else(|refusal| panic!("{case:?}: {refusal:?}"));
                let is_there = came.is_empty() || came.contains(&subject.account);
                assert!(is_there || case.operation == StaffOperation::CreateUser, "{case:?}: {came:?}");
                assert_ne!(before, after, "{case:?}");
            }
            Expected::NotTheirRole => {
                assert_eq!(came, Err(Refusal::NotYourRole), "{case:?}");
                assert_eq!(before, after, "{case:?} changed something");
            }
            Expected::NobodyOfTheirs => {
                assert_eq!(came, Err(Refusal::NoSuchMember), "{case:?}");
                assert_eq!(before, after, "{case:?} changed something");
            }
            Expected::OwnClinicOnly => {
                let came = came.unwrap_or_else(|refusal| panic!("{case:?}: {refusal:?}"));
                assert!(!came.contains(&subject.account), "{case:?} reached the other clinic's patient");
                let theirs = |rows: &[Row]| rows.iter().filter(|row| is_of(row, &subject)).cloned().collect::<Vec<_>>();
                assert_eq!(theirs(&before), theirs(&after), "{case:?} changed something at the other clinic");
            }
        }
    }
}

#[tokio::test]
async fn s3_every_operation_that_is_done_is_written_down_with_who_whom_what_and_when() {
    for case in cases().into_iter().filter(|case| case.expected() == Expected::Done) {
        let Tried { came, before, after, staff, world, .. } = tried(case).await;
        let came = came.expect("done");
        let new = after.iter().filter(|row| !before.contains(row)).filter_map(|row| match row {
            Row::Audit(entry, _) => Some(entry),
            _ => None,
        });
        let found = new.map(|entry| (entry, minicbor::decode::<AuditRecord>(&entry.record).expect("a record")));
        let mut fitting = found.filter(|(_, record)| record.event == written_as(case.operation));
        let Some((AuditEntry { at, account, clinic, .. }, record)) = fitting.next() else {
            panic!("{case:?} is not written down")
        };
        assert_eq!((record.actor, &record.staff), (Actor::Staff, &Some(staff.id.clone())), "{case:?}");
        assert_eq!((*clinic, *at), (Some(staff.clinic), world.portal.now()), "{case:?}");
        let whom: Option<AccountId> = names_a_person(case.operation).then(|| came[0]);
        assert_eq!(*account, whom, "{case:?}");
        assert!(fitting.next().is_none(), "{case:?} is written down twice");
    }
}

#[test]
fn s1_the_list_of_operations_is_whole_and_every_decision_of_staff_is_one() {
    let mut codes: Vec<_> = StaffOperation::ALL.map(StaffOperation::code).to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), StaffOperation::ALL.len());
    let decisions = MembershipCommand::ALL.into_iter().filter_map(StaffOperation::of);
    assert_eq!(decisions.count(), MembershipCommand::ALL.len() - 1, "all but the lapse, which time decides");
    for operation in StaffOperation::ALL {
        assert!(Role::Administrator.may(operation), "{operation:?}");
    }
}

#[test]
fn s1_the_documentation_says_of_every_operation_who_may_and_what_the_trail_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/flows/staff.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), StaffOperation::ALL.len());
    for (row, operation) in rows.iter().zip(StaffOperation::ALL) {
        let may = Role::ALL.map(|role| if role.may(operation) { "yes" } else { "no" });
        assert_eq!((row[1], [row[2], row[3]]), (format!("`{}`", operation.code()).as_str(), may));
        assert!(row[5].contains(&format!("`{:?}`", written_as(operation))), "{row:?}");
    }
}

/// What came of a case, and all that is kept before and after.
struct Tried {
    came: Result<Vec<AccountId>, Refusal>,
    before: Vec<Row>,
    after: Vec<Row>,
    subject: Subject,
    staff: Staff,
    world: World,
}

async fn tried(case: Case) -> Tried {
    let store = Arc::new(MemoryStore::new());
    let world = World::with(store.clone(), |_| {});
    let subject = subject(&world, case.operation).await;
    world.wait(MINUTE);
    let clinic = if case.at_own_clinic { APPROVAL } else { NEIGHBOUR };
    let staff = match case.role {
        Role::Secretary => world.staff(clinic),
        Role::Administrator => world.administrator(clinic),
    };
    let before = rows(&store).await;
    let came = refusal(carry_out(&world.portal, &staff, case.operation, &subject).await);
    let after = rows(&store).await;
    world.work().await;
    while world.mailer.read().is_some() {}
    Tried { came, before, after, subject, staff, world }
}

/// Everything that is kept.
async fn rows(store: &MemoryStore) -> Vec<Row> {
    let mut rows = Vec::new();
    for table in Table::ALL {
        let page = store.rows(table, None, u32::MAX).await.expect("readable");
        assert_eq!(page.next, None);
        rows.extend(page.rows);
    }
    rows
}

/// Whether a row tells of the person's clinic, or is the person's account.
fn is_of(row: &Row, subject: &Subject) -> bool {
    let here = patientportal_core::ids::ClinicId::from_slug(APPROVAL);
    match row {
        Row::Audit(entry, _) => entry.clinic == Some(here),
        Row::Account(account) => account.value.id == subject.account || account.value.access.membership(here).is_some(),
        _ => false,
    }
}
