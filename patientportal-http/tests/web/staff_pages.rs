//! What staff do on their pages (S1, S3, S4, R7, A11).

use http::StatusCode;
use patientportal_core::account::{MembershipCommand, RefusalReason, Rights};
use patientportal_core::ids::StaffId;
use patientportal_core::portal::{Role, Staff};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, World};
use std::time::Duration;

use crate::browser::Browser;
use crate::staff_browser::{drain, request_of, staff_at, user_made, word};

const NANCY: Person = Person::NANCY;

#[tokio::test]
async fn s1_the_work_list_says_who_it_is_and_how_long_it_has_waited() {
    let world = World::new();
    request_of(&world, &NANCY, APPROVAL).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    let list = browser.visit("/personale/approval").await;
    for said in ["1 anmodning venter", "251248-9996", "77 år", "Nancy Ann Test Berggren", "Ny i dag", "Vides ikke"] {
        list.says(said);
    }
    list.says_nothing_of("Navnene er ikke ens");
    world.wait(Duration::from_secs(3 * 24 * 3600));
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    browser.visit("/personale/approval").await.says("Har ventet 3 dage");
    browser.cookies.insert("__Host-pp-language".to_owned(), "en".to_owned());
    browser.visit("/personale/approval").await.says("Has waited 3 days");
    drain(&world).await;
}

#[tokio::test]
async fn s1_a_request_is_approved_with_what_is_ticked_and_the_decision_undone() {
    let world = World::new();
    let account = request_of(&world, &NANCY, APPROVAL).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    let list = browser.visit("/personale/approval").await;
    let ticked = [("funktion-e-konsultation", "1"), ("funktion-receptfornyelse", "1")];
    let done = browser.post(&list, "/personale/approval/godkend", &ticked).await;
    let to = done.location().expect("a redirect");
    assert!(to.ends_with("#liste"), "{to}");
    world.mail("Din anmodning er godkendt").await;
    let page = browser.visit(to.trim_end_matches("#liste")).await;
    page.says("Nancy Ann Test Berggren har fået adgang");
    let person = browser.visit(&format!("/personale/approval/person/{}", word(account))).await;
    person.says("name=\"funktion-tidsbestilling\" value=\"1\" data-key");
    person.says("name=\"funktion-e-konsultation\" value=\"1\" checked");
    person.says("<dd>sara</dd>");
    browser.submit(&page, "/personale/approval/fortryd", &[]).await.says("Fortrudt");
    world.mail("Din adgang er lukket for nu").await;
    browser.visit(to.trim_end_matches("#liste")).await.says_nothing_of("har fået adgang");
}

