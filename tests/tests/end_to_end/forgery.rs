//! Requests that another site makes a browser send, and requests that lie about where the portal is.

use http::header::{HeaderName, HeaderValue};
use http::{Request, StatusCode};
use patientportal_tests::installation::CLINIC;
use patientportal_tests::journey::is_logged_in;
use patientportal_tests::mailbox::RESET_SUBJECT;
use patientportal_tests::{Installation, Patient, ServerProcess, Visitor};

type Post = Request<http_body_util::Full<bytes::Bytes>>;

#[tokio::test(flavor = "multi_thread")]
async fn a_post_from_elsewhere_is_refused_wherever_it_goes() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("nancy");
    let mut visitor = Visitor::at(&installation);
    let start = visitor.register(&patient).await.unwrap();
    let token = start.form("Log ud").value("token").unwrap().to_owned();
    for path in POSTS {
        for headers in FORGED {
            // With the right token even, as if it had leaked.
            let mut request = visitor.client.post(&installation.url(path), &[("token".to_owned(), token.clone())]);
            set(&mut request, headers);
            let answer = visitor.client.send(request).await.unwrap();
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}: {}", answer.words());
        }
    }
    assert!(is_logged_in(&visitor.start().await.unwrap(), &patient), "nobody was logged out by it");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_another_browsers_token_does_nothing() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("max");
    let (mut visitor, mut attacker) = (Visitor::at(&installation), Visitor::at(&installation));
    let start = visitor.register(&patient).await.unwrap();
    let token = attacker.front().await.unwrap().form("Log ind").value("token").unwrap().to_owned();
    for token in [token.as_str(), "", "AAAA", &"A".repeat(1000)] {
        let form = start.form("Log ud").set("token", token).press("Log ud");
        visitor.client.submit(form).await.unwrap();
        assert!(is_logged_in(&visitor.start().await.unwrap(), &patient), "logged out with the token {token:?}");
    }
    // A stale form is shown again with what was typed, but never the password.
    let mut other = Visitor::at(&installation);
    let front = other.front().await.unwrap();
    let form = front.form("Log ind").fill("CPR-nummer", patient.cpr).fill("Adgangskode", &patient.password);
    let page = other.client.submit(form.set("token", &token).press("Log ind")).await.unwrap();
    let again = page.form("Log ind");
    assert_eq!((again.value("cpr"), again.value("adgangskode")), (Some(patient.cpr), Some("")));
    assert!(other.session().is_none() && page.says("Siden var blevet for gammel"), "{}", page.words());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_links_in_mails_come_from_the_configuration_whatever_a_request_says() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("kirsten");
    let mut visitor = Visitor::at(&installation);
    visitor.register(&patient).await.unwrap();
    visitor.client.jar.clear();
    // Only a proved address gets links (F1).
    visitor.log_in_with_code(&patient).await.unwrap();
    visitor.client.jar.clear();
    for headers in POISONED {
        let page = visitor.open(&format!("/{CLINIC}/glemt-adgangskode")).await.unwrap();
        let form = page.form("Nulstil adgangskode").fill("CPR-nummer", patient.cpr).fill("E-mail", &patient.email);
        let form = form.press("Nulstil adgangskode");
        let mut request = visitor.client.post(form.action.as_str(), &form.values);
        set(&mut request, &[("sec-fetch-site", "same-origin")]);
        set(&mut request, headers);
        let seen = visitor.mailbox.of(&patient.email, RESET_SUBJECT);
        let answer = visitor.client.send(request).await.unwrap();
        assert!(!String::from_utf8_lossy(&answer.body).contains("evil.example"), "{headers:?}");
        assert!(!answer.header("location").contains("evil.example"), "{headers:?}: {}", answer.header("location"));
        if answer.status.is_redirection() {
            let link = visitor.mailbox.next(&patient.email, RESET_SUBJECT, &seen).await.link();
            assert!(link.starts_with(&installation.url("/nulstil/")), "{headers:?}: {link}");
        } else {
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{headers:?}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_nobody_is_sent_to_another_site() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    for target in ELSEWHERE {
        visitor.client.jar.clear();
        let front = visitor.front().await.unwrap();
        let languages = front.forms().into_iter().find(|form| form.action().path() == "/sprog").unwrap();
        let form = languages.set("retur", target).press_value("til", "en");
        let answer = visitor.client.submit_once(form).await.unwrap();
        assert_eq!(answer.header("location"), "/", "retur={target:?}");
    }
    // The function asked for is one of the clinic's own, or forgotten.
    let patient = Patient::named("bo");
    visitor.client.jar.clear();
    let page = visitor.register(&patient).await.unwrap();
    visitor.log_out(&page).await.unwrap();
    for target in ELSEWHERE.iter().copied().chain(["konto", "tidsbestilling/../../x"]) {
        let front = visitor.front().await.unwrap();
        let form = front.form("Log ind med MitID").set("funktion", target).press("Log ind med MitID");
        let departure = visitor.client.submit(form).await.unwrap();
        let page = visitor.pass_mitid(&departure, &patient).await.unwrap();
        assert!(
            is_logged_in(&page, &patient) && page.url.path() == "/clinea/start",
            "funktion={target:?}: {}",
            page.url
        );
        visitor.log_out(&page).await.unwrap();
    }
    server.stop().await;
}

fn set(request: &mut Post, headers: &[(&'static str, &'static str)]) {
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// Every place that takes a POST.
const POSTS: [&str; 12] = [
    "/clinea/log-ind",
    "/clinea/mitid",
    "/clinea/opret",
    "/clinea/sikkerhedskode",
    "/clinea/ny-kode",
    "/clinea/glemt-adgangskode",
    "/clinea/registrer",
    "/clinea/vilkaar",
    "/godkend/registrer",
    "/nulstil",
    "/sprog",
    "/log-ud",
];

/// What a browser says when another site made it post, and what older ones do not say at all.
const FORGED: [&[(&str, &str)]; 7] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1")],
];

const POISONED: [&[(&str, &str)]; 6] = [
    &[("host", "evil.example")],
    &[("host", "127.0.0.1:1@evil.example")],
    &[("x-forwarded-host", "evil.example")],
    &[("x-forwarded-proto", "https"), ("x-forwarded-port", "444"), ("x-forwarded-server", "evil.example")],
    &[("forwarded", "for=1.2.3.4;host=evil.example;proto=https")],
    &[
        ("x-original-url", "https://evil.example/"),
        ("x-rewrite-url", "//evil.example"),
        ("referer", "https://evil.example/"),
    ],
];

const ELSEWHERE: [&str; 12] = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "/%2f/../..//evil.example",
    "/..//evil.example",
    "\t//evil.example",
    "/\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "@evil.example",
    "https://127.0.0.1@evil.example/",
];
