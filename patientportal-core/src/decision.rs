//! What a pure decision gets and gives: facts in, a step out.

use time::Date;

use crate::audit::{Actor, AuditEvent, IdentityCheck, MailTopic};
use crate::clinic::{Clinic, ClinicDirectory};
use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{AccountId, ClinicId, CounterKey, StaffId};
use crate::moment::Timestamp;
use crate::policy::Policy;
use crate::portal::Staff;
use crate::refusal::Refusal;
use crate::sealing::KeyRing;
use crate::store::{Change, Committed};

/// Everything a decision may know besides the state it decides on.
pub(crate) struct Facts<'a> {
    pub(crate) now: Timestamp,
    pub(crate) policy: &'a Policy,
    pub(crate) clinics: &'a ClinicDirectory,
    pub(crate) ring: &'a KeyRing,
    /// The clinics that have a system of their own (K1).
    pub(crate) systems: &'a [ClinicId],
    pub(crate) draw: &'a mut Draw,
}

/// What a decision comes to. The answer is private until the changes are on disk: a refusal is committed too.
#[must_use]
pub(crate) struct Step<T> {
    pub(crate) changes: Vec<Change>,
    pub(crate) notes: Vec<Note>,
    /// Which refusal it is when a counter of this step is blocked.
    pub(crate) when_blocked: Vec<(CounterKey, BlockedRefusal)>,
    answer: Result<T, Refusal>,
}

/// How a blocked counter is told.
pub(crate) type BlockedRefusal = fn(Timestamp) -> Refusal;

/// An audit entry to be.
#[derive(Clone)]
pub(crate) struct Note {
    pub(crate) account: Option<AccountId>,
    pub(crate) clinic: Option<ClinicId>,
    pub(crate) actor: Actor,
    pub(crate) event: AuditEvent,
    pub(crate) staff: Option<StaffId>,
    /// How staff made sure who it is (S4).
    pub(crate) check: Option<IdentityCheck>,
    /// Which mail it is about (S1).
    pub(crate) mail: Option<MailTopic>,
}

impl Facts<'_> {
    pub(crate) fn today(&self) -> Date {
        self.now.copenhagen_date()
    }

    pub(crate) fn clinic(&self, id: ClinicId) -> Result<&Clinic, Fault> {
        self.clinics.by_id(id).ok_or(Fault::new("a clinic that a flow names is not configured"))
    }
}

impl<T> Step<T> {
    pub(crate) fn answering(answer: Result<T, Refusal>) -> Self {
        Self { changes: Vec::new(), notes: Vec::new(), when_blocked: Vec::new(), answer }
    }

    pub(crate) fn refusing(refusal: Refusal) -> Self {
        Self::answering(Err(refusal))
    }

    pub(crate) fn with(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.changes.extend(changes);
        self
    }

    pub(crate) fn noting(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }

    pub(crate) fn blocked_as(mut self, key: CounterKey, refusal: BlockedRefusal) -> Self {
        self.when_blocked.push((key, refusal));
        self
    }

    pub(crate) fn map<U>(self, to: impl FnOnce(T) -> U) -> Step<U> {
        let Self { changes, notes, when_blocked, answer } = self;
        Step { changes, notes, when_blocked, answer: answer.map(to) }
    }

    /// The answer, once its changes are on disk.
    pub(crate) fn release(self, _on_disk: Committed) -> Result<T, Refusal> {
        self.answer
    }
}

impl Note {
    pub(crate) fn of(account: AccountId, clinic: ClinicId, event: AuditEvent) -> Self {
        Self { clinic: Some(clinic), ..Self::by(Actor::Patient, Some(account), event) }
    }

    pub(crate) fn by_visitor(account: Option<AccountId>, clinic: Option<ClinicId>, event: AuditEvent) -> Self {
        Self { clinic, ..Self::by(Actor::Visitor, account, event) }
    }

    pub(crate) fn by_portal(account: AccountId, clinic: Option<ClinicId>, event: AuditEvent) -> Self {
        Self { clinic, ..Self::by(Actor::Portal, Some(account), event) }
    }

    pub(crate) fn by_staff(staff: &Staff, account: Option<AccountId>, event: AuditEvent) -> Self {
        let (clinic, id) = (Some(staff.clinic), Some(staff.id.clone()));
        Self { clinic, staff: id, ..Self::by(Actor::Staff, account, event) }
    }

    /// The end of a mail: what became of it, and whom and which clinic it was about.
    pub(crate) fn of_mail(
        mail: MailTopic,
        (account, clinic): (Option<AccountId>, Option<ClinicId>),
        event: AuditEvent,
    ) -> Self {
        Self { clinic, mail: Some(mail), ..Self::by(Actor::Portal, account, event) }
    }

    fn by(actor: Actor, account: Option<AccountId>, event: AuditEvent) -> Self {
        Self { account, clinic: None, actor, event, staff: None, check: None, mail: None }
    }
}
