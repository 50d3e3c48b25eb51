//! The end of a session: the offer to stay, forms that come too late, forms of somebody else's page: L10, C6, I7.

use std::time::Duration;

use http::StatusCode;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Browser, Page};
use crate::own_page::{log_in_by_code, nancy};

const NANCY: Person = Person::NANCY;
const MOBILE: &str = "/automatic/ret-mobil";
const TYPED: [(&str, &str); 1] = [("mobil", "20 12 34 56")];
const OVER: &str = "/automatic/tiden-gik";

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// Presses the first button of the offer.
async fn shown(browser: &mut Browser, offer: &Page) -> Page {
    browser.post(offer, "/automatic/gemt", &[]).await
}

/// Nancy's form, sent when her session was over; what she is told.
async fn sent_late(world: &World, browser: &mut Browser) -> Page {
    let form = browser.visit(MOBILE).await;
    world.wait(minutes(22));
    browser.submit(&form, MOBILE, &TYPED).await
}

#[tokio::test]
async fn l10_a_page_tells_the_script_and_the_reader_when_its_session_ends() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let page = browser.visit("/automatic/start").await;
    page.says("Du logges ud kl. 09:20, hvis du ikke bruger siden.");
    let now = world.portal.now().0;
    for (name, minutes) in [("now", 0), ("warns", 18), ("ends", 20), ("over", 21), ("lasts", 8 * 60), ("idle", 20)] {
        let at = if name == "idle" { 0 } else { now };
        page.says(&format!("data-{name}=\"{}\"", at + minutes * 60_000));
    }
    for said in [
        "aria-label=\"Du er snart logget ud\"",
        "role=\"alert\"",
        "Bliv logget ind",
        "data-leave=\"/automatic/tiden-gik\"",
    ] {
        page.says(said);
    }
    Browser::new(&world).visit("/automatic").await.says_nothing_of("id=\"stay\"");
    world.wait(minutes(20));
    browser.visit("/").await.says("data-leave=\"/tiden-gik\"");
}

#[tokio::test]
async fn l10_who_stays_is_seen_and_the_page_stays_as_it_is() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let page = browser.visit("/automatic/start").await;
    for _ in 0..3 {
        world.wait(minutes(19));
        let stayed = browser.post(&page, "/bliv", &[]).await;
        assert_eq!((stayed.status, stayed.text.as_str()), (StatusCode::NO_CONTENT, ""));
        assert!(!stayed.headers.contains_key("content-length"), "204 has no length");
        world.portal.keep_house().await.expect("no fault");
    }
    browser.visit("/automatic/start").await.says("Dine funktioner");
    world.portal.keep_house().await.expect("no fault");
    world.wait(minutes(22));
    let over = browser.post(&page, "/bliv", &[]).await;
    assert_eq!(over.location().as_deref(), Some("/tiden-gik"));
}

#[tokio::test]
async fn l10_nobody_else_keeps_a_session_alive() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let fields = browser.visit("/automatic/start").await.unseen_fields("/bliv");
    let elsewhere = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    assert_eq!(browser.post_fields("/bliv", &fields, &elsewhere).await.status, StatusCode::FORBIDDEN);
    let own = [("sec-fetch-site", "same-origin")];
    assert_eq!(browser.post_fields("/bliv", &[], &own).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/bliv").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn l10_a_form_sent_too_late_comes_back_after_login_and_is_shown_once() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let told = sent_late(&world, &mut browser).await;
    told.says("Det, du skrev, er gemt");
    told.says_nothing_of("20 12 34 56");
    told.says_nothing_of("Logget ind som");
    let offer = log_in_by_code(&world, &mut browser, &NANCY).await;
    offer.says("Vil du have det, du skrev, tilbage?");
    offer.says("Kl. 09:22");
    offer.says_nothing_of("20 12 34 56");
    browser.visit("/automatic/start").await.says("href=\"/automatic/gemt\"");
    let form = shown(&mut browser, &offer).await;
    assert_eq!(form.status, StatusCode::OK);
    form.says("Her er det, du skrev");
    form.says("value=\"20 12 34 56\"");
    browser.submit(&form, MOBILE, &TYPED).await.says("Dit mobilnummer er gemt");
    let again = shown(&mut browser, &offer).await;
    browser.visit(&again.location().unwrap()).await.says("Det, du skrev, er her ikke længere");
    browser.visit("/automatic/start").await.says_nothing_of("/automatic/gemt");
    assert_eq!(browser.get("/automatic/gemt").await.location().as_deref(), Some("/automatic/start"));
}

