//! I4, I5: one thing that many submit at the same moment, each to whichever node it comes to, happens once; and limits
//! are those of the portal, not of a node.

use std::collections::BTreeSet;
use std::time::Duration;

use http::header::LOCATION;
use patientportal_tests::journey::{SESSION_COOKIE, is_logged_in, reference, registration};
use patientportal_tests::mailbox::{CHANGED_SUBJECT, CODE_SUBJECT, CREATED_SUBJECT, RESET_SUBJECT};
use patientportal_tests::page::Submission;
use patientportal_tests::waiting::until;
use patientportal_tests::{Cluster, Page, Patient, Visitor};
use postgres_server::PostgresServer;
use tokio::task::JoinSet;

use super::ledger::{ACCOUNT_CREATED, Books, CODE_REFUSED, LOGGED_IN_WITH_CODE, PASSWORD_REFUSED, PASSWORD_RESET};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn i4_what_many_submit_to_all_nodes_at_once_happens_once() {
    let (cluster, books) = start().await;
    let patient = Patient::named("nancy");
    let mut visitor = cluster.visitor(0, cluster.mailbox(), None);
    one_return_creates_one_account(&mut visitor, &patient, &books).await;
    visitor.client.jar.clear();
    one_code_opens_one_session(&mut visitor, &patient, &books).await;
    visitor.log_in_with_code(&patient).await.unwrap();
    one_link_changes_one_password(&mut visitor.elsewhere(), &patient, &books).await;
    let page = visitor.start().await.unwrap();
    assert!(!is_logged_in(&page, &patient), "F1: a new password ends all sessions");
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn l3_l6_f1_limits_are_those_of_all_nodes_together() {
    let (cluster, books) = start().await;
    let patient = Patient::named("max");
    let mut visitor = cluster.visitor(0, cluster.mailbox(), None);
    visitor.register(&patient).await.unwrap();
    visitor.client.jar.clear();
    let page = visitor.log_in_with_code(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());

    let mut thief = visitor.elsewhere();
    let front = thief.front().await.unwrap();
    let form = front.form("Log ind").fill("CPR-nummer", patient.cpr).fill("Adgangskode", "Forkert-99");
    let answers = all_at_once(&thief, &form.press("Log ind")).await;
    assert_eq!(answers.iter().filter(|page| page.says("passer ikke sammen")).count(), FREE_FAILURES, "L6");
    assert_eq!(books.audited(PASSWORD_REFUSED), FREE_FAILURES);

    // The thief's failures do not hold up the owner's browser (L6).
    let mut owner = visitor.clone();
    let page = owner.start().await.unwrap();
    owner.log_out(&page).await.unwrap();
    let page = owner.submit_password(patient.cpr, &patient.password).await.unwrap();
    let code = owner.mailbox.code(&patient.email, &reference(&page).unwrap(), &[]).await;
    let form = |code: &str| page.form("Log ind").fill("Sikkerhedskode", code).press("Log ind");
    let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
    let answers = all_at_once(&owner, &form(&wrong)).await;
    assert!(answers.iter().all(|answer| session_of(answer).is_none()));
    assert_eq!(books.audited(CODE_REFUSED), FREE_FAILURES, "L3: a code dies after five");
    let page = owner.client.submit(form(&code)).await.unwrap();
    assert!(owner.session().is_none(), "L3: the right code came after five wrong ones: {}", page.words());

    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn l3_f1_so_many_codes_and_links_are_mailed_by_all_nodes_together() {
    let (cluster, books) = start().await;
    let patient = Patient::named("bo");
    let mut visitor = cluster.visitor(0, cluster.mailbox(), None);
    visitor.register(&patient).await.unwrap();
    visitor.client.jar.clear();
    // An address gets links when a code sent to it was typed.
    let page = visitor.log_in_with_code(&patient).await.unwrap();
    assert!(is_logged_in(&page, &patient), "{}", page.words());
    links_are_capped(&cluster, &patient, &books).await;
    codes_are_capped(&cluster, &patient, &books).await;
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: run cargo xtask test"]
async fn l3_i4_a_code_accepted_at_its_last_try_is_answered_again_by_every_node() {
    let (cluster, books) = start().await;
    let patient = Patient::named("kirsten");
    let mut visitor = cluster.visitor(0, cluster.mailbox(), None);
    visitor.register(&patient).await.unwrap();
    visitor.client.jar.clear();
    let page = visitor.submit_password(patient.cpr, &patient.password).await.unwrap();
    let code = visitor.mailbox.code(&patient.email, &reference(&page).unwrap(), &[]).await;
    let form = |code: &str| page.form("Log ind").fill("Sikkerhedskode", code).press("Log ind");
    for nth in 1..FREE_FAILURES {
        let wrong = (code.parse::<usize>().unwrap() + nth) % 1_000_000;
        let page = visitor.client.submit(form(&format!("{wrong:06}"))).await.unwrap();
        assert!(visitor.session().is_none(), "{}", page.words());
    }
    let before = books.sessions();
    let asking = visitor.clone();
    // Whose answer is lost sends it again, and comes to the next node.
    let mut sessions = BTreeSet::new();
    for _ in 0..cluster.size() {
        let mut again = asking.clone();
        let page = again.client.submit(form(&code)).await.unwrap();
        assert!(is_logged_in(&page, &patient), "{} ({}): {}", page.url, page.status, page.words());
        sessions.insert(again.session().unwrap().to_owned());
    }
    assert_eq!((sessions.len(), books.sessions()), (1, before + 1));
    let mut thief = visitor.elsewhere();
    thief.front().await.unwrap();
    let page = thief.client.submit(form(&code)).await.unwrap();
    assert!(thief.session().is_none(), "{}", page.words());
    cluster.stop().await;
}

async fn one_return_creates_one_account(visitor: &mut Visitor, patient: &Patient, books: &Books<'_>) {
    let front = visitor.front().await.unwrap();
    let form = visitor.client.open(front.link("Opret ny bruger").unwrap()).await.unwrap();
    let departure = visitor.client.submit(registration(&form, patient)).await.unwrap();
    let provider = visitor.client.open(departure.link("Fortsæt til MitID").unwrap()).await.unwrap();
    let choice = provider.forms().first().unwrap().press_value("person", patient.id);
    let back = visitor.client.submit_once(choice).await.unwrap();
    let answers = all_get(visitor, back.header(LOCATION.as_str())).await;
    assert_eq!(sessions_of(&answers).len(), 1, "{:#?}", told(&answers));
    assert_eq!((books.audited(ACCOUNT_CREATED), books.sessions()), (1, 1));
    visitor.mailbox.next(&patient.email, CREATED_SUBJECT, &[]).await;
    assert_eq!(visitor.mailbox.of(&patient.email, CREATED_SUBJECT).len(), 1);
}

async fn one_code_opens_one_session(visitor: &mut Visitor, patient: &Patient, books: &Books<'_>) {
    let page = visitor.submit_password(patient.cpr, &patient.password).await.unwrap();
    let code = visitor.mailbox.code(&patient.email, &reference(&page).unwrap(), &[]).await;
    let form = page.form("Log ind").fill("Sikkerhedskode", &code).press("Log ind");
    let before = books.sessions();
    let answers = all_at_once(visitor, &form).await;
    assert_eq!(sessions_of(&answers).len(), 1, "{:#?}", told(&answers));
    assert_eq!((books.audited(LOGGED_IN_WITH_CODE), books.sessions()), (1, before + 1));
}

async fn one_link_changes_one_password(visitor: &mut Visitor, patient: &Patient, books: &Books<'_>) {
    visitor.ask_for_link(patient.cpr, &patient.email).await.unwrap();
    let link = visitor.mailbox.next(&patient.email, RESET_SUBJECT, &[]).await.link();
    let page = visitor.client.open(&link).await.unwrap();
    let form = page.form("Gem adgangskode").fill("Adgangskode", NEW).fill("Bekræft adgangskode", NEW);
    let answers = all_at_once(visitor, &form.press("Gem adgangskode")).await;
    let is_done = |answer: &&Page| answer.header(LOCATION.as_str()).ends_with("/adgangskode-aendret");
    assert_eq!(answers.iter().filter(is_done).count(), 1, "{:#?}", told(&answers));
    assert_eq!(books.audited(PASSWORD_RESET), 1);
    visitor.mailbox.next(&patient.email, CHANGED_SUBJECT, &[]).await;
    assert_eq!(visitor.mailbox.of(&patient.email, CHANGED_SUBJECT).len(), 1);
}

/// A crowd asks for links, each from a machine of their own.
async fn links_are_capped(cluster: &Cluster, patient: &Patient, books: &Books<'_>) {
    let mut asking = JoinSet::new();
    for number in 0..CROWD {
        let (mut visitor, patient) = (cluster.visitor(number, cluster.mailbox(), None), patient.clone());
        asking.spawn(async move { visitor.ask_for_link(patient.cpr, &patient.email).await.unwrap().status });
    }
    assert!(asking.join_all().await.iter().all(|status| *status == 200));
    until("all requests to be decided", async || (books.jobs() == 0).then_some(())).await;
    assert_eq!(cluster.mailbox().of(&patient.email, RESET_SUBJECT).len(), LINKS, "F1: links in an hour");
}

/// A crowd gives the right password again and again, with more than the spacing of two codes in between.
async fn codes_are_capped(cluster: &Cluster, patient: &Patient, books: &Books<'_>) {
    let before = cluster.mailbox().of(&patient.email, CODE_SUBJECT).len();
    for _ in 0..CODES + 2 {
        let mut asking = JoinSet::new();
        for number in 0..8 {
            let (mut visitor, patient) = (cluster.visitor(number, cluster.mailbox(), None), patient.clone());
            asking.spawn(async move { visitor.submit_password(patient.cpr, &patient.password).await.unwrap().status });
        }
        let answers = asking.join_all().await;
        assert!(answers.iter().all(|status| matches!(status.as_u16(), 200 | 429)), "{answers:?}");
        tokio::time::sleep(SPACING).await;
    }
    until("all mails to be sent", async || (books.jobs() == 0).then_some(())).await;
    let codes = cluster.mailbox().of(&patient.email, CODE_SUBJECT).len() - before;
    assert_eq!(codes, CODES, "L3: codes in an hour");
}

async fn start() -> (Cluster, Books<'static>) {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let limits = format!(
        "code_spacing = \"1s\"\ncodes_per_hour = {CODES}\nlinks_per_hour = {LINKS}\nsecrets_per_hour = 1000\n\
         resets_per_hour = 1000\naddress_failures = 1000\nhash_memory_kib = 7168\nhash_passes = 5\n"
    );
    (Cluster::start(4, &url, &limits, "").await, Books { server, url })
}

/// Sends one form many times at the same moment, from one browser.
async fn all_at_once(visitor: &Visitor, form: &Submission) -> Vec<Page> {
    let mut tasks = JoinSet::new();
    for _ in 0..CROWD {
        let (mut client, form) = (visitor.client.clone(), form.clone());
        tasks.spawn(async move { client.submit_once(form).await.unwrap() });
    }
    without_faults(tasks.join_all().await)
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
    without_faults(tasks.join_all().await)
}

/// A node may say that it has too much to do; anything else is a fault.
fn without_faults(answers: Vec<Page>) -> Vec<Page> {
    let is_fault = |answer: &Page| answer.status.is_server_error() && answer.status != 503;
    assert!(!answers.iter().any(is_fault), "{:#?}", told(&answers));
    answers
}

fn told(answers: &[Page]) -> Vec<String> {
    answers.iter().map(|answer| format!("{} {}", answer.status, answer.header("location"))).collect()
}

fn sessions_of(answers: &[Page]) -> BTreeSet<String> {
    answers.iter().filter_map(session_of).collect()
}

fn session_of(answer: &Page) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let mut values = cookies.filter_map(|cookie| cookie.to_str().ok()?.strip_prefix(SESSION_COOKIE)?.strip_prefix('='));
    values.find(|value| !value.starts_with(';')).and_then(|value| value.split(';').next()).map(str::to_owned)
}

const CROWD: u8 = 64;
const CODES: usize = 6;
/// A little more than that of two codes.
const SPACING: Duration = Duration::from_millis(1100);
const LINKS: usize = 3;
const FREE_FAILURES: usize = 5;
const NEW: &str = "Kanariefugl-8-ny";
