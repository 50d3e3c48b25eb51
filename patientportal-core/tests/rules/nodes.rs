//! Two nodes over one store, in each round of a key rotation: whatever one began, the other ends, and what is counted is
//! counted once for both.

use patientportal_core::ids::{AccountId, KeyId};
use patientportal_core::portal::CodePage;
use patientportal_core::refusal::Refusal;
use patientportal_core::sealing::{KeyRing, MasterKey};
use patientportal_core::store::{List, Listed};
use patientportal_testkit::crowd::{CALLERS, all_at_once};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, World, refusal};

use crate::{MINUTE, SECOND};

/// The keys of two nodes, the current one first: no rotation, its first round, its second; each way around.
const ROUNDS: [[&[u16]; 2]; 5] =
    [[&[1], &[1]], [&[1], &[1, 2]], [&[1, 2], &[1]], [&[1, 2], &[2, 1]], [&[2, 1], &[1, 2]]];

const CPR: &str = Person::NANCY.cpr;
const PASSWORD: &str = Person::NANCY.password;

/// A ring of these keys, the first of which is current.
pub(crate) fn ring(ids: &[u16]) -> KeyRing {
    let mut keys = ids.iter().map(|id| MasterKey::new(KeyId(*id), [*id as u8; 32]));
    let current = keys.next().expect("a key");
    KeyRing::new(current, keys).expect("a ring")
}

/// Plays with two nodes in each round. The world that they share has only the clock and the mailbox.
async fn in_each_round(script: impl AsyncFn(&World, &World, &World)) {
    for [one, other] in ROUNDS {
        let world = World::new();
        let node = |ids| world.another_node(|_, settings| settings.keys = ring(ids));
        script(&world, &node(one), &node(other)).await;
    }
}

/// Nancy, registered at one node.
async fn registered(node: &World) -> Browser<'_> {
    node.registered(&Person::NANCY, AUTOMATIC).await
}

/// The same, with number and password given at that node, and the code mailed by the other.
async fn waiting_for_a_code<'w>(one: &'w World, other: &World) -> (Browser<'w>, CodePage, String) {
    drop(registered(one).await);
    let browser = one.browser(AUTOMATIC);
    let page = browser.submit_password(CPR, PASSWORD).await.expect("right");
    let code = other.mailed_code().await;
    (browser, page, code)
}

pub(crate) async fn sessions_of(world: &World, account: AccountId) -> Vec<Listed> {
    world.store.list(List::Sessions(account), None, 100).await.expect("no fault").rows
}

#[tokio::test]
async fn r1_a_registration_begun_at_one_node_ends_at_the_other() {
    in_each_round(async |_, one, other| {
        let begun = one.browser(AUTOMATIC);
        let departure = begun.submit_registration(&Person::NANCY.form()).await.expect("a good form");
        let mut ended = begun.led_to(other);
        let identity = ended.identity(&Person::NANCY);
        drop(ended.come_back(&departure, Ok(identity)).await.expect("MitID vouches").logged_in());
        one.mail("Din bruger er oprettet").await;
        let back = ended.led_to(one);
        let principal = back.principal().await.expect("a session of one is valid at the other");
        let owner = one.portal.owner(&principal).await.expect("no fault");
        assert_eq!(owner.full_name, "Nancy Ann Test Berggren");
        one.portal.log_out(&principal, None).await.expect("no fault");
        assert!(ended.principal().await.is_none(), "and ended at both at once");
    })
    .await;
}

#[tokio::test]
async fn l3_a_code_login_begun_at_one_node_ends_at_the_other_and_is_answered_again_by_either() {
    in_each_round(async |_, one, other| {
        let (begun, page, code) = waiting_for_a_code(one, other).await;
        let mut ended = begun.led_to(other);
        let first = ended.submit_code(&page, &code).await.expect("right");
        assert!(ended.led_to(one).principal().await.is_some());
        let again = begun.led_to(one).submit_code(&page, &code).await.expect("its own code");
        assert_eq!(again.session, first.session);
    })
    .await;
}

#[tokio::test]
async fn f1_a_link_asked_for_at_one_node_is_mailed_by_the_other_and_works_at_either() {
    in_each_round(async |_, one, other| {
        let browser = one.proven(&Person::NANCY, AUTOMATIC).await;
        browser.request_reset(CPR, Person::NANCY.email).await.expect("taken");
        let link = other.mailed_link().await;
        other.portal.check_reset_link(&link).await.expect("alive");
        one.portal.check_reset_link(&link).await.expect("alive");
        let new = "Helt-ny-kode-7";
        refusal(other.portal.submit_reset(&browser.visitor, &link, new, new).await).expect("set");
        one.mail("Din adgangskode er ændret").await;
        assert!(browser.principal().await.is_none());
        browser.led_to(one).submit_password(CPR, new).await.expect("right");
        other.mailed_code().await;
    })
    .await;
}

