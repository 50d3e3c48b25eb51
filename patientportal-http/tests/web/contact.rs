//! E-mail and mobile, where the clinic's system holds something else: K1, A7, F2, L8.

use http::StatusCode;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World, contact};
use std::time::Duration;

use crate::browser::{Browser, Page};

const NANCY: Person = Person::NANCY;
const NEW: &str = "nancy.ny@example.dk";
const CONTACT: &str = "/automatic/kontaktoplysninger";
const PROOF: &str = "/automatic/ny-email";
const RESEND: &str = "/automatic/ny-kode-til-email";

/// Nancy, of whom the clinic's system holds something else, on the page that asks.
async fn asked(world: &World) -> (Browser, Page) {
    world.clinic_holds(AUTOMATIC, &NANCY, "gammel@example.dk", "20 11 22 33");
    let mut browser = Browser::new(world);
    browser.register(world, &NANCY, AUTOMATIC).await;
    let page = browser.visit("/automatic/tidsbestilling").await;
    page.says("Bekræft dine oplysninger");
    (browser, page)
}

async fn logged_in_by_code(world: &World) -> (Browser, Page) {
    let (_, _) = asked(world).await;
    let mut browser = Browser::new(world);
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let code = browser.submit(&front, "/automatic/log-ind", &typed).await;
    let digits = world.mailed_code().await;
    let page = browser.submit(&code, "/automatic/sikkerhedskode", &[("kode", &digits)]).await;
    page.says("Bekræft dine oplysninger");
    (browser, page)
}

