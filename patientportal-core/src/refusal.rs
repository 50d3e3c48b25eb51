//! Refusals: a closed list of what a visitor can be told, each with an id, a text and one next step (I10).

mod denials;
mod flaws;
mod sign_in;
mod texts;

pub use flaws::{Field, FieldFlaw, Flaw};
pub use sign_in::SignInRefusal;

use crate::fault::Fault;
use crate::ids::StaffId;
use crate::moment::Timestamp;
use crate::policy::Denial;

/// Why a command was not carried out, in a way that is safe to show. Holds no person data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Fields of a form are missing or wrong; each is named.
    InvalidForm(Vec<FieldFlaw>),
    /// CPR number and password do not belong together, or there is no such user, or it is not activated (L5).
    WrongCredentials,
    /// Too many wrong passwords for this number (L6).
    TooManyFailures {
        /// When the next try is taken.
        until: Timestamp,
    },
    /// Too much from this address (L6).
    AddressSlowed {
        /// When the next try is taken.
        until: Timestamp,
    },
    /// More passwords are waiting than can be checked soon.
    Busy {
        /// When to try again.
        until: Timestamp,
    },
    /// The code is wrong (L3).
    WrongCode,
    /// The code has been tried too often and is dead (L3).
    CodeDead,
    /// The code is too old (L3).
    CodeExpired,
    /// A newer code has been sent (L3).
    CodeSuperseded,
    /// No code has been sent yet (L3).
    NoCodeYet,
    /// The next code cannot be sent yet; one that was sent is as good as before (L3).
    NextCodeLater {
        /// When the next may be sent.
        until: Timestamp,
    },
    /// After too many wrong codes none is mailed or accepted before then (L3).
    CodesWait {
        /// When the next may be sent or typed.
        until: Timestamp,
    },
    /// The step was completed already.
    FlowFinished,
    /// The password was changed since it was typed, or the time is over.
    FlowOver,
    /// A return or form that belongs to nothing that is open (R5).
    NoOpenFlow,
    /// The flow was begun in another browser (R5).
    OtherBrowser,
    /// The link is used, too old, or ended by a newer one (F1).
    LinkDead,
    /// The code to a new e-mail address is too old (K1).
    EmailCodeExpired,
    /// The login is too long ago for a change that would open the account (A7, F2).
    ProofTooOld,
    /// A membership that the clinic has suspended is not left (A7). The account may be closed all the same.
    ClosedByClinic,
    /// The activation link is too old; its page can send another (R7).
    LinkExpired,
    /// Too many wrong numbers were typed at the activation link: only staff can send another (R7).
    LinkLocked,
    /// The number typed is not the one that the activation link is for (R7).
    WrongNumber,
    /// The person broke off at MitID (L1).
    MitIdAborted,
    /// The MitID identity has no CPR number (L1).
    NoCpr,
    /// MitID vouched for another person than the one typed (R1).
    OtherPerson,
    /// MitID vouched for another person than the one who is logged in (R7, L7, P2).
    OtherOwner,
    /// The number is one that its owner no longer has (A11).
    FormerNumber,
    /// A business identity (L1).
    NotPrivate,
    /// Below Substantial (L1).
    AssuranceTooLow,
    /// Not a fresh authentication (L1).
    NotFresh,
    /// MitID's answer could not be believed (L1).
    MitIdAnswerRefused,
    /// MitID cannot be reached (L1).
    MitIdUnavailable,
    /// Under 15: not by MitID (L1, I2).
    TooYoungForMitId,
    /// Under 15: by the child form (R2).
    TooYoungForSelf,
    /// 15 or over: not by the child form (R2, R9).
    NotAChild,
    /// Whoever is to confirm a child's registration is not of age (R3).
    GuardianTooYoung,
    /// MitID vouched for another person than the guardian typed (R3).
    OtherGuardian,
    /// The register of custody says that whoever confirmed does not hold it (R3).
    NotHolder,
    /// A replacement number cannot register on its own (A3).
    ReplacementNumber,
    /// The clinic creates its users itself, or must approve them: contact it (C1).
    RegistrationClosed,
    /// MitID vouched for somebody without a user, and this clinic takes none here (C1, L2).
    NoAccountContactClinic,
    /// There is no request to take back: the clinic has answered, or it has lapsed (R4).
    NoRequest,
    /// Reset links were asked for too often with this e-mail address (F1).
    ResetsWait {
        /// When the next may be asked for.
        until: Timestamp,
    },
    /// This account has asked clinics too often.
    RequestsWait {
        /// When it may ask again.
        until: Timestamp,
    },
    /// For staff: somebody was faster, or the patient was (S1).
    DecidedAlready {
        /// Whose decision it was, when one of the clinic's staff made it.
        by: Option<StaffId>,
    },
    /// For staff: a refusal this old is taken back by the patient asking again (S1).
    TooLateToReopen,
    /// For staff: nobody of that kind at their clinic.
    NoSuchMember,
    /// For staff: the person has access at the clinic already, or had it closed for now (R7).
    AlreadyMember,
    /// For staff: the account is in use, so there is no activation link to send (R7).
    AlreadyActivated,
    /// For staff: too many links and codes went to this account.
    LinksWait {
        /// When the next may be sent.
        until: Timestamp,
    },
    /// For staff: a replacement number never matches a MitID, so the exemption stays (A3).
    NumberExempts,
    /// For staff: this person can use MitID, and so changes address and number on their own (S4, A11).
    RenewsWithMitId,
    /// For staff: the clinic has linked this person by itself, who has not logged in here since (S4, A11).
    LinkedUnseen,
    /// For staff: the number has an account already, and nothing is merged (A11).
    NumberTaken,
    /// For staff: their role does not let them do it (S1).
    NotYourRole,
    /// A member of staff was not signed in (S2).
    SignIn(SignInRefusal),
    /// The policy question's no (P1).
    Denied(Denial),
}

