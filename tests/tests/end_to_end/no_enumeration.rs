//! I6, L5: over real HTTP a known and an unknown CPR number get the same answers: status, headers, length and words.

use patientportal_tests::installation::CLINIC;
use patientportal_tests::journey::{is_logged_in, registration};
use patientportal_tests::{Installation, Page, Patient, ServerProcess, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn i6_known_and_unknown_numbers_get_the_same_answers() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let (known, unknown) = (Patient::named("anders"), Patient::named("bo"));
    let mut owner = Visitor::at(&installation);
    owner.register(&known).await.unwrap();
    owner.client.jar.clear();
    // The address is proved, so that recovery has a mail to send.
    assert!(is_logged_in(&owner.log_in_with_code(&known).await.unwrap(), &known));

    let (mut one, mut other) = (Visitor::at(&installation), Visitor::at(&installation));
    for visitor in [&mut one, &mut other] {
        visitor.front().await.unwrap();
    }
    // Up to and over the limit: unknown numbers are counted too (L6).
    for attempt in 1..=7 {
        let answers = (wrong_password(&mut one, &known).await, wrong_password(&mut other, &unknown).await);
        compare(&format!("wrong password {attempt}"), answers, &known, &unknown);
    }
    let answers = (forgotten(&mut one, &known).await, forgotten(&mut other, &unknown).await);
    compare("recovery, redirect", (answers.0[0].clone(), answers.1[0].clone()), &known, &unknown);
    compare("recovery, page", (answers.0[1].clone(), answers.1[1].clone()), &known, &unknown);
    let answers = (begin(&mut one, &known).await, begin(&mut other, &unknown).await);
    compare("registration", answers, &known, &unknown);
    server.stop().await;
}

async fn wrong_password(visitor: &mut Visitor, patient: &Patient) -> Page {
    let front = visitor.front().await.unwrap();
    let form = front.form("Log ind").fill("CPR-nummer", patient.cpr).fill("Adgangskode", "Forkert-9");
    visitor.client.submit_once(form.press("Log ind")).await.unwrap()
}

async fn forgotten(visitor: &mut Visitor, patient: &Patient) -> [Page; 2] {
    let page = visitor.open(&format!("/{CLINIC}/glemt-adgangskode")).await.unwrap();
    let form = page.form("Nulstil adgangskode").fill("CPR-nummer", patient.cpr).fill("E-mail", &patient.email);
    let redirect = visitor.client.submit_once(form.press("Nulstil adgangskode")).await.unwrap();
    let page = visitor.client.follow(redirect.clone()).await.unwrap();
    [redirect, page]
}

async fn begin(visitor: &mut Visitor, patient: &Patient) -> Page {
    let form = visitor.open(&format!("/{CLINIC}/opret")).await.unwrap();
    visitor.client.submit_once(registration(&form, patient)).await.unwrap()
}

fn compare(what: &str, (known, unknown): (Page, Page), one: &Patient, other: &Patient) {
    assert_eq!(known.status, unknown.status, "{what}");
    assert_eq!(headers(&known), headers(&unknown), "{what}");
    let wait = |page: &Page| page.header("retry-after").parse::<u64>().unwrap_or_default();
    assert!(wait(&known).abs_diff(wait(&unknown)) <= 5, "{what}: {} and {} seconds", wait(&known), wait(&unknown));
    assert_eq!(bare(&known, one), bare(&unknown, other), "{what}");
    // The two persons' own data differ in length where they are shown again; nothing else may.
    let typed =
        |page: &Page, patient: &Patient| page.body.len() - occurrences(page, &patient.email) * patient.email.len();
    assert_eq!(typed(&known, one), typed(&unknown, other), "{what}: the lengths of the bodies");
}

/// Headers without what is random or time.
fn headers(page: &Page) -> Vec<(String, String)> {
    let value = |name: &str, value: &str| match name {
        "set-cookie" => value.split('=').next().unwrap().to_owned(),
        "date" => String::new(),
        // Compared apart: the two were asked one after the other.
        "retry-after" => String::new(),
        "content-length" => String::new(),
        _ => value.to_owned(),
    };
    let mut headers: Vec<_> = page
        .headers
        .iter()
        .map(|(name, text)| (name.to_string(), value(name.as_str(), text.to_str().unwrap())))
        .collect();
    headers.sort();
    headers
}

/// The body without form tokens, what was typed, times of day, and what is random in the way to MitID.
fn bare(page: &Page, patient: &Patient) -> String {
    let mut html = page.html().replace(patient.cpr, "[cpr]").replace(&patient.email, "[e-mail]");
    for form in page.forms() {
        if let Some(token) = form.value("token") {
            html = html.replace(token, "[token]");
        }
    }
    for (_, link) in page.links() {
        for (name, value) in link.query_pairs() {
            if ["state", "nonce", "code_challenge"].contains(&&*name) {
                html = html.replace(&*value, &format!("[{name} of {}]", value.len()));
            }
        }
    }
    without_clocks(&html)
}

/// `14:05` and `14:05:59` become `[time]`.
fn without_clocks(text: &str) -> String {
    let is_digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
    let characters: Vec<char> = text.chars().collect();
    let is_pair = |at: usize| is_digit(characters.get(at)) && is_digit(characters.get(at + 1));
    let goes_on = |at: usize| characters.get(at) == Some(&':') && is_pair(at + 1);
    let (mut out, mut at) = (String::new(), 0);
    while let Some(character) = characters.get(at) {
        if is_pair(at) && goes_on(at + 2) {
            out.push_str("[time]");
            at += if goes_on(at + 5) { 8 } else { 5 };
        } else {
            out.push(*character);
            at += 1;
        }
    }
    out
}

fn occurrences(page: &Page, of: &str) -> usize {
    page.html().matches(of).count()
}
