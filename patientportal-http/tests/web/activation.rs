//! Users whom a clinic creates, as the pages show it: R7, A10, L4, L8.
#![expect(clippy::expect_used, reason = "helpers of tests may panic as tests may")]

use std::time::Duration;

use http::StatusCode;
use patientportal_core::sealing::FlowToken;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{OFF, World};

use crate::browser::{Browser, Page};

const NANCY: Person = Person::NANCY;
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

fn address(link: &FlowToken) -> String {
    format!("/aktiver/{}", link.to_text())
}

fn typed(person: &Person) -> [(&'static str, &'static str); 3] {
    [("cpr", person.cpr), ("adgangskode", person.password), ("adgangskode-igen", person.password)]
}

async fn log_in_with_code(world: &World, browser: &mut Browser, person: &Person) -> Page {
    let front = browser.visit("/off").await;
    let password = [("cpr", person.cpr), ("adgangskode", person.password)];
    let code_page = browser.submit(&front, "/off/log-ind", &password).await;
    let code = world.mailed_code().await;
    browser.submit(&code_page, "/off/sikkerhedskode", &[("kode", &code)]).await
}

#[tokio::test]
async fn r7_from_the_link_to_the_functions() {
    let world = World::new();
    let (_, link) = world.invited(&NANCY, OFF).await;
    let mut browser = Browser::new(&world);
    let moved = browser.get(&address(&link)).await;
    assert_eq!(moved.location().as_deref(), Some("/aktiver"), "the token leaves the address");
    assert_eq!(moved.headers["referrer-policy"], "no-referrer");
    let form = browser.visit("/aktiver").await;
    for said in ["Aktivér din bruger", "CPR-nummer", "Skjul CPR-nummer", "Bekræft adgangskode", "Havnens Drift"] {
        form.says(said);
    }
    for secret in ["Nancy", "Berggren", NANCY.email, "251248", "Lægehuset"] {
        form.says_nothing_of(secret);
    }
    let done = browser.submit(&form, "/aktiver", &typed(&NANCY)).await;
    done.says("Din bruger er aktiveret");
    done.says("href=\"/off\"");
    assert!(!browser.cookies.contains_key("__Host-pp-session"), "it opens no session");

    let step = log_in_with_code(&world, &mut browser, &NANCY).await;
    step.says("Bekræft, hvem du er");
    step.says("tel:12345678");
    browser.visit("/off/tidsbestilling").await.says("Bekræft, hvem du er");
    browser.visit("/off/registrer").await.says("Bekræft, hvem du er");
    let departure = browser.post(&step, "/off/bekraeft-identitet", &[]).await;
    let refused = browser.come_back(&world, &departure, Ok(Person::MAX.identity(world.portal.now()))).await;
    refused.says("Det var en andens MitID");
    refused.says("Bekræft, hvem du er");
    let departure = browser.post(&refused, "/off/bekraeft-identitet", &[]).await;
    let start = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    start.says("Nancy Ann Test Berggren");
    start.says("Dine funktioner");
    world.mail("Ny måde at logge ind på").await;
}

