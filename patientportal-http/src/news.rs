//! What has happened, carried in an address from a redirect to the page that says it. Only what is on a closed list can
//! be said, so that nobody can put words into the portal's mouth by a link.

mod staff;

use patientportal_core::language::Language;
use patientportal_core::refusal::Refusal;

use crate::links::words;
use crate::pages::{Notice, Tone, refusal_notice};
use crate::texts::{
    ContactTexts, LateFormTexts, LoginTexts, MembershipTexts, OwnPageTexts, RegistrationTexts, RenewalTexts,
};

pub(crate) use staff::StaffNews;

/// Something that happened and is no refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// The account was just created.
    Created,
    /// There was an account already (R6).
    HadAccount,
    /// The session ran out.
    SessionOver,
    /// A request was taken back (R4).
    Withdrawn,
    /// How the user is reached was confirmed (K1).
    ContactConfirmed,
    /// A new e-mail address was proved (K1, A7).
    EmailChanged,
    /// Somebody who has come of age took the account over (L7).
    CameOfAge,
    /// The account moved to a new CPR number (A11).
    NumberChanged,
    /// It did not: its owner said no (A11).
    NumberKept,
    /// A session was ended from another (A7).
    SessionEnded,
    /// A new password was set (A7).
    PasswordChanged,
    /// The mobile number was changed (A7).
    MobileChanged,
    /// The user has left the clinic (A7).
    Left,
    /// The account is closed (A7).
    AccountClosed,
    /// What was typed came when the session was over, and is kept (L10).
    FormKept,
    /// Here it is again.
    FormBack,
    /// It is not kept any longer.
    FormGone,
    /// A form came that was on somebody else's page.
    OthersForm,
    /// Whoever is logged in is to log in again, by password.
    ProveAgain,
}

impl News {
    const ALL: [Self; 19] = [
        Self::Created,
        Self::HadAccount,
        Self::SessionOver,
        Self::Withdrawn,
        Self::ContactConfirmed,
        Self::EmailChanged,
        Self::CameOfAge,
        Self::NumberChanged,
        Self::NumberKept,
        Self::SessionEnded,
        Self::PasswordChanged,
        Self::MobileChanged,
        Self::Left,
        Self::AccountClosed,
        Self::FormKept,
        Self::FormBack,
        Self::FormGone,
        Self::OthersForm,
        Self::ProveAgain,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::HadAccount => "had-account",
            Self::SessionOver => "session-over",
            Self::Withdrawn => "withdrawn",
            Self::ContactConfirmed => "contact-confirmed",
            Self::EmailChanged => "email-changed",
            Self::CameOfAge => "came-of-age",
            Self::NumberChanged => "number-changed",
            Self::NumberKept => "number-kept",
            Self::SessionEnded => "session-ended",
            Self::PasswordChanged => "password-changed",
            Self::MobileChanged => "mobile-changed",
            Self::Left => "left",
            Self::AccountClosed => "account-closed",
            Self::FormKept => "form-kept",
            Self::FormBack => "form-back",
            Self::FormGone => "form-gone",
            Self::OthersForm => "others-form",
            Self::ProveAgain => "prove-again",
        }
    }

    pub(crate) fn notice(self, language: Language) -> Notice {
        let (registration, login) = (RegistrationTexts::of(language), LoginTexts::of(language));
        let (membership, contact) = (MembershipTexts::of(language), ContactTexts::of(language));
        let (renewal, own) = (RenewalTexts::of(language), OwnPageTexts::of(language));
        let late = LateFormTexts::of(language);
        let (tone, title, text) = match self {
            Self::Created => (Tone::Good, registration.done_title, registration.done),
            Self::HadAccount => (Tone::Notice, registration.exists_title, registration.exists),
            Self::SessionOver => (Tone::Notice, login.expired_title, login.expired),
            Self::Withdrawn => (Tone::Good, membership.withdrawn_title, membership.withdrawn),
            Self::ContactConfirmed => (Tone::Good, contact.confirmed_title, contact.confirmed),
            Self::EmailChanged => (Tone::Good, contact.changed_title, contact.changed),
            Self::CameOfAge => (Tone::Good, renewal.done_title, renewal.done),
            Self::NumberChanged => (Tone::Good, renewal.number_done_title, renewal.number_done),
            Self::NumberKept => (Tone::Notice, renewal.number_kept_title, renewal.number_kept),
            Self::SessionEnded => (Tone::Good, own.session_ended_title, own.session_ended),
            Self::PasswordChanged => (Tone::Good, own.password_changed_title, own.password_changed),
            Self::MobileChanged => (Tone::Good, own.mobile_changed_title, own.mobile_changed),
            Self::Left => (Tone::Good, own.left_title, own.left),
            Self::AccountClosed => (Tone::Good, own.closed_title, own.closed),
            Self::FormKept => (Tone::Notice, late.kept_title, late.kept),
            Self::FormBack => (Tone::Good, late.back_title, late.back),
            Self::FormGone => (Tone::Notice, late.gone_title, late.gone),
            Self::OthersForm => (Tone::Notice, late.others_title, late.others),
            Self::ProveAgain => (Tone::Notice, own.again_title, own.again),
        };
        Notice { tone, title: title.to_owned(), text: text.to_owned() }
    }
}

/// What the code in an address says, if it is on the list.
pub(crate) fn notice_of(code: &str, language: Language) -> Option<Notice> {
    if let Some(news) = News::ALL.into_iter().find(|news| news.code() == code) {
        return Some(news.notice(language));
    }
    // Those that name a time would name a wrong one.
    let mut refusals = Refusal::all().into_iter().filter(|refusal| refusal.retry_at().is_none());
    refusals.find(|refusal| refusal.code() == code).map(|refusal| refusal_notice(&refusal, language))
}

/// `address` with something that happened, to be said there.
pub(crate) fn with_news(address: &str, code: &str) -> String {
    with_value(address, words::NEWS, code)
}

/// `address` with one more value, which is plain ASCII.
pub(crate) fn with_value(address: &str, name: &str, value: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_list_is_said() {
        assert!(notice_of("mitid-aborted", Language::Danish).is_some());
        assert_eq!(notice_of("had-account", Language::Danish).unwrap().title, "Du har allerede en bruger");
        for other in ["", "busy", "<script>", "Ring 12345678"] {
            assert!(notice_of(other, Language::Danish).is_none(), "{other}");
        }
    }

    #[test]
    fn news_join_the_values_that_are_there() {
        assert_eq!(with_news("/a", "created"), "/a?besked=created");
        assert_eq!(with_news("/a?flow=x", "created"), "/a?flow=x&besked=created");
    }
}
