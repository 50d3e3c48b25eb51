//! A form that comes when its session is over: L10, I4, I7.

use std::time::Duration;

use patientportal_core::portal::{FormOwner, LateForm, PasswordForm};
use patientportal_testkit::crowd::{CALLERS, all_at_once};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, World, refusal};

use crate::{HOUR, MINUTE};

const NANCY: Person = Person::NANCY;
const PLACE: &str = "/automatic/ret-mobil";

/// Whose page the browser has open.
async fn page_of(world: &World, browser: &Browser<'_>) -> FormOwner {
    let principal = browser.principal().await.expect("logged in");
    let mark = world.portal.form_mark(&browser.visitor, &principal);
    world.portal.form_owner(&browser.visitor, &mark).expect("its own mark")
}

fn typed(mobile: &str) -> Vec<(String, String)> {
    vec![("mobil".to_owned(), mobile.to_owned())]
}

async fn keep(world: &World, browser: &Browser<'_>, owner: &FormOwner, mobile: &str) -> bool {
    let (clinic, fields) = (browser.to.clinic, typed(mobile));
    refusal(world.portal.keep_late_form(&browser.visitor, owner, clinic, PLACE, &fields).await).expect("no refusal")
}

async fn offered(world: &World, browser: &Browser<'_>) -> Option<LateForm> {
    let principal = browser.principal().await.expect("logged in");
    world.portal.late_form(&browser.visitor, &principal).await.expect("no fault")
}

async fn take(world: &World, browser: &Browser<'_>) -> Option<LateForm> {
    let principal = browser.principal().await.expect("logged in");
    refusal(world.portal.take_late_form(&browser.visitor, &principal).await).expect("no refusal")
}

