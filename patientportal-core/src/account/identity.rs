//! Who an account's owner is known to be (R7, A10): what the owner's own MitID confirms, and who is exempt from it.

use super::{Account, Exemption, IdentityStanding, MembershipState, SealedPerson};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::login::failure_counters;
use crate::ids::ClinicId;
use crate::mail::{Mail, Notice};
use crate::policy::{Denial, OutstandingStep, outstanding_step};
use crate::portal::Staff;
use crate::ports::{PasswordHash, VouchedIdentity};
use crate::refusal::Refusal;
use crate::session::Session;
use crate::store::{Change, Versioned};
use crate::value::CprKind;

/// An account as its owner's MitID leaves it.
pub(crate) struct OwnerCame {
    pub(crate) account: Account,
    /// Whether it is to be written.
    pub(crate) is_changed: bool,
    /// The mail that tells of it, and what is written down.
    pub(crate) told: Option<(Change, Note)>,
}

/// MitID has vouched for the owner: an account that waited for it is activated or confirmed, an exemption ends.
/// `known_browser`: whether whoever comes has activated the account, or logged in to it, in the same browser.
pub(crate) fn owner_came(
    facts: &mut Facts<'_>,
    account: &Account,
    identity: &VouchedIdentity,
    clinic: ClinicId,
    known_browser: bool,
) -> Result<OwnerCame, Fault> {
    let mut changed = account.clone();
    let before = changed.access.identity;
    let is_seen = changed.seen_at(clinic);
    if before == IdentityStanding::Confirmed && changed.is_activated() {
        return Ok(OwnerCame { account: changed, is_changed: is_seen, told: None });
    }
    let event = match before {
        _ if !changed.is_activated() => AuditEvent::ActivatedWithMitId,
        IdentityStanding::Exempt => AuditEvent::ExemptionEnded,
        IdentityStanding::Confirmed | IdentityStanding::Unconfirmed => AuditEvent::IdentityConfirmed,
    };
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    person.vouched_name.clone_from(&identity.name);
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    // The password may be of somebody who had the mail and knew the number: the owner's word must not open the account
    // to them. After a clinic's renewal the owner's own browser is known from before it, and tells nothing.
    let by_link = changed.details.renewed_by_clinic || (before != IdentityStanding::Confirmed && !known_browser);
    let is_unsure = by_link && !changed.access.ward;
    if is_unsure && changed.details.password.take().is_some() {
        changed.details.email_proved = false;
        changed.access.password_missing = true;
        changed.end_everything_open();
    }
    changed.access.identity = IdentityStanding::Confirmed;
    changed.details.exemption = None;
    changed.details.renewed_by_clinic = false;
    changed.details.activate_by = None;
    let notice = match before {
        IdentityStanding::Exempt => Notice::ExemptionEnded,
        IdentityStanding::Confirmed | IdentityStanding::Unconfirmed => Notice::NewLoginMethod,
    };
    let told = Mail::notice(changed.id, person.email, changed.details.language, clinic, notice).enqueue(facts)?;
    let note = Note::of(changed.id, clinic, event);
    Ok(OwnerCame { account: changed, is_changed: true, told: Some((told, note)) })
}

/// Chooses a password where there is none (A10): for whom MitID has vouched for, and once.
pub(crate) fn choose_password(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    session: &Session,
    clinic: ClinicId,
    password: &PasswordHash,
) -> Result<Step<()>, Fault> {
    if account.value.access.epoch != session.epoch {
        return Ok(Step::refusing(Refusal::Denied(Denial::NotLoggedIn)));
    }
    if !account.value.access.password_missing {
        return Ok(Step::refusing(Refusal::FlowFinished));
    }
    match outstanding_step(session, &account.value.access, facts.clinic(clinic)?, facts.policy) {
        Some(OutstandingStep::ChoosePassword) if session.proof.is_mitid() => {}
        step => {
            return Ok(Step::refusing(
                step.map_or(Refusal::FlowFinished, |step| Refusal::Denied(Denial::StepOutstanding(step))),
            ));
        }
    }
    let mut changed = account.value.clone();
    changed.take_password(facts, password.clone());
    let email = changed.details.person.open(changed.id, facts.ring)?.email;
    let told =
        Mail::notice(changed.id, email, changed.details.language, clinic, Notice::PasswordChosen).enqueue(facts)?;
    let note = Note::of(changed.id, clinic, AuditEvent::PasswordChosen);
    Ok(Step::answering(Ok(()))
        .with(failure_counters(facts.ring, &changed).map(Change::Forget))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .noting(note))
}