/// What comes of a command that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The visitor is told why.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// The log is told why.
    #[error("failed")]
    Failed(#[from] Fault),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Refusal {
    /// Its stable id.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidForm(_) => "invalid-form",
            Self::WrongCredentials => "wrong-credentials",
            Self::TooManyFailures { .. } => "too-many-failures",
            Self::AddressSlowed { .. } => "address-slowed",
            Self::Busy { .. } => "busy",
            Self::WrongCode => "wrong-code",
            Self::CodeDead => "code-dead",
            Self::CodeExpired => "code-expired",
            Self::CodeSuperseded => "code-superseded",
            Self::NoCodeYet => "no-code-yet",
            Self::NextCodeLater { .. } => "next-code-later",
            Self::CodesWait { .. } => "codes-wait",
            Self::FlowFinished => "flow-finished",
            Self::FlowOver => "flow-over",
            Self::NoOpenFlow => "no-open-flow",
            Self::OtherBrowser => "other-browser",
            Self::LinkDead => "link-dead",
            Self::EmailCodeExpired => "email-code-expired",
            Self::ProofTooOld => "proof-too-old",
            Self::ClosedByClinic => "closed-by-clinic",
            Self::LinkExpired => "link-expired",
            Self::LinkLocked => "link-locked",
            Self::WrongNumber => "wrong-number",
            Self::MitIdAborted => "mitid-aborted",
            Self::NoCpr => "no-cpr",
            Self::OtherPerson => "other-person",
            Self::OtherOwner => "other-owner",
            Self::FormerNumber => "former-number",
            Self::NotPrivate => "not-private",
            Self::AssuranceTooLow => "assurance-too-low",
            Self::NotFresh => "not-fresh",
            Self::MitIdAnswerRefused => "mitid-answer-refused",
            Self::MitIdUnavailable => "mitid-unavailable",
            Self::TooYoungForMitId => "too-young-for-mitid",
            Self::TooYoungForSelf => "too-young-for-self",
            Self::NotAChild => "not-a-child",
            Self::GuardianTooYoung => "guardian-too-young",
            Self::OtherGuardian => "other-guardian",
            Self::NotHolder => "not-holder",
            Self::ReplacementNumber => "replacement-number",
            Self::RegistrationClosed => "registration-closed",
            Self::NoAccountContactClinic => "no-account-contact-clinic",
            Self::NoRequest => "no-request",
            Self::ResetsWait { .. } => "resets-wait",
            Self::RequestsWait { .. } => "requests-wait",
            Self::DecidedAlready { .. } => "decided-already",
            Self::TooLateToReopen => "too-late-to-reopen",
            Self::NoSuchMember => "no-such-member",
            Self::AlreadyMember => "already-member",
            Self::AlreadyActivated => "already-activated",
            Self::LinksWait { .. } => "links-wait",
            Self::NumberExempts => "number-exempts",
            Self::RenewsWithMitId => "renews-with-mitid",
            Self::LinkedUnseen => "linked-unseen",
            Self::NumberTaken => "number-taken",
            Self::NotYourRole => "not-your-role",
            Self::SignIn(refusal) => refusal.code(),
            Self::Denied(denial) => denial.code(),
        }
    }

    /// When it is worth trying again, where waiting helps.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::TooManyFailures { until }
            | Self::AddressSlowed { until }
            | Self::Busy { until }
            | Self::CodesWait { until }
            | Self::ResetsWait { until }
            | Self::RequestsWait { until }
            | Self::LinksWait { until }
            | Self::NextCodeLater { until } => Some(*until),
            _ => None,
        }
    }

    /// One of each, for tests and documentation.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let until = Timestamp(1_795_000_000_000);
        let mut all = vec![
            Self::InvalidForm(Vec::new()),
            Self::WrongCredentials,
            Self::TooManyFailures { until },
            Self::AddressSlowed { until },
            Self::Busy { until },
            Self::WrongCode,
            Self::CodeDead,
            Self::CodeExpired,
            Self::CodeSuperseded,
            Self::NoCodeYet,
            Self::NextCodeLater { until },
            Self::CodesWait { until },
            Self::FlowFinished,
            Self::FlowOver,
            Self::NoOpenFlow,
            Self::OtherBrowser,
            Self::LinkDead,
            Self::EmailCodeExpired,
            Self::ProofTooOld,
            Self::ClosedByClinic,
            Self::LinkExpired,
            Self::LinkLocked,
            Self::WrongNumber,
            Self::MitIdAborted,
            Self::NoCpr,
            Self::OtherPerson,
            Self::OtherOwner,
            Self::FormerNumber,
            Self::NotPrivate,
            Self::AssuranceTooLow,
            Self::NotFresh,
            Self::MitIdAnswerRefused,
            Self::MitIdUnavailable,
            Self::TooYoungForMitId,
            Self::TooYoungForSelf,
            Self::NotAChild,
            Self::GuardianTooYoung,
            Self::OtherGuardian,
            Self::NotHolder,
            Self::ReplacementNumber,
            Self::RegistrationClosed,
            Self::NoAccountContactClinic,
            Self::NoRequest,
            Self::ResetsWait { until },
            Self::RequestsWait { until },
            Self::DecidedAlready { by: None },
            Self::TooLateToReopen,
            Self::NoSuchMember,
            Self::AlreadyMember,
            Self::AlreadyActivated,
            Self::LinksWait { until },
            Self::NumberExempts,
            Self::RenewsWithMitId,
            Self::LinkedUnseen,
            Self::NumberTaken,
            Self::NotYourRole,
        ];
        all.extend(SignInRefusal::ALL.map(Self::SignIn));
        all.extend(Denial::ALL.map(Self::Denied));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use std::collections::HashSet;

    #[test]
    fn i10_every_refusal_has_an_id_of_its_own_and_two_texts_with_a_next_step() {
        let mut codes = HashSet::new();
        for refusal in Refusal::all() {
            let code = refusal.code();
            assert!(codes.insert(code), "{code} is there twice");
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
            let [danish, english] = [Language::Danish, Language::English].map(|language| refusal.text(language));
            assert_ne!(danish, english, "{code}");
            for text in [danish, english] {
                assert!(
                    text.matches(['.', ':', '?']).count() >= 2,
                    "{code} says what happened and one next step: {text}"
                );
            }
        }
    }

    #[test]
    fn i10_every_flaw_has_two_texts() {
        for flaw in Flaw::ALL {
            assert_ne!(flaw.text(Language::Danish), flaw.text(Language::English), "{flaw:?}");
        }
    }
}
