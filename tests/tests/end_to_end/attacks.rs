//! What no honest browser sends: it is refused without harm, and never by a fault.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, COOKIE, HeaderValue};
use http::{Method, StatusCode};
use patientportal_tests::installation::CLINIC;
use patientportal_tests::journey::{SESSION_COOKIE, is_logged_in};
use patientportal_tests::page::Submission;
use patientportal_tests::{Client, Installation, Page, Patient, ServerProcess, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_not_allowed() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut client = Client::new();
    let paths = [
        "/",
        "/clinea",
        "/clinea/start",
        "/clinea/log-ind",
        "/log-ud",
        "/nulstil",
        "/mitid/retur",
        "/healthz",
        "/readyz",
    ];
    for path in paths {
        for method in [Method::TRACE, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let request = client.request(method.clone(), &installation.url(path), Bytes::new());
            let answer = client.send(request).await.unwrap();
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert!(answer.header(ALLOW.as_str()).contains(['G', 'P']), "{method} {path}: which are allowed");
            assert!(!answer.headers.contains_key("access-control-allow-methods"), "{method} {path}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_cookies_are_nobody_and_no_fault() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    visitor.register(&Patient::named("gustav")).await.unwrap();
    let session = visitor.session().unwrap().to_owned();
    for cookie in cookies(&session) {
        for path in ["/clinea/start", "/clinea", "/", "/clinea/opret", "/nulstil", "/mitid/retur?state=x&code=y"] {
            let mut client = Client::new();
            let mut request = client.get(&installation.url(path));
            let Ok(value) = HeaderValue::from_bytes(&cookie) else { panic!("not sendable: {cookie:?}") };
            request.headers_mut().insert(COOKIE, value);
            let page = client.send(request).await.unwrap();
            assert!(!page.status.is_server_error(), "{path} {}: {}", page.status, String::from_utf8_lossy(&cookie));
            assert!(!page.html().contains("Logget ind som"), "{path}: {}", String::from_utf8_lossy(&cookie));
        }
    }
    assert!(is_logged_in(&visitor.start().await.unwrap(), &Patient::named("gustav")), "the true one still opens");
    server.stop().await;
}

/// Cookie headers that are almost, or not at all, those of a session.
fn cookies(session: &str) -> Vec<Vec<u8>> {
    let mut flipped = session.to_owned();
    let last = if flipped.pop() == Some('A') { 'E' } else { 'A' };
    flipped.push(last);
    let values = [
        String::new(),
        "A".repeat(session.len()),
        flipped,
        session[..session.len() - 1].to_owned(),
        format!("{session}A"),
        format!("{session}="),
        format!("{session}%00"),
        format!("\"{session}\""),
        session.to_ascii_uppercase(),
        "..".to_owned(),
        "x".repeat(4000),
    ];
    let mut lines: Vec<Vec<u8>> = values.iter().map(|value| format!("{SESSION_COOKIE}={value}").into_bytes()).collect();
    lines.push(format!("{}={session}", SESSION_COOKIE.to_ascii_lowercase()).into_bytes());
    lines.push(format!("pp-session={session}").into_bytes());
    lines.push(b";;;=;=".to_vec());
    lines.push([SESSION_COOKIE.as_bytes(), b"=\xff\xfe\x80; __Host-pp-browser=\xff"].concat());
    lines.push(b"__Host-pp-browser=AAAA; __Host-pp-device=!!; __Host-pp-language=xx; __Host-pp-reset=AAAA".to_vec());
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_forms_are_refused_without_a_fault() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    let front = visitor.front().await.unwrap();
    let form =
        front.form("Log ind").fill("CPR-nummer", "251248-9996").fill("Adgangskode", "Forkert-9").press("Log ind");

    let with = |values: &[(&str, &str)]| {
        let mut form = form.clone();
        form.values.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        form
    };
    let expected = [
        (with(&[]), StatusCode::UNPROCESSABLE_ENTITY),
        // What the form has not is not read: no address for the code, no account by another name.
        (
            with(&[("email", "attacker@evil.example"), ("account", "1"), ("is_staff", "true")]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (with(&[("cpr", "010772-9995")]), StatusCode::BAD_REQUEST),
        (with(&[("adgangskode", "x")]), StatusCode::BAD_REQUEST),
        (with(&[("token", "x")]), StatusCode::BAD_REQUEST),
        (with(&[("fyld", &"x".repeat(17 * 1024))]), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (form, status) in expected {
        let names: Vec<_> = form.values.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(visitor.client.submit_once(form).await.unwrap().status, status, "{names:?}");
    }
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let mut request = own_post(&visitor.client, &form);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        assert_eq!(visitor.client.send(request).await.unwrap().status, StatusCode::BAD_REQUEST, "{kind:?}");
    }
    for value in
        ["\0", "%", "\u{202e}", "\r\nSet-Cookie: a=b", "<script>alert(1)</script>", "' OR 1=1 --", &"9".repeat(9000)]
    {
        for label in ["CPR-nummer", "Adgangskode"] {
            let typed = visitor.front().await.unwrap().form("Log ind").fill(label, value).press("Log ind");
            let page = visitor.client.submit_once(typed).await.unwrap();
            assert!(page.status.is_client_error() || page.status.is_success(), "{label} {value:?}: {}", page.status);
            assert!(!page.html().contains("<script>alert"), "{label} {value:?} is on the page as it was typed");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_skipped_opens_nothing() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("dagmar");
    Visitor::at(&installation).register(&patient).await.unwrap();

    // After the password alone there is no session, whatever is asked for (I1).
    let mut visitor = Visitor::at(&installation);
    let code_page = visitor.submit_password(patient.cpr, &patient.password).await.unwrap();
    assert_eq!(visitor.session(), None);
    assert!(!is_logged_in(&visitor.start().await.unwrap(), &patient));
    let empty = code_page.form("Log ind").press("Log ind");
    for values in [
        vec![],
        vec![("kode", "")],
        vec![("kode", "000000 OR 1")],
        vec![("flow", "")],
        vec![("flow", "AAAA"), ("kode", "123456")],
    ] {
        let mut form = empty.clone();
        for (name, value) in values {
            form.values.retain(|(found, _)| found != name);
            form.values.push((name.to_owned(), value.to_owned()));
        }
        let page = visitor.client.submit(form).await.unwrap();
        assert!(!page.status.is_server_error() && visitor.session().is_none(), "{}: {}", page.status, page.words());
    }

    // A flow is its browser's: with the page's values alone nobody gets further.
    let code =
        visitor.mailbox.code(&patient.email, &patientportal_tests::journey::reference(&code_page).unwrap(), &[]).await;
    let mut stranger = Visitor::at(&installation);
    let own_token = stranger.front().await.unwrap().form("Log ind").value("token").unwrap().to_owned();
    let stolen = code_page.form("Log ind").fill("Sikkerhedskode", &code).set("token", &own_token).press("Log ind");
    let page = stranger.client.submit(stolen).await.unwrap();
    assert!(stranger.session().is_none() && !is_logged_in(&page, &patient), "{}", page.words());

    // A session cookie from before the login is not the one after it (session fixation).
    visitor.client.jar.plant(&code_page.url, SESSION_COOKIE, &"A".repeat(43));
    let page = visitor.submit_mailed_code(&code_page, &patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    assert_ne!(visitor.session(), Some("A".repeat(43).as_str()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_addresses_are_not_found_and_no_fault() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut client = Client::new();
    let long = format!("/{}", "a".repeat(8000));
    let paths = [
        "/%00",
        "/%ff%fe",
        "/..%2f..%2fetc/passwd",
        "//evil.example/",
        "/clinea//start",
        "/clinea/start/x/y",
        "/CLINEA",
        "/clinea/%2e%2e/readyz",
        "/assets/..%2fportal.keys",
        "/assets/",
        "/portal.db",
        "/nulstil/",
        "/nulstil/%00",
        "/nulstil/../x",
        "/clinea?funktion=%00&funktion=x",
        "/clinea?besked=%3Cscript%3E",
        "/mitid/retur?state=%00&code=%ff",
        "/clinea/opret?flow=x",
        "/clinea/sikkerhedskode?flow=%00",
        "/.git/config",
        "/demo",
        long.as_str(),
    ];
    for path in paths {
        let request = client.get(&installation.url(path));
        let page: Page = client.send(request).await.unwrap();
        assert!(!page.status.is_server_error(), "{path}: {}", page.status);
        let html = String::from_utf8_lossy(&page.body);
        assert!(!html.contains("<script>") && !html.contains("root:"), "{path}");
        assert!(page.header("location").is_empty() || page.header("location").starts_with('/'), "{path}");
        assert!(!page.header("location").starts_with("//"), "{path}");
    }
    let unknown = client.open(installation.url("/ukendt-klinik")).await.unwrap();
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(!unknown.says("Clinea") && !unknown.says("Godkend"), "C2: a page that is not there names no clinic");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l6_a_strangers_wrong_passwords_do_not_shut_the_owner_out() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("hanna");
    let mut owner = Visitor::at(&installation);
    let page = owner.register(&patient).await.unwrap();
    owner.log_out(&page).await.unwrap();
    let mut stranger = Visitor::at(&installation);
    for _ in 0..8 {
        stranger.submit_password(patient.cpr, "Forkert-9").await.unwrap();
    }
    let page = stranger.submit_password(patient.cpr, &patient.password).await.unwrap();
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "a try made during a wait is refused unchecked");
    assert!(page.header("retry-after").parse::<u64>().unwrap() >= 1);
    let page = owner.log_in_with_code(&patient).await.unwrap();
    assert!(
        is_logged_in(&page, &patient),
        "the browser that the owner has used has a count of its own: {}",
        page.words()
    );
    let page = Visitor::at(&installation).log_in_with_mitid(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "MitID is never held up: {}", page.words());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i2_a_childs_own_mitid_opens_nothing() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    for child in ["ida", "jens", "karl"] {
        let mut visitor = Visitor::at(&installation);
        let page = visitor.log_in_with_mitid(&Patient::named(child)).await.unwrap();
        assert!(visitor.session().is_none(), "{child}");
        assert!(page.says("under 15"), "{child}: {}", page.words());
        assert!(!visitor.start().await.unwrap().says("Logget ind som"), "{child}");
        let form = visitor.open(&format!("/{CLINIC}/opret")).await.unwrap();
        let form = patientportal_tests::journey::registration(&form, &Patient::named(child));
        let page = visitor.client.submit(form).await.unwrap();
        let childs = page.forms().iter().any(|form| form.labels().contains(&"Barnets CPR-nummer"));
        assert!(childs, "R2: {child} is sent to the child form: {}", page.words());
    }
    server.stop().await;
}

fn own_post(client: &Client, form: &Submission) -> http::Request<http_body_util::Full<Bytes>> {
    let mut request = client.post(form.action.as_str(), &form.values);
    request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
    request
}