/// Nancy's session ends in this way; then she sends her form, logs in again and gets it back, once.
async fn comes_back_after(world: &World, end: impl AsyncFnOnce(&World, &mut Browser<'_>)) {
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    let owner = page_of(world, &browser).await;
    end(world, &mut browser).await;
    assert!(keep(world, &browser, &owner, "20 12 34 56").await);
    browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    let late = offered(world, &browser).await.expect("it is kept");
    assert_eq!((late.place.as_str(), late.fields, late.clinic), (PLACE, typed("20 12 34 56"), browser.to.clinic));
    assert!(take(world, &browser).await.is_some());
    assert_eq!((take(world, &browser).await, offered(world, &browser).await), (None, None), "once");
}

#[tokio::test]
async fn l10_a_form_sent_after_the_idle_end_is_given_back_after_login() {
    comes_back_after(&World::new(), async |world, browser| {
        world.wait(21 * MINUTE);
        assert!(browser.principal().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn l10_a_form_sent_after_eight_hours_is_given_back_after_login() {
    comes_back_after(&World::new(), async |world, browser| {
        let began = world.portal.now();
        for _ in 0..40 {
            world.wait(15 * MINUTE);
            if browser.principal().await.is_none() {
                break;
            }
            world.portal.keep_house().await.expect("no fault");
        }
        assert_eq!(world.portal.now().since(began), 8 * HOUR);
        assert!(browser.principal().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn l10_a_form_sent_after_a_new_password_elsewhere_is_given_back_after_login() {
    comes_back_after(&World::new(), async |world, browser| {
        let mut other = world.browser(AUTOMATIC);
        other.log_in_with_mitid(&NANCY).await.expect("logged in");
        let principal = other.principal().await.expect("logged in");
        let new = "Endnu-Bedre-7".to_owned();
        let form = PasswordForm { old: String::new(), new: new.clone(), again: new };
        refusal(world.portal.change_password(&other.visitor, &principal, other.to, &form).await).expect("changed");
        world.mail("Din adgangskode er ændret").await;
        assert!(browser.principal().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn l10_a_form_sent_when_somebody_else_has_logged_in_is_kept_from_them_and_given_back_to_its_owner() {
    let world = World::new();
    drop(world.registered(&Person::MAX, AUTOMATIC).await);
    comes_back_after(&world, async |world, browser| {
        let owner = page_of(world, browser).await;
        browser.log_in_with_mitid(&Person::MAX).await.expect("logged in");
        assert!(!owner.is(&browser.principal().await.expect("logged in")), "the page is not his");
        assert!(keep(world, browser, &owner, "30 12 34 56").await);
        assert_eq!((offered(world, browser).await, take(world, browser).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn l10_another_device_of_the_same_person_gets_nothing() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    assert!(keep(&world, &browser, &page_of(&world, &browser).await, "20 12 34 56").await);
    let mut other = world.browser(AUTOMATIC);
    other.log_in_with_mitid(&NANCY).await.expect("logged in");
    assert_eq!((offered(&world, &other).await, take(&world, &other).await), (None, None));
    browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    assert!(take(&world, &browser).await.is_some());
}

#[tokio::test]
async fn l10_a_mark_is_of_its_browser_and_cannot_be_made() {
    let world = World::new();
    let (nancy, max) = (world.registered(&NANCY, AUTOMATIC).await, world.registered(&Person::MAX, AUTOMATIC).await);
    let mark = world.portal.form_mark(&nancy.visitor, &nancy.principal().await.expect("logged in"));
    assert!(world.portal.form_owner(&nancy.visitor, &mark).is_some());
    assert_eq!(world.portal.form_owner(&max.visitor, &mark), None, "in another browser it is nobody's");
    let own = world.portal.form_mark(&max.visitor, &max.principal().await.expect("logged in"));
    // Her account with his seal.
    let forged = format!("{}{}", &mark[..8], &own[8..]);
    for bad in ["", "A", "æ", &mark[1..], &forged, &"A".repeat(32)] {
        assert_eq!(world.portal.form_owner(&max.visitor, bad), None, "{bad}");
    }
}

#[tokio::test]
async fn l10_it_is_gone_after_half_an_hour_and_its_row_is_purged() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    let owner = page_of(&world, &browser).await;
    keep(&world, &browser, &owner, "20 12 34 56").await;
    world.wait(29 * MINUTE);
    browser.log_in_with_mitid(&NANCY).await.expect("logged in");
    assert!(offered(&world, &browser).await.is_some());
    world.wait(MINUTE);
    assert_eq!((offered(&world, &browser).await, take(&world, &browser).await), (None, None));
    world.wait(HOUR);
    assert!(world.store.purge(world.portal.now(), 100).await.expect("no fault") > 0);
    assert_eq!(world.store.purge(world.portal.now(), 100).await.expect("no fault"), 0);
}

#[tokio::test]
async fn l10_the_newest_form_is_kept_and_one_that_is_too_long_is_not() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    let owner = page_of(&world, &browser).await;
    for mobile in ["20 12 34 56", "30 12 34 56"] {
        assert!(keep(&world, &browser, &owner, mobile).await);
    }
    assert!(!keep(&world, &browser, &owner, &"1".repeat(17 * 1024)).await);
    assert_eq!(take(&world, &browser).await.expect("kept").fields, typed("30 12 34 56"));
}

#[tokio::test]
async fn a7_a_mere_place_is_given_back_by_the_next_login_and_by_no_later_one() {
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    let owner = page_of(&world, &browser).await;
    let clinic = browser.to.clinic;
    world.portal.keep_late_form(&browser.visitor, &owner, clinic, PLACE, &[]).await.expect("kept");
    for expected in [Some(PLACE.to_owned()), None] {
        let login = browser.log_in_with_mitid(&NANCY).await.expect("logged in");
        let late = world.portal.late_form_at_login(&browser.visitor, &login).await.expect("no fault");
        assert_eq!(late.map(|late| late.place), expected);
    }
}

#[tokio::test]
async fn l10_i7_nothing_typed_is_printed() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    keep(&world, &browser, &page_of(&world, &browser).await, "20 12 34 56").await;
    let late = take(&world, &browser).await.expect("kept");
    assert!(!format!("{late:?}").contains("20 12"), "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l10_i4_one_form_taken_sixty_four_times_at_once_is_given_back_once() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    keep(&world, &browser, &page_of(&world, &browser).await, "20 12 34 56").await;
    let principal = browser.principal().await.expect("logged in");
    let (answers, refusals) = all_at_once(|_| {
        let (portal, visitor, principal) = (world.portal.clone(), browser.visitor.clone(), principal.clone());
        async move { portal.take_late_form(&visitor, &principal).await }
    })
    .await;
    assert_eq!((answers.len(), refusals.len()), (CALLERS, 0));
    assert_eq!(answers.iter().flatten().count(), 1);
}

#[tokio::test]
async fn l10_a_page_is_told_when_its_session_ends_and_never_too_early() {
    let world = World::new();
    let browser = world.registered(&NANCY, AUTOMATIC).await;
    world.wait(Duration::from_secs(30));
    let principal = browser.principal().await.expect("logged in");
    let (ends, over) = (principal.ends(), principal.over());
    assert_eq!(over.since(ends), MINUTE);
    world.wait(ends.since(world.portal.now()));
    assert!(over > world.portal.now());
    world.wait(over.since(world.portal.now()));
    assert!(browser.principal().await.is_none());
}

#[tokio::test]
async fn l10_forms_kept_from_made_up_devices_are_none() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let world = World::new();
    let mut browser = world.registered(&NANCY, AUTOMATIC).await;
    let owner = page_of(&world, &browser).await;
    let own = browser.visitor.device.clone();
    let foreign = world.registered(&Person::MAX, AUTOMATIC).await.visitor.device.clone();
    let made_up = [vec![7_u8; 16], vec![7; 32]].map(|bytes| Some(URL_SAFE_NO_PAD.encode(bytes)));
    for device in [None, foreign].into_iter().chain(made_up) {
        browser.visitor.device = device;
        assert!(!keep(&world, &browser, &owner, "20 12 34 56").await);
        assert_eq!(offered(&world, &browser).await, None);
    }
    browser.visitor.device = own;
    assert!(keep(&world, &browser, &owner, "20 12 34 56").await);
}