#[tokio::test]
async fn k1_both_values_are_shown_and_what_is_confirmed_leads_to_the_function_asked_for() {
    let world = World::new().with_clinic_systems();
    let (mut browser, page) = asked(&world).await;
    for said in [NANCY.email, "gammel@example.dk", "20 11 22 33", "value=\"nancy@example.dk\"", "<i>intet</i>"] {
        page.says(said);
    }
    page.says_nothing_of("name=\"adgangskode\"");
    let wrong = browser.post(&page, CONTACT, &[("email", "nancy"), ("mobil", "12")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["value=\"nancy\"", "value=\"12\"", "gammel@example.dk", "Skriv et mobilnummer"] {
        wrong.says(said);
    }
    let done = browser.submit(&wrong, CONTACT, &[("email", NANCY.email), ("mobil", "20 12 34 56")]).await;
    done.says("klinikken får det samme");
    done.says("Tidsbestilling");
    world.work().await;
    assert_eq!(world.held_by_clinic(AUTOMATIC, &NANCY), Some(contact(NANCY.email, "20123456")));
    // The page is over: its address leads on.
    assert_eq!(browser.get(CONTACT).await.location().as_deref(), Some("/automatic/start"));
    let again = browser.post(&page, CONTACT, &[("email", NANCY.email), ("mobil", "20 12 34 56")]).await;
    assert!(again.location().is_some_and(|to| to.contains("tidsbestilling")), "twice is as good as once");
}

#[tokio::test]
async fn k1_a_new_address_is_proved_on_a_page_that_says_where_and_when() {
    let world = World::new().with_clinic_systems();
    let (mut browser, page) = asked(&world).await;
    let proof = browser.submit(&page, CONTACT, &[("email", NEW), ("mobil", "")]).await;
    for said in ["n•••@example.dk", "10 minutter", "kendingsbogstaver", "Du kan få en ny kode kl. 09:01:00"] {
        proof.says(said);
    }
    proof.says_nothing_of(NEW);
    let code = world.mailed_email_code(NEW).await;
    let go_on = browser.visit("/automatic/tidsbestilling").await;
    go_on.says_nothing_of("Bekræft dine oplysninger");
    let early = browser.post(&proof, RESEND, &[]).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    early.says("Der kan endnu ikke sendes en ny kode");
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for (typed, said) in [("12", "seks cifre"), (wrong, "Sikkerhedskoden er forkert")] {
        let refused = browser.post(&proof, PROOF, &[("kode", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(said);
    }
    world.wait(Duration::from_secs(60));
    let resent = browser.submit(&proof, RESEND, &[]).await;
    resent.says("En ny kode er på vej.");
    let superseded = browser.post(&proof, PROOF, &[("kode", &code)]).await;
    superseded.says("Der er sendt en nyere kode");
    let code = world.mailed_email_code(NEW).await;
    let done = browser.submit(&resent, PROOF, &[("kode", &code)]).await;
    done.says("Din e-mail er ændret");
    for _ in 0..2 {
        world.mail("Mailadressen er ændret").await;
    }
    let again = browser.post(&resent, PROOF, &[("kode", &code)]).await;
    assert_eq!(again.location().as_deref(), Some("/automatic/start"), "done");
}

#[tokio::test]
async fn a7_a_session_by_code_is_asked_for_the_password_and_no_page_keeps_it() {
    let world = World::new().with_clinic_systems();
    let (mut browser, page) = logged_in_by_code(&world).await;
    page.says("name=\"adgangskode\"");
    for (password, said) in [("", "Skriv adgangskoden"), ("Forkert-12", "Adgangskoden er forkert")] {
        let refused = browser.post(&page, CONTACT, &[("email", NEW), ("mobil", ""), ("adgangskode", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(said);
        refused.says(&format!("value=\"{NEW}\""));
        refused.says_nothing_of("Forkert-12");
    }
    let typed = [("email", NEW), ("mobil", ""), ("adgangskode", NANCY.password)];
    browser.submit(&page, CONTACT, &typed).await.says("Skriv koden fra den nye e-mail");
    world.mailed_email_code(NEW).await;
}

#[tokio::test]
async fn f2_after_five_minutes_it_is_proved_again_and_the_address_typed_comes_back() {
    let world = World::new().with_clinic_systems();
    let (mut browser, page) = asked(&world).await;
    world.wait(Duration::from_secs(300));
    let ask = browser.submit(&page, CONTACT, &[("email", NEW), ("mobil", "20 12 34 56")]).await;
    ask.says("Log ind igen først");
    let departure = browser.post(&ask, "/automatic/log-ind-igen", &[]).await;
    let offer = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    let form = browser.post(&offer, "/automatic/gemt", &[]).await;
    for said in [NEW, "20 12 34 56"] {
        form.says(&format!("value=\"{said}\""));
    }
    browser.submit(&form, CONTACT, &[("email", NEW), ("mobil", "")]).await.says("Skriv koden fra den nye e-mail");
    world.mailed_email_code(NEW).await;
}

#[tokio::test]
async fn f2_after_five_minutes_confirming_what_holds_goes_on() {
    let world = World::new().with_clinic_systems();
    let (mut browser, page) = asked(&world).await;
    world.wait(Duration::from_secs(300));
    browser.submit(&page, CONTACT, &[("email", NANCY.email), ("mobil", "")]).await.says("klinikken får det samme");
}

#[tokio::test]
async fn l8_nobody_gets_these_pages_without_a_session_or_a_question() {
    let world = World::new().with_clinic_systems();
    let (mut browser, page) = asked(&world).await;
    let mut stranger = Browser::new(&world);
    for address in [CONTACT, PROOF] {
        assert_eq!(stranger.get(address).await.location().as_deref(), Some("/automatic"), "{address}");
    }
    assert_eq!(browser.get(PROOF).await.location().as_deref(), Some("/automatic/start"), "no code was asked for");
    // A form of another browser's is shown again, filled in.
    let mut fields = page.unseen_fields(CONTACT);
    fields.retain(|(name, _)| name != "token");
    fields.extend([("email", NEW), ("mobil", "")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let stale = browser.post_fields(CONTACT, &fields, &[("sec-fetch-site", "same-origin")]).await;
    stale.says(&format!("value=\"{NEW}\""));
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "and nothing was sent");
}
