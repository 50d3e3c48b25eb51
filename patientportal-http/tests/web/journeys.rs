//! What a patient does, from the clinic's link to the function.

use http::StatusCode;
use patientportal_core::ports::IdentityFailure;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, NEIGHBOUR, OFF, World};
use std::time::Duration;

use crate::browser::{Browser, registration};

const NANCY: Person = Person::NANCY;

#[tokio::test]
async fn r4_a_self_registrant_lands_logged_in_on_the_function_asked_for() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let entry = browser.visit("/automatic/tidsbestilling").await;
    entry.says("/automatic/opret?funktion=tidsbestilling");
    let form = browser.visit("/automatic/opret?funktion=tidsbestilling").await;
    let departure = browser.post(&form, "/automatic/opret", &registration(&NANCY)).await;
    let page = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    world.mail("Din bruger er oprettet").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("<h1 class=\"with-icon\">");
    page.says("Logget ind som <strong>Nancy Ann Test Berggren</strong>");
    page.says("Din bruger er oprettet");
    page.says("hvis du ikke bruger siden");
}

#[tokio::test]
async fn l3_a_code_by_mail_opens_a_session() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let code_page = browser.submit(&front, "/automatic/log-ind", &typed).await;
    code_page.says("Sikkerhedskode");
    code_page.says("autocomplete=\"one-time-code\"");
    code_page.says("Du kan få en ny kode kl. 09:01:00.");
    code_page.says_nothing_of(NANCY.email);
    let code = world.mailed_code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let again = browser.submit(&code_page, "/automatic/sikkerhedskode", &[("kode", wrong)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("Sikkerhedskoden er forkert.");
    let start = browser.submit(&again, "/automatic/sikkerhedskode", &[("kode", &code)]).await;
    start.says("Nancy Ann Test Berggren");
    assert!(browser.cookies.contains_key("__Host-pp-device"));
    let finished = browser.submit(&again, "/automatic/sikkerhedskode", &[("kode", &code)]).await;
    finished.says("Dine funktioner");
}

#[tokio::test]
async fn l3_a_new_code_can_be_had_after_a_minute() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let code_page = browser.submit(&front, "/automatic/log-ind", &typed).await;
    world.mailed_code().await;
    let early = browser.submit(&code_page, "/automatic/ny-kode", &[]).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(early.headers.contains_key("retry-after"));
    early.says("<div class=\"box notice\" role=\"alert\"");
    early.says("name=\"kode\"");
    early.says_nothing_of("aria-invalid");
    world.wait(Duration::from_secs(61));
    let resent = browser.submit(&code_page, "/automatic/ny-kode", &[]).await;
    resent.says("En ny kode er på vej.");
    let code = world.mailed_code().await;
    browser.submit(&resent, "/automatic/sikkerhedskode", &[("kode", &code)]).await.says("Dine funktioner");
}

#[tokio::test]
async fn l3_while_no_code_may_be_sent_the_page_says_when_and_has_no_field() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", NANCY.cpr), ("adgangskode", NANCY.password)];
    let mut page = browser.submit(&front, "/automatic/log-ind", &typed).await;
    for _ in 1..world.portal.policy().codes_per_hour {
        world.wait(Duration::from_secs(61));
        page = browser.submit(&page, "/automatic/ny-kode", &[]).await;
        page.says("En ny kode er på vej.");
    }
    world.wait(Duration::from_secs(11 * 60));
    let front = browser.visit("/automatic").await;
    let unsent = browser.submit(&front, "/automatic/log-ind", &typed).await;
    unsent.says("<p class=\"lead\">Du kan få en kode kl. 10:00:00.");
    unsent.says_nothing_of("name=\"kode\"");
    unsent.says_nothing_of(NANCY.email);
    let refused = browser.submit(&unsent, "/automatic/ny-kode", &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("<div class=\"box notice\" role=\"alert\"");
    let early = browser.submit(&page, "/automatic/sikkerhedskode", &[("kode", "123456")]).await;
    early.says("Der er endnu ikke sendt en kode.");
    early.says_nothing_of("href=\"#kode\"");
    world.wait(Duration::from_secs(60 * 60));
    let front = browser.visit("/automatic").await;
    browser.submit(&front, "/automatic/log-ind", &typed).await.says("name=\"kode\"");
}

