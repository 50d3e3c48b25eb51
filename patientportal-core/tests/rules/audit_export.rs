//! What an auditor outside gets, and can check without the portal's keys (I9).

use std::time::Duration;

use patientportal_core::audit::{Actor, AuditEvent, entry_leaf, head_leaf, is_under};
use patientportal_core::portal::{AuditExport, AuditLine, AuditSpan};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, World};

use crate::{HOUR, SECOND};

#[tokio::test]
async fn i9_every_entry_is_proved_to_be_under_its_batchs_root() {
    let world = World::new();
    for person in [Person::NANCY, Person::MAX] {
        drop(world.proven(&person, AUTOMATIC).await);
        world.portal.seal_audit().await.expect("the store works");
        world.wait(SECOND);
    }
    let (lines, exported) = export(&world, AuditSpan::default()).await;
    let mut batch = None;
    let mut proved = 0;
    for line in &lines {
        match line {
            AuditLine::Batch(sealed) => {
                let previous = batch.replace(*sealed).map_or([0; 32], |before| before.root);
                assert_eq!(sealed.previous, previous, "the oldest come first, and each follows the one before");
            }
            AuditLine::Entry { entry, record, proof } => {
                let (batch, (place, proof)) = (batch.expect("its batch comes first"), proof.as_ref().expect("sealed"));
                let leaves = usize::try_from(batch.count).expect("few") + 1;
                assert!(is_under(&batch.root, entry_leaf(entry), *place, leaves, proof));
                let head = head_leaf(batch.number, batch.at, batch.count, &batch.previous);
                assert!(!is_under(&batch.root, head, *place, leaves, proof), "a head is no entry");
                assert!(record.is_some());
                proved += 1;
            }
            other => panic!("a line that this test does not know: {other:?}"),
        }
    }
    assert_eq!((exported.entries, exported.unsealed, exported.unproved), (proved, 0, 0));
    assert_eq!(events(&lines)[0], (Actor::Patient, AuditEvent::AccountCreated));
}

#[tokio::test]
async fn i9_a_clinic_and_a_time_are_cut_out() {
    let world = World::new();
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    world.portal.seal_audit().await.expect("the store works");
    world.wait(HOUR);
    let from = world.portal.now();
    let browser = world.browser(APPROVAL);
    drop(browser.submit_password(Person::NANCY.cpr, "not-it-at-all").await);
    world.portal.seal_audit().await.expect("the store works");
    world.wait(HOUR);
    let until = world.portal.now();
    drop(browser.submit_password(Person::NANCY.cpr, "not-it-either").await);

    let span = AuditSpan { from: Some(from), until: Some(until), ..AuditSpan::default() };
    let (lines, _) = export(&world, span).await;
    assert!(matches!(lines.as_slice(), [AuditLine::Batch(_), AuditLine::Entry { .. }]), "{lines:?}");
    assert_eq!(events(&lines), [(Actor::Visitor, AuditEvent::PasswordRefused)]);

    let clinic = Some(world.clinic(APPROVAL));
    let (lines, exported) = export(&world, AuditSpan { clinic, ..AuditSpan::default() }).await;
    assert_eq!(events(&lines), [(Actor::Visitor, AuditEvent::PasswordRefused); 2]);
    assert_eq!((exported.entries, exported.unsealed), (2, 1), "what is in no batch yet comes last");
    let none = AuditSpan { from: Some(until + Duration::from_secs(1)), ..AuditSpan::default() };
    assert_eq!(export(&world, none).await.0, []);
}

#[tokio::test]
async fn i9_whoever_cannot_write_more_is_given_no_more() {
    let world = World::new();
    drop(world.proven(&Person::NANCY, AUTOMATIC).await);
    world.portal.seal_audit().await.expect("the store works");
    let mut left = 2;
    let mut write = |_| {
        left -= 1;
        left > 0
    };
    let exported = world.portal.export_audit(AuditSpan::default(), &mut write).await.expect("it is read");
    assert_eq!((left, exported.entries), (0, 1), "a batch and its first entry");
}

async fn export(world: &World, span: AuditSpan) -> (Vec<AuditLine>, AuditExport) {
    let mut lines = Vec::new();
    let mut write = |line| {
        lines.push(line);
        true
    };
    let exported = world.portal.export_audit(span, &mut write).await.expect("it is read");
    (lines, exported)
}

fn events(lines: &[AuditLine]) -> Vec<(Actor, AuditEvent)> {
    let records = lines.iter().filter_map(|line| match line {
        AuditLine::Entry { record, .. } => record.as_ref(),
        _ => None,
    });
    let mut events: Vec<_> = records.map(|record| (record.actor, record.event)).collect();
    // Within a batch they come by their ids, which are random.
    events.sort_by_key(|(_, event)| *event != AuditEvent::AccountCreated);
    events
}
