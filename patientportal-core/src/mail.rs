//! Mails: what each says (M1), that none says too much (M2), and how one becomes a job (M3).

mod letter;
mod texts;

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::account::RefusalReason;
use crate::audit::MailTopic;
use crate::clinic::Clinic;
use crate::decision::Facts;
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, JobId, Sealed};
use crate::language::Language;
use crate::moment::Timestamp;
use crate::ports::Message;
use crate::record::{decode, encode};
use crate::sealing::{KeyRing, Purpose};
use crate::store::{Change, JobKind, NewJob};
use crate::value::Email;

/// A mail to be sent: a job's payload, sealed while it waits.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct Mail {
    #[n(0)]
    pub(crate) to: Email,
    #[n(1)]
    pub(crate) language: Language,
    #[n(2)]
    pub(crate) clinic: Option<ClinicId>,
    #[n(3)]
    pub(crate) kind: MailKind,
    /// Whose account it is about (S1); `None`: nobody's.
    #[n(4)]
    pub(crate) account: Option<AccountId>,
}

/// Which mail (M1).
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) enum MailKind {
    /// The second half of a login (L3).
    #[n(0)]
    SecurityCode {
        #[n(0)]
        code: String,
        #[n(1)]
        reference: String,
        #[n(2)]
        expires: Timestamp,
    },
    /// A forgotten password (F1).
    #[n(1)]
    ResetLink {
        #[n(0)]
        token: String,
        #[n(1)]
        expires: Timestamp,
    },
    /// Something happened that its owner is told of.
    #[n(2)]
    Notice(#[n(0)] Notice),
    /// A clinic created the user (R7).
    #[n(3)]
    ActivationLink {
        #[n(0)]
        token: String,
        #[n(1)]
        expires: Timestamp,
    },
    /// Whether a new address is its owner's (K1, A7).
    #[n(4)]
    EmailProof {
        #[n(0)]
        code: String,
        #[n(1)]
        reference: String,
        #[n(2)]
        expires: Timestamp,
    },
    /// The clinic said yes, with a link to the portal (R4).
    #[n(5)]
    RequestApproved,
    /// The clinic said no, for one of the fixed reasons (R4).
    #[n(6)]
    RequestRefused(#[n(0)] RefusalReason),
    /// The same of a child that no clinic has let in: the account is gone with it (R4).
    #[n(7)]
    ChildRefused(#[n(0)] RefusalReason),
    /// To the clinic: how many requests wait (S5).
    #[n(8)]
    OpenRequests(#[n(0)] u32),
}

/// What is told without a link or code of its own (M1). Never capped or dropped (M3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Notice {
    /// The account works (R4 `automatic`).
    #[n(0)]
    AccountCreated,
    /// A child's account works (R4 `automatic`).
    #[n(1)]
    ChildCreated,
    /// Somebody tried to register a child that has an account (R6).
    #[n(2)]
    ChildExists,
    /// A new password was set.
    #[n(3)]
    PasswordChanged,
    /// Another e-mail address, to both.
    #[n(4)]
    EmailChanged,
    /// Fifteen in three weeks (L7).
    #[n(5)]
    OfAgeSoon,
    /// A new password was asked for by somebody who has come of age (L7).
    #[n(6)]
    OfAgeAdvice,
    /// A clinic renewed the account (S4).
    #[n(7)]
    RenewedByClinic,
    /// The account is closed (A7).
    #[n(8)]
    AccountClosed,
    /// The owner is no longer exempt from MitID (R7).
    #[n(9)]
    ExemptionEnded,
    /// MitID was used for the first time.
    #[n(10)]
    NewLoginMethod,
    /// The clinic has been asked (R4, R8).
    #[n(11)]
    RequestReceived,
    /// The clinic did not answer in time (R4).
    #[n(12)]
    RequestLapsed,
    /// The request was taken back (R4).
    #[n(13)]
    RequestWithdrawn,
    /// A clinic linked the account (R7).
    #[n(14)]
    LinkedByClinic,
    /// A membership is suspended (S1).
    #[n(15)]
    Suspended,
    /// A membership is open again (S1).
    #[n(16)]
    Reopened,
    /// A membership is over (A7).
    #[n(17)]
    Ended,
    /// What may be done at a clinic was changed (S1).
    #[n(18)]
    RightsChanged,
    /// The request of a child that no clinic has let in lapsed: the account is gone with it (R4).
    #[n(19)]
    ChildLapsed,
    /// Somebody who has come of age took the account over, to the old address and the new (L7).
    #[n(30)]
    CameOfAge,
    /// The account moved to another CPR number (A11).
    #[n(31)]
    NumberChanged,
    /// A password was chosen where there was none: from now on a code opens the account too.
    #[n(32)]
    PasswordChosen,
    /// A clinic has recorded that the owner cannot use MitID (R7).
    #[n(33)]
    ExemptionRecorded,
}

impl MailKind {
    /// What staff may know of it (S1).
    pub(crate) fn topic(&self) -> MailTopic {
        match self {
            Self::SecurityCode { .. } => MailTopic::SecurityCode,
            Self::ResetLink { .. } => MailTopic::ResetLink,
            Self::ActivationLink { .. } => MailTopic::ActivationLink,
            Self::EmailProof { .. } => MailTopic::EmailProof,
            Self::RequestApproved | Self::RequestRefused(_) | Self::ChildRefused(_) => MailTopic::Request,
            Self::OpenRequests(_) => MailTopic::OpenRequests,
            Self::Notice(notice) => notice.topic(),
        }
    }
    /// When the code or link in it is over, if there is one.
    pub(crate) fn over(&self) -> Option<Timestamp> {
        match self {
            Self::SecurityCode { expires, .. }
            | Self::ResetLink { expires, .. }
            | Self::EmailProof { expires, .. }
            | Self::ActivationLink { expires, .. } => Some(*expires),
            _ => None,
        }
    }

    /// The same mail where the account ends with its request.
    pub(crate) fn for_nobody_let_in(self) -> Self {
        match self {
            Self::RequestRefused(reason) => Self::ChildRefused(reason),
            Self::Notice(Notice::RequestLapsed) => Self::Notice(Notice::ChildLapsed),
            other => other,
        }
    }
}

impl Notice {
    fn topic(self) -> MailTopic {
        match self {
            Self::AccountCreated | Self::ChildCreated | Self::AccountClosed => MailTopic::Account,
            Self::ChildExists
            | Self::PasswordChanged
            | Self::PasswordChosen
            | Self::EmailChanged
            | Self::NewLoginMethod => MailTopic::Security,
            Self::OfAgeSoon | Self::OfAgeAdvice | Self::CameOfAge => MailTopic::ComingOfAge,
            Self::RenewedByClinic | Self::NumberChanged | Self::ExemptionEnded | Self::ExemptionRecorded => {
                MailTopic::Renewal
            }
            Self::RequestReceived | Self::RequestLapsed | Self::RequestWithdrawn | Self::ChildLapsed => {
                MailTopic::Request
            }
            Self::LinkedByClinic | Self::Suspended | Self::Reopened | Self::Ended | Self::RightsChanged => {
                MailTopic::Membership
            }
        }
    }
}

impl Mail {
    /// A notice to an account's address, about something at a clinic.
    pub(crate) fn notice(account: AccountId, to: Email, language: Language, clinic: ClinicId, notice: Notice) -> Self {
        Self::to(account, to, language, Some(clinic), MailKind::Notice(notice))
    }

    pub(crate) fn to(
        account: AccountId,
        to: Email,
        language: Language,
        clinic: Option<ClinicId>,
        kind: MailKind,
    ) -> Self {
        Self { to, language, clinic, kind, account: Some(account) }
    }

    /// To the clinic itself: how many requests wait (S5).
    pub(crate) fn to_clinic(to: Email, clinic: ClinicId, open_requests: u32) -> Self {
        let kind = MailKind::OpenRequests(open_requests);
        Self { to, language: Language::Danish, clinic: Some(clinic), kind, account: None }
    }

    /// The job that sends it. A code is tried until it expires, everything else for a day (M3).
    pub(crate) fn enqueue(self, facts: &mut Facts<'_>) -> Result<Change, Fault> {
        let id = facts.draw.job();
        let give_up = match &self.kind {
            MailKind::SecurityCode { expires, .. }
            | MailKind::ResetLink { expires, .. }
            | MailKind::EmailProof { expires, .. } => *expires,
            // A link that lives for days may come late, but not as late as that.
            MailKind::ActivationLink { .. }
            | MailKind::OpenRequests(_)
            | MailKind::RequestApproved
            | MailKind::RequestRefused(_)
            | MailKind::ChildRefused(_)
            | MailKind::Notice(_) => facts.now + A_DAY,
        };
        let payload = facts.ring.seal(Purpose::Job, &id.0.to_be_bytes(), &encode(&self)?, facts.draw)?;
        let (kind, account) = (JobKind::Mail, self.account);
        Ok(Change::Enqueue(NewJob { id, kind, due: facts.now, give_up, account, payload }))
    }

    pub(crate) fn open(id: JobId, payload: &Sealed, ring: &KeyRing) -> Result<Self, Fault> {
        decode(&ring.open(Purpose::Job, &id.0.to_be_bytes(), payload)?)
    }

    /// The mail, written. `public_url` is the configured address: links never come from a request.
    pub(crate) fn write(&self, id: JobId, clinic: Option<&Clinic>, public_url: &str) -> Message {
        let mut letter = texts::letter(&self.kind, self.clinic, self.language, public_url);
        letter.paragraphs.extend(texts::closing(self.language, clinic.map(Clinic::name_in_mails)));
        let host = public_url
            .split("//")
            .nth(1)
            .and_then(|rest| rest.split(['/', ':']).next())
            .unwrap_or("patientportal.invalid");
        Message {
            id: format!("{:016x}@{host}", id.0),
            to: self.to.clone(),
            subject: letter.subject.to_owned(),
            text: letter.text(),
            html: letter.html(self.language),
            language: self.language,
        }
    }
}

/// How long until the next try after `attempts` failures: 1, 2, 4 … 60 minutes (M3).
pub(crate) fn retry_after(attempts: u32) -> Duration {
    let minutes = 2u64.checked_pow(attempts.saturating_sub(1)).unwrap_or(60).min(60);
    Duration::from_secs(60 * minutes)
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
