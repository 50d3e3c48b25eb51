//! The patient's own page and a function that demands MitID, as the pages show them: A7, F2, P2.

use std::time::Duration;

use http::StatusCode;
use patientportal_core::account::Custody;
use patientportal_core::clinic::{ClinicDirectory, FunctionKind, MitIdDemand};
use patientportal_core::ports::IdentityFailure;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Browser, Page, service};

const NANCY: Person = Person::NANCY;
const OWN: &str = "/automatic/din-side";

pub(crate) async fn nancy(world: &World) -> Browser {
    let mut browser = Browser::new(world);
    browser.register(world, &NANCY, AUTOMATIC).await;
    browser
}

/// Logs in with number, password and the mailed code.
async fn by_code(world: &World, person: &Person) -> Browser {
    let mut browser = Browser::new(world);
    log_in_by_code(world, &mut browser, person).await;
    browser
}

pub(crate) async fn log_in_by_code(world: &World, browser: &mut Browser, person: &Person) -> Page {
    let front = browser.visit("/automatic").await;
    log_in_from(world, browser, &front, person).await
}

async fn log_in_from(world: &World, browser: &mut Browser, front: &Page, person: &Person) -> Page {
    let typed = [("cpr", person.cpr), ("adgangskode", person.password)];
    let code_page = browser.submit(front, "/automatic/log-ind", &typed).await;
    let code = world.mailed_code().await;
    browser.submit(&code_page, "/automatic/sikkerhedskode", &[("kode", &code)]).await
}

async fn prove(world: &World, browser: &mut Browser, page: &Page, person: &Person) -> Page {
    let departure = browser.post(page, "/automatic/log-ind-igen", &[]).await;
    browser.come_back(world, &departure, Ok(person.identity(world.portal.now()))).await
}

#[tokio::test]
async fn a7_the_page_is_linked_from_every_logged_in_head_and_shows_what_is_held() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    browser.visit("/automatic/start").await.says("href=\"/automatic/din-side\"");
    let page = browser.visit(OWN).await;
    for said in ["Din side", NANCY.email, "Bruger siden den 23. november 2026", "Her, hvor du er nu", "med MitID"] {
        page.says(said);
    }
    page.says_nothing_of(NANCY.cpr);
    Browser::new(&world).visit("/automatic").await.says_nothing_of("din-side");
    let stranger = Browser::new(&world).get(OWN).await;
    assert_eq!(stranger.location().as_deref(), Some("/automatic"));
}

#[tokio::test]
async fn a7_a_session_ended_on_the_page_is_over_at_its_next_click() {
    let world = World::new();
    let mut here = nancy(&world).await;
    let mut there = by_code(&world, &NANCY).await;
    there.visit(OWN).await.says("Et andet sted");
    let page = here.visit(OWN).await;
    here.submit(&page, "/automatic/log-ud-andetsteds", &[]).await.says("Du er logget ud det andet sted");
    there.visit("/automatic/start").await.says("Du er blevet logget ud");
    here.visit(OWN).await.says_nothing_of("Et andet sted");
}

#[tokio::test]
async fn f2_a_stale_login_is_proved_again_and_leads_back_and_then_a_password_is_set() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit("/automatic/skift-adgangskode").await;
    form.says_nothing_of("Din adgangskode nu");
    world.wait(Duration::from_secs(6 * 60));
    let typed = [("ny-adgangskode", "Endnu-Bedre-7"), ("adgangskode-igen", "Endnu-Bedre-7")];
    browser.submit(&form, "/automatic/skift-adgangskode", &typed).await.says("Log ind igen først");
    let ask = browser.visit("/automatic/skift-adgangskode").await;
    ask.says("Log ind igen først");
    let form = prove(&world, &mut browser, &ask, &NANCY).await;
    form.says("<h1>Vælg ny adgangskode</h1>");
    let bad = [("ny-adgangskode", "kort"), ("adgangskode-igen", "kort")];
    let again = browser.submit(&form, "/automatic/skift-adgangskode", &bad).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("id=\"ny-adgangskode-problem\"");
    again.says_nothing_of("value=\"kort\"");
    browser.submit(&form, "/automatic/skift-adgangskode", &typed).await.says("Din adgangskode er ændret");
    world.mail("Din adgangskode er ændret").await;
    browser.visit(OWN).await.says("Her, hvor du er nu");
}

