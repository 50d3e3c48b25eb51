//! The SMTP mailer against a scripted server on loopback: what it says, and what becomes of each failure.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

mod outbox;
mod server;

use std::time::Duration;

use patientportal_core::language::Language;
use patientportal_core::ports::{MailFailure, Mailer, Message};
use patientportal_core::value::Email;
use patientportal_smtp::{Sender, SmtpConfigError, SmtpMailer, SmtpSettings};

use server::Answer::{HangUp, Nothing, Say, SayAndHangUp};
use server::{Server, Tls};

const A_MAIL: &str = "MAIL RCPT DATA CONTENT";

fn message() -> Message {
    Message {
        id: "1@portal.example".into(),
        to: Email::parse("modtager@example.dk").unwrap(),
        subject: "Din sikkerhedskode på vej".into(),
        text: "Koden er 123456\n.\n..\n".into(),
        html: "<p>Koden er <b>123456</b></p>".into(),
        language: Language::Danish,
    }
}

fn sender() -> Sender {
    Sender::new("portal@klinik.example", Some("Patientportal")).unwrap()
}

fn settings(url: &str) -> SmtpSettings {
    SmtpSettings::from_url(url, sender()).unwrap()
}

async fn plain() -> (Server, SmtpMailer) {
    let server = Server::start(Tls::No).await;
    let mailer = SmtpMailer::from_url(&format!("smtp://127.0.0.1:{}", server.port), sender()).unwrap();
    (server, mailer)
}

fn encrypted(server: &Server, scheme: &str) -> SmtpSettings {
    settings(&format!("{scheme}://portal:s%C3%A6sam@localhost:{}", server.port))
}

fn temporary(outcome: Result<(), MailFailure>) -> String {
    match outcome {
        Err(MailFailure::Temporary(text)) => text,
        other => panic!("not temporary: {other:?}"),
    }
}

fn permanent(outcome: Result<(), MailFailure>) -> String {
    match outcome {
        Err(MailFailure::Permanent(text)) => text,
        other => panic!("not permanent: {other:?}"),
    }
}

#[tokio::test]
async fn a_mail_is_handed_over_as_written_and_the_connection_is_kept() {
    let (server, mailer) = plain().await;
    mailer.send(&message()).await.unwrap();
    mailer.send(&message()).await.unwrap();
    assert_eq!(server.heard(), format!("CONNECT EHLO {A_MAIL} {A_MAIL}"));
    let mails = server.mails();
    assert!(mails[0].contains("Message-ID: <1@portal.example>\r\n"));
    assert!(mails[0].contains("\r\nKoden er 123456\r\n.\r\n..\r\n"), "dots at line starts survive: {}", mails[0]);
}

#[tokio::test]
async fn tls_at_once_with_a_root_of_ones_own_and_a_login() {
    let server = Server::start(Tls::AtOnce).await;
    let settings = encrypted(&server, "smtps").with_root_certificates(server.root.as_bytes()).unwrap();
    SmtpMailer::new(settings).unwrap().send(&message()).await.unwrap();
    assert_eq!(server.heard(), format!("CONNECT EHLO AUTH {A_MAIL}"));
}

#[tokio::test]
async fn starttls_comes_before_login_and_mail() {
    let server = Server::start(Tls::Upgraded).await;
    let settings = encrypted(&server, "smtp+starttls").with_root_certificates(server.root.as_bytes()).unwrap();
    SmtpMailer::new(settings).unwrap().send(&message()).await.unwrap();
    assert_eq!(server.heard(), format!("CONNECT EHLO STARTTLS TLS EHLO AUTH {A_MAIL}"));
}

