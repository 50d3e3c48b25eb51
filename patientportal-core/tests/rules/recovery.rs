//! A forgotten password: F1.

use patientportal_core::refusal::{Failure, Refusal};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World, refusal};

use crate::{HOUR, MINUTE};

const NEW: &str = "Helt-ny-kode-7";

#[tokio::test]
async fn f1_the_link_sets_a_new_password_once_ends_all_sessions_and_opens_none() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    browser.request_reset(Person::NANCY.cpr, "NANCY@Example.dk").await.expect("taken");
    let link = world.mailed_link().await;
    for _ in 0..3 {
        world.portal.check_reset_link(&link).await.expect("opening it changes nothing");
    }
    assert!(browser.principal().await.is_some());
    world.portal.submit_reset(&browser.visitor, &link, NEW, NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
    assert!(browser.principal().await.is_none(), "all sessions end");
    let again = refusal(world.portal.submit_reset(&browser.visitor, &link, NEW, NEW).await);
    assert_eq!(again.err(), Some(Refusal::LinkDead));

    let fresh = world.browser(AUTOMATIC);
    let old = fresh.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.err();
    assert_eq!(old, Some(Refusal::WrongCredentials));
    fresh.submit_password(Person::NANCY.cpr, NEW).await.expect("and a code is still asked for");
    world.mailed_code().await;
}

#[tokio::test]
async fn f1_no_link_for_a_wrong_pair_or_an_address_that_nobody_proved() {
    let world = World::new();
    let browser = world.registered(&Person::NANCY, AUTOMATIC).await;
    for (cpr, email) in [
        (Person::NANCY.cpr, Person::NANCY.email), // never proved
        (Person::NANCY.cpr, Person::MAX.email),
        (Person::MAX.cpr, Person::NANCY.email),
    ] {
        browser.request_reset(cpr, email).await.expect("the answer is the same");
    }
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
}

#[tokio::test]
async fn f1_a_new_link_ends_the_older_and_there_are_three_an_hour() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    let mut links = Vec::new();
    for _ in 0..3 {
        browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
        links.push(world.mailed_link().await);
    }
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("the answer is the same");
    world.work().await;
    assert_eq!(world.mailer.unread(), 0, "no fourth");
    let last = links.pop().expect("three");
    for older in &links {
        assert!(matches!(world.portal.check_reset_link(older).await, Err(Failure::Refused(Refusal::LinkDead))));
    }
    world.portal.check_reset_link(&last).await.expect("alive");
    world.wait(30 * MINUTE);
    assert!(world.portal.check_reset_link(&last).await.is_err(), "half an hour");
    world.wait(HOUR);
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    world.mailed_link().await;
}

#[tokio::test]
async fn f1_i6_a_mailbox_is_not_the_way_to_find_out_whose_number_goes_with_it() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    let numbers = [Person::MAX.cpr, Person::KIRSTEN.cpr, Person::CHILD.cpr, Person::SIXTEEN.cpr];
    for attempt in 0..10 {
        let address = if attempt % 2 == 0 { Person::NANCY.email } else { "NANCY@Example.DK" };
        browser.request_reset(numbers[attempt % 4], address).await.expect("the answer is the same");
    }
    // From wherever it is asked, and whatever the number: the right one too.
    for number in [Person::NANCY.cpr, Person::MAX.cpr] {
        let mut elsewhere = world.browser(AUTOMATIC);
        elsewhere.visitor.address = std::net::IpAddr::from([198, 51, 100, 7]);
        let waits = elsewhere.request_reset(number, Person::NANCY.email).await;
        assert!(matches!(waits, Err(Refusal::ResetsWait { .. })), "{waits:?}");
    }
    world.work().await;
    assert_eq!(world.mailer.unread(), 0);
    browser.request_reset(Person::NANCY.cpr, Person::MAX.email).await.expect("another address is not slowed");
    world.wait(HOUR);
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    world.mailed_link().await;
}