#[tokio::test]
async fn f2_whoever_came_by_code_proves_again_by_password_and_comes_back_to_where_they_were() {
    let world = World::new();
    drop(nancy(&world).await);
    let mut browser = by_code(&world, &NANCY).await;
    world.wait(Duration::from_secs(6 * 60));
    let ask = browser.visit("/automatic/luk-bruger").await;
    ask.says("Log ind igen først");
    let front = browser.submit(&ask, "/automatic/log-ind-igen", &[]).await;
    front.says("Bagefter kommer du tilbage");
    front.says("Logget ind som <strong>Nancy Ann");
    let form = log_in_from(&world, &mut browser, &front, &NANCY).await;
    form.says("<h1>Luk din bruger?</h1>");
    form.says("Din adgangskode nu");
    // Only that login: the next one goes where it wants to.
    world.wait(Duration::from_secs(60));
    let front = browser.visit("/automatic?besked=prove-again").await;
    log_in_from(&world, &mut browser, &front, &NANCY).await.says("Dine funktioner");
}

#[tokio::test]
async fn f2_what_was_typed_before_proving_again_comes_back_and_the_password_does_not() {
    let world = World::new();
    drop(nancy(&world).await);
    let mut browser = by_code(&world, &NANCY).await;
    let form = browser.visit("/automatic/ret-email").await;
    world.wait(Duration::from_secs(6 * 60));
    let typed = [("email", "ny@example.dk"), ("adgangskode", NANCY.password)];
    let ask = browser.submit(&form, "/automatic/ret-email", &typed).await;
    ask.says("Log ind igen først");
    let front = browser.submit(&ask, "/automatic/log-ind-igen", &[]).await;
    let offer = log_in_from(&world, &mut browser, &front, &NANCY).await;
    let form = browser.post(&offer, "/automatic/gemt", &[]).await;
    form.says("value=\"ny@example.dk\"");
    form.says_nothing_of(NANCY.password);
}

#[tokio::test]
async fn a7_a_proof_that_fails_is_told_on_the_own_page_where_it_began() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    world.wait(Duration::from_secs(6 * 60));
    let ask = browser.visit("/automatic/skift-adgangskode").await;
    let told = prove(&world, &mut browser, &ask, &Person::MAX).await;
    told.says("Det var en andens MitID");
    told.says("<h1>Din side</h1>");
    let departure = browser.post(&ask, "/automatic/log-ind-igen", &[]).await;
    let told = browser.come_back(&world, &departure, Err(IdentityFailure::Aborted)).await;
    told.says("MitID blev afbrudt");
    told.says("<h1>Din side</h1>");
}

#[tokio::test]
async fn a7_the_root_of_who_is_logged_in_leads_to_the_own_page() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    browser.visit("/").await.says("href=\"/automatic/din-side\"");
    Browser::new(&world).visit("/").await.says_nothing_of("din-side");
}