#[tokio::test]
async fn without_starttls_nothing_is_sent_and_the_mail_waits() {
    let server = Server::start(Tls::No).await;
    let mailer = SmtpMailer::new(encrypted(&server, "smtp+starttls")).unwrap();
    assert_eq!(temporary(mailer.send(&message()).await), "the server offers no TLS to STARTTLS");
    assert_eq!(server.heard(), "CONNECT EHLO");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_and_the_mail_waits() {
    for (tls, scheme, heard) in [(Tls::AtOnce, "smtps", ""), (Tls::Upgraded, "smtp+starttls", "CONNECT EHLO STARTTLS")]
    {
        let server = Server::start(tls).await;
        let stranger = Server::start(tls).await;
        let settings = encrypted(&server, scheme).with_root_certificates(stranger.root.as_bytes()).unwrap();
        let text = temporary(SmtpMailer::new(settings).unwrap().send(&message()).await);
        assert!(text.starts_with("TLS failed (invalid peer certificate"), "{text}");
        assert_eq!(server.heard(), heard);
    }
}

#[tokio::test]
async fn a_refused_login_is_the_operators_mistake_and_the_mail_waits() {
    let server = Server::start(Tls::AtOnce).await;
    server.once("AUTH", Say("535 5.7.8 portal: wrong password"));
    let settings = encrypted(&server, "smtps").with_root_certificates(server.root.as_bytes()).unwrap();
    let text = temporary(SmtpMailer::new(settings).unwrap().send(&message()).await);
    assert_eq!(text, "535 5.7.8 to the login");
}

#[tokio::test]
async fn what_a_no_means_depends_on_what_it_answers() {
    let cases = [
        ("CONNECT", "554 5.3.2 no service for portal@klinik.example", "temporary: 554 5.3.2 when connecting"),
        ("MAIL", "550 5.7.1 portal@klinik.example may not send", "temporary: 550 5.7.1 to the sender"),
        ("MAIL", "530 5.7.0 log in first", "temporary: 530 5.7.0 to the sender"),
        ("RCPT", "451 4.7.1 modtager@example.dk is greylisted", "temporary: 451 4.7.1 to the recipient"),
        ("RCPT", "450-4.2.0 come\r\n450 4.2.0 again", "temporary: 450 4.2.0 to the recipient"),
        ("RCPT", "530 5.7.0 log in first", "temporary: 530 5.7.0 to the recipient"),
        ("RCPT", "550 5.1.1 <modtager@example.dk>: unknown", "permanent: 550 5.1.1 to the recipient"),
        ("RCPT", "550 modtager@example.dk unknown", "permanent: 550 to the recipient"),
        ("DATA", "554 5.5.1 no", "permanent: 554 5.5.1 to DATA"),
        ("CONTENT", "452 4.3.1 full", "temporary: 452 4.3.1 to the mail"),
        ("CONTENT", "552 5.3.4 too large", "permanent: 552 5.3.4 to the mail"),
    ];
    for (verb, reply, wanted) in cases {
        let (server, mailer) = plain().await;
        server.once(verb, Say(reply));
        let outcome = match mailer.send(&message()).await {
            Ok(()) => "sent".to_owned(),
            Err(MailFailure::Temporary(text)) => format!("temporary: {text}"),
            Err(MailFailure::Permanent(text)) => format!("permanent: {text}"),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(outcome, wanted, "{verb}");
        mailer.send(&message()).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_no_the_conversation_is_ended_politely() {
    let (server, mailer) = plain().await;
    server.once("RCPT", Say("550 5.1.1 unknown"));
    permanent(mailer.send(&message()).await);
    assert_eq!(server.heard(), "CONNECT EHLO MAIL RCPT QUIT");
}

#[tokio::test]
async fn nobody_at_the_other_end_is_temporary() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mailer = SmtpMailer::new(settings(&format!("smtp://127.0.0.1:{nobody}"))).unwrap();
    assert_eq!(temporary(mailer.send(&message()).await), "no connection when connecting");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up() {
    for (verb, wanted) in [
        ("CONNECT", "no answer in time when connecting"),
        ("RCPT", "no answer in time to the recipient"),
        ("CONTENT", "no answer in time to the mail"),
    ] {
        let server = Server::start(Tls::No).await;
        server.once(verb, Nothing);
        let settings = settings(&format!("smtp://127.0.0.1:{}", server.port)).with_timeout(Duration::from_millis(100));
        assert_eq!(temporary(SmtpMailer::new(settings).unwrap().send(&message()).await), wanted);
    }
}

#[tokio::test]
async fn a_fresh_connection_that_breaks_is_temporary_and_not_tried_twice() {
    for (verb, heard) in [
        ("MAIL", "CONNECT EHLO MAIL"),
        ("DATA", "CONNECT EHLO MAIL RCPT DATA"),
        ("CONTENT", "CONNECT EHLO MAIL RCPT DATA CONTENT"),
    ] {
        let (server, mailer) = plain().await;
        server.once(verb, HangUp);
        assert!(temporary(mailer.send(&message()).await).starts_with("no connection to "), "{verb}");
        assert_eq!(server.heard(), heard);
    }
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_is_survived() {
    let (server, mailer) = plain().await;
    server.once("CONTENT", SayAndHangUp("250 2.0.0 taken"));
    mailer.send(&message()).await.unwrap();
    mailer.send(&message()).await.unwrap();
    assert_eq!(server.mails().len(), 2);
    assert_eq!(server.heard(), format!("CONNECT EHLO {A_MAIL} CONNECT EHLO {A_MAIL}"));
}

#[tokio::test]
async fn an_idle_connection_that_the_server_is_closing_is_survived() {
    for (verb, reply, kept) in [
        ("MAIL", SayAndHangUp("421 4.4.2 idle too long"), "MAIL QUIT"),
        ("RCPT", SayAndHangUp("421 4.4.2 enough for now"), "MAIL RCPT QUIT"),
        ("DATA", HangUp, "MAIL RCPT DATA"),
    ] {
        let (server, mailer) = plain().await;
        mailer.send(&message()).await.unwrap();
        server.once(verb, reply);
        mailer.send(&message()).await.unwrap();
        let wanted = format!("CONNECT EHLO {A_MAIL} {kept} CONNECT EHLO {A_MAIL}");
        // A server that has hung up does not hear the goodbye.
        assert_eq!(server.heard(), wanted.replace(" QUIT", ""));
        assert_eq!(server.mails().len(), 2);
    }
}

#[tokio::test]
async fn m3_an_unknown_outcome_is_not_sent_again_by_the_mailer_itself() {
    let (server, mailer) = plain().await;
    mailer.send(&message()).await.unwrap();
    server.once("CONTENT", HangUp);
    assert_eq!(temporary(mailer.send(&message()).await), "no connection to the mail");
    assert_eq!(server.heard(), format!("CONNECT EHLO {A_MAIL} {A_MAIL}"));
    mailer.send(&message()).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 3);
    assert!(mails.iter().all(|mail| mail.contains("Message-ID: <1@portal.example>\r\n")));
}

#[tokio::test]
async fn a_no_to_a_kept_connection_is_believed_at_once() {
    let (server, mailer) = plain().await;
    mailer.send(&message()).await.unwrap();
    server.once("RCPT", Say("550 5.1.1 unknown"));
    permanent(mailer.send(&message()).await);
    assert_eq!(server.heard(), format!("CONNECT EHLO {A_MAIL} MAIL RCPT QUIT"));
}

#[tokio::test]
async fn answers_out_of_step_are_not_taken_for_success() {
    let (server, mailer) = plain().await;
    server.once("DATA", Say("250 2.1.5 the recipient is fine"));
    assert_eq!(temporary(mailer.send(&message()).await), "an answer out of step to DATA");
}

#[tokio::test]
async fn a_sending_that_is_broken_off_leaves_no_half_used_connection() {
    let (server, mailer) = plain().await;
    mailer.send(&message()).await.unwrap();
    server.once("RCPT", Nothing);
    let mail = message();
    tokio::select! {
        biased;
        _ = mailer.send(&mail) => panic!("the server said nothing"),
        () = async { while !server.heard().ends_with("MAIL RCPT") { tokio::task::yield_now().await } } => {}
    }
    mailer.send(&message()).await.unwrap();
    assert_eq!(server.heard(), format!("CONNECT EHLO {A_MAIL} MAIL RCPT CONNECT EHLO {A_MAIL}"));
}

#[tokio::test]
async fn many_at_once_have_a_connection_each() {
    let (server, mailer) = plain().await;
    let one = message();
    let send = || mailer.send(&one);
    let sent = tokio::join!(send(), send(), send(), send(), send(), send());
    for outcome in [sent.0, sent.1, sent.2, sent.3, sent.4, sent.5] {
        outcome.unwrap();
    }
    assert_eq!(server.mails().len(), 6);
}

#[test]
fn settings_that_cannot_work_are_refused_at_start() {
    let half = SmtpMailer::from_url("smtps://portal@localhost", sender());
    assert!(matches!(half, Err(SmtpConfigError::Credentials)));
    let plain = SmtpMailer::from_url("smtp://mail.klinik.example", sender());
    assert!(matches!(plain, Err(SmtpConfigError::PlainBeyondLoopback)));
}
