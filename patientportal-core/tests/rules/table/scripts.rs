//! The scripts that bring a flow into a situation.

use patientportal_core::account::Custody;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::IdentityFailure;
use patientportal_core::refusal::Refusal;
use patientportal_core::sealing::FlowToken;
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, Browser, World, refusal};
use time::macros::date;

use crate::coming_of_age::numbered;
use crate::{HOUR, MINUTE, SECOND};

use super::samples::{Held, Situation};

/// Nancy with the number that she has got since.
pub(super) const RENUMBERED: Person = numbered(Person::NANCY, "020160-9995");
/// An address that somebody changes to.
pub(super) const NEW: &str = "ny@example.dk";

impl Situation {
    pub(super) async fn register(self, world: &World, browser: &mut Browser<'_>) -> Held {
        if matches!(self, Self::FormSentByOwner | Self::FormSentByRenumbered) {
            drop(world.proven(&Person::NANCY, AUTOMATIC).await);
        }
        let departure = browser.submit_registration(&self.awaited().form()).await.expect("a good form");
        self.maybe_break_off(browser, departure).await
    }

    pub(super) async fn come_unknown(self, browser: &mut Browser<'_>) -> Held {
        let departure = browser.leave_for_mitid().await.expect("MitID is there");
        if self == Self::Vouched {
            let identity = browser.identity(&Person::NANCY);
            browser.come_back(&departure, Ok(identity)).await.expect("vouched");
        }
        Held { departure: Some(departure), ..Held::default() }
    }

    pub(super) async fn log_in(self, world: &World, browser: &mut Browser<'_>) -> Held {
        drop(world.proven(&Person::NANCY, AUTOMATIC).await);
        if self == Self::ProofOfOwner {
            world.wait(MINUTE);
            browser.log_in_with_code(&Person::NANCY).await;
            let principal = browser.principal().await.expect("logged in");
            let departure = world.portal.begin_owner_proof(&browser.visitor, &principal, browser.to).await;
            return Held { departure: Some(departure.expect("MitID is there")), ..Held::default() };
        }
        let departure = browser.leave_for_mitid().await.expect("MitID is there");
        self.maybe_break_off(browser, departure).await
    }

    pub(super) async fn ask_for_code(self, world: &World, browser: &mut Browser<'_>) -> Held {
        drop(world.registered(&Person::NANCY, AUTOMATIC).await);
        let ask = || browser.submit_password(Person::NANCY.cpr, Person::NANCY.password);
        let mut page = ask().await.expect("a right password");
        let digits = world.mailed_code().await;
        if self == Self::CodeNotYet {
            for _ in 0..4 {
                world.wait(MINUTE + SECOND);
                page = browser.resend_code(&page).await.expect("a minute has passed");
                world.mailed_code().await;
            }
            world.wait(11 * MINUTE);
            ask().await.expect("a right password");
            return Held::default();
        }
        let code = page.reference.clone().map(|reference| (reference, digits.clone()));
        let tries = if self == Self::CodeTriedFiveTimes { 5 } else { 0 };
        for _ in 0..tries {
            browser.submit_code(&page, "000000").await.expect_err("a wrong code");
        }
        if self == Self::CodeTaken {
            browser.submit_code(&page, &digits).await.expect("a right code");
        }
        Held { code, ..Held::default() }
    }

    pub(super) async fn register_child(self, world: &World, browser: &mut Browser<'_>) -> Held {
        match self {
            Self::ChildOfUnknown => {}
            Self::ChildOfNotHolder => world.custody_is(&Person::CHILD, &Person::MAX, Custody::NotHolder),
            _ => world.custody_is(&Person::CHILD, &Person::MAX, Custody::Holder),
        }
        let departure = browser.submit_child(&Person::CHILD, &Person::MAX).await.expect("a good form");
        self.maybe_break_off(browser, departure).await
    }

    pub(super) async fn meet_child(self, world: &World, browser: &mut Browser<'_>) -> Held {
        world.custody_is(&Person::CHILD, &Person::MAX, Custody::Holder);
        world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
        world.mail("Brugeren er oprettet").await;
        let by = if self == Self::KnownChildOfStranger { Person::NANCY } else { Person::MAX };
        let departure = browser.submit_child(&Person::CHILD, &by).await.expect("a good form");
        if matches!(self, Self::ChoiceAtClinic | Self::ChoiceAtAnother) {
            let identity = browser.identity(&by);
            browser.come_back(&departure, Ok(identity)).await.expect("vouched");
        }
        Held { departure: Some(departure), ..Held::default() }
    }

    pub(super) async fn be_invited(self, world: &World, browser: &mut Browser<'_>) -> Held {
        let (_, token) = world.invited(&Person::NANCY, AUTOMATIC).await;
        let tries = if self == Self::LinkMailed { 0 } else { 5 };
        for _ in 0..tries {
            browser.activate(&token, &Person::MAX).await.expect_err("a wrong number");
        }
        Held { token: Some(token), ..Held::default() }
    }

    async fn maybe_break_off(self, browser: &mut Browser<'_>, departure: String) -> Held {
        if matches!(self, Self::FormBrokenOff | Self::LoginBrokenOff | Self::ChildBrokenOff) {
            browser.come_back(&departure, Err(IdentityFailure::Aborted)).await.expect_err("broken off");
        }
        Held { departure: Some(departure), ..Held::default() }
    }
}

/// A child's account, on the morning of its 15th birthday.
pub(super) async fn come_of_age(world: &World) {
    world.custody_is(&Person::CHILD, &Person::MAX, Custody::Holder);
    world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await.expect("confirmed");
    world.mail("Brugeren er oprettet").await;
    world.browser(AUTOMATIC).log_in_with_code(&Person::CHILD).await;
    world.work().await;
    world.clock.set(birthday());
    world.work().await;
}

/// Sends a form of who is logged in when the session is over; answers whether it is kept.
pub(super) async fn keep_form(world: &World, browser: &Browser<'_>) -> Result<bool, Refusal> {
    let principal = browser.principal().await.expect("logged in");
    let mark = world.portal.form_mark(&browser.visitor, &principal);
    let owner = world.portal.form_owner(&browser.visitor, &mark).expect("its own mark");
    world.wait(21 * MINUTE);
    let fields = [("mobil".to_owned(), "20 12 34 56".to_owned())];
    let place = "/automatic/ret-mobil";
    refusal(world.portal.keep_late_form(&browser.visitor, &owner, browser.to.clinic, place, &fields).await)
}

/// The morning of the child's 15th birthday.
pub(super) fn birthday() -> Timestamp {
    Timestamp::copenhagen_midnight(date!(2031 - 10 - 13)) + 8 * HOUR
}

/// The token that MitID carries.
pub(super) fn token_of(departure: &str) -> FlowToken {
    let (_, state) = departure.rsplit_once("state=").expect("a state");
    FlowToken::parse(state).expect("a token")
}
