//! While the store is away: what needs it says so with 503 and when to try again, and what was typed is not lost.

use std::sync::Arc;

use http::StatusCode;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Browser, Page, registration};

const NANCY: Person = Person::NANCY;
const KEPT: &str = "Det, du har skrevet, står her endnu, dog ikke adgangskoder.";

fn world() -> (Arc<MemoryStore>, World) {
    let store = Arc::new(MemoryStore::new());
    (store.clone(), World::with(store, |_| {}))
}

#[track_caller]
fn is_for_now(page: &Page) {
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
    assert!(page.headers.get("retry-after").is_some_and(|seconds| seconds == "5"), "{:?}", page.headers);
}

#[tokio::test]
async fn a_login_that_could_not_be_done_is_shown_again_without_the_password() {
    let (store, world) = world();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic/tidsbestilling").await;
    store.fail_next_read();
    let typed = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let again = browser.post(&front, "/automatic/log-ind", &typed).await;
    is_for_now(&again);
    again.says(KEPT);
    again.says(&format!("value=\"{}\"", NANCY.cpr));
    again.says_nothing_of(NANCY.password);
    let code_page = browser.submit(&again, "/automatic/log-ind", &typed).await;
    let code = world.mailed_code().await;
    let start = browser.submit(&code_page, "/automatic/sikkerhedskode", &[("kode", &code)]).await;
    start.says("Tidsbestilling");
}

#[tokio::test]
async fn a_registration_that_could_not_be_done_is_shown_again_filled() {
    let (store, world) = world();
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/opret?funktion=tidsbestilling").await;
    store.fail_next_commit();
    let again = browser.post(&form, "/automatic/opret", &registration(&NANCY)).await;
    is_for_now(&again);
    again.says(KEPT);
    for typed in [NANCY.cpr, NANCY.first_name, NANCY.last_name, NANCY.email] {
        again.says(&format!("value=\"{typed}\""));
    }
    again.says_nothing_of(NANCY.password);
    assert!(again.unseen_fields("/automatic/opret").contains(&("funktion".to_owned(), "tidsbestilling".to_owned())));
    let departure = browser.post(&again, "/automatic/opret", &registration(&NANCY)).await;
    browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await.says("Din bruger er oprettet");
    world.mail("Din bruger er oprettet").await;
}

#[tokio::test]
async fn a_code_that_could_not_be_judged_has_a_way_back_to_its_page() {
    let (store, world) = world();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let code_page = browser.submit(&front, "/automatic/log-ind", &typed).await;
    let code = world.mailed_code().await;
    store.fail_next_commit();
    let failed = browser.post(&code_page, "/automatic/sikkerhedskode", &[("kode", &code)]).await;
    is_for_now(&failed);
    failed.says_nothing_of(&code);
    let back = failed.text.split("class=\"button\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(back.starts_with("/automatic/sikkerhedskode?"), "{back}");
    let code_page = browser.visit(&back.replace("&#38;", "&")).await;
    browser.submit(&code_page, "/automatic/sikkerhedskode", &[("kode", &code)]).await.says("Dine funktioner");
}

#[tokio::test]
async fn a_recovery_and_a_new_password_that_could_not_be_done_are_asked_for_again() {
    let (store, world) = world();
    drop(world.proven(&NANCY, AUTOMATIC).await);
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/glemt-adgangskode").await;
    store.fail_next_commit();
    let typed = [("cpr", NANCY.cpr), ("email", NANCY.email)];
    let again = browser.post(&form, "/automatic/glemt-adgangskode", &typed).await;
    is_for_now(&again);
    again.says(KEPT);
    again.says(&format!("value=\"{}\"", NANCY.email));
    browser.submit(&again, "/automatic/glemt-adgangskode", &typed).await;
    let link = world.mailed_link().await;
    let form = browser.visit(&format!("/nulstil/{}", link.to_text())).await;
    store.fail_next_commit();
    let typed = [("adgangskode", "Ny-hemmelighed1"), ("adgangskode-igen", "Ny-hemmelighed1")];
    let again = browser.post(&form, "/nulstil", &typed).await;
    is_for_now(&again);
    again.says(KEPT);
    again.says_nothing_of("Ny-hemmelighed1");
    let done = browser.submit(&again, "/nulstil", &typed).await;
    assert_eq!(done.status, StatusCode::OK);
    world.next_mail().await;
}

#[tokio::test]
async fn who_is_logged_in_is_told_to_wait_and_stays_logged_in() {
    let (store, world) = world();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    store.fail_next_read();
    let failed = browser.get("/automatic/start").await;
    is_for_now(&failed);
    assert!(!failed.headers.contains_key("set-cookie"), "the session lives");
    browser.get("/automatic/start").await.says("Nancy Ann Test Berggren");
    // Somebody's old session in the same browser does not cost the next one what they typed.
    let form = browser.visit("/automatic/glemt-adgangskode").await;
    store.fail_next_read();
    let typed = [("cpr", NANCY.cpr), ("email", NANCY.email)];
    let again = browser.post(&form, "/automatic/glemt-adgangskode", &typed).await;
    is_for_now(&again);
    again.says(&format!("value=\"{}\"", NANCY.email));
}
