//! What goes over the wire: the agreed requests, the same ones again, and the guide's own examples.

use patientportal_core::ports::{ClinicPatient, ClinicSystem};
use serde_json::{Value, json};

use crate::server::{Reply, Seen, Server, raw};
use crate::world::{CLINIC, NANCY_CPR, TOKEN, contact, nancy, system, told};

fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap()
}

#[tokio::test]
async fn k1_a7_each_errand_is_the_agreed_request_with_the_token() {
    let server = Server::start().await;
    // With and without a slash at the end.
    for base in [server.base.clone(), format!("{}/", server.base)] {
        let system = system(&base);
        system.patient(CLINIC, &nancy()).await.unwrap();
        system.update(CLINIC, &nancy(), &contact(Some("Nancy@Example.DK"), Some("20 12 34 56"))).await.unwrap();
        system.update(CLINIC, &nancy(), &contact(Some("n@example.dk"), None)).await.unwrap();
        system.left(CLINIC, &nancy()).await.unwrap();
    }
    let seen = server.seen();
    let patient = json!({"cpr": NANCY_CPR});
    let expected = [
        ("POST", "/portal/v1/patient/lookup", patient.clone()),
        (
            "PUT",
            "/portal/v1/patient/contact",
            json!({"cpr": NANCY_CPR, "email": "Nancy@example.dk", "mobile": "+4520123456"}),
        ),
        ("PUT", "/portal/v1/patient/contact", json!({"cpr": NANCY_CPR, "email": "n@example.dk", "mobile": null})),
        ("POST", "/portal/v1/patient/left", patient),
    ];
    assert_eq!(seen.len(), 8);
    for (seen, (method, uri, sent)) in seen.iter().zip(expected.iter().cycle()) {
        assert_eq!((seen.method.as_str(), seen.uri.as_str()), (*method, *uri));
        assert_eq!(body(seen), *sent);
        assert_eq!(seen.authorization, format!("Bearer {TOKEN}"));
        assert_eq!((seen.content_type.as_str(), seen.accept.as_str()), ("application/json", "application/json"));
    }
}

#[tokio::test]
async fn k1_a7_what_is_told_again_is_the_same_request_and_succeeds_again() {
    let server = Server::start().await;
    let system = system(&server.base);
    let reached = contact(Some("nancy@example.dk"), None);
    for _ in 0..2 {
        system.update(CLINIC, &nancy(), &reached).await.unwrap();
        system.left(CLINIC, &nancy()).await.unwrap();
    }
    // Once more after a fault.
    server.next(Reply::Say(500, "text/plain", Vec::new()));
    assert!(system.update(CLINIC, &nancy(), &reached).await.unwrap_err().is_transient());
    system.update(CLINIC, &nancy(), &reached).await.unwrap();
    server.next(Reply::Say(500, "text/plain", Vec::new()));
    assert!(system.left(CLINIC, &nancy()).await.unwrap_err().is_transient());
    system.left(CLINIC, &nancy()).await.unwrap();
    let seen = server.seen();
    for uri in ["/portal/v1/patient/contact", "/portal/v1/patient/left"] {
        let same: Vec<&Seen> = seen.iter().filter(|seen| seen.uri == uri).collect();
        assert_eq!(same.len(), 4);
        assert!(same.iter().all(|seen| *seen == same[0]), "{same:?}");
    }
}

#[tokio::test]
async fn k1_a7_a_system_that_hangs_up_instead_of_answering_has_not_taken_it() {
    let system = system(&raw(Vec::new()).await);
    for fault in [
        system.update(CLINIC, &nancy(), &contact(None, None)).await.unwrap_err(),
        system.left(CLINIC, &nancy()).await.unwrap_err(),
    ] {
        assert!(told(&fault).starts_with("transient: "), "{}", told(&fault));
    }
}

#[tokio::test]
async fn k1_the_guides_examples_are_what_is_sent_and_understood() {
    let guide = include_str!("../../../docs/guides/clinic-system.md");
    let examples: Vec<&str> = guide.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let [lookup, held, update, left] = examples[..] else { panic!("four examples: {examples:?}") };
    let server = Server::start().await;
    let system = system(&server.base);
    server.next(Reply::Say(200, "application/json", held.into()));
    let reached = contact(Some("nancy@example.dk"), Some("20123456"));
    let patient = system.patient(CLINIC, &nancy()).await.unwrap();
    assert_eq!(patient, Some(ClinicPatient::new(reached, Some(true))));
    system.update(CLINIC, &nancy(), &contact(Some("nancy@example.dk"), None)).await.unwrap();
    system.left(CLINIC, &nancy()).await.unwrap();
    for (seen, example) in server.seen().iter().zip([lookup, update, left]) {
        assert_eq!(body(seen), serde_json::from_str::<Value>(example).unwrap());
    }
}
