//! Random walks over the whole portal: whatever visitors do in whatever order, no fault comes of it and what holds
//! always holds (I1, I4, L3, F1). A failing seed is printed and repeats the walk.
#![expect(clippy::indexing_slicing, clippy::print_stdout, reason = "tests fail by panicking, and print their seed")]

use std::collections::HashMap;

use patientportal_core::moment::Timestamp;
use patientportal_core::portal::CodePage;
use patientportal_core::sealing::FlowToken;
use patientportal_core::session::Proof;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, NEIGHBOUR, World, refusal};
use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::{HOUR, MINUTE, SECOND};

const PEOPLE: [Person; 2] = [Person::NANCY, Person::MAX];

/// What the walk knows of the mail that was delivered.
#[derive(Default)]
struct Mailboxes {
    codes: HashMap<&'static str, String>,
    links: HashMap<&'static str, FlowToken>,
    /// Since the last completed code login.
    code_times: HashMap<&'static str, Vec<Timestamp>>,
    link_times: HashMap<&'static str, Vec<Timestamp>>,
    /// Codes and links together.
    secret_times: HashMap<&'static str, Vec<Timestamp>>,
}

/// How often a walk came where it is meant to come at times.
#[derive(Debug, Default)]
struct Reached {
    code_logins: usize,
    resets: usize,
}

#[tokio::test]
async fn whatever_visitors_do_nobody_gets_in_without_two_proofs_or_mitid() {
    let mut reached = Reached::default();
    for seed in 0..60 {
        walk(seed, &mut reached).await;
    }
    assert!(reached.code_logins > 20 && reached.resets > 20, "the walks lead somewhere: {reached:?}");
}

async fn walk(seed: u64, reached: &mut Reached) {
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let world = World::new();
    let mut mail = Mailboxes::default();
    let mut passwords: HashMap<&str, String> = PEOPLE.iter().map(|who| (who.cpr, who.password.to_owned())).collect();
    for person in &PEOPLE {
        drop(world.registered(person, AUTOMATIC).await);
    }
    let mut browsers = [world.browser(AUTOMATIC), world.browser(NEIGHBOUR), world.browser(AUTOMATIC)];
    let mut pages: [Option<(CodePage, &str)>; 3] = [const { None }; 3];
    for step in 0..120 {
        let (at, person) = (rng.random_range(0..3), PEOPLE[rng.random_range(0..2)]);
        let browser = &mut browsers[at];
        match rng.random_range(0..10) {
            0 => world.wait(SECOND * rng.random_range(1..90)),
            1 => world.wait(MINUTE * rng.random_range(1..40)),
            2 => drop(browser.submit_password(person.cpr, "Forkert-12").await),
            3 => {
                if let Ok(page) = browser.submit_password(person.cpr, &passwords[person.cpr]).await {
                    pages[at] = Some((page, person.cpr));
                }
            }
            4 => {
                if let Some((page, _)) = &mut pages[at]
                    && let Ok(newer) = browser.resend_code(page).await
                {
                    *page = newer;
                }
            }
            5 => {
                let right = rng.random_bool(0.7);
                reached.code_logins += usize::from(try_code(browser, pages[at].as_ref(), &mut mail, right).await);
            }
            6 => drop(browser.log_in_with_mitid(&person).await.expect("MitID is never held up")),
            7 => browser.request_reset(person.cpr, person.email).await.expect("the answer is the same"),
            8 => {
                if let Some(link) = mail.links.get(person.email) {
                    let newer = format!("Helt-ny-kode-{step}");
                    if refusal(world.portal.submit_reset(&browser.visitor, link, &newer, &newer).await).is_ok() {
                        passwords.insert(person.cpr, newer);
                        reached.resets += 1;
                    }
                }
            }
            _ => {
                if let Some(principal) = browser.principal().await {
                    world.portal.log_out(&principal, None).await.expect("no fault");
                    assert!(browser.principal().await.is_none(), "seed {seed}, step {step}");
                }
            }
        }
        deliver(&world, &mut mail).await;
    }
    for times in mail.code_times.values() {
        check_window(times, 5, seed);
        let apart = times.windows(2).all(|pair| pair[1].since(pair[0]) >= MINUTE);
        assert!(apart, "L3: codes are sixty seconds apart; seed {seed}");
    }
    mail.link_times.values().for_each(|times| check_window(times, 3, seed));
    mail.secret_times.values().for_each(|times| check_window(times, 10, seed));
}

/// A typed code opens a session of the weaker kind, and only with the code that was mailed last.
async fn try_code(
    browser: &mut Browser<'_>,
    page: Option<&(CodePage, &str)>,
    mail: &mut Mailboxes,
    right: bool,
) -> bool {
    let Some((page, cpr)) = page else { return false };
    let owner = PEOPLE.iter().find(|person| person.cpr == *cpr).expect("one of them");
    let mailed = mail.codes.get(owner.email).cloned();
    let typed = if right { mailed.clone().unwrap_or_default() } else { "000000".to_owned() };
    let opened = browser.submit_code(page, &typed).await.is_ok();
    if opened {
        mail.code_times.remove(owner.email);
        assert_eq!(Some(typed), mailed, "L3: one live code");
        assert_eq!(browser.principal().await.expect("logged in").proof(), Proof::PasswordAndCode);
    }
    opened
}

/// Delivers what is due and reads it.
async fn deliver(world: &World, mail: &mut Mailboxes) {
    world.work().await;
    let now = world.portal.now();
    while let Some(message) = world.mailer.read() {
        let to = PEOPLE.iter().find(|person| person.email == message.to.as_str()).expect("one of them").email;
        if let Some(code) = message.text.lines().find(|line| line.len() == 6 && line.parse::<u32>().is_ok()) {
            mail.codes.insert(to, code.to_owned());
            mail.code_times.entry(to).or_default().push(now);
            mail.secret_times.entry(to).or_default().push(now);
        }
        let link = message.text.lines().find_map(|line| line.strip_prefix("https://portal.example.dk/nulstil/"));
        if let Some(link) = link {
            mail.links.insert(to, FlowToken::parse(link).expect("a token"));
            mail.link_times.entry(to).or_default().push(now);
            mail.secret_times.entry(to).or_default().push(now);
        }
    }
}

/// The window of a counter begins with its first count, so twice the limit may meet at its edge, never more.
fn check_window(times: &[Timestamp], limit: usize, seed: u64) {
    for (at, first) in times.iter().enumerate() {
        let within = times[at..].iter().take_while(|time| time.since(*first) < HOUR).count();
        assert!(within <= 2 * limit, "{within} within an hour; seed {seed}");
    }
}
