//! The headers and cookies of every answer, whatever it answers: pages, redirects, refusals, assets.

use http::header::SET_COOKIE;
use patientportal_tests::installation::{OUTBOX, mitid_at};
use patientportal_tests::{Client, Installation, Page, Patient, ServerProcess, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_protect_it() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    let anybodys = once_each(&mut visitor.client, &installation, ANYBODYS).await;
    for (path, answer) in ANYBODYS.iter().zip(&anybodys) {
        check(path, answer);
    }
    visitor.register(&Patient::named("emil")).await.unwrap();
    for (path, answer) in OWNERS.iter().zip(once_each(&mut visitor.client, &installation, OWNERS).await) {
        check(path, &answer);
        assert!(
            answer.status.is_success() || answer.status.is_redirection() || answer.status == 403,
            "{path}: {}",
            answer.status
        );
    }
    let page = visitor.elsewhere().submit_password("251248-9996", "Forkert-9").await.unwrap();
    assert_eq!(page.status, 422);
    check("a wrong password", &page);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_a_page_are_its_own_and_may_be_kept() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    let html = visitor.front().await.unwrap().html().to_owned();
    let assets: Vec<&str> = html.split('"').filter(|text| text.contains("/assets/")).collect();
    assert!(assets.len() >= 3, "{assets:?}");
    for asset in assets {
        let answer = visitor.client.open(installation.url(asset)).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.header("x-content-type-options")), (200, "nosniff"), "{asset}");
        assert!(answer.header("cache-control").contains("immutable"), "{asset}");
        assert!(!answer.headers.contains_key(SET_COOKIE), "{asset}: what is kept for all may set no cookie");
    }
    for inline in ["<style", " style=", "onclick=", "onload=", "javascript:"] {
        assert!(!html.contains(inline), "{inline} on the front page");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_https_browsers_are_told_to_stay_there() {
    let installation = Installation::bare();
    let text = installation.text(&mitid_at("https://localhost:1"), OUTBOX, "");
    let public = format!("public_url = \"{}\"", installation.url(""));
    installation.folder.write("portal.toml", &text.replace(&public, "public_url = \"https://portal.example.dk\""));
    let server = ServerProcess::start(&installation).await;
    for (path, answer) in ANYBODYS.iter().zip(once_each(&mut Client::new(), &installation, ANYBODYS).await) {
        let age = answer.header("strict-transport-security").strip_prefix("max-age=");
        let age = age.and_then(|rest| rest.split(';').next()).and_then(|age| age.parse::<u64>().ok());
        assert!(age.is_some_and(|age| age >= 31_536_000), "{path}: HSTS for a year");
    }
    server.stop().await;
}

async fn once_each(client: &mut Client, installation: &Installation, paths: &[&str]) -> Vec<Page> {
    let mut answers = Vec::new();
    for path in paths {
        let request = client.get(&installation.url(path));
        answers.push(client.send(request).await.unwrap());
    }
    answers
}

fn check(what: &str, answer: &Page) {
    let policy = answer.header("content-security-policy");
    for wanted in ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(wanted), "{what}: {policy}");
    }
    for unwanted in ["unsafe-", "*", "data:", "http:"] {
        assert!(!policy.contains(unwanted), "{what}: {policy}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert!(["same-origin", "no-referrer"].contains(&answer.header("referrer-policy")), "{what}");
    for told in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert!(!answer.headers.contains_key(told), "{what} has {told}");
    }
    for cookie in answer.headers.get_all(SET_COOKIE) {
        check_cookie(what, cookie.to_str().unwrap());
    }
}

fn check_cookie(what: &str, cookie: &str) {
    assert!(cookie.starts_with("__Host-"), "{what}: {cookie}");
    let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    for wanted in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(attributes.contains(&wanted), "{what}: {cookie} lacks {wanted}");
    }
    assert!(!cookie.to_ascii_lowercase().contains("domain="), "{what}: {cookie}");
    assert!(cookie.len() < 4096, "{what}: {cookie}");
}

/// Paths that anybody may ask for, there or not.
const ANYBODYS: &[&str] = &[
    "/",
    "/clinea",
    "/clinea/tidsbestilling",
    "/clinea/opret",
    "/clinea/opret-barn",
    "/clinea/glemt-adgangskode",
    "/clinea/glemt-adgangskode?sendt=1",
    "/clinea/sikkerhedskode",
    "/clinea/start",
    "/clinea/hjaelp",
    "/godkend/opret",
    "/hjaelp",
    "/vilkaar",
    "/cookies",
    "/logget-ud",
    "/nulstil",
    "/nulstil/intet",
    "/mitid/retur",
    "/mitid/retur?state=intet&code=intet",
    "/ingen-klinik",
    "/clinea/ingen-side",
    "/assets/intet.css",
    "/clinea/log-ind",
];

/// Paths that somebody who is logged in may ask for.
const OWNERS: &[&str] = &[
    "/",
    "/clinea",
    "/clinea/start",
    "/clinea/tidsbestilling",
    "/clinea/e-konsultation",
    "/clinea/receptfornyelse",
    "/clinea/hjaelp",
    "/clinea/registrer",
    "/godkend/start",
];
