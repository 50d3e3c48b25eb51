//! The breaker, seen from outside: when requests reach the clinic's system, and when not.

use std::time::Duration;

use patientportal_core::ports::ClinicSystem;

use crate::server::{Reply, Server};
use crate::world::{CLINIC, Log, OTHER_CLINIC, TOKEN, contact, nancy, settings, system, system_with, told, until};
use patientportal_clinicsystem::{ClinicEndpoint, HttpClinicSystem};

const LEFT_ALONE: &str =
    "transient: the clinic's system did not answer: it is left alone for a while after several failures in a row";

fn broken(server: &Server, times: usize) {
    for _ in 0..times {
        server.next(Reply::Say(503, "text/html", Vec::new()));
    }
}

async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

async fn outcome(system: &HttpClinicSystem) -> String {
    system.patient(CLINIC, &nancy()).await.map_or_else(|fault| told(&fault), |_| "ok".to_owned())
}

#[tokio::test]
async fn k1_after_five_failures_in_a_row_nothing_is_sent_for_30_seconds_and_then_one() {
    let (log, _listening) = Log::listen();
    let server = Server::start().await;
    let system = system(&server.base);
    broken(&server, 5);
    for _ in 0..5 {
        assert_ne!(outcome(&system).await, "ok");
    }
    for _ in 0..3 {
        assert_eq!(outcome(&system).await, LEFT_ALONE);
        assert_eq!(told(&system.left(CLINIC, &nancy()).await.unwrap_err()), LEFT_ALONE);
    }
    assert_eq!(server.count(), 5);

    // The trial fails: the pause is twice as long.
    pass(Duration::from_secs(30)).await;
    broken(&server, 1);
    assert!(outcome(&system).await.contains("503"));
    pass(Duration::from_secs(50)).await;
    assert_eq!(outcome(&system).await, LEFT_ALONE);
    assert_eq!(server.count(), 6);

    pass(Duration::from_secs(10)).await;
    assert_eq!(outcome(&system).await, "ok");
    assert_eq!(outcome(&system).await, "ok");
    let text = log.text();
    assert_eq!(text.matches("is left alone for a while").count(), 2, "{text}");
    assert!(text.contains("clinic=71 pause_seconds=30") && text.contains("clinic=71 pause_seconds=60"), "{text}");
    assert_eq!(text.matches("answers again").count(), 1, "{text}");
}

#[tokio::test]
async fn k1_while_one_tries_the_others_are_turned_away() {
    let server = Server::start().await;
    let system = system_with(&server.base, |settings| settings.breaker.failures = 1);
    broken(&server, 1);
    assert_ne!(outcome(&system).await, "ok");
    pass(Duration::from_secs(30)).await;
    server.set_gate(false);
    let (trial, ()) = tokio::join!(outcome(&system), async {
        until("the trial arrives", || server.in_hand().0 == 1).await;
        assert_eq!(outcome(&system).await, LEFT_ALONE);
        server.set_gate(true);
    });
    assert_eq!(trial, "ok");
    assert_eq!(outcome(&system).await, "ok");
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn k1_refusals_and_odd_patients_do_not_open_it_for_everybody() {
    let server = Server::start().await;
    let system = system_with(&server.base, |settings| settings.breaker.failures = 2);
    for status in [400, 401, 403, 404, 409, 422, 400, 400] {
        server.next(Reply::Say(status, "application/json", b"{}".into()));
        assert_ne!(outcome(&system).await, LEFT_ALONE);
    }
    for _ in 0..5 {
        server.next(Reply::Say(200, "application/json", b"{}".into()));
        assert!(outcome(&system).await.contains("JSON is wrong"));
    }
    // A refusal between two failures shows that the system works.
    broken(&server, 1);
    server.next(Reply::Say(400, "application/json", b"{}".into()));
    broken(&server, 1);
    for _ in 0..3 {
        assert_ne!(outcome(&system).await, "ok");
    }
    assert_eq!(outcome(&system).await, "ok");
}

#[tokio::test]
async fn k1_everything_that_may_pass_opens_it() {
    for reply in [
        Reply::Say(429, "text/plain", Vec::new()),
        Reply::Say(200, "text/html", b"<h1>We are closed</h1>".into()),
        Reply::Redirect(302, "https://elsewhere.example/".to_owned()),
        Reply::Say(200, "application/json", vec![b' '; 64 * 1024 + 1]),
    ] {
        let server = Server::start().await;
        let system = system_with(&server.base, |settings| settings.breaker.failures = 2);
        server.next(reply.clone()).next(reply);
        for _ in 0..2 {
            assert_ne!(outcome(&system).await, LEFT_ALONE);
        }
        assert_eq!(outcome(&system).await, LEFT_ALONE);
    }
}

#[tokio::test]
async fn k1_one_clinics_trouble_is_not_anothers() {
    let (down, up) = (Server::start().await, Server::start().await);
    let settings = settings(&down.base).with_clinic(OTHER_CLINIC, ClinicEndpoint::new(&up.base, TOKEN));
    let system = HttpClinicSystem::new(settings).unwrap();
    broken(&down, 5);
    for _ in 0..5 {
        assert_ne!(outcome(&system).await, "ok");
    }
    assert_eq!(outcome(&system).await, LEFT_ALONE);
    assert!(system.patient(OTHER_CLINIC, &nancy()).await.unwrap().is_some());
    system.update(OTHER_CLINIC, &nancy(), &contact(None, None)).await.unwrap();
}

#[tokio::test]
async fn k1_visitors_who_go_away_do_not_hide_a_slow_system() {
    let (log, _listening) = Log::listen();
    let server = Server::start().await;
    let system = system_with(&server.base, |settings| {
        settings.limits.total = Duration::from_millis(300);
        settings.breaker.failures = 1;
    });
    server.next(Reply::Silence);
    tokio::select! {
        _ = outcome(&system) => panic!("nothing was answered"),
        () = until("the request arrives", || server.count() == 1) => {}
    }
    until("the breaker opens", || log.text().contains("is left alone for a while")).await;
    assert_eq!(outcome(&system).await, LEFT_ALONE);
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn k1_visitors_who_go_away_do_not_count_against_a_system_that_works() {
    let server = Server::start().await;
    let system = system_with(&server.base, |settings| settings.breaker.failures = 1);
    server.set_gate(false);
    tokio::select! {
        _ = outcome(&system) => panic!("nothing was answered"),
        () = until("the request arrives", || server.in_hand().0 == 1) => {}
    }
    server.set_gate(true);
    until("it is answered", || server.in_hand().0 == 0).await;
    assert_eq!(outcome(&system).await, "ok");
}