#[tokio::test]
async fn l6_waiting_holds_at_every_node() {
    in_each_round(async |world, one, other| {
        let owner = one.proven(&Person::NANCY, AUTOMATIC).await;
        let mut stranger = one.browser(AUTOMATIC);
        for node in [one, other, one, other, one] {
            let refused = stranger.led_to(node).submit_password(CPR, "Forkert-12").await.err();
            assert_eq!(refused, Some(Refusal::WrongCredentials));
        }
        let until = world.portal.now() + 30 * SECOND;
        for node in [one, other] {
            let refused = stranger.led_to(node).submit_password(CPR, PASSWORD).await.err();
            assert_eq!(refused, Some(Refusal::TooManyFailures { until }));
        }
        owner.led_to(other).submit_password(CPR, PASSWORD).await.expect("its own count, at the other node too");
        one.mailed_code().await;
        stranger.log_in_with_mitid(&Person::NANCY).await.expect("MitID is never held up");
        stranger = other.browser(AUTOMATIC);
        let refused = stranger.submit_password(CPR, "Forkert-12").await.err();
        assert_eq!(refused, Some(Refusal::WrongCredentials), "a login at one clears it at the other");
    })
    .await;
}

#[tokio::test]
async fn l3_codes_are_spaced_and_capped_over_all_nodes() {
    in_each_round(async |world, one, other| {
        drop(registered(one).await);
        let browser = one.browser(AUTOMATIC);
        let mut page = browser.submit_password(CPR, PASSWORD).await.expect("right");
        one.mailed_code().await;
        let elsewhere = other.browser(AUTOMATIC).submit_password(CPR, PASSWORD).await;
        assert!(matches!(elsewhere, Err(Refusal::NextCodeLater { .. })), "{elsewhere:?}");
        let back = browser.led_to(other).submit_password(CPR, PASSWORD).await.expect("right");
        assert_eq!(back, page, "led to the code on its way");
        for node in [other, one, other, one] {
            world.wait(MINUTE);
            page = browser.led_to(node).resend_code(&page).await.expect("a minute has passed");
            one.mailed_code().await;
        }
        for node in [one, other] {
            world.wait(MINUTE);
            let capped = browser.led_to(node).resend_code(&page).await;
            assert!(matches!(capped, Err(Refusal::NextCodeLater { .. })), "five an hour: {capped:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn l3_wrong_codes_are_counted_over_all_nodes() {
    in_each_round(async |world, one, other| {
        let (browser, page, code) = waiting_for_a_code(one, other).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for node in [one, other, one, other, one] {
            let refused = browser.led_to(node).submit_code(&page, wrong).await.err();
            assert_eq!(refused, Some(Refusal::WrongCode));
        }
        world.wait(MINUTE);
        for node in [one, other] {
            let refused = browser.led_to(node).submit_code(&page, &code).await.err();
            assert_eq!(refused, Some(Refusal::CodeDead), "the right one too");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a1_one_number_registered_at_both_nodes_at_once_makes_one_account() {
    in_each_round(async |world, one, other| {
        let mut returns = Vec::new();
        for node in [one, other].into_iter().cycle().take(CALLERS) {
            let browser = node.browser(AUTOMATIC);
            let departure = browser.submit_registration(&Person::NANCY.form()).await.expect("a good form");
            let query = world.identity.answer(&departure, Ok(browser.identity(&Person::NANCY)));
            returns.push((browser.visitor.clone(), query));
        }
        let portals = [other.portal.clone(), one.portal.clone()];
        let (succeeded, refusals) = all_at_once(|caller| {
            let (portal, (visitor, query)) = (portals[caller % 2].clone(), returns[caller].clone());
            async move { Ok(portal.complete_mitid(&visitor, &query).await?.outcome?) }
        })
        .await;
        assert_eq!((succeeded.len(), refusals), (CALLERS, Vec::new()));
        one.mail("Din bruger er oprettet").await;
        other.work().await;
        assert_eq!(world.mailer.unread(), 0, "one creates, the others meet the account (R6)");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i4_one_code_submitted_at_both_nodes_at_once_opens_one_session() {
    in_each_round(async |world, one, other| {
        let (browser, page, code) = waiting_for_a_code(one, other).await;
        let portals = [one.portal.clone(), other.portal.clone()];
        let (succeeded, refusals) = all_at_once(|caller| {
            let (portal, visitor) = (portals[caller % 2].clone(), browser.visitor.clone());
            let (page, code) = (page.clone(), code.clone());
            async move { portal.submit_code(&visitor, page.flow, &page.reference.unwrap_or_default(), &code).await }
        })
        .await;
        assert!(succeeded.iter().all(|answer| answer.session == succeeded[0].session));
        assert!((1..=6).contains(&succeeded.len()), "{} were counted", succeeded.len());
        assert_eq!(sessions_of(world, succeeded[0].account).await.len(), 2, "the registration's, and one");
        assert!(refusals.iter().all(|refusal| *refusal == Refusal::FlowFinished), "{refusals:?}");
    })
    .await;
}
