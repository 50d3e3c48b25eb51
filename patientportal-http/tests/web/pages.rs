//! What pages show: labels, languages, what stays when a form is shown again.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use patientportal_testkit::memory::MemoryStore;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Browser, registration};

#[tokio::test]
async fn c3_the_front_page_has_the_guides_labels_and_tokens_for_password_managers() {
    let world = World::new();
    let front = Browser::new(&world).visit("/automatic").await;
    for label in [
        "<h1>Lægehuset Automatik</h1>",
        ">Hjælp</a>",
        ">Log ind med MitID</button>",
        "Sundhedsdatastyrelsens borgeradgang",
        "Log ind med sikkerhedskode",
        "<label for=\"cpr\">CPR-nummer</label>",
        "<span>Skjul CPR-nummer</span>",
        "<label for=\"adgangskode\">Adgangskode</label>",
        ">Log ind</button>",
        ">Glemt adgangskode?</a>",
        ">Opret ny bruger</a>",
        ">Opret bruger under 15 år</a>",
        "autocomplete=\"username\"",
        "autocomplete=\"current-password\"",
        "href=\"tel:112\"",
    ] {
        front.says(label);
    }
    assert_eq!(front.headers["content-language"], "da");
}

#[tokio::test]
async fn r2_f1_l3_j1_the_pages_behind_the_front_page_have_the_guides_labels() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let field = |label: &str| format!("\">{label}</label>");
    let child = browser.visit("/automatic/opret-barn").await;
    for label in ["Barnets CPR-nummer", "Forælder/værge CPR-nummer", "Fornavn", "Bekræft adgangskode"] {
        child.says(&field(label));
    }
    child.says("<span>Skjul CPR-numre</span>");
    child.says(">Opret bruger</button>");
    let forgotten = browser.visit("/automatic/glemt-adgangskode").await;
    for label in ["CPR-nummer", "E-mail"] {
        forgotten.says(&field(label));
    }
    forgotten.says(">Nulstil adgangskode</button>");
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", Person::NANCY.cpr), ("adgangskode", Person::NANCY.password)];
    drop(world.registered(&Person::NANCY, AUTOMATIC).await);
    let code = browser.submit(&front, "/automatic/log-ind", &typed).await;
    code.says(&field("Sikkerhedskode"));
    let digits = world.mailed_code().await;
    browser.submit(&code, "/automatic/sikkerhedskode", &[("kode", &digits)]).await.says(">Log ud</button>");
    browser.visit("/neighbour/start").await.says(">Registrer</button>");
}

#[tokio::test]
async fn r1_the_registration_form_has_the_guides_labels_and_says_that_mitid_follows() {
    let world = World::new();
    let form = Browser::new(&world).visit("/automatic/opret").await;
    let labels = [
        "CPR-nummer",
        "Fornavn",
        "Efternavn",
        "E-mail",
        "Bekræft e-mail",
        "Mobil",
        "Adgangskode",
        "Bekræft adgangskode",
    ];
    let mut rest = form.text.as_str();
    for label in labels {
        let found = rest.split_once(&format!("\">{label}</label>"));
        rest = found.unwrap_or_else(|| panic!("{label} is missing or out of order")).1;
    }
    form.says("Det næste er MitID");
    form.says("luk alle browserens vinduer");
    form.says("vilkår og retningslinjer fra Havnens Drift");
    assert_eq!(form.text.matches("required").count(), 7, "A6: only Mobil is optional");
}

#[tokio::test]
async fn l4_without_script_a_button_redraws_the_page_with_the_number_hidden() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    front.says("<noscript><button class=\"small\" name=\"tegn-om\"");
    let typed = [("cpr", "251248-9996"), ("skjul", "1"), ("adgangskode", "Hemmelig-1"), ("tegn-om", "1")];
    let hidden = browser.post(&front, "/automatic/log-ind", &typed).await;
    assert_eq!(hidden.status, StatusCode::OK);
    hidden.says("<label for=\"cpr\">CPR-nummer</label>");
    hidden.says("<input type=\"password\" id=\"cpr\"");
    hidden.says(" checked");
    let bare = [("cpr", "25124 89996"), ("tegn-om", "1")];
    browser.post(&front, "/automatic/log-ind", &bare).await.says("value=\"251248-9996\"");
    hidden.says_nothing_of("Hemmelig-1");
    let wrong = browser.post(&hidden, "/automatic/log-ind", &[("cpr", "251248-9996"), ("skjul", "1")]).await;
    wrong.says("<input type=\"password\" id=\"cpr\"");
}

