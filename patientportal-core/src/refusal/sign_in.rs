//! Why a member of staff was not signed in (S2).

use crate::language::Language;
use crate::refusal::{Failure, Refusal};

/// Why a member of staff was not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignInRefusal {
    /// A return, or a session, that belongs to nothing that is open.
    NotUnderWay,
    /// The sign-in was begun in another browser.
    OtherBrowser,
    /// The person broke off.
    BrokenOff,
    /// Not a fresh authentication.
    NotFresh,
    /// The provider's answer could not be believed, or lacks what the portal needs.
    AnswerRefused,
    /// The provider cannot be reached.
    Unavailable,
    /// Somebody who has no role here, or works at no clinic of the portal's, or not at this one.
    NotStaffHere,
}

impl SignInRefusal {
    /// One of each.
    pub const ALL: [Self; 7] = [
        Self::NotUnderWay,
        Self::OtherBrowser,
        Self::BrokenOff,
        Self::NotFresh,
        Self::AnswerRefused,
        Self::Unavailable,
        Self::NotStaffHere,
    ];

    /// Its stable id.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotUnderWay => "sign-in-not-under-way",
            Self::OtherBrowser => "sign-in-other-browser",
            Self::BrokenOff => "sign-in-broken-off",
            Self::NotFresh => "sign-in-not-fresh",
            Self::AnswerRefused => "sign-in-answer-refused",
            Self::Unavailable => "sign-in-unavailable",
            Self::NotStaffHere => "not-staff-here",
        }
    }

    /// What is said of it.
    pub(super) fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::NotUnderWay => (
                "Du er ikke logget ind som personale, eller dit login er slut. Log ind igen.",
                "You are not signed in as staff, or your sign-in has ended. Sign in again.",
            ),
            Self::OtherBrowser => (
                "Dette login blev begyndt i en anden browser, så intet er sket. Begynd forfra i din egen browser.",
                "This sign-in was begun in another browser, so nothing has happened. Start again in your own browser.",
            ),
            Self::BrokenOff => (
                "Du afbrød, så du er ikke logget ind. Prøv igen.",
                "You broke off, so you are not signed in. Try again.",
            ),
            Self::NotFresh => (
                "Det login, som kom tilbage, er for gammelt. Log ind igen, og skriv din adgangskode.",
                "The sign-in that came back is too old. Sign in again and type your password.",
            ),
            Self::AnswerRefused => (
                "Svaret fra jeres login kunne ikke bruges. Prøv igen; sker det stadig, så kontakt den, der driver portalen.",
                "The answer of your sign-in could not be used. Try again; if it goes on, contact whoever runs the portal.",
            ),
            Self::Unavailable => (
                "Jeres login kan ikke nås lige nu. Vent et øjeblik, og prøv igen.",
                "Your sign-in cannot be reached right now. Wait a moment. Then try again.",
            ),
            Self::NotStaffHere => (
                "Dit login giver ikke adgang som personale her. Bed klinikkens administrator om at give dig adgang, eller vælg en anden klinik.",
                "Your sign-in gives no access as staff here. Ask the clinic's administrator for access, or choose another clinic.",
            ),
        }
    }

    /// What the visitor reads.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (danish, english) = self.texts();
        language.pick(danish, english)
    }
}

impl From<SignInRefusal> for Refusal {
    fn from(refusal: SignInRefusal) -> Self {
        Self::SignIn(refusal)
    }
}

impl From<SignInRefusal> for Failure {
    fn from(refusal: SignInRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}
