//! The pages as people see them.

use mitid_simulator::{PERSONS, Shape};

use crate::world::{World, request};

#[tokio::test]
async fn the_page_lists_every_person_with_number_and_age_in_both_languages() {
    let world = World::new(Shape::Idura).await;
    let danish = world.get(&format!("/authorize?{}", request(&[]))).await;
    let english = world.get(&format!("/authorize?{}", request(&[("ui_locales", "en")]))).await;
    assert!(danish.body.contains("<html lang=\"da\">") && english.body.contains("<html lang=\"en\">"));
    for person in PERSONS {
        for page in [&danish, &english] {
            assert!(page.body.contains(person.name), "{}", person.name);
            assert!(person.cpr.is_none_or(|cpr| page.body.contains(cpr)), "{}", person.name);
        }
        assert!(danish.body.contains(person.purpose) && english.body.contains(person.purpose_english));
    }
    assert!(danish.body.contains("111010-9996, 16 år") && english.body.contains("111010-9996, 16 years"));
    assert!(danish.body.contains(">Afbryd<") && english.body.contains(">Cancel<"));
    world.clock.wait(365 * 24 * 3600);
    assert!(world.get(&format!("/authorize?{}", request(&[]))).await.body.contains("111010-9996, 17 år"));
}

#[tokio::test]
async fn every_page_has_the_banner_and_works_under_a_strict_policy() {
    let world = World::new(Shape::Idura).await;
    for target in
        ["/".to_owned(), format!("/authorize?{}", request(&[])), "/authorize".to_owned(), "/logout".to_owned()]
    {
        let page = world.get(&target).await;
        assert!(page.body.contains("<header>MitID-simulator – kun til test</header>"), "{target}");
        assert!(
            !page.body.contains("<script") && !page.body.contains("style=") && !page.body.contains(" on"),
            "{target}"
        );
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"), "{policy}");
        assert!(policy.ends_with("base-uri 'none'; frame-ancestors 'none'"), "{policy}");
        assert_eq!(policy.contains("http://127.0.0.1:8080"), target.len() > 20, "only the choice goes to the portal");
        assert_eq!(page.headers["cache-control"], "no-store");
    }
    assert_eq!(world.get("/style.css").await.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(world.get("/nowhere").await.status, 404);
}

#[tokio::test]
async fn what_a_request_brings_is_shown_escaped() {
    let world = World::new(Shape::Idura).await;
    let page = world.get(&format!("/authorize?{}&x='", request(&[]))).await;
    assert!(page.body.contains("&amp;x=&#39;\">"), "{}", page.body);
    let unknown = world.post("/authorize", &[("request", &request(&[])), ("person", "<nobody>")]).await;
    assert_eq!(unknown.status, 400);
    assert!(!unknown.body.contains("nobody"));
}
