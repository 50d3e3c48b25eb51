//! The end of a session on a page (L10): the offer to stay, the page that comes after it, and what was typed meanwhile.

use patientportal_core::language::Language;
use patientportal_core::portal::{Portal, Principal};

use super::{Action, Frame, MessagePage, Tone};
use crate::links::words;
use crate::texts::{LateFormTexts, LoginTexts, fill};

/// When a page's session ends, for the script. Times are the portal's, in milliseconds since 1970.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stay {
    /// Whose page it is: the mark that its forms carry.
    pub mark: String,
    /// When the page was made.
    pub now: i64,
    /// When to offer to stay.
    pub warns: i64,
    /// Until when the page promises the session.
    pub ends: i64,
    /// When it is over.
    pub over: i64,
    /// When it is over however much it is used.
    pub lasts: i64,
    /// For how long a request makes it go on.
    pub idle: i64,
    language: Language,
}

impl Stay {
    /// The end of `principal`'s session, on a page with this mark.
    #[must_use]
    pub fn of(portal: &Portal, principal: &Principal, mark: String, language: Language) -> Self {
        let idle = milliseconds(portal.policy().session_idle);
        let ends = principal.ends().0;
        Self {
            mark,
            now: portal.now().0,
            // A session that is shorter than the notice would begin with it.
            warns: ends - NOTICE.min(idle / 2),
            ends,
            over: principal.over().0,
            lasts: principal.ends_in_any_case().0,
            idle,
            language,
        }
    }

    pub(crate) fn t(&self) -> &'static LateFormTexts {
        LateFormTexts::of(self.language)
    }
}

/// The page after the end: nobody's.
#[must_use]
pub fn session_over_page(frame: Frame) -> MessagePage {
    let (texts, login) = (LateFormTexts::of(frame.language), LoginTexts::of(frame.language));
    let home = match frame.slug() {
        Some(slug) => frame.links.front(slug),
        None => frame.links.root(),
    };
    MessagePage::new(frame, Tone::Notice, login.expired_title)
        .say(texts.over)
        .say(texts.over_advice)
        .act(Action::link(texts.log_in_again, home).primary())
}

/// Asks whether to show a form that came too late: `what` it was about, and when it came (`14:05`).
#[must_use]
pub fn late_form_page(frame: Frame, slug: &str, what: &str, time: &str) -> MessagePage {
    let (texts, to) = (LateFormTexts::of(frame.language), frame.links.late_form(slug));
    let choice = |choice: &str| vec![(words::CHOICE, choice.to_owned())];
    let said = fill(&fill(texts.offer, "what", what), "time", time);
    MessagePage::new(frame, Tone::Plain, texts.offer_title)
        .say(said)
        .say(texts.offer_once)
        .act(Action::post(texts.show, to.clone(), choice(words::SHOW)).primary())
        .act(Action::post(texts.forget, to, choice(words::FORGET)))
}

fn milliseconds(length: std::time::Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// How long before the end it is said: two minutes.
const NOTICE: i64 = 2 * 60 * 1000;
