//! I4: a code, a link or a return from MitID opens one thing once, also when a hundred submit it at the same moment; and
//! a mail scanner that opens a link uses nothing up.

use http::header::LOCATION;
use patientportal_tests::journey::{SESSION_COOKIE, is_logged_in, reference};
use patientportal_tests::mailbox::{CHANGED_SUBJECT, RESET_SUBJECT};
use patientportal_tests::page::Submission;
use patientportal_tests::{Installation, Page, Patient, ServerProcess, Visitor};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn i4_a_code_opens_one_session() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("nancy");
    Visitor::at(&installation).register(&patient).await.unwrap();
    let mut visitor = Visitor::at(&installation);
    let page = visitor.submit_password(patient.cpr, &patient.password).await.unwrap();
    let code = visitor.mailbox.code(&patient.email, &reference(&page).unwrap(), &[]).await;
    let form = page.form("Log ind").fill("Sikkerhedskode", &code).press("Log ind");
    let answers = all_at_once(&visitor, &form).await;
    let sessions: Vec<_> = answers.iter().filter_map(opened_session).collect();
    // Its own browser may ask again, as often as a code may be tried, and gets the one session that there is.
    assert!((1..=1 + 5).contains(&sessions.len()), "{} answers opened a session", sessions.len());
    assert!(sessions.iter().all(|session| session == &sessions[0]), "one code opened several sessions");
    let welcomed = answers.iter().find(|answer| opens_session(answer)).unwrap().header(LOCATION.as_str());
    let landed = answers.iter().filter(|answer| opens_session(answer));
    assert!(landed.map(|answer| answer.header(LOCATION.as_str())).all(|place| place == welcomed));
    assert!(answers.iter().all(|answer| !answer.status.is_server_error()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l3_a_hundred_guesses_at_once_are_five_at_most() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("max");
    Visitor::at(&installation).register(&patient).await.unwrap();
    let mut visitor = Visitor::at(&installation);
    let page = visitor.submit_password(patient.cpr, &patient.password).await.unwrap();
    let code = visitor.mailbox.code(&patient.email, &reference(&page).unwrap(), &[]).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let form = |code: &str| page.form("Log ind").fill("Sikkerhedskode", code).press("Log ind");
    let answers = all_at_once(&visitor, &form(wrong)).await;
    assert!(answers.iter().all(|answer| !opens_session(answer) && !answer.status.is_server_error()));
    let page = visitor.client.submit(form(&code)).await.unwrap();
    assert!(visitor.session().is_none(), "the right code came after more than five wrong ones: {}", page.words());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_a_link_changes_one_password_and_opening_it_changes_nothing() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("kirsten");
    let mut visitor = Visitor::at(&installation);
    visitor.register(&patient).await.unwrap();
    visitor.client.jar.clear();
    let page = visitor.log_in_with_code(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    let mut asking = Visitor::at(&installation);
    asking.ask_for_link(patient.cpr, &patient.email).await.unwrap();
    let link = asking.mailbox.next(&patient.email, RESET_SUBJECT, &[]).await.link();

    for _ in 0..3 {
        let scanned = Visitor::at(&installation).client.open(&link).await.unwrap();
        assert!(scanned.says("Vælg en ny adgangskode"), "{}", scanned.words());
    }
    assert!(is_logged_in(&visitor.start().await.unwrap(), &patient), "opening the link ended a session");

    let page = asking.client.open(&link).await.unwrap();
    assert!(!page.url.path().contains(link.rsplit('/').next().unwrap()), "the token stayed in the address");
    let form =
        page.form("Gem adgangskode").fill("Adgangskode", NEW).fill("Bekræft adgangskode", NEW).press("Gem adgangskode");
    let answers = all_at_once(&asking, &form).await;
    let done =
        answers.iter().filter(|answer| answer.header(LOCATION.as_str()).ends_with("/adgangskode-aendret")).count();
    assert_eq!(done, 1);
    assert!(answers.iter().all(|answer| !opens_session(answer)), "F1: it opens no session");
    asking.mailbox.next(&patient.email, CHANGED_SUBJECT, &[]).await;
    assert_eq!(asking.mailbox.of(&patient.email, CHANGED_SUBJECT).len(), 1);
    assert!(!is_logged_in(&visitor.start().await.unwrap(), &patient), "F1: a new password ends all sessions");
    assert!(Visitor::at(&installation).client.open(&link).await.unwrap().says("Linket gælder ikke længere"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_a_return_from_mitid_belongs_to_one_browser_and_works_once() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("anders");
    let mut visitor = Visitor::at(&installation);
    let front = visitor.front().await.unwrap();
    let form = visitor.client.open(front.link("Opret ny bruger").unwrap()).await.unwrap();
    let departure = visitor.client.submit(patientportal_tests::journey::registration(&form, &patient)).await.unwrap();
    let provider = visitor.client.open(departure.link("Fortsæt til MitID").unwrap()).await.unwrap();
    let choice = provider.forms().first().unwrap().press_value("person", patient.id);
    let back = visitor.client.submit_once(choice).await.unwrap();
    let back = back.header(LOCATION.as_str()).to_owned();

    // Somebody else's browser, and twisted answers: none of them creates or opens anything.
    let mut victim = Visitor::at(&installation);
    let page = victim.client.open(&back).await.unwrap();
    assert!(victim.session().is_none() && page.says("anden browser"), "{}", page.words());
    for twisted in [
        back.replace("code=", "code=x"),
        back.replace("iss=", "iss=x"),
        back.replace("state=", "state=x"),
        back.replace("code=", "kode="),
    ] {
        let mut other = Visitor::at(&installation);
        let page = other.client.open(&twisted).await.unwrap();
        assert!(other.session().is_none() && !page.status.is_server_error(), "{twisted}: {}", page.words());
    }
    let page = visitor.client.open(&back).await.unwrap();
    assert!(is_logged_in(&page, &patient), "the first browser's form stays usable: {}", page.words());
    let session = visitor.session().unwrap().to_owned();
    for answer in all_get(&visitor, &back).await {
        assert!(!opens_session(&answer) && !answer.status.is_server_error(), "{}", answer.status);
    }
    assert_eq!(visitor.session(), Some(session.as_str()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_a_return_that_many_send_at_once_opens_one_session() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let patient = Patient::named("bo");
    Visitor::at(&installation).register(&patient).await.unwrap();
    let mut visitor = Visitor::at(&installation);
    let front = visitor.front().await.unwrap();
    let departure = visitor.client.submit(front.form("Log ind med MitID").press("Log ind med MitID")).await.unwrap();
    let provider = visitor.client.open(departure.link("Fortsæt til MitID").unwrap()).await.unwrap();
    let choice = provider.forms().first().unwrap().press_value("person", patient.id);
    let back = visitor.client.submit_once(choice).await.unwrap();
    let answers = all_get(&visitor, back.header(LOCATION.as_str())).await;
    let told: Vec<_> =
        answers.iter().map(|answer| format!("{} {}", answer.status, answer.header("location"))).collect();
    assert_eq!(answers.iter().filter(|answer| opens_session(answer)).count(), 1, "{told:#?}");
    assert!(answers.iter().all(|answer| !answer.status.is_server_error()), "{told:#?}");
    server.stop().await;
}

/// Sends one form many times at the same moment, from one browser.
async fn all_at_once(visitor: &Visitor, form: &Submission) -> Vec<Page> {
    let mut tasks = JoinSet::new();
    for _ in 0..CROWD {
        let (mut client, form) = (visitor.client.clone(), form.clone());
        tasks.spawn(async move { client.submit_once(form).await.unwrap() });
    }
    tasks.join_all().await
}

async fn all_get(visitor: &Visitor, url: &str) -> Vec<Page> {
    let mut tasks = JoinSet::new();
    for _ in 0..CROWD {
        let (mut client, url) = (visitor.client.clone(), url.to_owned());
        tasks.spawn(async move {
            let request = client.get(&url);
            client.send(request).await.unwrap()
        });
    }
    tasks.join_all().await
}

fn opens_session(answer: &Page) -> bool {
    opened_session(answer).is_some()
}

/// The session cookie that an answer sets, with its attributes.
fn opened_session(answer: &Page) -> Option<&str> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let mut values = cookies.filter_map(|cookie| cookie.to_str().ok()?.strip_prefix(SESSION_COOKIE)?.strip_prefix('='));
    values.find(|value| !value.starts_with(';'))
}

const CROWD: usize = 40;
const NEW: &str = "Kanariefugl-8-ny";