#[tokio::test]
async fn r7_what_is_wrong_stands_beside_its_field_and_the_form_comes_back_without_the_password() {
    let world = World::new();
    let (_, link) = world.invited(&NANCY, OFF).await;
    let mut browser = Browser::new(&world);
    let form = browser.visit(&address(&link)).await;
    let redrawn = browser.post(&form, "/aktiver", &[("cpr", "2512489996"), ("skjul", "1"), ("tegn-om", "1")]).await;
    redrawn.says("type=\"password\" id=\"cpr\" name=\"cpr\" value=\"251248-9996\"");
    let again = browser.submit(&form, "/aktiver", &[("cpr", "251248"), ("adgangskode", "kort")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("id=\"cpr-problem\"");
    again.says("id=\"adgangskode-problem\"");
    again.says_nothing_of("value=\"kort\"");
    let wrong = browser.submit(&form, "/aktiver", &typed(&Person::MAX)).await;
    wrong.says("CPR-nummeret passer ikke til linket.");
    wrong.says(&format!("value=\"{}\"", Person::MAX.cpr));
    wrong.says_nothing_of(NANCY.password);
    for _ in 1..5 {
        browser.submit(&form, "/aktiver", &typed(&Person::MAX)).await;
    }
    browser.submit(&form, "/aktiver", &typed(&NANCY)).await.says("Linket er spærret");
    let locked = browser.visit(&address(&link)).await;
    locked.says("Ring til klinikken, som kan sende et nyt.");
    locked.says_nothing_of("Send et nyt link");
}

#[tokio::test]
async fn r7_an_expired_links_page_sends_another_and_says_the_same_whatever_comes_of_it() {
    let world = World::new();
    let (_, link) = world.invited(&NANCY, OFF).await;
    world.wait(WEEK);
    let mut browser = Browser::new(&world);
    let expired = browser.visit(&address(&link)).await;
    expired.says("Linket er for gammelt");
    let sent = browser.submit(&expired, "/nyt-aktiveringslink", &[]).await;
    sent.says("Se efter i din e-mail");
    sent.says_nothing_of("nancy");
    let fresh = world.mailed_activation().await;
    // The older one again, which is dead by now.
    browser.get(&address(&link)).await;
    let unsent = browser.submit(&expired, "/nyt-aktiveringslink", &[]).await;
    assert_eq!((unsent.status, unsent.text), (sent.status, sent.text));
    let form = browser.visit(&address(&fresh)).await;
    browser.submit(&form, "/aktiver", &typed(&NANCY)).await.says("Din bruger er aktiveret");
    let dead = browser.visit(&address(&fresh)).await;
    dead.says("Linket gælder ikke længere");
    dead.says("Har du aktiveret din bruger");
}

#[tokio::test]
async fn r7_a_form_activates_by_the_link_that_it_was_opened_by_only() {
    let world = World::new();
    let (_, nancys) = world.invited(&NANCY, OFF).await;
    let (_, maxs) = world.invited(&Person::MAX, OFF).await;
    let mut browser = Browser::new(&world);
    let form = browser.visit(&address(&nancys)).await;
    browser.visit(&address(&maxs)).await;
    let other = browser.post(&form, "/aktiver", &typed(&NANCY)).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    other.says("Åbn linket igen");
    world.portal.check_activation_link(&nancys).await.expect("nothing happened");
}

#[tokio::test]
async fn a10_the_owners_mitid_leads_to_the_first_password_and_the_terms_with_it() {
    let world = World::new();
    world.invited(&NANCY, OFF).await;
    let mut browser = Browser::new(&world);
    let entry = browser.visit("/off/tidsbestilling").await;
    let departure = browser.post(&entry, "/off/mitid", &[]).await;
    let step = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    world.mail("Ny måde at logge ind på").await;
    for said in ["Vælg en adgangskode", "vilkår og retningslinjer fra Havnens Drift", "n•••@example.dk"] {
        step.says(said);
    }
    browser.visit("/off/start").await.says("Vælg en adgangskode");
    let short = [("adgangskode", "kort"), ("adgangskode-igen", "kort")];
    let again = browser.submit(&step, "/off/vaelg-adgangskode", &short).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("id=\"adgangskode-problem\"");
    let chosen = [("adgangskode", NANCY.password), ("adgangskode-igen", NANCY.password)];
    let function = browser.submit(&again, "/off/vaelg-adgangskode", &chosen).await;
    function.says("</svg> Tidsbestilling</h1>");
    world.mail("Ny måde at logge ind på").await;
    let late = browser.submit(&step, "/off/vaelg-adgangskode", &chosen).await;
    late.says("</svg> Tidsbestilling</h1>");
}

#[tokio::test]
async fn c6_activation_and_its_steps_are_there_in_english() {
    let world = World::new();
    let (_, link) = world.invited(&NANCY, OFF).await;
    let mut browser = Browser::new(&world);
    browser.cookies.insert("__Host-pp-language".to_owned(), "en".to_owned());
    let form = browser.visit(&address(&link)).await;
    form.says("Activate your user");
    browser.submit(&form, "/aktiver", &typed(&NANCY)).await.says("Your user is activated");
    log_in_with_code_in_english(&world, &mut browser).await.says("Confirm who you are");
}

async fn log_in_with_code_in_english(world: &World, browser: &mut Browser) -> Page {
    let front = browser.visit("/off").await;
    let password = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let code_page = browser.submit(&front, "/off/log-ind", &password).await;
    let text = world.mail("Your security code").await.text;
    let code = text.lines().find(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit()));
    browser.submit(&code_page, "/off/sikkerhedskode", &[("kode", code.expect("a code"))]).await
}