#[tokio::test]
async fn a7_a_code_session_is_asked_for_the_password() {
    let world = World::new();
    drop(nancy(&world).await);
    let mut browser = by_code(&world, &NANCY).await;
    let form = browser.visit("/automatic/luk-bruger").await;
    form.says("Din adgangskode nu");
    let wrong = browser.submit(&form, "/automatic/luk-bruger", &[("adgangskode", "Forkert-Kode-1")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("id=\"adgangskode-problem\"");
    browser.visit(OWN).await.says("<h1>Din side</h1>");
}

#[tokio::test]
async fn a7_all_data_comes_as_a_file_that_nobody_keeps() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit("/automatic/hent-oplysninger").await;
    let file = browser.post(&form, "/automatic/hent-oplysninger", &[]).await;
    assert_eq!(file.status, StatusCode::OK);
    let header = |name: &str| file.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-type"), "application/json");
    assert!(header("content-disposition").starts_with("attachment;"));
    assert!(header("cache-control").contains("no-store"));
    for held in [&NANCY.cpr.replace('-', ""), NANCY.email, "Lægehuset Automatik", "\"DataFetched\"", "\"sessions\""] {
        file.says(held);
    }
}

#[tokio::test]
async fn a7_own_data_holds_no_number_of_anybody_else() {
    let (world, child, parent) = (World::new(), Person::CHILD, Person::MAX);
    world.custody_is(&child, &parent, Custody::Holder);
    world.browser(AUTOMATIC).register_child(&child, &parent).await.expect("confirmed");
    world.mail("Brugeren er oprettet").await;
    let mut browser = by_code(&world, &child).await;
    let staff = world.staff(AUTOMATIC);
    let account = world.portal.find_person(&staff, child.cpr).await.expect("found").expect("a member").account;
    world.portal.exempt(&staff, account).await.expect("recorded");
    world.mail("Du er fritaget for MitID").await;
    let form = browser.visit("/automatic/hent-oplysninger").await;
    let typed = [("adgangskode", child.password)];
    let file = browser.post(&form, "/automatic/hent-oplysninger", &typed).await;
    assert_eq!(file.status, StatusCode::OK);
    for held in [&child.cpr.replace('-', ""), "\"custody\"", "010772-••••", "\"exemption\": {"] {
        file.says(held);
    }
    for foreign in [parent.cpr, &parent.cpr.replace('-', ""), &staff.id.0] {
        file.says_nothing_of(foreign);
    }
}

#[tokio::test]
async fn a7_the_history_tells_who_did_what_where_and_when() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let page = browser.visit("/automatic/historik").await;
    for said in ["Bruger oprettet", "23. november 2026, 09:00", "Dig · Lægehuset Automatik"] {
        page.says(said);
    }
    browser.visit("/automatic/historik?fra=1-1").await.says("Her er ikke mere.");
    browser.visit("/automatic/historik?fra=vrøvl").await.says("Bruger oprettet");
}

#[tokio::test]
async fn a7_email_and_mobile_are_changed_from_the_page() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit("/automatic/ret-mobil").await;
    let bad = browser.submit(&form, "/automatic/ret-mobil", &[("mobil", "123")]).await;
    bad.says("value=\"123\"");
    let saved = browser.submit(&form, "/automatic/ret-mobil", &[("mobil", "+4520123456")]).await;
    saved.says("Dit mobilnummer er gemt");
    saved.says("<dd>20 12 34 56</dd>");
    browser.visit("/automatic/ret-mobil").await.says("value=\"20 12 34 56\"");
    let form = browser.visit("/automatic/ret-email").await;
    let proof = browser.submit(&form, "/automatic/ret-email", &[("email", "ny@example.dk")]).await;
    let code = world.mailed_email_code("ny@example.dk").await;
    browser.submit(&proof, "/automatic/ny-email", &[("kode", &code)]).await.says("Din e-mail er ændret");
    for _ in 0..2 {
        world.mail("Mailadressen er ændret").await;
    }
    browser.visit(OWN).await.says("ny@example.dk");
}

#[tokio::test]
async fn a7_leaving_asks_first_and_then_the_functions_are_closed() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let ask = browser.visit("/automatic/afslut").await;
    ask.says("Afslut hos Lægehuset Automatik?");
    browser.submit(&ask, "/automatic/afslut", &[]).await.says("Din adgang hos klinikken er slut");
    world.mail("Din adgang er ophørt").await;
    browser.visit("/automatic/start").await.says("Registrer");
}

#[tokio::test]
async fn a7_a_closed_account_is_gone_and_the_number_registers_anew() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let ask = browser.visit("/automatic/luk-bruger").await;
    ask.says("Det kan ikke fortrydes.");
    let closed = browser.submit(&ask, "/automatic/luk-bruger", &[]).await;
    closed.says("Din bruger er lukket");
    closed.says_nothing_of("Logget ind som");
    world.mail("Din bruger er lukket").await;
    assert_eq!(browser.get(OWN).await.location().as_deref(), Some("/automatic"));
    browser.register(&world, &NANCY, AUTOMATIC).await.says("Din bruger er oprettet");
}