#[tokio::test]
async fn l10_it_is_deleted_where_its_owner_says_so_and_after_half_an_hour() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    sent_late(&world, &mut browser).await;
    let offer = log_in_by_code(&world, &mut browser, &NANCY).await;
    let mut fields = offer.unseen_fields("/automatic/gemt");
    fields.iter_mut().filter(|(name, _)| name == "valg").for_each(|(_, choice)| *choice = "slet".to_owned());
    let deleted = browser.post_fields("/automatic/gemt", &fields, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(deleted.location().as_deref(), Some("/automatic/start"));
    browser.visit("/automatic/start").await.says_nothing_of("/automatic/gemt");
    sent_late(&world, &mut browser).await;
    world.wait(minutes(30));
    log_in_by_code(&world, &mut browser, &NANCY).await.says("Dine funktioner");
}

#[tokio::test]
async fn l10_c6_it_is_said_in_english_too() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let page = browser.visit(MOBILE).await;
    browser.submit(&page, "/sprog", &[("til", "en")]).await.says("Stay logged in");
    sent_late(&world, &mut browser).await.says("What you typed has been kept");
    let front = browser.visit("/automatic").await;
    let departure = browser.post(&front, "/automatic/mitid", &[]).await;
    let offer = browser.come_back(&world, &departure, Ok(NANCY.identity(world.portal.now()))).await;
    offer.says("Do you want back what you typed?");
    shown(&mut browser, &offer).await.says("Here is what you typed");
    browser.visit(OVER).await.says("You have been logged out");
}

#[tokio::test]
async fn l10_a_form_with_nothing_to_keep_says_that_the_session_is_over() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit("/automatic/skift-adgangskode").await;
    world.wait(minutes(22));
    // The cookie goes with the first answer; the form still knows whose it was.
    browser.visit("/automatic/start").await.says("Du er blevet logget ud");
    let typed = [("ny-adgangskode", "Endnu-Bedre-7"), ("adgangskode-igen", "Endnu-Bedre-7")];
    let told = browser.submit(&form, "/automatic/skift-adgangskode", &typed).await;
    told.says("Du er blevet logget ud");
    log_in_by_code(&world, &mut browser, &NANCY).await.says("Dine funktioner");
}

#[tokio::test]
async fn l10_a_form_of_somebody_elses_page_does_nothing_and_is_kept_for_them_alone() {
    let world = World::new();
    Browser::new(&world).register(&world, &Person::MAX, AUTOMATIC).await;
    let mut browser = nancy(&world).await;
    let (hers, leaving) = (browser.visit(MOBILE).await, browser.visit("/automatic/afslut").await);
    // His login began in another tab, before hers.
    let mut other = Browser { service: browser.service.clone(), cookies: browser.cookies.clone() };
    other.cookies.remove("__Host-pp-session");
    log_in_by_code(&world, &mut other, &Person::MAX).await.says("Max");
    browser.cookies = other.cookies;
    browser.submit(&hers, MOBILE, &TYPED).await.says("Siden var åbnet af en anden");
    browser.submit(&leaving, "/automatic/afslut", &[]).await.says("Siden var åbnet af en anden");
    let his = browser.visit("/automatic/din-side").await;
    his.says("<i>intet nummer</i>");
    his.says("Bruger siden");
    browser.visit("/automatic/start").await.says_nothing_of("/automatic/gemt");
    assert_eq!(browser.get("/automatic/gemt").await.location().as_deref(), Some("/automatic/start"));
    browser.submit(&his, "/log-ud", &[]).await;
    let offer = log_in_by_code(&world, &mut browser, &NANCY).await;
    shown(&mut browser, &offer).await.says("value=\"20 12 34 56\"");
}

