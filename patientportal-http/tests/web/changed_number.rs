//! A changed CPR number by the pages: A11.

use patientportal_core::ports::VouchedIdentity;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Browser, Page};

const NANCY: Person = Person::NANCY;
const ASKED: &str = "/automatic/nyt-cpr-nummer";

/// Nancy with an account, and what MitID says of her since her number has changed.
async fn renumbered(world: &World) -> VouchedIdentity {
    drop(world.registered(&NANCY, AUTOMATIC).await);
    let mut person = NANCY;
    person.cpr = "020160-9995";
    person.identity(world.portal.now())
}

async fn asked(world: &World, browser: &mut Browser, identity: VouchedIdentity) -> Page {
    let front = browser.visit("/automatic").await;
    let departure = browser.post(&front, "/automatic/mitid", &[]).await;
    let page = browser.come_back(world, &departure, Ok(identity)).await;
    page.says("Har du fået nyt CPR-nummer?");
    page
}

#[tokio::test]
async fn a11_the_question_shows_both_numbers_masked_and_yes_moves_the_account() {
    let world = World::new();
    let identity = renumbered(&world).await;
    let mut browser = Browser::new(&world);
    let page = asked(&world, &mut browser, identity).await;
    for said in ["251248-••••", "020160-••••"] {
        page.says(said);
    }
    page.says_nothing_of("9996");
    page.says_nothing_of("Log ud</button>");
    let done = browser.submit(&page, ASKED, &[]).await;
    done.says("Din bruger er flyttet");
    done.says("Logget ind som");
    world.mail("Brugeren har fået nyt CPR-nummer").await;
    let again = browser.submit(&page, ASKED, &[]).await;
    again.says_nothing_of("Har du fået nyt CPR-nummer?");
}

#[tokio::test]
async fn a11_no_or_nothing_changes_nothing() {
    let world = World::new();
    let identity = renumbered(&world).await;
    let mut browser = Browser::new(&world);
    let page = asked(&world, &mut browser, identity).await;
    let flow: Vec<_> = page.unseen_fields(ASKED).into_iter().filter(|(name, _)| name == "flow").collect();
    let stale = browser.post_fields(ASKED, &flow, &[("sec-fetch-site", "same-origin")]).await;
    assert!(stale.location().is_some_and(|to| to.starts_with(ASKED)), "asked again");
    let mut stranger = Browser::new(&world);
    stranger.visit(&format!("{ASKED}?flow={}", flow[0].1)).await.says("Det blev begyndt i en anden browser");
    stranger.visit(ASKED).await.says("Der er ikke noget i gang her");
    let mut fields = page.unseen_fields(ASKED);
    fields.retain(|(name, _)| name != "svar");
    fields.push(("svar".to_owned(), "nej".to_owned()));
    let kept = browser.post_fields(ASKED, &fields, &[("sec-fetch-site", "same-origin")]).await;
    browser.visit(&kept.location().unwrap_or_default()).await.says("Intet er ændret");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
}
