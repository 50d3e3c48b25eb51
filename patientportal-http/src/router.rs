//! Which page an address means, and what it may be asked. [`Links`](crate::links::Links) builds the same addresses.

mod staff;

use http::Method;
use patientportal_core::clinic::FunctionKind;

use crate::links::{OwnForm, function_of_word, staff_words, words};

pub use staff::StaffAddress;
pub(crate) use staff::{StaffAct, StaffPage, StaffRoute};

/// What an address means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Root,
    Help,
    Terms,
    Cookies,
    Language,
    LogOut,
    LoggedOut,
    Stay,
    SessionOver,
    MitidReturn,
    ResetLink(&'a str),
    ToClinic(&'a str),
    Reset,
    ActivationLink(&'a str),
    Activate,
    NewActivation,
    Asset(&'a str),
    Staff(StaffRoute<'a>),
    Clinic(&'a str, ClinicRoute),
}

/// What an address below a clinic's means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClinicRoute {
    Front,
    Function(FunctionKind),
    Register,
    RegisterChild,
    KnownChild,
    ChildDone,
    LogIn,
    Mitid,
    Code,
    NewCode,
    Forgot,
    PasswordChanged,
    Join,
    Withdraw,
    Activated,
    ConfirmIdentity,
    ChoosePassword,
    Contact,
    EmailProof,
    NewEmailCode,
    OwnPage,
    /// A form of the patient's own page.
    Own(OwnForm),
    EndSession,
    ProveAgain,
    History,
    Renew,
    NewRenewalCode,
    ChangedNumber,
    SessionOver,
    LateForm,
    Terms,
    Help,
    Start,
}

impl<'a> Route<'a> {
    /// The route of a path below the portal's prefix.
    pub(crate) fn of(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
        let mut segments = path.split('/');
        if let Some((staff_words::STAFF, rest)) = segments.next().map(|first| (first, segments.clone())) {
            return StaffRoute::of(rest).map(Self::Staff);
        }
        let mut segments = path.split('/');
        let (first, second, more) = (segments.next().unwrap_or_default(), segments.next(), segments.next());
        if more.is_some() {
            return None;
        }
        Some(match (first, second) {
            ("", None) => Self::Root,
            (words::HELP, None) => Self::Help,
            (words::TERMS, None) => Self::Terms,
            (words::COOKIES, None) => Self::Cookies,
            (words::LANGUAGE, None) => Self::Language,
            (words::LOG_OUT, None) => Self::LogOut,
            (words::LOGGED_OUT, None) => Self::LoggedOut,
            (words::STAY, None) => Self::Stay,
            (words::SESSION_OVER, None) => Self::SessionOver,
            (words::MITID, Some(words::RETURN)) => Self::MitidReturn,
            (words::RESET, Some(token)) => Self::ResetLink(token),
            (words::RESET, None) => Self::Reset,
            (words::ACTIVATE, Some(token)) => Self::ActivationLink(token),
            (words::ACTIVATE, None) => Self::Activate,
            (words::NEW_ACTIVATION, None) => Self::NewActivation,
            (words::TO_CLINIC, Some(id)) => Self::ToClinic(id),
            (words::ASSETS, Some(name)) => Self::Asset(name),
            (slug, rest) => Self::Clinic(slug, ClinicRoute::of(rest)?),
        })
    }

    /// Whether asking for it is using the session. What the script asks for when a session has ended is not
    /// (L10), and staff have sessions of their own.
    pub(crate) fn is_use(self) -> bool {
        !matches!(self, Self::Staff(_) | Self::SessionOver | Self::Clinic(_, ClinicRoute::SessionOver))
    }

    /// The methods that the page takes. `HEAD` goes wherever `GET` does.
    pub(crate) fn methods(self) -> &'static [Method] {
        match self {
            Self::Language | Self::LogOut | Self::NewActivation | Self::Stay => POST_ONLY,
            Self::Reset | Self::Activate => GET_AND_POST,
            // The one address where fetching does something: only a browser that shows the page may.
            Self::MitidReturn => ONLY_GET,
            Self::Clinic(_, route) => route.methods(),
            Self::Staff(route) => route.methods(),
            _ => GET_ONLY,
        }
    }
}

impl ClinicRoute {
    fn of(word: Option<&str>) -> Option<Self> {
        let Some(word) = word else { return Some(Self::Front) };
        Some(match word {
            words::REGISTER => Self::Register,
            words::REGISTER_CHILD => Self::RegisterChild,
            words::KNOWN_CHILD => Self::KnownChild,
            words::CHILD_DONE => Self::ChildDone,
            words::LOG_IN => Self::LogIn,
            words::MITID => Self::Mitid,
            words::CODE => Self::Code,
            words::NEW_CODE => Self::NewCode,
            words::FORGOT => Self::Forgot,
            words::PASSWORD_CHANGED => Self::PasswordChanged,
            words::JOIN => Self::Join,
            words::WITHDRAW => Self::Withdraw,
            words::ACTIVATED => Self::Activated,
            words::CONFIRM_IDENTITY => Self::ConfirmIdentity,
            words::CHOOSE_PASSWORD => Self::ChoosePassword,
            words::CONTACT => Self::Contact,
            words::EMAIL_PROOF => Self::EmailProof,
            words::NEW_EMAIL_CODE => Self::NewEmailCode,
            words::RENEW => Self::Renew,
            words::NEW_RENEWAL_CODE => Self::NewRenewalCode,
            words::CHANGED_NUMBER => Self::ChangedNumber,
            words::SESSION_OVER => Self::SessionOver,
            words::LATE_FORM => Self::LateForm,
            words::TERMS => Self::Terms,
            words::HELP => Self::Help,
            words::START => Self::Start,
            words::OWN_PAGE => Self::OwnPage,
            words::END_SESSION => Self::EndSession,
            words::PROVE_AGAIN => Self::ProveAgain,
            words::HISTORY => Self::History,
            word => match OwnForm::of_word(word) {
                Some(form) => Self::Own(form),
                None => Self::Function(function_of_word(word)?),
            },
        })
    }

    /// Whether a form to it is for whoever was logged in on its page, and nobody else.
    pub(crate) fn is_owners(self) -> bool {
        matches!(
            self,
            Self::Join
                | Self::Withdraw
                | Self::Terms
                | Self::ConfirmIdentity
                | Self::ChoosePassword
                | Self::Renew
                | Self::NewRenewalCode
                | Self::Contact
                | Self::EmailProof
                | Self::NewEmailCode
                | Self::Own(_)
                | Self::EndSession
                | Self::ProveAgain
                | Self::LateForm
        )
    }

    fn methods(self) -> &'static [Method] {
        match self {
            Self::LogIn | Self::NewCode | Self::Withdraw => POST_ONLY,
            Self::NewEmailCode | Self::NewRenewalCode => POST_ONLY,
            Self::Renew | Self::ChangedNumber | Self::SessionOver | Self::LateForm => GET_AND_POST,
            Self::EndSession | Self::ProveAgain => POST_ONLY,
            Self::Own(_) => GET_AND_POST,
            Self::ConfirmIdentity | Self::ChoosePassword => GET_AND_POST,
            Self::RegisterChild | Self::KnownChild => GET_AND_POST,
            Self::Contact | Self::EmailProof => GET_AND_POST,
            Self::Register | Self::Mitid | Self::Code | Self::Forgot | Self::Join | Self::Terms => GET_AND_POST,
            _ => GET_ONLY,
        }
    }
}

const GET_ONLY: &[Method] = &[Method::GET, Method::HEAD];
const ONLY_GET: &[Method] = &[Method::GET];
const POST_ONLY: &[Method] = &[Method::POST];
const GET_AND_POST: &[Method] = &[Method::GET, Method::HEAD, Method::POST];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::{Links, is_reserved_slug};
    use patientportal_core::ids::ClinicId;

    #[test]
    fn every_link_leads_to_its_route() {
        let links = Links::default();
        let booking = FunctionKind::Booking;
        let clinic = |route| Some(Route::Clinic("klinik", route));
        let expected = [
            (links.root(), Some(Route::Root)),
            (links.help(None), Some(Route::Help)),
            (links.terms(), Some(Route::Terms)),
            (links.cookies(), Some(Route::Cookies)),
            (links.language(), Some(Route::Language)),
            (links.log_out(), Some(Route::LogOut)),
            (links.logged_out(), Some(Route::LoggedOut)),
            (links.stay(), Some(Route::Stay)),
            (links.session_over(None), Some(Route::SessionOver)),
            (links.session_over(Some("klinik")), clinic(ClinicRoute::SessionOver)),
            (links.late_form("klinik"), clinic(ClinicRoute::LateForm)),
            (links.mitid_return(), Some(Route::MitidReturn)),
            (links.reset(), Some(Route::Reset)),
            (links.activate(), Some(Route::Activate)),
            (links.new_activation(), Some(Route::NewActivation)),
            (links.activated("klinik"), clinic(ClinicRoute::Activated)),
            (links.confirm_identity("klinik"), clinic(ClinicRoute::ConfirmIdentity)),
            (links.choose_password("klinik"), clinic(ClinicRoute::ChoosePassword)),
            (links.front("klinik"), clinic(ClinicRoute::Front)),
            (links.function("klinik", booking), clinic(ClinicRoute::Function(booking))),
            (links.register("klinik", None), clinic(ClinicRoute::Register)),
            (links.register_child("klinik", None), clinic(ClinicRoute::RegisterChild)),
            (links.known_child("klinik"), clinic(ClinicRoute::KnownChild)),
            (links.child_done("klinik"), clinic(ClinicRoute::ChildDone)),
            (links.log_in("klinik"), clinic(ClinicRoute::LogIn)),
            (links.mitid("klinik"), clinic(ClinicRoute::Mitid)),
            (links.code("klinik"), clinic(ClinicRoute::Code)),
            (links.new_code("klinik"), clinic(ClinicRoute::NewCode)),
            (links.forgot("klinik", None), clinic(ClinicRoute::Forgot)),
            (links.password_changed("klinik"), clinic(ClinicRoute::PasswordChanged)),
            (links.join("klinik"), clinic(ClinicRoute::Join)),
            (links.withdraw("klinik"), clinic(ClinicRoute::Withdraw)),
            (links.contact("klinik"), clinic(ClinicRoute::Contact)),
            (links.email_proof("klinik"), clinic(ClinicRoute::EmailProof)),
            (links.new_email_code("klinik"), clinic(ClinicRoute::NewEmailCode)),
            (links.renew("klinik"), clinic(ClinicRoute::Renew)),
            (links.new_renewal_code("klinik"), clinic(ClinicRoute::NewRenewalCode)),
            (links.changed_number("klinik"), clinic(ClinicRoute::ChangedNumber)),
            (links.to_clinic(ClinicId(10)), Some(Route::ToClinic("000000000000000a"))),
            (links.accept_terms("klinik"), clinic(ClinicRoute::Terms)),
            (links.help(Some("klinik")), clinic(ClinicRoute::Help)),
            (links.start("klinik"), clinic(ClinicRoute::Start)),
            (links.own_page("klinik"), clinic(ClinicRoute::OwnPage)),
            (links.own_form("klinik", OwnForm::Close), clinic(ClinicRoute::Own(OwnForm::Close))),
            (links.end_session("klinik"), clinic(ClinicRoute::EndSession)),
            (links.prove_again("klinik"), clinic(ClinicRoute::ProveAgain)),
            (links.history("klinik"), clinic(ClinicRoute::History)),
        ];
        for (link, route) in expected {
            assert_eq!(Route::of(&link), route, "{link}");
        }
    }

    #[test]
    fn c2_unknown_words_are_no_page() {
        for path in ["/klinik/ukendt", "/klinik/start/mere", "//", "/klinik//", "/nulstil/a/b"] {
            assert_eq!(Route::of(path), None, "{path}");
        }
    }

    #[test]
    fn a_clinic_cannot_hide_a_page_of_the_portal() {
        for word in
            [words::MITID, words::RESET, words::HELP, words::TERMS, words::COOKIES, words::ASSETS, words::LANGUAGE]
        {
            assert!(is_reserved_slug(word), "{word}");
        }
        assert!(!is_reserved_slug("havnegade"));
    }

    #[test]
    fn getting_changes_nothing_so_what_changes_is_posted() {
        for path in ["/sprog", "/log-ud", "/klinik/log-ind", "/klinik/ny-kode", "/klinik/traek-tilbage"] {
            assert_eq!(Route::of(path).unwrap().methods(), POST_ONLY, "{path}");
        }
    }
}
