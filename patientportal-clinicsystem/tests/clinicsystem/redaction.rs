//! Whatever a clinic's system says, no log line, fault or print repeats a number, an address or the token (I7).

use std::time::Duration;

use patientportal_core::ports::ClinicSystem;

use crate::server::{Reply, Server, raw};
use crate::world::{CLINIC, Log, NANCY_CPR, TOKEN, contact, nancy, system, system_with};

const SECRETS: [&str; 7] = [NANCY_CPR, "251248-9996", "251248", "nancy.kanarie", "20123456", "forkert-kanarie", TOKEN];

/// Answers that repeat what they were asked, where a careless client would print it.
fn echoes() -> Vec<Reply> {
    let echo = format!(r#"{{"error": "no patient {NANCY_CPR} (nancy.kanarie@example.dk, {TOKEN})"}}"#);
    let json = |status, body: &str| Reply::Say(status, "application/json", body.into());
    let mut replies: Vec<Reply> =
        [400, 401, 403, 404, 409, 429, 500, 503].into_iter().map(|status| json(status, &echo)).collect();
    for body in [
        echo.clone(),
        format!(r#"{{"email": {NANCY_CPR}, "mobile": null, "own_patient": null}}"#),
        format!(r#"{{"email": null, "mobile": null, "own_patient": "{NANCY_CPR}"}}"#),
        format!(r#"{{"email": null, "mobile": {{"{NANCY_CPR}": 1}}, "own_patient": null}}"#),
        format!(r#"{{"email": "forkert-kanarie {NANCY_CPR}", "mobile": "{NANCY_CPR}9999999", "own_patient": null}}"#),
        format!(r#"{{"{NANCY_CPR}": 1, "{NANCY_CPR}": 1, "#),
        NANCY_CPR.to_owned(),
    ] {
        replies.push(json(200, &body));
    }
    replies.push(Reply::Say(200, "text/html", echo.into_bytes()));
    replies.push(Reply::Redirect(302, format!("https://elsewhere.example/{NANCY_CPR}")));
    replies
}

#[tokio::test]
async fn i7_nothing_that_is_logged_or_printed_repeats_a_number_an_address_or_the_token() {
    let (log, _listening) = Log::listen();
    let server = Server::start().await;
    let mut printed = String::new();
    let reached = contact(Some("nancy.kanarie@example.dk"), Some("20123456"));
    for reply in echoes() {
        let system = system_with(&server.base, |settings| settings.breaker.failures = 1);
        server.next(reply.clone()).next(reply.clone()).next(reply);
        // Left alone after the first, some of them: that is a fault to look at, too.
        let patient = system.patient(CLINIC, &nancy()).await;
        let update = system.update(CLINIC, &nancy(), &reached).await;
        let left = system.left(CLINIC, &nancy()).await;
        printed += &format!("{system:?} {patient:?} {update:?} {left:?}\n");
        for fault in [patient.err(), update.err(), left.err()].into_iter().flatten() {
            printed += &format!("{fault} {} {fault:#?}\n", fault.chain());
        }
        while server.count() % 3 != 0 {
            // The scripted replies that the breaker kept from being asked for.
            let _answer = crate::world::system(&server.base).left(CLINIC, &nancy()).await;
        }
    }
    printed += &strange_wires().await;
    let text = log.text();
    for line in ["refuses the portal's token", "it counts as missing", "is left alone", "does not know the patient"] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} was logged: {text}");
        assert!(!printed.contains(secret), "{secret} was printed: {printed}");
    }
    for seen in server.seen() {
        assert!(!SECRETS.iter().any(|secret| seen.uri.contains(secret)), "{}", seen.uri);
    }
}

/// Faults of what is no proper HTTP, or no answer at all.
async fn strange_wires() -> String {
    let mut printed = String::new();
    for answer in [
        format!("HTTP/1.1 {NANCY_CPR}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\n{NANCY_CPR}\r\n\r\n"),
        format!("HTTP/1.1 503 no {NANCY_CPR} {TOKEN}\r\ncontent-length: 0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n\"{NANCY_CPR}"),
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{NANCY_CPR}x\r\n"
        ),
        NANCY_CPR.to_owned(),
    ] {
        let fault = system(&raw(answer.into_bytes()).await).patient(CLINIC, &nancy()).await.unwrap_err();
        printed += &format!("{fault} {} {fault:#?}\n", fault.chain());
    }
    let server = Server::start().await;
    server.next(Reply::Silence);
    let slow = system_with(&server.base, |settings| settings.limits.total = Duration::from_millis(300));
    let fault = slow.patient(CLINIC, &nancy()).await.unwrap_err();
    printed + &format!("{} {fault:#?}\n", fault.chain())
}