#[tokio::test]
async fn l10_what_stood_typed_is_kept_by_the_script_and_nothing_is_done_with_it() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit("/automatic/ret-email").await;
    world.wait(minutes(15));
    let mut fields = form.unseen_fields("/automatic/ret-email");
    let typed = [("email", "ny@example.dk"), ("adgangskode", "Hemmelig-Kode-1"), ("sted", "/automatic/ret-email")];
    fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let kept = browser.post_fields(OVER, &fields, &[("sec-fetch-site", "same-origin")]).await;
    let told = browser.visit(&kept.location().unwrap()).await;
    told.says("Det, du skrev, er gemt");
    told.says_nothing_of("Nancy");
    // Neither sending it nor looking at that page was using the session.
    world.portal.keep_house().await.expect("no fault");
    world.wait(minutes(10));
    browser.visit("/automatic/start").await.says("Du er blevet logget ud");
    let offer = log_in_by_code(&world, &mut browser, &NANCY).await;
    let form = shown(&mut browser, &offer).await;
    form.says("value=\"ny@example.dk\"");
    form.says_nothing_of("Hemmelig-Kode-1");
    form.says("Din adgangskode nu");
}

#[tokio::test]
async fn l10_only_forms_of_the_portal_are_kept_and_only_from_their_browser() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let fields = browser.visit(MOBILE).await.unseen_fields(MOBILE);
    let post = async |browser: &mut Browser, fields: &[(String, String)], place: &str| {
        let mut fields = fields.to_vec();
        fields.extend([("sted", place), ("mobil", "20 12 34 56")].map(|(name, value)| (name.into(), value.into())));
        browser.post_fields(OVER, &fields, &[("sec-fetch-site", "same-origin")]).await.location().unwrap()
    };
    for place in ["", "/", "//evil.example", "/approval/ret-mobil", "/automatic/start", "/automatic/log-ind", "/ukendt"]
    {
        assert_eq!(post(&mut browser, &fields, place).await, OVER, "{place}");
    }
    let mut other = Browser::new(&world);
    other.visit("/automatic").await;
    assert_eq!(post(&mut other, &fields, MOBILE).await, OVER);
    assert!(post(&mut browser, &fields, MOBILE).await.contains("form-kept"));
}

#[tokio::test]
async fn l10_l9_whoever_logged_out_leaves_nothing_to_keep() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit(MOBILE).await;
    browser.submit(&form, "/log-ud", &[]).await;
    browser.submit(&form, MOBILE, &TYPED).await.says_nothing_of("er gemt");
    log_in_by_code(&world, &mut browser, &NANCY).await.says("Dine funktioner");
}

#[tokio::test]
async fn l10_k1_what_was_typed_to_a_clinics_question_comes_back_too() {
    let world = World::new().with_clinic_systems();
    world.clinic_holds(AUTOMATIC, &NANCY, "gammel@example.dk", "20 11 22 33");
    let mut browser = Browser::new(&world);
    browser.register(&world, &NANCY, AUTOMATIC).await;
    let page = browser.visit("/automatic/tidsbestilling").await;
    world.wait(minutes(22));
    let typed = [("email", "ny@example.dk"), ("mobil", "20 12 34 56")];
    browser.submit(&page, "/automatic/kontaktoplysninger", &typed).await.says("Det, du skrev, er gemt");
    let offer = log_in_by_code(&world, &mut browser, &NANCY).await;
    offer.says("Bekræft dine oplysninger");
    let form = shown(&mut browser, &offer).await;
    for said in ["value=\"ny@example.dk\"", "value=\"20 12 34 56\"", "gammel@example.dk", "Her er det, du skrev"] {
        form.says(said);
    }
}