#[tokio::test]
async fn errors_are_summed_up_and_stand_beside_their_fields() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/opret").await;
    let mut typed = registration(&Person::NANCY);
    typed[2].1 = "";
    typed[4].1 = "other@example.dk";
    let again = browser.post(&form, "/automatic/opret", &typed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("role=\"alert\" tabindex=\"-1\" autofocus");
    again.says("<a href=\"#efternavn\">");
    again.says("aria-describedby=\"efternavn-problem\"");
    again.says("id=\"email-igen-problem\"");
    again.says("<title>Fejl: ");
    again.says("value=\"Nancy Ann\"");
    again.says_nothing_of(Person::NANCY.password);
}

#[tokio::test]
async fn c2_a_function_not_offered_and_one_unknown() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    for address in ["/automatic/ukendt", "/ukendt", "/ukendt/tidsbestilling", "/automatic/start/x"] {
        let page = browser.visit(address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}");
        for clinic in world.portal.clinics().iter() {
            page.says_nothing_of(&clinic.name);
        }
    }
}

#[tokio::test]
async fn c4_help_is_another_guide_for_who_is_logged_in() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.visit("/automatic/hjaelp").await.says("Vejledning til oprettelse og login");
    browser.register(&world, &Person::NANCY, AUTOMATIC).await;
    browser.visit("/automatic/hjaelp").await.says("Vejledning til funktionerne");
}

#[tokio::test]
async fn c6_the_language_is_chosen_and_remembered() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic/tidsbestilling").await;
    let english = browser.submit(&front, "/sprog", &[("til", "en")]).await;
    english.says("<html lang=\"en\">");
    english.says("Log in to get to Tidsbestilling.");
    browser.visit("/automatic/opret").await.says("Create new user");
    browser.visit("/vilkaar").await.says("Use it well.");
}

#[tokio::test]
async fn c7_the_root_names_no_clinic_to_a_visitor() {
    let world = World::new();
    let root = Browser::new(&world).visit("/").await;
    for clinic in world.portal.clinics().iter() {
        root.says_nothing_of(&clinic.name);
        root.says_nothing_of(&clinic.slug);
    }
}

#[tokio::test]
async fn the_pages_say_the_numbers_that_the_operator_has_set() {
    let world = World::with(Arc::new(MemoryStore::new()), |policy| {
        policy.code_life = Duration::from_secs(7 * 60);
        policy.code_spacing = Duration::from_secs(90);
        policy.link_life = Duration::from_secs(60 * 60);
        policy.session_idle = Duration::from_secs(12 * 60);
        policy.self_age = 16;
        (policy.password.min_length, policy.password.composition) = (10, false);
    });
    let mut browser = Browser::new(&world);
    let guide = browser.visit("/automatic/hjaelp").await;
    guide.says("fyldt 16 år");
    guide.says("på mindst 10 tegn; en sætning er god.");
    guide.says_nothing_of("mindst ét tal");
    guide.says("i 7 minutter. Kommer den ikke, kan du få en ny efter 90 sekunder;");
    guide.says("inden for 1 time,");
    browser.visit("/automatic/opret").await.says("fyldt 16 år");
    browser.visit("/automatic/glemt-adgangskode?sendt").await.says("gælder i 1 time ");
    browser.visit("/cookies").await.says("efter omkring 12 minutter uden brug");
    browser.register(&world, &Person::NANCY, AUTOMATIC).await;
    browser.visit("/automatic/hjaelp").await.says("i omkring 12 minutter,");
}