#[tokio::test]
async fn s1_who_comes_second_reads_whose_decision_stands() {
    let world = World::new();
    let account = request_of(&world, &NANCY, APPROVAL).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    let list = browser.visit("/personale/approval").await;
    let bent = Staff { id: StaffId("bent".to_owned()), ..world.staff(APPROVAL) };
    let refuse = MembershipCommand::Refuse(RefusalReason::NotAPatient);
    world.portal.decide_membership(&bent, account, refuse, "").await.expect("decided");
    world.mail("Din anmodning er afvist").await;
    let second = browser.post(&list, "/personale/approval/godkend", &[]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    second.says("En anden nåede det først");
    second.says("Senest afgjort af: bent");
}

#[tokio::test]
async fn r4_a_refusal_needs_no_words_and_too_many_are_given_back() {
    let world = World::new();
    request_of(&world, &NANCY, APPROVAL).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Secretary).await;
    let list = browser.visit("/personale/approval").await;
    let long = "æ".repeat(1001);
    let typed = [("begrundelse", "oplysninger"), ("ord", long.as_str())];
    let again = browser.post(&list, "/personale/approval/afvis", &typed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says(&long);
    let short = [("begrundelse", "oplysninger"), ("ord", "Kom <forbi>.")];
    let done = browser.submit(&again, "/personale/approval/afvis", &short).await;
    done.says("har fået afslag");
    let mail = world.mail("Din anmodning er afvist").await;
    assert!(!mail.text.contains("forbi"));
    browser.submit(&done, "/personale/approval/fortryd", &[]).await.says("1 anmodning venter");
    drain(&world).await;
}

#[tokio::test]
async fn s1_a_person_is_found_by_number_and_a_suspension_holds_from_the_next_click() {
    let world = World::new();
    let mut patient = Browser::new(&world);
    patient.register(&world, &NANCY, AUTOMATIC).await;
    let mut browser = staff_at(&world, AUTOMATIC, Role::Secretary).await;
    let form = browser.visit("/personale/automatic/find").await;
    let wrong = browser.post(&form, "/personale/automatic/find", &[("cpr", "3102489996")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("310248-9996");
    let nobody = browser.post(&form, "/personale/automatic/find", &[("cpr", Person::MAX.cpr)]).await;
    nobody.says("Ingen med det nummer");
    let found = browser.post(&form, "/personale/automatic/find", &[("cpr", "251248 9996")]).await;
    let address = found.location().expect("a redirect");
    assert!(!address.contains("251248"), "no number in an address: {address}");
    let person = browser.visit(&address).await;
    person.says("Har adgang siden");
    person.says_nothing_of("Forny brugeren");
    browser.submit(&person, &format!("{address}/luk"), &[]).await.says("Adgangen er lukket for nu");
    world.mail("Din adgang er lukket for nu").await;
    let closed = patient.visit("/automatic/start").await;
    closed.says("Klinikken har lukket din adgang for nu");
    let person = browser.visit(&address).await;
    browser.submit(&person, &format!("{address}/genaabn"), &[]).await.says("Genåbnet");
    drain(&world).await;
    let end = browser.visit(&format!("{address}/afslut")).await;
    end.says("Det kan ikke fortrydes");
    browser.submit(&end, &format!("{address}/afslut"), &[]).await.says("Adgangen er afsluttet");
    drain(&world).await;
}

#[tokio::test]
async fn r7_staff_create_a_user_exempt_it_and_take_that_back() {
    let world = World::new();
    let mut browser = staff_at(&world, AUTOMATIC, Role::Secretary).await;
    let form = browser.visit("/personale/automatic/opret").await;
    let flawed = [
        ("cpr", NANCY.cpr),
        ("fornavn", "Nancy"),
        ("email", "nancy"),
        ("funktion-tidsbestilling", "1"),
        ("mailsprog", "en"),
        ("fritaget", "1"),
    ];
    let again = browser.post(&form, "/personale/automatic/opret", &flawed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in [
        "value=\"251248-9996\"",
        "value=\"Nancy\"",
        "value=\"nancy\"",
        "value=\"en\" checked",
        "name=\"fritaget\" value=\"1\" checked",
    ] {
        again.says(kept);
    }
    let good = [("efternavn", "Test"), ("email", "nancy@example.dk")];
    let good: Vec<_> = flawed.into_iter().filter(|(name, _)| *name != "email").chain(good).collect();
    let page = browser.post(&form, "/personale/automatic/opret", &good).await;
    let address = page.location().expect("a redirect");
    let address = address.split('?').next().expect("an address");
    drain(&world).await;
    let person = browser.visit(address).await;
    for said in ["Kan ikke bruge MitID (siden", "Ikke aktiveret.", "Send et nyt aktiveringslink", "Forny brugeren"] {
        person.says(said);
    }
    let person = browser.submit(&person, &format!("{address}/ophaev-fritagelse"), &[]).await;
    person.says("Fritagelsen er ophævet");
    drain(&world).await;
    let person = browser.submit(&person, &format!("{address}/fritag"), &[]).await;
    person.says("Fritaget for MitID");
    browser.submit(&person, &format!("{address}/send-aktiveringslink"), &[]).await.says("Aktiveringslinket er sendt");
    drain(&world).await;
    let mails = browser.visit(&format!("{address}/mails")).await;
    mails.says("Aktiveringslink");
    mails.says_nothing_of("nancy@example.dk");
}

#[tokio::test]
async fn s4_a11_an_account_is_renewed_and_moved_to_a_new_number() {
    let world = World::new();
    let account = user_made(&world, &world.staff(AUTOMATIC), &Person::CHILD).await;
    let mut browser = staff_at(&world, AUTOMATIC, Role::Secretary).await;
    let address = format!("/personale/automatic/person/{}", word(account));
    let form = browser.visit(&format!("{address}/forny")).await;
    let unsaid = browser.post(&form, &format!("{address}/forny"), &[("email", "ny@example.dk"), ("tavst", "1")]).await;
    unsaid.says("Vælg, hvordan identiteten er kontrolleret.");
    unsaid.says("value=\"ny@example.dk\"");
    unsaid.says("name=\"tavst\" value=\"1\" checked");
    let typed = [("email", "ny@example.dk"), ("kontrol", "foraelders-legitimation")];
    browser.submit(&form, &format!("{address}/forny"), &typed).await.says("Brugeren er fornyet");
    drain(&world).await;
    let form = browser.visit(&format!("{address}/nyt-nummer")).await;
    let wrong = [("cpr", "3102489996"), ("kontrol", "kendt")];
    let again = browser.post(&form, &format!("{address}/nyt-nummer"), &wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("value=\"kendt\" checked");
    let typed = [("cpr", "131016-9996"), ("kontrol", "kendt")];
    let done = browser.submit(&form, &format!("{address}/nyt-nummer"), &typed).await;
    done.says("CPR-nummeret er skiftet");
    done.says("131016-9996");
    drain(&world).await;
}

#[tokio::test]
async fn s3_the_log_says_who_saw_and_did_what_and_only_an_administrator_reads_it() {
    let world = World::new();
    let account = request_of(&world, &NANCY, APPROVAL).await;
    let mut secretary = staff_at(&world, APPROVAL, Role::Secretary).await;
    let list = secretary.visit("/personale/approval").await;
    list.says_nothing_of("/personale/approval/log\"");
    secretary.post(&list, "/personale/approval/godkend", &[]).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Administrator).await;
    let log = browser.visit("/personale/approval/log").await;
    for said in ["Anmodning godkendt", "Personale: sara", "Vist for klinikkens personale", "Personale logget ind"] {
        log.says(said);
    }
    log.says_nothing_of("Anden hændelse");
    log.says_nothing_of("251248");
    let own = browser.visit(&format!("/personale/approval/person/{}/log", word(account))).await;
    own.says("Anmodning godkendt");
    own.says_nothing_of("Personale logget ind");
    drain(&world).await;
}

#[tokio::test]
async fn s1_users_are_listed_by_where_they_stand() {
    let world = World::new();
    let account = user_made(&world, &world.staff(AUTOMATIC), &NANCY).await;
    let mut browser = staff_at(&world, AUTOMATIC, Role::Secretary).await;
    browser.visit("/personale/automatic/brugere").await.says("251248-9996");
    browser.visit("/personale/automatic/brugere?tilstand=lukket").await.says("Der er ingen her.");
    let rights = MembershipCommand::SetRights(Rights::default());
    let staff = world.staff(AUTOMATIC);
    for command in [rights, MembershipCommand::Suspend] {
        world.portal.decide_membership(&staff, account, command, "").await.expect("decided");
    }
    browser.visit("/personale/automatic/brugere?tilstand=lukket").await.says("251248-9996");
    browser.visit("/personale/automatic/brugere?tilstand=ukendt&fra=x").await.says("Der er ingen her.");
    drain(&world).await;
}
