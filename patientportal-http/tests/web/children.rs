//! Registering a child by the pages: R2, R3, R4, R6, R9, L4.

use http::StatusCode;
use patientportal_core::account::Custody;
use patientportal_core::ports::IdentityFailure;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, World};

use crate::browser::{Browser, Page, registration};

const CHILD: Person = Person::CHILD;
const PARENT: Person = Person::MAX;

/// A world where the parent holds custody.
fn family() -> World {
    let world = World::new();
    world.custody_is(&CHILD, &PARENT, Custody::Holder);
    world
}

fn typed(guardian: &Person) -> Vec<(&'static str, &'static str)> {
    let mut typed = registration(&CHILD);
    typed.push(("vaerge-cpr", guardian.cpr));
    typed
}

/// The whole registration of the child, up to the page after MitID.
async fn confirm(world: &World, browser: &mut Browser, clinic: &str) -> Page {
    let action = format!("/{clinic}/opret-barn");
    let form = browser.visit(&action).await;
    let departure = browser.post(&form, &action, &typed(&PARENT)).await;
    departure.says("skal nu bekræfte med sit eget MitID");
    departure.says("luk alle browserens vinduer");
    browser.come_back(world, &departure, Ok(PARENT.identity(world.portal.now()))).await
}

#[tokio::test]
async fn r3_r4_a_parent_creates_a_child_and_is_told_how_it_logs_in() {
    let world = family();
    let mut browser = Browser::new(&world);
    let page = confirm(&world, &mut browser, AUTOMATIC).await;
    for said in ["Brugeren er oprettet", "Log ind med sikkerhedskode", "inden for en time", "tel:12345678"] {
        page.says(said);
    }
    page.says_nothing_of("Log ud</button>");
    world.mail("Brugeren er oprettet").await;
}

#[tokio::test]
async fn r4_where_the_clinic_approves_the_page_says_so_before_and_after() {
    let world = family();
    let mut browser = Browser::new(&world);
    browser.visit("/approval/opret-barn").await.says("Klinikken skal godkende brugeren");
    let page = confirm(&world, &mut browser, APPROVAL).await;
    page.says("Anmodningen er sendt til klinikken");
    page.says("Kommer der ingen mail inden for en time");
    world.mail("Din anmodning er sendt").await;
}

#[tokio::test]
async fn r9_the_form_says_whom_it_is_not_for() {
    let world = World::new();
    let page = Browser::new(&world).visit("/automatic/opret-barn").await;
    page.says("hjælper eller værge for en voksen");
    page.says("ikke MitID eller CPR-nummer");
    page.says("Skal være fyldt 18 år");
    page.says("href=\"tel:12345678\"");
}

#[tokio::test]
async fn l4_one_box_hides_both_numbers_without_script_and_keeps_what_was_typed() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/opret-barn").await;
    let mut typed = typed(&PARENT);
    typed.extend([("skjul", "1"), ("tegn-om", "1")]);
    let page = browser.post(&form, "/automatic/opret-barn", &typed).await;
    assert_eq!(page.status, StatusCode::OK);
    for name in ["cpr", "vaerge-cpr"] {
        page.says(&format!("<input type=\"password\" id=\"{name}\" name=\"{name}\""));
    }
    page.says("value=\"Oskar\"");
    page.says_nothing_of("Kaffekop");
}

#[tokio::test]
async fn r3_each_flaw_stands_beside_its_field() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/opret-barn").await;
    let fields = [("cpr", CHILD.cpr), ("vaerge-cpr", CHILD.cpr)];
    let page = browser.post(&form, "/automatic/opret-barn", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("id=\"vaerge-cpr-problem\"");
    page.says("Forælder/værge CPR-nummer: Det er barnets eget CPR-nummer");
    page.says("id=\"fornavn-problem\"");
}

#[tokio::test]
async fn r2_r9_a_number_of_the_wrong_age_leads_to_the_other_form_and_nothing_typed_is_lost() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.leave_to_register(&CHILD, AUTOMATIC).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("en forælder eller værge oprette brugeren");
    page.says("value=\"Oskar\"");
    let mut fields = typed(&PARENT);
    fields[0] = ("cpr", PARENT.cpr);
    let page = browser.post(&page, "/automatic/opret-barn", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("er for børn under 15 år");
    page.says("value=\"Oskar\"");
    assert!(!page.unseen_fields("/automatic/opret").is_empty(), "it is the form to register oneself");
}

