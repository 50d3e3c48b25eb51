//! The systems in memory do as they are told, and write down what they heard.

use patientportal_clinicsystem::{ClinicCall, MemoryClinicSystem, MemoryFault};
use patientportal_core::ports::{ClinicPatient, ClinicSystem};

use crate::world::{CLINIC, NANCY_CPR, OTHER_CLINIC, contact, nancy, told};

#[tokio::test]
async fn k1_a_system_in_memory_holds_what_was_put_in_and_takes_over_what_it_is_told() {
    let system = MemoryClinicSystem::new();
    let cpr = nancy();
    assert_eq!(system.patient(CLINIC, &cpr).await.unwrap(), None);
    let old = ClinicPatient::new(contact(Some("old@example.dk"), None), Some(true));
    system.hold(CLINIC, &cpr, Some(old.clone()));
    assert_eq!(system.patient(CLINIC, &cpr).await.unwrap(), Some(old));
    assert_eq!(system.patient(OTHER_CLINIC, &cpr).await.unwrap(), None, "each clinic has its own");

    let new = contact(Some("new@example.dk"), Some("20123456"));
    for _ in 0..2 {
        system.update(CLINIC, &cpr, &new).await.unwrap();
        system.update(OTHER_CLINIC, &cpr, &new).await.unwrap();
    }
    assert_eq!(system.held(CLINIC, &cpr), Some(ClinicPatient::new(new, Some(true))));
    assert_eq!(system.held(OTHER_CLINIC, &cpr), None);
    system.hold(CLINIC, &cpr, None);
    assert_eq!(system.patient(CLINIC, &cpr).await.unwrap(), None);
}

#[tokio::test]
async fn k1_a7_calls_are_written_down_in_order_also_those_that_failed() {
    let system = MemoryClinicSystem::new();
    let (cpr, reached) = (nancy(), contact(None, None));
    system.fail_next(CLINIC, MemoryFault::Transient);
    assert!(system.left(CLINIC, &cpr).await.is_err());
    system.left(CLINIC, &cpr).await.unwrap();
    system.update(CLINIC, &cpr, &reached).await.unwrap();
    let expected = vec![
        ClinicCall::Left(CLINIC, cpr.clone()),
        ClinicCall::Left(CLINIC, cpr.clone()),
        ClinicCall::Update(CLINIC, cpr.clone(), reached),
    ];
    assert_eq!(system.calls(), expected);
    assert!(!format!("{expected:?} {system:?}").contains(NANCY_CPR));
    assert_eq!(system.take_calls(), expected);
    assert!(system.calls().is_empty());
}

#[tokio::test]
async fn k1_faults_come_as_scripted_and_a_lost_answer_is_done_all_the_same() {
    let system = MemoryClinicSystem::new();
    let cpr = nancy();
    let held = |email| ClinicPatient::new(contact(Some(email), None), None);
    system.hold(CLINIC, &cpr, Some(held("old@example.dk")));
    for (fault, expected, after) in [
        (MemoryFault::Transient, "transient: ", "old@example.dk"),
        (MemoryFault::Permanent, "permanent: ", "old@example.dk"),
        (MemoryFault::AnswerLost, "transient: ", "new@example.dk"),
    ] {
        system.fail_next(CLINIC, fault);
        let failed = system.update(CLINIC, &cpr, &contact(Some("new@example.dk"), None)).await.unwrap_err();
        assert!(told(&failed).starts_with(expected), "{}", told(&failed));
        assert_eq!(system.held(CLINIC, &cpr), Some(held(after)), "{fault:?}");
    }
    system.set_down(CLINIC, true);
    for _ in 0..2 {
        assert!(system.patient(CLINIC, &cpr).await.unwrap_err().is_transient());
    }
    assert!(system.patient(OTHER_CLINIC, &cpr).await.is_ok());
    system.set_down(CLINIC, false);
    assert!(system.patient(CLINIC, &cpr).await.unwrap().is_some());
}
