//! A portal that people use while it is moved: logged in, waiting for a code, slowed down, waiting for a mail.

use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{CodePage, Visitor};
use patientportal_core::ports::Clock;
use patientportal_core::refusal::Refusal;

use crate::conformance::StoreUnderTest;
use crate::person::Person;
use crate::world::{AUTOMATIC, World};

/// What people hold in their hands when a portal is moved.
pub(super) struct Lived {
    now: Timestamp,
    logged_in: Visitor,
    waiting: Visitor,
    page: CodePage,
    code: String,
    slowed_down: Refusal,
}

/// Lets people use a portal over this store, up to a moment.
pub(super) async fn live(store: &dyn StoreUnderTest) -> Lived {
    let world = World::with(store.open().await, |_| {});
    world.portal.check_keys().await.expect("the first keys are registered");
    let logged_in = world.proven(&Person::NANCY, AUTOMATIC).await.visitor.clone();
    drop(world.registered(&Person::MAX, AUTOMATIC).await);
    drop(world.registered(&Person::KIRSTEN, AUTOMATIC).await);
    let waiting = world.browser(AUTOMATIC);
    let page = waiting.submit_password(Person::KIRSTEN.cpr, Person::KIRSTEN.password).await.expect("a right password");
    let code = world.mailed_code().await;
    let browser = world.browser(AUTOMATIC);
    for _ in 0..5 {
        browser.submit_password(Person::MAX.cpr, "not-it-at-all").await.expect_err("a wrong password");
    }
    let slowed_down = browser.submit_password(Person::MAX.cpr, Person::MAX.password).await;
    let slowed_down = slowed_down.expect_err("L6: too many were wrong");
    world.portal.seal_audit().await.expect("the trail is sealed");
    browser.request_reset(Person::NANCY.cpr, Person::NANCY.email).await.expect("whoever asks is told the same");
    let waiting = waiting.visitor.clone();
    drop(browser);
    Lived { now: world.clock.now(), logged_in, waiting, page, code, slowed_down }
}

impl Lived {
    /// Nobody notices that the portal runs over another store by now.
    pub(super) async fn goes_on(self, store: &dyn StoreUnderTest) {
        let world = World::with(store.open().await, |_| {});
        world.clock.set(self.now);
        // One that draws other numbers than the first did before.
        let world = world.another_node(|_, _| {});
        world.portal.check_keys().await.expect("these are the portal's keys");
        let session = self.logged_in.session.as_deref().expect("she is logged in");
        assert!(world.portal.principal(session).await.expect("no fault").is_some(), "she still is");
        let _link = world.mailed_link().await;
        let tally = world.portal.verify_audit(None, &mut |flaw| panic!("I9: {flaw}")).await.expect("it is read");
        assert!(tally.batches == 1 && tally.entries > 0 && tally.unsealed > 0, "I9: {tally:?}");

        let mut browser = world.browser(AUTOMATIC);
        let slowed_down = browser.submit_password(Person::MAX.cpr, Person::MAX.password).await;
        assert_eq!(slowed_down.expect_err("L6: he still waits"), self.slowed_down);
        browser.visitor = self.waiting;
        browser.submit_code(&self.page, &self.code).await.expect("L3: the code that was mailed before logs in");
        assert!(browser.principal().await.is_some());
    }
}
