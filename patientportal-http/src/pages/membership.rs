//! Where somebody stands at a clinic that decides on its users (R4, A9), and what a clinic tells for a time (C8).

use patientportal_core::account::{Membership, MembershipState};
use patientportal_core::language::Language;
use patientportal_core::moment::Timestamp;

use super::{Action, Frame, MessagePage, Tone};
use crate::texts::{MembershipTexts, fill};

/// What a clinic tells its visitors for a time.
#[derive(Debug, Clone)]
pub struct ClinicNews {
    /// What it says.
    pub text: String,
    /// Which functions are closed meanwhile, if any.
    pub closes: Option<String>,
}

/// How an earlier request ended: said to whom may ask again, and to whom the clinic has closed meanwhile.
#[derive(Debug, Clone)]
pub struct EarlierRequest {
    /// What became of it.
    pub title: &'static str,
    /// Why.
    pub reason: Option<String>,
    /// What the clinic wrote beside it.
    pub words: Option<String>,
    /// What can be done.
    pub next: String,
}

impl EarlierRequest {
    /// How the request of this membership ended; none where none did. `closed`: nobody may ask here any more.
    #[must_use]
    pub fn of(membership: &Membership, words: Option<String>, closed: bool, language: Language) -> Option<Self> {
        let texts = MembershipTexts::of(language);
        match membership.state {
            MembershipState::Refused => {
                let reason = membership.reason.map(|reason| reason.text(language).to_owned());
                let next = if closed { texts.again_closed } else { texts.again };
                Some(Self { title: texts.refused_title, reason, words, next: next.to_owned() })
            }
            MembershipState::Lapsed => {
                let text = if closed { texts.lapsed_closed } else { texts.lapsed };
                let next = fill(text, "day", &membership.since.copenhagen_day(language));
                Some(Self { title: texts.lapsed_title, reason: None, words: None, next })
            }
            _ => None,
        }
    }
}

/// Says that the clinic has been asked, and since when; offers to take the request back.
#[must_use]
pub fn waiting_page(frame: Frame, clinic: &str, since: Timestamp, until: Timestamp, withdraw: String) -> MessagePage {
    let (language, texts) = (frame.language, MembershipTexts::of(frame.language));
    let waiting = fill(texts.waiting, "day", &since.copenhagen_day(language));
    MessagePage::new(frame, Tone::Plain, texts.waiting_title)
        .say(fill(&waiting, "clinic", clinic))
        .say(fill(texts.waiting_until, "day", &until.copenhagen_day(language)))
        .say(texts.waiting_call)
        .with_phone()
        .act(Action::post(texts.withdraw, withdraw, Vec::new()))
}

/// Says how an earlier request ended, at a clinic where nobody may ask again.
#[must_use]
pub fn ended_request_page(frame: Frame, earlier: EarlierRequest) -> MessagePage {
    let texts = MembershipTexts::of(frame.language);
    let EarlierRequest { title, reason, words, next } = earlier;
    let words = words.iter().flat_map(|words| [texts.words].into_iter().chain(words.lines())).map(str::to_owned);
    let said = reason.into_iter().chain(words).chain([next]);
    said.fold(MessagePage::new(frame, Tone::Notice, title), MessagePage::say).with_phone()
}

/// What is said of a membership in a list of clinics; nothing of one that is open.
#[must_use]
pub fn membership_label(state: MembershipState, language: Language) -> Option<&'static str> {
    let texts = MembershipTexts::of(language);
    match state {
        MembershipState::Active | MembershipState::Ended => None,
        MembershipState::Pending => Some(texts.state_pending),
        MembershipState::Suspended => Some(texts.state_suspended),
        MembershipState::Refused => Some(texts.state_refused),
        MembershipState::Lapsed => Some(texts.state_lapsed),
    }
}
