//! Many at a time: a slow system holds up a few requests to itself, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use patientportal_clinicsystem::{ClinicEndpoint, HttpClinicSystem};
use patientportal_core::ports::ClinicSystem;

use crate::server::Server;
use crate::world::{CLINIC, OTHER_CLINIC, TOKEN, nancy, settings, system_with, told, until};

#[tokio::test]
async fn k1_eight_at_a_time_reach_a_clinic_and_the_rest_wait_their_turn() {
    let (slow, other) = (Server::start().await, Server::start().await);
    let mut settings = settings(&slow.base).with_clinic(OTHER_CLINIC, ClinicEndpoint::new(&other.base, TOKEN));
    settings.limits.total = Duration::from_secs(60);
    let system = Arc::new(HttpClinicSystem::new(settings).unwrap());
    slow.set_gate(false);
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let system = Arc::clone(&system);
            tokio::spawn(async move { system.patient(CLINIC, &nancy()).await })
        })
        .collect();
    until("eight have arrived", || slow.in_hand().0 == 8).await;
    // A whole journey to another clinic gives a ninth all the time it would need.
    for _ in 0..20 {
        assert!(system.patient(OTHER_CLINIC, &nancy()).await.unwrap().is_some());
    }
    assert_eq!(slow.in_hand(), (8, 8));
    slow.set_gate(true);
    for caller in callers {
        assert!(caller.await.unwrap().unwrap().is_some());
    }
    assert_eq!((slow.count(), slow.in_hand()), (20, (0, 8)));
}

#[tokio::test]
async fn k1_who_waits_too_long_for_a_turn_gets_a_fault_that_the_breaker_does_not_count() {
    let server = Server::start().await;
    let system = system_with(&server.base, |settings| {
        settings.limits.concurrent = 1;
        settings.limits.total = Duration::from_secs(3);
        settings.breaker.failures = 1;
    });
    server.set_gate(false);
    let cpr = nancy();
    let (first, second) = tokio::join!(system.patient(CLINIC, &cpr), async {
        until("the first has arrived", || server.in_hand().0 == 1).await;
        let second = system.patient(CLINIC, &cpr).await.unwrap_err();
        server.set_gate(true);
        second
    });
    assert!(first.unwrap().is_some());
    let told = told(&second);
    assert_eq!(told, "transient: the clinic's system did not answer: too many requests to it are under way");
    assert!(system.patient(CLINIC, &cpr).await.unwrap().is_some());
    assert_eq!(server.count(), 2);
}