#[tokio::test]
async fn l5_all_wrong_credentials_are_answered_alike() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut answers = Vec::new();
    for cpr in [NANCY.cpr, Person::MAX.cpr] {
        let mut browser = Browser::new(&world);
        let front = browser.visit("/automatic").await;
        let typed = [("cpr", cpr), ("adgangskode", "Forkert-123")];
        let page = browser.submit(&front, "/automatic/log-ind", &typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.says(&format!("value=\"{cpr}\""));
        page.says_nothing_of("Forkert-123");
        let token = &page.unseen_fields("/automatic/log-ind")[0].1;
        answers.push((page.text.replace(cpr, "CPR").replace(token, "TOKEN"), page.headers.len()));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn l6_a_wait_is_said_with_its_end() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let mut page = browser.visit("/automatic").await;
    let typed = [("cpr", NANCY.cpr), ("adgangskode", "Forkert-123")];
    for _ in 0..6 {
        page = browser.submit(&page, "/automatic/log-ind", &typed).await;
    }
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers["retry-after"], "31");
    page.says("Næste forsøg: kl. 09:00:30.");
}

#[tokio::test]
async fn r5_breaking_off_at_mitid_leads_back_to_the_filled_form() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let departure = browser.leave_to_register(&NANCY, AUTOMATIC).await;
    assert_eq!(departure.status, StatusCode::OK);
    let form = browser.come_back(&world, &departure, Err(IdentityFailure::Aborted)).await;
    form.says("MitID blev afbrudt");
    form.says("value=\"Nancy Ann\"");
    form.says("value=\"nancy@example.dk\"");
    form.says_nothing_of(NANCY.password);
}

#[tokio::test]
async fn c2_who_breaks_off_at_mitid_still_lands_on_the_function_asked_for() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let entry = browser.visit("/automatic/receptfornyelse").await;
    let departure = browser.post(&entry, "/automatic/mitid", &[]).await;
    let entry = browser.come_back(&world, &departure, Err(IdentityFailure::Aborted)).await;
    entry.says("MitID blev afbrudt");
    let departure = browser.post(&entry, "/automatic/mitid", &[]).await;
    let page = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    page.says("<h1 class=\"with-icon\">");
    page.says("vanedannende");
}

#[tokio::test]
async fn r5_another_browser_cannot_finish_and_is_told_why() {
    let world = World::new();
    let departure = Browser::new(&world).leave_to_register(&NANCY, AUTOMATIC).await;
    let mut other = Browser::new(&world);
    let page = other.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    page.says("Det blev begyndt i en anden browser");
    assert!(!other.cookies.contains_key("__Host-pp-session"));
}

#[tokio::test]
async fn r5_a_return_without_an_open_flow_is_explained() {
    let world = World::new();
    let page = Browser::new(&world).visit("/mitid/retur?code=x&state=y").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("Der er ikke noget i gang her");
}

#[tokio::test]
async fn l2_mitid_without_an_account_offers_registration_already_proven() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let departure = browser.post(&front, "/automatic/mitid", &[]).await;
    let form = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    form.says("MitID har bekræftet, hvem du er");
    form.says_nothing_of("Skjul CPR-nummer");
    form.says_nothing_of("251248");
    let start = browser.submit(&form, "/automatic/opret", &registration(&NANCY)[1..]).await;
    world.mail("Din bruger er oprettet").await;
    start.says("Nancy Ann Test Berggren");
}

#[tokio::test]
async fn r6_who_had_an_account_is_told_so_and_is_logged_in() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let departure = browser.leave_to_register(&NANCY, AUTOMATIC).await;
    let page = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    page.says("Du har allerede en bruger");
    page.says("Log ud");
}