#[tokio::test]
async fn r5_another_persons_mitid_or_breaking_off_leads_back_to_the_filled_form() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let answers = [
        (Ok(Person::NANCY.identity(world.portal.now())), "MitID passer ikke til forælderen eller værgen"),
        (Err(IdentityFailure::Aborted), "MitID blev afbrudt"),
    ];
    for (answer, said) in answers {
        let form = browser.visit("/automatic/opret-barn").await;
        let departure = browser.post(&form, "/automatic/opret-barn", &typed(&PARENT)).await;
        let page = browser.come_back(&world, &departure, answer).await;
        page.says(said);
        page.says("Opret bruger under 15 år");
        for kept in ["131016-9995", "010772-9995", "Oskar", CHILD.email] {
            page.says(&format!("value=\"{kept}\""));
        }
        page.says_nothing_of("Kaffekop");
    }
}

/// A child with an account, and a guardian who has just come back from MitID at another clinic.
async fn known(world: &World, browser: &mut Browser) -> Page {
    confirm(world, browser, AUTOMATIC).await;
    world.mail("Brugeren er oprettet").await;
    let page = confirm(world, browser, NEIGHBOUR).await;
    page.says("Barnet har allerede en bruger");
    page
}

#[tokio::test]
async fn r6_a_guardian_gives_the_child_access_here() {
    let world = family();
    let mut browser = Browser::new(&world);
    let page = known(&world, &mut browser).await;
    let done = browser.submit(&page, "/neighbour/barn-findes", &[("valg", "registrer")]).await;
    done.says("Barnet har adgang hos klinikken");
    let again = browser.submit(&page, "/neighbour/barn-findes", &[("valg", "registrer")]).await;
    again.says("allerede gennemført");
}

#[tokio::test]
async fn r6_a_guardian_chooses_a_new_e_mail_and_password_and_flaws_keep_what_was_typed() {
    let world = family();
    let mut browser = Browser::new(&world);
    let page = known(&world, &mut browser).await;
    let mut fields = vec![("email", "ny@example.dk"), ("email-igen", "andet@example.dk")];
    fields.extend([("adgangskode", "Sommerfugl-9"), ("adgangskode-igen", "Sommerfugl-9")]);
    let flawed = browser.post(&page, "/neighbour/barn-findes", &fields).await;
    assert_eq!(flawed.status, StatusCode::UNPROCESSABLE_ENTITY);
    flawed.says("De to e-mailadresser er ikke ens");
    flawed.says("value=\"ny@example.dk\"");
    flawed.says_nothing_of("Sommerfugl");
    fields[1] = ("email-igen", "ny@example.dk");
    let done = browser.submit(&flawed, "/neighbour/barn-findes", &fields).await;
    done.says("Ny e-mail og adgangskode er gemt");
    done.says_nothing_of("Log ud</button>");
    for _ in 0..3 {
        drop(world.next_mail().await);
    }
}

#[tokio::test]
async fn r6_the_page_of_a_choice_is_for_its_own_browser_and_an_invented_answer_says_nothing() {
    let world = family();
    let mut browser = Browser::new(&world);
    let offered = known(&world, &mut browser).await;
    let fields = offered.unseen_fields("/neighbour/barn-findes");
    let (_, flow) = fields.iter().find(|(name, _)| name == "flow").unwrap();
    let mut stranger = Browser::new(&world);
    for (flow, said) in [(flow.as_str(), "begyndt i en anden browser"), ("x", "Der er ikke noget i gang her")] {
        let page = stranger.visit(&format!("/neighbour/barn-findes?flow={flow}")).await;
        page.says(said);
        page.says_nothing_of(CHILD.email);
    }
    browser.visit(&format!("/neighbour/barn-findes?flow={flow}")).await.says("Barnet har allerede en bruger");
    let page = stranger.get("/neighbour/barn?svar=%3Cscript%3E").await;
    assert_eq!(page.location().as_deref(), Some("/neighbour"));
}

#[tokio::test]
async fn c6_the_pages_are_there_in_english() {
    let world = family();
    let mut browser = Browser::new(&world);
    browser.visit("/automatic").await;
    browser.cookies.insert("__Host-pp-language".to_owned(), "en".to_owned());
    let form = browser.visit("/automatic/opret-barn").await;
    for said in ["The child&#39;s CPR number", "Hide CPR numbers", "A parent or guardian then confirms with MitID"] {
        form.says(said);
    }
}
