//! Every kind of answer, and what becomes of it.

use std::time::Duration;

use patientportal_clinicsystem::ClinicSystemSettings;
use patientportal_core::ports::{ClinicPatient, ClinicSystem};

use crate::server::{Reply, Server, raw};
use crate::world::{CLINIC, Log, OTHER_CLINIC, contact, nancy, system, system_with, told};

const JSON: &str = "application/json";

#[tokio::test]
async fn k1_a_lookup_gives_what_the_clinic_holds_and_ignores_what_it_does_not_know() {
    let server = Server::start().await;
    let held = system(&server.base).patient(CLINIC, &nancy()).await.unwrap();
    let expected = ClinicPatient::new(contact(Some("nancy@example.dk"), Some("20123456")), Some(true));
    assert_eq!(held, Some(expected));
}

#[tokio::test]
async fn k1_null_empty_and_unreadable_count_as_missing_and_the_log_says_which() {
    for (body, expected, logged) in [
        (r#"{"email": null, "mobile": null, "own_patient": null}"#, (None, None, None), 0),
        (r#"{"email": " ", "mobile": "", "own_patient": false}"#, (None, None, Some(false)), 0),
        (r#"{"email": "nancy at home", "mobile": "4-1-1", "own_patient": true}"#, (None, None, Some(true)), 2),
        (r#"{"email": "a@b@c.dk", "mobile": "+4520123456", "own_patient": null}"#, (None, Some("20123456"), None), 1),
        (r#"{"email": "N.A@Klinik.DK", "mobile": "12", "own_patient": null}"#, (Some("N.A@klinik.dk"), None, None), 1),
    ] {
        let (log, _listening) = Log::listen();
        let server = Server::start().await;
        server.next(Reply::Say(200, "Application/JSON; charset=utf-8", body.into()));
        let held = system(&server.base).patient(CLINIC, &nancy()).await.unwrap();
        let (email, mobile, own_patient) = expected;
        assert_eq!(held, Some(ClinicPatient::new(contact(email, mobile), own_patient)), "{body}");
        let text = log.text();
        assert_eq!(text.matches("it counts as missing").count(), logged, "{text}");
        for value in ["at home", "4-1-1", "411", "a@b"] {
            assert!(!text.contains(value), "{text}");
        }
    }
}

#[tokio::test]
async fn k1_an_unknown_patient_and_a_clinic_without_a_system_are_no_fault() {
    let server = Server::start().await;
    let system = system(&server.base);
    for _ in 0..3 {
        server.next(Reply::Say(404, JSON, b"{}".into()));
    }
    assert_eq!(system.patient(CLINIC, &nancy()).await.unwrap(), None);
    system.update(CLINIC, &nancy(), &contact(None, None)).await.unwrap();
    system.left(CLINIC, &nancy()).await.unwrap();
    assert_eq!(server.count(), 3);

    assert_eq!(system.patient(OTHER_CLINIC, &nancy()).await.unwrap(), None);
    system.update(OTHER_CLINIC, &nancy(), &contact(None, None)).await.unwrap();
    system.left(OTHER_CLINIC, &nancy()).await.unwrap();
    assert_eq!(server.count(), 3, "nobody was asked");
}

#[tokio::test]
async fn k1_each_status_is_its_own_fault_for_all_three_errands() {
    const UNAGREED: &str = "transient: the clinic's system answers otherwise than agreed: the answer had status";
    const REFUSED: &str = "permanent: the clinic's system refuses the request: the answer had status";
    const TOKEN: &str = "permanent: the clinic's system refuses the portal's token: the answer had status";
    const AWAY: &str = "transient: the clinic's system did not answer: the answer had status";
    for (status, expected) in [
        (201, UNAGREED),
        (202, UNAGREED),
        (206, UNAGREED),
        (400, REFUSED),
        (401, TOKEN),
        (403, TOKEN),
        (405, REFUSED),
        (409, REFUSED),
        (415, REFUSED),
        (422, REFUSED),
        (429, AWAY),
        (500, AWAY),
        (502, AWAY),
        (503, AWAY),
        (599, AWAY),
    ] {
        let server = Server::start().await;
        let system = system(&server.base);
        for _ in 0..3 {
            server.next(Reply::Say(status, JSON, crate::server::NANCY.into()));
        }
        let faults = [
            system.patient(CLINIC, &nancy()).await.unwrap_err(),
            system.update(CLINIC, &nancy(), &contact(None, None)).await.unwrap_err(),
            system.left(CLINIC, &nancy()).await.unwrap_err(),
        ];
        for fault in faults {
            assert!(told(&fault).starts_with(&format!("{expected} {status}")), "{}", told(&fault));
        }
    }
}

#[tokio::test]
async fn k1_done_is_no_answer_to_a_question_nor_a_page_an_answer_to_an_order() {
    let server = Server::start().await;
    let system = system(&server.base);
    server.next(Reply::Say(204, JSON, Vec::new()));
    assert!(
        told(&system.patient(CLINIC, &nancy()).await.unwrap_err()).ends_with("204 No Content, which is not agreed")
    );
    server.next(Reply::Say(200, "text/html", b"<h1>We are closed</h1>".into()));
    let fault = system.update(CLINIC, &nancy(), &contact(None, None)).await.unwrap_err();
    assert!(told(&fault).ends_with("200 OK, which is not agreed"), "{}", told(&fault));
}

#[tokio::test]
async fn k1_no_redirect_is_followed() {
    let server = Server::start().await;
    let system = system(&server.base);
    for status in [301, 302, 303, 307, 308] {
        server.next(Reply::Redirect(status, format!("{}/patient/lookup", server.base)));
        let fault = system.patient(CLINIC, &nancy()).await.unwrap_err();
        assert!(told(&fault).starts_with("transient: the clinic's system answers otherwise"), "{}", told(&fault));
        // A success in between keeps the breaker closed.
        assert!(system.patient(CLINIC, &nancy()).await.is_ok());
    }
    assert_eq!(server.count(), 10);
}

#[tokio::test]
async fn k1_another_shape_or_type_is_a_fault_and_not_an_unknown_patient() {
    let wrong_shapes: [&[u8]; 15] = [
        b"",
        b"null",
        b"[]",
        br#"["nancy@example.dk", null, true]"#,
        b"{}",
        br#"{"e_mail": "nancy@example.dk", "mobile": null, "own_patient": null}"#,
        br#"{"email": "nancy@example.dk", "mobile": null}"#,
        br#"{"email": "nancy@example.dk", "own_patient": null}"#,
        br#"{"mobile": null, "own_patient": null}"#,
        br#"{"email": 5, "mobile": null, "own_patient": null}"#,
        br#"{"email": null, "mobile": 20123456, "own_patient": null}"#,
        br#"{"email": null, "mobile": null, "own_patient": "yes"}"#,
        br#"{"email": null, "email": null, "mobile": null, "own_patient": null}"#,
        br#"{"email": null, "mobile": null, "own_patient": null} more"#,
        b"{\"email\": \"\xff\", \"mobile\": null, \"own_patient\": null}",
    ];
    let server = Server::start().await;
    let system = system(&server.base);
    for body in wrong_shapes {
        server.next(Reply::Say(200, JSON, body.into()));
        let told = told(&system.patient(CLINIC, &nancy()).await.unwrap_err());
        let shown = String::from_utf8_lossy(body);
        assert!(told.starts_with("permanent: the clinic's system answers otherwise than agreed: "), "{shown}: {told}");
        assert!(told.contains("JSON is wrong at line "), "{shown}: {told}");
    }
    for kind in ["text/html", "text/json", "application/jsonp", ""] {
        server.next(Reply::Say(200, kind, crate::server::NANCY.into()));
        let told = told(&system.patient(CLINIC, &nancy()).await.unwrap_err());
        assert!(told.starts_with("transient: ") && told.ends_with("was not application/json"), "{kind}: {told}");
    }
}

#[tokio::test]
async fn k1_an_answer_may_be_64_kib_and_not_a_byte_more() {
    let server = Server::start().await;
    let system = system(&server.base);
    let padded = |length: usize| format!("{}{}", crate::server::NANCY, " ".repeat(length - crate::server::NANCY.len()));
    server.next(Reply::Say(200, JSON, padded(64 * 1024).into()));
    assert!(system.patient(CLINIC, &nancy()).await.unwrap().is_some());
    server.next(Reply::Say(200, JSON, padded(64 * 1024 + 1).into()));
    let told = told(&system.patient(CLINIC, &nancy()).await.unwrap_err());
    assert!(told.starts_with("transient: ") && told.contains("broken off or too large"), "{told}");
}

#[tokio::test]
async fn k1_half_an_answer_is_a_transient_fault() {
    let full = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60\r\n\r\n{\"email\": null";
    let chunked = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"ema";
    for half in
        [full, chunked, "HTTP/1.1 200 OK\r\ncontent-ty", "", "SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 99999 ?\r\n\r\n"]
    {
        let system = system(&raw(half.into()).await);
        let told = told(&system.patient(CLINIC, &nancy()).await.unwrap_err());
        assert!(told.starts_with("transient: the clinic's system did not answer: "), "{half}: {told}");
    }
}

#[tokio::test]
async fn k1_a_slow_system_and_one_where_nobody_listens_are_transient_faults() {
    let hurried = |settings: &mut ClinicSystemSettings| settings.limits.total = Duration::from_millis(300);
    let server = Server::start().await;
    server.next(Reply::Silence);
    let fault = system_with(&server.base, hurried).patient(CLINIC, &nancy()).await.unwrap_err();
    assert!(told(&fault).starts_with("transient: ") && told(&fault).ends_with("in time"), "{}", told(&fault));

    // It takes the connection and says nothing, not even in TLS.
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    for scheme in ["http", "https"] {
        let base = format!("{scheme}://{}", mute.local_addr().unwrap());
        let fault = system_with(&base, hurried).left(CLINIC, &nancy()).await.unwrap_err();
        assert!(told(&fault).starts_with("transient: ") && told(&fault).ends_with("in time"), "{}", told(&fault));
    }

    let nobody = format!("http://{}", mute.local_addr().unwrap());
    drop(mute);
    let fault = system(&nobody).patient(CLINIC, &nancy()).await.unwrap_err();
    assert!(told(&fault).starts_with("transient: ") && told(&fault).contains("(Connect)"), "{}", told(&fault));
}

#[tokio::test]
async fn k1_an_answer_that_comes_byte_by_byte_is_given_up_as_a_whole() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{";
        stream.write_all(head).await.unwrap();
        while stream.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let system = system_with(&base, |settings| settings.limits.total = Duration::from_millis(300));
    let told = told(&system.patient(CLINIC, &nancy()).await.unwrap_err());
    assert!(told.starts_with("transient: ") && told.ends_with("in time"), "{told}");
}