#[tokio::test]
async fn c1_closed_registration_says_to_contact_the_clinic_by_url_too() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.visit("/off").await;
    front.says_nothing_of("href=\"/off/opret\"");
    front.says_nothing_of("opret dig");
    let mut fields = front.unseen_fields("/off/log-ind");
    fields.extend(registration(&NANCY).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    for form in ["/off/opret", "/off/opret-barn"] {
        let page = browser.visit(form).await;
        page.says("Kontakt klinikken");
        page.says("href=\"tel:12345678\"");
    }
    let posted = browser.post_fields("/off/opret", &fields, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(posted.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn j1_an_existing_user_joins_one_more_clinic_and_switches_without_a_login() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    let join = browser.visit("/neighbour/receptfornyelse").await;
    join.says(">Registrer</button>");
    let function = browser.submit(&join, "/neighbour/registrer", &[]).await;
    function.says("vanedannende");
    let root = browser.visit("/").await;
    root.says("Lægehuset Automatik");
    root.says("Nabolægerne");
    browser.visit("/automatic/start").await.says("Åbn Tidsbestilling");
    let closed = browser.visit(&format!("/{OFF}")).await;
    closed.says("Du er ikke bruger hos klinikken");
    assert_eq!(browser.visit(&format!("/{NEIGHBOUR}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn f1_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once() {
    let world = World::new();
    drop(world.proven(&NANCY, AUTOMATIC).await);
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/glemt-adgangskode").await;
    let known =
        browser.submit(&form, "/automatic/glemt-adgangskode", &[("cpr", NANCY.cpr), ("email", NANCY.email)]).await;
    let unknown = [("cpr", Person::MAX.cpr), ("email", "anybody@example.dk")];
    let other = browser.submit(&form, "/automatic/glemt-adgangskode", &unknown).await;
    assert_eq!(known.text, other.text);
    let link = format!("/nulstil/{}", world.mailed_link().await.to_text());

    let opened = browser.get(&link).await;
    assert_eq!((opened.status, opened.location().as_deref()), (StatusCode::SEE_OTHER, Some("/nulstil")));
    assert_eq!(opened.headers["referrer-policy"], "no-referrer");
    let reset = browser.visit(&link).await;
    let typed = [("adgangskode", "Ny-Kaffekop-34"), ("adgangskode-igen", "Ny-Kaffekop-34")];
    let done = browser.submit(&reset, "/nulstil", &typed).await;
    done.says("Adgangskoden er ændret");
    assert!(!browser.cookies.contains_key("__Host-pp-session"), "it opens no session");
    assert!(!browser.cookies.contains_key(RESET), "the link is used");
    world.mail("Din adgangskode er ændret").await;
    let again = browser.visit(&link).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("Linket gælder ikke længere");
    again.says("Gå til klinikkens hjemmeside");
}

#[tokio::test]
async fn f1_a_form_chooses_the_password_of_the_link_that_it_was_opened_by_only() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let mut links = Vec::new();
    for person in [&NANCY, &Person::MAX] {
        drop(world.proven(person, AUTOMATIC).await);
        let form = browser.visit("/automatic/glemt-adgangskode").await;
        let typed = [("cpr", person.cpr), ("email", person.email)];
        browser.submit(&form, "/automatic/glemt-adgangskode", &typed).await;
        links.push(format!("/nulstil/{}", world.mailed_link().await.to_text()));
    }
    let nancys = browser.visit(&links[0]).await;
    let others = browser.visit(&links[1]).await;
    let typed = [("adgangskode", "Ny-Kaffekop-34"), ("adgangskode-igen", "Ny-Kaffekop-34")];
    let unbound: Vec<_> = nancys.unseen_fields("/nulstil").into_iter().filter(|(name, _)| name != "flow").collect();
    let without = [unbound, typed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()].concat();
    for page in [
        browser.post(&nancys, "/nulstil", &typed).await,
        browser.post_fields("/nulstil", &without, &[("sec-fetch-site", "same-origin")]).await,
    ] {
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.says("Åbn linket igen");
        world.work().await;
        assert_eq!(world.mailer.unread(), 0, "nobody's password was changed");
    }
    browser.submit(&others, "/nulstil", &typed).await.says("Adgangskoden er ændret");
    world.mail("Din adgangskode er ændret").await;
    let again = browser.visit(&links[0]).await;
    browser.submit(&again, "/nulstil", &typed).await.says("Adgangskoden er ændret");
    world.mail("Din adgangskode er ændret").await;
}

#[tokio::test]
async fn f1_an_opened_link_does_not_wait_for_the_next_person_at_the_browser() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let planted = (RESET.to_owned(), patientportal_core::sealing::FlowToken::parse(&"A".repeat(43)).unwrap().to_text());
    browser.cookies.extend([planted.clone()]);
    browser.register(&world, &NANCY, AUTOMATIC).await.says("Nancy Ann");
    assert!(!browser.cookies.contains_key(RESET), "a finished login ends it");
    browser.cookies.extend([planted]);
    let start = browser.visit("/automatic/start").await;
    browser.post(&start, "/log-ud", &[]).await;
    assert!(!browser.cookies.contains_key(RESET), "logging out ends it");
}

#[tokio::test]
async fn l9_logging_out_ends_the_session_and_says_to_close_all_windows() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    let stolen = browser.cookies.clone();
    let start = browser.visit("/automatic/start").await;
    let departure = browser.post(&start, "/log-ud", &[]).await;
    assert!(departure.departs_to().starts_with("https://mitid.invalid/logout"));
    assert_eq!(departure.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(!browser.cookies.contains_key("__Host-pp-session"));
    assert!(browser.cookies.contains_key("__Host-pp-device"));
    let key = "__Host-pp-browser";
    assert_ne!(browser.cookies[key], stolen[key], "what was left open here is not the next person's to finish");
    let out = browser.visit("/logget-ud").await;
    out.says("Luk alle browserens vinduer");
    out.says("Vil du ind igen, så gå til klinikkens hjemmeside");
    browser.cookies = stolen;
    let front = browser.visit("/automatic/start").await;
    front.says("Du er blevet logget ud");
    front.says("Log ind med MitID");
}

#[tokio::test]
async fn spec9_a_session_that_ran_out_leads_to_the_login_and_says_so() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    world.wait(Duration::from_secs(22 * 60));
    let front = browser.visit("/automatic/tidsbestilling").await;
    front.says("Du er blevet logget ud");
    front.says("Log ind for at komme til Tidsbestilling.");
    assert!(!browser.cookies.contains_key("__Host-pp-session"));
}

#[tokio::test]
async fn l1_when_mitid_is_down_card_and_form_say_so_and_code_login_stays() {
    let world = World::new();
    world.identity.set_down(true);
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    front.says("MitID kan ikke nås lige nu.");
    front.says("action=\"/automatic/log-ind\"");
    browser.visit("/automatic/opret").await.says("MitID kan ikke nås lige nu");
    let form = browser.leave_to_register(&NANCY, AUTOMATIC).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
    form.says("value=\"Nancy Ann\"");
}

#[tokio::test]
async fn l1_a_provider_that_only_compares_is_given_the_number_first() {
    let world = World::new();
    Browser::new(&world).register(&world, &NANCY, AUTOMATIC).await;
    world.identity.set_comparing(true);
    let mut browser = Browser::new(&world);
    let entry = browser.visit("/automatic/tidsbestilling").await;
    let question = browser.submit(&entry, "/automatic/mitid", &[]).await;
    question.says("Skriv dit CPR-nummer");
    let wrong = browser.submit(&question, "/automatic/mitid", &[("cpr", "12")]).await;
    wrong.says("aria-invalid=\"true\"");
    let departure = browser.post(&wrong, "/automatic/mitid", &[("cpr", NANCY.cpr)]).await;
    let page = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    page.says("<h1 class=\"with-icon\">");
}

const RESET: &str = "__Host-pp-reset";