#[tokio::test]
async fn p2_a_function_that_demands_mitid_is_opened_by_the_owners_and_nobody_elses() {
    let world = World::new();
    drop(nancy(&world).await);
    let node = world.another_node(|_, settings| {
        let mut clinics: Vec<_> = settings.clinics.iter().cloned().collect();
        let functions = clinics.iter_mut().flat_map(|clinic| &mut clinic.functions);
        let renewals = functions.filter(|function| function.kind == FunctionKind::PrescriptionRenewal);
        renewals.for_each(|function| function.mitid = MitIdDemand::WhereItCanBeUsed);
        settings.clinics = ClinicDirectory::new(clinics).expect("the same clinics");
    });
    let mut browser = Browser::of(service(&node));
    log_in_by_code(&world, &mut browser, &NANCY).await;
    let asked = browser.visit("/automatic/receptfornyelse").await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    asked.says("Log ind med MitID");
    let other = prove(&world, &mut browser, &asked, &Person::MAX).await;
    other.says("Logget ind som <strong>Nancy Ann");
    other.says("Log ind med MitID");
    let opened = prove(&world, &mut browser, &asked, &NANCY).await;
    assert_eq!(opened.status, StatusCode::OK);
    opened.says("Receptfornyelse</h1>");
}

#[tokio::test]
async fn a7_the_history_begins_with_the_newest_and_goes_on_to_what_is_older() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit("/automatic/ret-mobil").await;
    for number in 0..60 {
        world.wait(Duration::from_secs(60));
        world.portal.keep_house().await.expect("no fault");
        let mobile = format!("201234{}", 10 + number);
        browser.submit(&form, "/automatic/ret-mobil", &[("mobil", &mobile)]).await.says("Dit mobilnummer er gemt");
    }
    let newest = browser.visit("/automatic/historik").await;
    newest.says_nothing_of("Bruger oprettet");
    newest.says_nothing_of("Vis det nyeste");
    let older = newest.text.split("href=\"/automatic/historik?fra=").nth(1).unwrap().split('"').next().unwrap();
    let oldest = browser.visit(&format!("/automatic/historik?fra={older}")).await;
    oldest.says("Bruger oprettet");
    oldest.says("<a class=\"button quiet\" href=\"/automatic/historik\">Vis det nyeste</a>");
    oldest.says_nothing_of("Vis ældre");
}

#[tokio::test]
async fn a7_l8_the_own_page_and_closing_are_open_before_a_password_is_chosen() {
    let world = World::new();
    world.invited(&NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let departure = browser.post(&front, "/automatic/mitid", &[]).await;
    let step = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    step.says("Vælg en adgangskode");
    world.mail("Ny måde at logge ind på").await;
    browser.visit(OWN).await.says(NANCY.email);
    browser.visit("/automatic/ret-mobil").await.says("<h1>Vælg en adgangskode</h1>");
    let fields = step.unseen_fields("/automatic/vaelg-adgangskode");
    let early = browser.post_fields("/automatic/vilkaar", &fields, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(early.location().as_deref(), Some("/automatic/start"), "terms come with the password");
    let close = browser.visit("/automatic/luk-bruger").await;
    browser.submit(&close, "/automatic/luk-bruger", &[]).await.says("Din bruger er lukket");
    world.mail("Din bruger er lukket").await;
}

#[tokio::test]
async fn a7_l8_what_is_typed_on_the_own_page_is_saved_though_the_terms_are_new() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let node = world.another_node(|_, settings| settings.policy.terms_version = "2".to_owned());
    browser.service = service(&node);
    browser.visit("/automatic/start").await.says("Vilkårene er nye");
    let form = browser.visit("/automatic/ret-mobil").await;
    browser.submit(&form, "/automatic/ret-mobil", &[("mobil", "20 12 34 56")]).await.says("Dit mobilnummer er gemt");
    let form = browser.visit("/automatic/ret-email").await;
    let proof = browser.submit(&form, "/automatic/ret-email", &[("email", "ny@example.dk")]).await;
    let code = node.mailed_email_code("ny@example.dk").await;
    browser.submit(&proof, "/automatic/ny-email", &[("kode", &code)]).await.says("Din e-mail er ændret");
    for _ in 0..2 {
        node.mail("Mailadressen er ændret").await;
    }
    browser.visit(OWN).await.says("20 12 34 56");
}