#[tokio::test]
async fn f1_i6_an_address_that_nobody_has_is_counted_alike() {
    let world = World::new();
    let browser = world.browser(AUTOMATIC);
    for _ in 0..10 {
        browser.request_reset(Person::NANCY.cpr, "nobody@example.dk").await.expect("the answer is the same");
    }
    let waits = browser.request_reset(Person::NANCY.cpr, "nobody@example.dk").await;
    assert!(matches!(waits, Err(Refusal::ResetsWait { .. })), "{waits:?}");
}

#[tokio::test]
async fn f1_a_right_password_typed_before_the_reset_counts_as_a_wrong_one_after_it() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    let mut thief = world.browser(AUTOMATIC);
    let page = thief.submit_password(Person::NANCY.cpr, Person::NANCY.password).await.expect("right");
    let code = world.mailed_code().await;
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let link = world.mailed_link().await;
    world.portal.submit_reset(&browser.visitor, &link, NEW, NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
    assert_eq!(thief.submit_code(&page, &code).await.err(), Some(Refusal::FlowOver));
}

#[tokio::test]
async fn f1_a_password_that_may_not_be_chosen_leaves_the_link_alive() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let link = world.mailed_link().await;
    for (password, again) in [("kort", "kort"), (NEW, "Noget-andet-7"), ("Berggren-Test7", "x")] {
        let refused = refusal(world.portal.submit_reset(&browser.visitor, &link, password, again).await);
        assert!(matches!(refused, Err(Refusal::InvalidForm(_))), "{refused:?}");
    }
    world.portal.submit_reset(&browser.visitor, &link, NEW, NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
}

#[tokio::test]
async fn l6_a_new_password_clears_the_failures_of_the_owners_own_browser() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    for _ in 0..5 {
        let _ = browser.submit_password(Person::NANCY.cpr, "Forkert-12").await;
    }
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    let link = world.mailed_link().await;
    world.portal.submit_reset(&browser.visitor, &link, NEW, NEW).await.expect("set");
    world.mail("Din adgangskode er ændret").await;
    browser.submit_password(Person::NANCY.cpr, NEW).await.expect("at once");
    world.mailed_code().await;
}

#[tokio::test]
async fn f1_a_request_that_came_to_nothing_is_no_dead_mail() {
    let world = World::new();
    let browser = world.proven(&Person::NANCY, AUTOMATIC).await;
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("taken");
    world.wait(HOUR);
    world.work().await;
    assert!(world.portal.dead_mails(None, 10).await.expect("no fault").0.is_empty());
}

#[tokio::test]
async fn f1_a_strangers_requests_do_not_keep_the_owners_own_browser_from_a_link() {
    let world = World::new();
    let own = world.proven(&Person::NANCY, AUTOMATIC).await;
    let stranger = world.browser(AUTOMATIC);
    let mut waits = Ok(());
    for _ in 0..11 {
        waits = stranger.request_reset(Person::MAX.cpr, Person::NANCY.email).await;
    }
    assert!(matches!(waits, Err(Refusal::ResetsWait { .. })), "{waits:?}");
    let waits = world.browser(AUTOMATIC).request_reset(Person::NANCY.cpr, Person::NANCY.email).await;
    assert!(matches!(waits, Err(Refusal::ResetsWait { .. })), "a browser like any other: {waits:?}");
    let waits = own.request_reset(Person::MAX.cpr, Person::NANCY.email).await;
    assert!(matches!(waits, Err(Refusal::ResetsWait { .. })), "with another number it is one too: {waits:?}");
    own.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("her own");
    world.mailed_link().await;
    // Nor may the browser ask without end.
    let mut waits = Ok(());
    for _ in 0..10 {
        waits = own.request_reset(Person::NANCY.cpr, Person::NANCY.email).await;
    }
    assert!(matches!(waits, Err(Refusal::ResetsWait { .. })), "{waits:?}");
}
