//! Mails: what each says (M1), that none says too much (M2), and how one becomes a job (M3).

mod letter;
mod texts;

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::clinic::Clinic;
use crate::decision::Facts;
use crate::fault::Fault;
use crate::ids::{ClinicId, JobId, Sealed};
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
    /// The account works (R4 `automatic`).
    #[n(2)]
    AccountCreated,
    /// A new password was set (F1).
    #[n(3)]
    PasswordChanged,
}

impl Mail {
    pub(crate) fn to(to: Email, language: Language, clinic: Option<ClinicId>, kind: MailKind) -> Self {
        Self { to, language, clinic, kind }
    }

    /// The job that sends it. A code is tried until it expires, everything else for a day (M3).
    pub(crate) fn enqueue(self, facts: &mut Facts<'_>) -> Result<Change, Fault> {
        let id = facts.draw.job();
        let give_up = match &self.kind {
            MailKind::SecurityCode { expires, .. } | MailKind::ResetLink { expires, .. } => *expires,
            MailKind::AccountCreated | MailKind::PasswordChanged => facts.now + A_DAY,
        };
        let payload = facts.ring.seal(Purpose::Job, &id.0.to_be_bytes(), &encode(&self)?, facts.draw)?;
        Ok(Change::Enqueue(NewJob { id, kind: JobKind::Mail, due: facts.now, give_up, payload }))
    }

    pub(crate) fn open(id: JobId, payload: &Sealed, ring: &KeyRing) -> Result<Self, Fault> {
        decode(&ring.open(Purpose::Job, &id.0.to_be_bytes(), payload)?)
    }

    /// The mail, written. `public_url` is the configured address: links never come from a request.
    pub(crate) fn write(&self, id: JobId, clinic: Option<&Clinic>, public_url: &str) -> Message {
        let mut letter = texts::letter(&self.kind, self.language, public_url);
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
