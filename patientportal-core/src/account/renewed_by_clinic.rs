//! What a clinic may do for those who cannot do it with MitID (S4, A11): renew the account, and move it to a new number.
//! Every clinic of the account sees it.

use super::changed_number::{rekey, seen_everywhere};
use super::child::OF_AGE;
use super::{Account, IdentityStanding, MembershipState, Person, SealedPerson, coming_of_age};
use crate::audit::{AuditEvent, IdentityCheck};
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::activation::{self, Sender};
use crate::mail::{Mail, Notice};
use crate::portal::Staff;
use crate::refusal::Refusal;
use crate::store::{Change, Versioned};
use crate::value::{Cpr, CprKind, Email};

/// How staff renew an account.
pub(crate) struct RenewalByClinic {
    pub(crate) check: IdentityCheck,
    pub(crate) email: Email,
    /// Whether the address before is told. That of an owner whom MitID has vouched for is, whatever staff ask.
    pub(crate) tell_old: bool,
}

/// Sessions, password and links end, and an activation link goes to the new address. `before` is the flow of the link before.
pub(crate) fn renew(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    staff: &Staff,
    new: &RenewalByClinic,
    before: Option<&Versioned<Flow>>,
) -> Result<Step<()>, Fault> {
    let mut person = match open(facts, &account.value, staff)? {
        Ok(person) => person,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let mut changed = account.value.clone();
    let old = std::mem::replace(&mut person.email, new.email.clone());
    let tells_old = new.tell_old || person.was_vouched_for();
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    changed.details.password = None;
    changed.details.email_proved = false;
    changed.details.activate_by = Some(facts.now + facts.policy.request_life);
    changed.details.renewed_by_clinic = changed.was_in_use();
    changed.access.password_missing = true;
    let is_of_age = person.cpr.age_on(facts.today()) >= OF_AGE;
    let lapsed = if changed.access.ward && is_of_age {
        coming_of_age::end_guardianship(facts, &mut changed)
    } else {
        changed.end_everything_open();
        Vec::new()
    };
    let note = Note { check: Some(new.check), ..Note::by_staff(staff, Some(changed.id), AuditEvent::RenewedByClinic) };
    let link = activation::send(facts, &changed, &new.email, staff.clinic, before, &Sender::Staff)?;
    let mut step = seen_everywhere(link, &changed, &note);
    for clinic in lapsed {
        step = step.noting(Note::by_portal(changed.id, Some(clinic), AuditEvent::RequestLapsed));
    }
    if tells_old {
        let language = changed.details.language;
        step =
            step.with([Mail::notice(changed.id, old, language, staff.clinic, Notice::RenewedByClinic).enqueue(facts)?]);
    }
    Ok(step.with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }]))
}

/// The account moves to the person's new number, unless that is taken.
pub(crate) fn change_number(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    staff: &Staff,
    check: IdentityCheck,
    (number, is_taken): (&Cpr, bool),
) -> Result<Step<()>, Fault> {
    let mut person = match open(facts, &account.value, staff)? {
        Ok(person) => person,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    if is_taken {
        return Ok(Step::refusing(Refusal::NumberTaken));
    }
    let mut changed = account.value.clone();
    let moved = rekey(facts, &mut changed, &mut person, number.clone(), staff.clinic)?;
    // A replacement number never matches a MitID (A3).
    if number.kind() != CprKind::Person && changed.access.identity != IdentityStanding::Exempt {
        changed.exempt(facts, staff);
    }
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    let note = Note { check: Some(check), ..Note::by_staff(staff, Some(changed.id), AuditEvent::NumberChanged) };
    let step = seen_everywhere(Step::answering(Ok(())), &changed, &note).with(moved);
    Ok(step.with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }]))
}

/// The person, if the clinic may do it: an active member there who is under 15, exempt, or not yet activated, and who has
/// been there since the clinic linked them by itself. All others use MitID (F2).
fn open(facts: &Facts<'_>, account: &Account, staff: &Staff) -> Result<Result<Person, Refusal>, Fault> {
    let here = account.access.membership(staff.clinic).filter(|here| here.state == MembershipState::Active);
    let Some(here) = here else { return Ok(Err(Refusal::NoSuchMember)) };
    if here.linked_unseen {
        return Ok(Err(Refusal::LinkedUnseen));
    }
    let person = account.details.person.open(account.id, facts.ring)?;
    Ok(if cannot_use_mitid(facts, account, &person.cpr) { Ok(person) } else { Err(Refusal::RenewsWithMitId) })
}

/// Whether the owner of this number is under 15, exempt, or has not come yet.
pub(super) fn cannot_use_mitid(facts: &Facts<'_>, account: &Account, number: &Cpr) -> bool {
    number.age_on(facts.today()) < OF_AGE
        || account.access.identity == IdentityStanding::Exempt
        || !account.is_activated()
}