/// Staff record that the person cannot use MitID, and the owner is told. Done twice, the second is as good as the first.
pub(crate) fn exempt(facts: &mut Facts<'_>, account: &Versioned<Account>, staff: &Staff) -> Result<Step<()>, Fault> {
    if !is_of(&account.value, staff) {
        return Ok(Step::refusing(Refusal::NoSuchMember));
    }
    if account.value.access.identity == IdentityStanding::Exempt {
        return Ok(Step::answering(Ok(())));
    }
    let mut changed = account.value.clone();
    changed.exempt(facts, staff);
    let (id, language) = (changed.id, changed.details.language);
    let email = changed.details.person.open(id, facts.ring)?.email;
    let told = Mail::notice(id, email, language, staff.clinic, Notice::ExemptionRecorded).enqueue(facts)?;
    let note = Note::by_staff(staff, Some(id), AuditEvent::ExemptionRecorded);
    Ok(Step::answering(Ok(()))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .noting(note))
}

/// Any of the account's clinics takes the exemption back: identity must be confirmed from now on.
pub(crate) fn withdraw_exemption(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    staff: &Staff,
) -> Result<Step<()>, Fault> {
    if !is_of(&account.value, staff) {
        return Ok(Step::refusing(Refusal::NoSuchMember));
    }
    if account.value.access.identity != IdentityStanding::Exempt {
        return Ok(Step::answering(Ok(())));
    }
    let mut changed = account.value.clone();
    let person = changed.details.person.open(changed.id, facts.ring)?;
    if person.cpr.kind() != CprKind::Person {
        return Ok(Step::refusing(Refusal::NumberExempts));
    }
    changed.access.identity = IdentityStanding::Unconfirmed;
    changed.details.exemption = None;
    let language = changed.details.language;
    let told = Mail::notice(changed.id, person.email, language, staff.clinic, Notice::ExemptionEnded).enqueue(facts)?;
    let note = Note::by_staff(staff, Some(changed.id), AuditEvent::ExemptionWithdrawn);
    Ok(Step::answering(Ok(()))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told])
        .noting(note))
}

/// Whether the account is one of the clinic's, as those are whom it has let in.
pub(crate) fn is_of(account: &Account, staff: &Staff) -> bool {
    let membership = account.access.membership(staff.clinic);
    membership.is_some_and(|here| matches!(here.state, MembershipState::Active | MembershipState::Suspended))
}

impl<T> Step<T> {
    /// Tells of what the owner's MitID has changed.
    pub(crate) fn telling(self, told: Option<(Change, Note)>) -> Self {
        match told {
            Some((mail, note)) => self.with([mail]).noting(note),
            None => self,
        }
    }
}

impl Account {
    pub(crate) fn exempt(&mut self, facts: &Facts<'_>, staff: &Staff) {
        self.access.identity = IdentityStanding::Exempt;
        self.details.exemption = Some(Exemption { clinic: staff.clinic, staff: staff.id.clone(), at: facts.now });
    }

    /// Takes over a password where there was none; choosing it accepts the terms of today (A6).
    pub(crate) fn take_password(&mut self, facts: &Facts<'_>, password: PasswordHash) {
        self.details.password = Some(password);
        self.access.password_missing = false;
        self.details.terms_accepted = facts.now;
        self.access.terms.clone_from(&facts.policy.terms_version);
    }
}