#[tokio::test]
async fn l10_an_embedding_programs_form_is_kept_too_and_led_back_to() {
    const PLACE: &str = "/konsultation/ny";
    let world = World::new();
    let mut browser = nancy(&world).await;
    let head = |browser: &Browser| {
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        http::Request::post(PLACE).header("cookie", cookies.join("; ")).body(()).unwrap().into_parts().0
    };
    let parts = head(&browser);
    let visitor = browser.service.visitor(&parts).expect("entropy");
    let principal = browser.service.principal(&parts.headers).await.expect("no fault").expect("logged in");
    let mark = world.portal.form_mark(&visitor, &principal);
    world.wait(minutes(22));
    let parts = head(&browser);
    assert!(browser.service.principal(&parts.headers).await.expect("no fault").is_none());
    let owner = world.portal.form_owner(&visitor, &mark).expect("hers");
    let (clinic, fields) = (world.clinic(AUTOMATIC), [("emne".to_owned(), "Blodprøve".to_owned())]);
    assert!(world.portal.keep_late_form(&visitor, &owner, clinic, PLACE, &fields).await.expect("kept"));
    let front = browser.visit("/automatic").await;
    let departure = browser.post(&front, "/automatic/mitid", &[]).await;
    let query = world.identity.answer(&departure.departs_to(), Ok(NANCY.identity(world.portal.now())));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let landed = browser.get(&format!("/mitid/retur?{query}")).await;
    assert_eq!(landed.location().as_deref(), Some(PLACE));
    let parts = head(&browser);
    let visitor = browser.service.visitor(&parts).expect("entropy");
    let principal = browser.service.principal(&parts.headers).await.expect("no fault").expect("logged in");
    let late = world.portal.take_late_form(&visitor, &principal).await.expect("no refusal").expect("kept");
    assert_eq!((late.place.as_str(), late.fields.as_slice()), (PLACE, fields.as_slice()));
}

#[tokio::test]
async fn l10_a_kept_place_leads_to_this_host_only() {
    for (place, leads_there) in [
        ("/konsultation", true),
        ("//evil.example", false),
        ("/\\evil.example", false),
        ("/\t/evil.example", false),
        ("https://evil.example", false),
    ] {
        for fields in [Vec::new(), vec![("emne".to_owned(), "Blodprøve".to_owned())]] {
            let world = World::new();
            let mut browser = nancy(&world).await;
            let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let head = http::Request::post("/").header("cookie", cookies.join("; ")).body(()).unwrap().into_parts().0;
            let visitor = browser.service.visitor(&head).expect("entropy");
            let principal = browser.service.principal(&head.headers).await.expect("no fault").expect("logged in");
            let (owner, clinic) = (principal.as_form_owner(), world.clinic(AUTOMATIC));
            assert!(world.portal.keep_late_form(&visitor, &owner, clinic, place, &fields).await.expect("kept"));
            world.wait(minutes(22));
            let front = browser.visit("/automatic").await;
            let departure = browser.post(&front, "/automatic/mitid", &[]).await;
            let query = world.identity.answer(&departure.departs_to(), Ok(NANCY.identity(world.portal.now())));
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            let landed = browser.get(&format!("/mitid/retur?{query}")).await.location().expect("a redirect");
            assert_eq!(landed == place, leads_there, "{place}: {landed}");
            assert!(landed.starts_with('/') && !landed.contains("evil"), "{landed}");
        }
    }
}

#[tokio::test]
async fn l10_what_is_longer_than_any_address_is_not_kept() {
    let world = World::new();
    let mut browser = nancy(&world).await;
    let form = browser.visit(MOBILE).await;
    world.wait(minutes(22));
    browser.submit(&form, MOBILE, &[("mobil", &"2".repeat(255))]).await.says_nothing_of("er gemt");
    log_in_by_code(&world, &mut browser, &NANCY).await.says("Dine funktioner");
}
