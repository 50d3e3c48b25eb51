//! What a clinic's staff read of what happened: to one person, which mails went to them, and all at the clinic (S1, S3).

use crate::audit::{AuditEntry, AuditEvent, AuditRecord, MailTopic};
use crate::decision::Note;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::mail::Mail;
use crate::moment::Timestamp;
use crate::record::decode;
use crate::refusal::{Failure, Refusal};
use crate::store::{Cursor, Job, JobKind, List, Listed};

use super::{Portal, Staff, StaffOperation};

/// Something that happened at a clinic, or to one of its people there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrailEntry {
    /// When.
    pub at: Timestamp,
    /// Whose account it concerns, if one.
    pub account: Option<AccountId>,
    /// Who did what.
    pub record: AuditRecord,
}

/// A page of what happened, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrailPage {
    /// What happened.
    pub entries: Vec<TrailEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A mail to a person, as far as staff may know of it: neither its address nor its words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentMail {
    /// Which mail.
    pub topic: MailTopic,
    /// What became of it.
    pub state: MailState,
    /// When it went, or was given up; for one that waits, when it is tried next.
    pub at: Timestamp,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailState {
    /// It is on its way, and was tried this often.
    Waiting {
        /// How often.
        attempts: u32,
    },
    /// The mail server has taken it.
    Delivered,
    /// No server took it in time, or one has refused it for good.
    GivenUp,
}

/// A page of the mails to a person: those that wait first, then the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailPage {
    /// The mails. There may be none on a page that has a next one.
    pub mails: Vec<SentMail>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// What the embedding program keeps of a clinic, and only an administrator changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "one for each operation of the kind")]
pub enum Administration {
    /// Its settings.
    Settings,
    /// The keys of its own programs.
    ApiKeys,
}

impl Portal {
    /// What happened to one person at the clinic, newest first (S1).
    ///
    /// # Errors
    /// Refused: staff whose role does not let them, or nobody of that kind at the clinic.
    pub async fn member_trail(
        &self,
        staff: &Staff,
        account: AccountId,
        after: Option<Cursor>,
    ) -> Result<TrailPage, Failure> {
        self.admit(staff, StaffOperation::ReadPersonsTrail)?;
        self.known_here(staff, account).await?;
        let trail = self.trail(List::MemberAudit { clinic: staff.clinic, account }, after).await?;
        self.answer_noting(trail, [Note::by_staff(staff, Some(account), AuditEvent::TrailRead)]).await
    }

    /// All that happened at the clinic, newest first (S1).
    ///
    /// # Errors
    /// Refused: staff whose role does not let them.
    pub async fn clinic_trail(&self, staff: &Staff, after: Option<Cursor>) -> Result<TrailPage, Failure> {
        self.admit(staff, StaffOperation::ReadTrail)?;
        let trail = self.trail(List::ClinicAudit(staff.clinic), after).await?;
        self.answer_noting(trail, [Note::by_staff(staff, None, AuditEvent::TrailRead)]).await
    }

    /// Which mails to a person went, wait or failed: those about this clinic, and those about none (S1).
    ///
    /// # Errors
    /// Refused: staff whose role does not let them, or nobody of that kind at the clinic.
    pub async fn member_mails(
        &self,
        staff: &Staff,
        account: AccountId,
        after: Option<Cursor>,
    ) -> Result<MailPage, Failure> {
        self.admit(staff, StaffOperation::SeeMails)?;
        self.known_here(staff, account).await?;
        let mut mails = if after.is_none() { self.waiting_mails(staff, account).await? } else { Vec::new() };
        let trail = self.trail(List::MemberAudit { clinic: staff.clinic, account }, after).await?;
        mails.extend(trail.entries.iter().filter_map(finished));
        let page = MailPage { mails, next: trail.next };
        self.answer_noting(page, [Note::by_staff(staff, Some(account), AuditEvent::MailsShownToStaff)]).await
    }

    /// Asked by an embedding program before staff change what it keeps of their clinic, so that the portal's one table
    /// decides who may, and the portal's audit trail says who did.
    ///
    /// # Errors
    /// Refused: staff whose role does not let them.
    pub async fn administer(&self, staff: &Staff, what: Administration) -> Result<(), Failure> {
        let (operation, event) = match what {
            Administration::Settings => (StaffOperation::ChangeSettings, AuditEvent::SettingsChanged),
            Administration::ApiKeys => (StaffOperation::ManageApiKeys, AuditEvent::ApiKeysChanged),
        };
        self.admit(staff, operation)?;
        self.answer_noting((), [Note::by_staff(staff, None, event)]).await
    }

    /// Whether the account's owner is or was at the clinic.
    async fn known_here(&self, staff: &Staff, account: AccountId) -> Result<(), Failure> {
        let account = self.store().account(account).await?.ok_or(Refusal::NoSuchMember)?;
        let here = account.value.access.membership(staff.clinic);
        here.map(|_| ()).ok_or_else(|| Refusal::NoSuchMember.into())
    }

    async fn trail(&self, what: List, after: Option<Cursor>) -> Result<TrailPage, Fault> {
        let page = self.store().list(what, after, PAGE).await?;
        let mut entries = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            if let Listed::Audit(AuditEntry { at, account, record, .. }) = row {
                entries.push(TrailEntry { at, account, record: decode(&record)? });
            }
        }
        Ok(TrailPage { entries, next: page.next })
    }

    async fn waiting_mails(&self, staff: &Staff, account: AccountId) -> Result<Vec<SentMail>, Fault> {
        let (mut mails, mut after) = (Vec::new(), None);
        loop {
            let page = self.store().list(List::JobsOf(account), after, PAGE).await?;
            for row in page.rows {
                let Listed::Job(Job { id, kind: JobKind::Mail, due, attempts, dead: false, payload, .. }) = row else {
                    continue;
                };
                let mail = Mail::open(id, &payload, self.ring())?;
                if mail.clinic.is_none_or(|clinic| clinic == staff.clinic) {
                    let state = MailState::Waiting { attempts };
                    mails.push(SentMail { topic: mail.kind.topic(), state, at: due });
                }
            }
            if page.next.is_none() {
                return Ok(mails);
            }
            after = page.next;
        }
    }
}

/// The mail whose end an entry tells.
fn finished(entry: &TrailEntry) -> Option<SentMail> {
    let state = match entry.record.event {
        AuditEvent::MailDelivered => MailState::Delivered,
        AuditEvent::MailGivenUp => MailState::GivenUp,
        _ => return None,
    };
    Some(SentMail { topic: entry.record.mail?, state, at: entry.at })
}

const PAGE: u16 = 50;
