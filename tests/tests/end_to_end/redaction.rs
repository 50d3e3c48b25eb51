//! I7: the whole journey at the finest logging, then logs, database and mails searched for everything that is nobody's
//! business.

use std::collections::BTreeMap;

use patientportal_tests::installation::CLIENT_SECRET;
use patientportal_tests::mail::Mail;
use patientportal_tests::mailbox::{CODE_SUBJECT, RESET_SUBJECT};
use patientportal_tests::{Installation, Patient, ServerProcess, Visitor};
use url::Url;

use crate::whole_journey::travel;

#[tokio::test(flavor = "multi_thread")]
async fn i7_no_secret_is_in_logs_database_mails_or_addresses() {
    let installation = Installation::new().await;
    let server = ServerProcess::start_logging(&installation, EVERYTHING).await;
    let patient = Patient::named("nancy");
    let mut visitor = Visitor::at(&installation);
    let mut elsewhere = travel(&mut visitor, &patient).await;
    assert_eq!(elsewhere.submit_password(patient.cpr, "Forkert-Kanarie-1").await.unwrap().status, 422);
    let files_at_work = database_files(&installation);
    let ended = server.stop().await;

    let mails = visitor.mailbox.mails();
    let browsers = [visitor, elsewhere];
    let secrets = secrets(&browsers, &patient, &mails);
    assert!(secrets.len() > 20, "too few secrets were collected: {:?}", secrets.keys());
    let logs = ended.stdout + &ended.stderr;
    for route in LOGGED {
        assert!(logs.contains(&format!("\"route\":\"{route}\"")), "{route} was not logged: {logs}");
    }
    search("the log", logs.as_bytes(), &secrets);
    for (name, bytes) in files_at_work.into_iter().chain(database_files(&installation)) {
        search(&name, &bytes, &secrets);
    }
    for mail in &mails {
        search_mail(mail, &secrets, &installation);
    }
    for url in browsers.iter().flat_map(|browser| &browser.client.visited) {
        search_address(url, &secrets);
    }
}

/// Everything that was used on the journey, by what it is.
fn secrets(browsers: &[Visitor], patient: &Patient, mails: &[Mail]) -> BTreeMap<String, String> {
    let mobile = patient.mobile.replace(' ', "");
    let digits = patient.digits();
    let mut secrets: BTreeMap<String, String> = [
        ("CPR number", patient.cpr),
        ("CPR digits", &digits),
        ("first name", &patient.first_name),
        ("last name", &patient.last_name),
        ("e-mail", &patient.email),
        ("e-mail in an address", &patient.email.replace('@', "%40")),
        ("mobile", &patient.mobile),
        ("mobile digits", mobile.trim_start_matches("+45")),
        ("password", &patient.password),
        ("new password", &format!("{}-ny", patient.password)),
        ("wrong password", "Forkert-Kanarie-1"),
        ("client secret", CLIENT_SECRET),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (at, beginning) in TOKEN_BEGINNINGS.iter().enumerate() {
        secrets.insert(format!("ID token {at}"), (*beginning).to_owned());
    }
    for (at, (name, value)) in browsers.iter().flat_map(|browser| browser.client.jar.ever()).enumerate() {
        if name.starts_with("__Host-pp-") && !value.is_empty() {
            secrets.insert(format!("cookie {name} {at}"), value.clone());
        }
    }
    for url in browsers.iter().flat_map(|browser| &browser.client.visited) {
        for (name, value) in url.query_pairs().filter(|(name, _)| ["state", "nonce", "code"].contains(&&**name)) {
            secrets.insert(format!("{name} {value}"), value.into_owned());
        }
    }
    for mail in mails.iter().filter(|mail| mail.subject == CODE_SUBJECT) {
        secrets.insert(format!("security code {}", mail.id), mail.code());
    }
    for mail in mails.iter().filter(|mail| mail.subject == RESET_SUBJECT) {
        secrets.insert("reset token".to_owned(), token_of(&mail.link()));
    }
    secrets
}

fn search(place: &str, bytes: &[u8], secrets: &BTreeMap<String, String>) {
    for (name, secret) in secrets {
        if let Some(at) = find(bytes, secret.as_bytes(), name.starts_with("security code")) {
            let around = &bytes[at.saturating_sub(200)..bytes.len().min(at + 200)];
            panic!("{name} ({secret:?}) is in {place}: …{}…", String::from_utf8_lossy(around));
        }
    }
}

/// Where `secret` is. Six digits alone are also microseconds and parts of longer numbers: those do not count.
fn find(bytes: &[u8], secret: &[u8], must_stand_alone: bool) -> Option<usize> {
    let mut found = bytes.windows(secret.len()).enumerate().filter(|(_, window)| *window == secret).map(|(at, _)| at);
    found.find(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + secret.len());
        let joins = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
        !must_stand_alone || !(joins(before) || joins(after))
    })
}

/// M2: a mail holds its code or its link, and the recipient's address only where mails have it.
fn search_mail(mail: &Mail, secrets: &BTreeMap<String, String>, installation: &Installation) {
    let text = format!("{}\n{}\n{}\n{}", mail.other_headers.join("\n"), mail.subject, mail.text, mail.html);
    let own = match mail.subject.as_str() {
        CODE_SUBJECT => mail.code(),
        RESET_SUBJECT => token_of(&mail.link()),
        _ => String::new(),
    };
    let others = secrets.iter().filter(|(_, secret)| **secret != own);
    let others = others.map(|(name, secret)| (name.clone(), secret.clone())).collect();
    search(&format!("the mail {:?}", mail.subject), text.as_bytes(), &others);
    assert!(!text.contains("/clinea"), "M2: no slug in a mail: {text}");
    let links = text.split(['"', ' ', '<', '>', '\n']).filter(|word| word.starts_with("http"));
    for link in links {
        assert!(link.starts_with(&installation.url("/nulstil/")), "{link} in {:?}", mail.subject);
    }
}

/// Addresses hold neither person data nor passwords nor codes, nor a cookie but the link's own token.
fn search_address(url: &Url, secrets: &BTreeMap<String, String>) {
    let may = ["state ", "nonce ", "code ", "reset token", "cookie __Host-pp-reset"];
    let others = secrets.iter().filter(|(name, _)| !may.iter().any(|may| name.starts_with(may)));
    let others = others.map(|(name, secret)| (name.clone(), secret.clone())).collect();
    search("an address", url.as_str().as_bytes(), &others);
}

/// The database with its log, and the outbox apart: what a thief of the disk without the keys would have.
fn database_files(installation: &Installation) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(installation.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = entries
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("portal.db")))
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    assert!(!files.is_empty());
    files
}

fn token_of(link: &str) -> String {
    Url::parse(link).unwrap().path_segments().unwrap().next_back().unwrap().to_owned()
}

/// `{"alg"`, `{"typ"` and `{"kid"` in base64: how every JWT begins.
const TOKEN_BEGINNINGS: [&str; 3] = ["eyJhbGci", "eyJ0eXAi", "eyJraWQi"];
/// The finest logging of everything, the libraries that see the bytes by their inner names too.
const EVERYTHING: &str = "trace,hyper::proto=trace,hyper_util::client=trace,h2::codec=trace,rustls::conn=trace,\
                          lettre::transport=trace,openidconnect=trace";
/// The steps of the journey, as the log names them.
const LOGGED: [&str; 6] =
    ["/{clinic}/opret", "/mitid/retur", "/{clinic}/log-ind", "/{clinic}/sikkerhedskode", "/nulstil/{}", "/log-ud"];
