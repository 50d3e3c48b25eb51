//! Operation × role × clinic over HTTP (S1): every address of staff, asked by each role, by another clinic's, by nobody and by
//! a patient. An address that is missing in the table fails the test.
#![expect(clippy::panic, clippy::expect_used, reason = "helpers of tests may panic as tests may")]

use http::{Method, StatusCode};
use patientportal_core::ids::AccountId;
use patientportal_core::portal::Role;
use patientportal_http::StaffAddress;
use patientportal_http::links::Links;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, World};

use crate::browser::{Browser, Page};
use crate::staff_browser::{drain, request_of, staff_at, user_made, word};

/// What is posted where the person's account belongs.
const WHOM: &str = "{person}";

type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], u16, u16);

/// Method, what follows the clinic's address, what is posted, and what a secretary and an administrator of the clinic get for
/// a person whose request waits. 303 is done, 409 and 422 are refused with a reason.
const TABLE: &[Row] = &[
    ("GET", "", &[], 200, 200),
    ("POST", "/godkend", &[("person", WHOM), ("funktion-tidsbestilling", "1")], 303, 303),
    ("POST", "/afvis", &[("person", WHOM), ("begrundelse", "ikke-patient")], 303, 303),
    ("POST", "/fortryd", &[("person", WHOM), ("tilstand", "adgang")], 409, 409),
    ("GET", "/find", &[], 200, 200),
    ("POST", "/find", &[("cpr", Person::NANCY.cpr)], 303, 303),
    ("GET", "/brugere", &[], 200, 200),
    ("GET", "/opret", &[], 200, 200),
    (
        "POST",
        "/opret",
        &[("cpr", Person::MAX.cpr), ("fornavn", "Max"), ("efternavn", "Test"), ("email", "max@example.dk")],
        303,
        303,
    ),
    ("GET", "/log", &[], 403, 200),
    ("GET", "/person/{person}", &[], 200, 200),
    ("GET", "/person/{person}/mails", &[], 200, 200),
    ("GET", "/person/{person}/log", &[], 403, 200),
    ("POST", "/person/{person}/funktioner", &[], 409, 409),
    ("POST", "/person/{person}/luk", &[], 409, 409),
    ("POST", "/person/{person}/genaabn", &[], 409, 409),
    ("GET", "/person/{person}/afslut", &[], 303, 303),
    ("POST", "/person/{person}/afslut", &[], 409, 409),
    ("POST", "/person/{person}/fritag", &[], 404, 404),
    ("POST", "/person/{person}/ophaev-fritagelse", &[], 404, 404),
    ("POST", "/person/{person}/send-aktiveringslink", &[], 404, 404),
    ("GET", "/person/{person}/forny", &[], 303, 303),
    ("POST", "/person/{person}/forny", &[("email", "ny@example.dk"), ("kontrol", "kendt")], 404, 404),
    ("GET", "/person/{person}/nyt-nummer", &[], 303, 303),
    ("POST", "/person/{person}/nyt-nummer", &[("cpr", Person::MAX.cpr), ("kontrol", "kendt")], 404, 404),
];

/// The rows of the table with their addresses, one for each address and method that there is.
fn rows(clinic: &str, account: AccountId) -> Vec<(Method, String, &'static Row)> {
    let base = Links::default().work_list(clinic);
    let mut rows = Vec::new();
    for StaffAddress { address, methods, .. } in StaffAddress::all(&Links::default(), clinic, account) {
        for method in methods.iter().filter(|method| **method != Method::HEAD) {
            let below = |row: &&Row| format!("{base}{}", row.1.replace("{person}", &word(account))) == address;
            let row = TABLE.iter().filter(|row| row.0 == method.as_str()).find(below);
            let row = row.unwrap_or_else(|| panic!("{method} {address} is missing in the table"));
            rows.push((method.clone(), address.clone(), row));
        }
    }
    assert_eq!(rows.len(), TABLE.len(), "a row of the table is no address any more");
    rows
}

async fn ask(browser: &mut Browser, method: &Method, address: &str, row: &Row, account: AccountId) -> Page {
    if *method == Method::GET {
        return browser.get(address).await;
    }
    let whom = word(account);
    let typed: Vec<_> =
        row.2.iter().map(|(name, value)| (*name, if *value == WHOM { whom.as_str() } else { value })).collect();
    browser.post_as_staff(address, &typed).await
}

async fn revision(world: &World, account: AccountId) -> u64 {
    world.store.account(account).await.expect("no fault").expect("an account").revision.0
}

#[tokio::test]
async fn s1_every_address_answers_each_role_of_its_clinic_as_the_table_says() {
    for (role, wanted) in [(Role::Secretary, 3), (Role::Administrator, 4)] {
        for at in 0..TABLE.len() {
            let world = World::new();
            let account = request_of(&world, &Person::NANCY, APPROVAL).await;
            let (method, address, row) = rows(APPROVAL, account).swap_remove(at);
            let mut browser = staff_at(&world, APPROVAL, role).await;
            let before = revision(&world, account).await;
            let page = ask(&mut browser, &method, &address, row, account).await;
            let expected = if wanted == 3 { row.3 } else { row.4 };
            assert_eq!(page.status.as_u16(), expected, "{role:?}: {method} {address}: {}", page.text);
            if expected != 303 || method == Method::GET {
                assert_eq!(revision(&world, account).await, before, "{role:?}: {method} {address}");
            }
            drain(&world).await;
        }
    }
}

#[tokio::test]
async fn s1_no_address_lets_in_another_clinics_staff_nor_who_is_none() {
    let world = World::new();
    let account = request_of(&world, &Person::NANCY, APPROVAL).await;
    let mut others = staff_at(&world, AUTOMATIC, Role::Administrator).await;
    let mut patient = Browser::new(&world);
    patient.register(&world, &Person::KIRSTEN, AUTOMATIC).await;
    let mut nobody = Browser::new(&world);
    let before = revision(&world, account).await;
    for (method, address, row) in rows(APPROVAL, account) {
        let page = ask(&mut others, &method, &address, row, account).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "another clinic's: {method} {address}");
        page.says_nothing_of("251248");
        for browser in [&mut patient, &mut nobody] {
            let page = ask(browser, &method, &address, row, account).await;
            let expected = if method == Method::GET { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, expected, "{method} {address}");
            page.says_nothing_of("251248");
        }
    }
    assert_eq!(revision(&world, account).await, before);
    drain(&world).await;
    assert!(world.portal.find_person(&world.staff(APPROVAL), Person::MAX.cpr).await.expect("found").is_none());
}

#[tokio::test]
async fn s1_staff_reach_nobody_of_another_clinic_by_their_own_addresses() {
    let world = World::new();
    let waiting = request_of(&world, &Person::NANCY, APPROVAL).await;
    let member = user_made(&world, &world.staff(APPROVAL), &Person::MAX).await;
    let mut others = staff_at(&world, AUTOMATIC, Role::Administrator).await;
    for account in [waiting, member, AccountId(7)] {
        for (method, address, row) in rows(AUTOMATIC, account) {
            let is_about_one = row.1.contains("{person}") || row.2.iter().any(|(_, value)| *value == WHOM);
            if !is_about_one {
                continue;
            }
            let page = ask(&mut others, &method, &address, row, account).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{method} {address}: {}", page.text);
            page.says_nothing_of("Berggren");
        }
    }
    let found = others.post_as_staff("/personale/automatic/find", &[("cpr", Person::NANCY.cpr)]).await;
    found.says("Ingen med det nummer");
    drain(&world).await;
}

#[tokio::test]
async fn s1_a_form_of_staff_counts_from_their_own_pages_only() {
    let world = World::new();
    let account = request_of(&world, &Person::NANCY, APPROVAL).await;
    let mut browser = staff_at(&world, APPROVAL, Role::Administrator).await;
    let before = revision(&world, account).await;
    let posts = rows(APPROVAL, account).into_iter().filter(|(method, ..)| *method == Method::POST);
    for (_, address, row) in posts.collect::<Vec<_>>() {
        let whom = word(account);
        let typed = |value: &str| if value == WHOM { whom.clone() } else { value.to_owned() };
        let fields: Vec<_> = row.2.iter().map(|(name, value)| ((*name).to_owned(), typed(value))).collect();
        let foreign = browser.post_fields(&address, &fields, &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{address}");
        let without_token = browser.post_fields(&address, &fields, &[("sec-fetch-site", "same-origin")]).await;
        assert!(without_token.status.is_success() || without_token.status.is_redirection(), "{address}");
    }
    assert_eq!(revision(&world, account).await, before);
    drain(&world).await;
}
