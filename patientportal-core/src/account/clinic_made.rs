//! Users that a clinic creates (R7, A10): a new account that waits for its owner, or access here for an account that there
//! is; another link; and the end of an account that nobody came for.

use super::{
    Access, Account, Details, FormerAccount, IdentityStanding, Membership, MembershipState, Person, Rights,
    SealedPerson,
};
use super::{child, coming_of_age, identity};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::activation::{self, Sender};
use crate::flow::registration::TypedPerson;
use crate::ids::AccountId;
use crate::language::Language;
use crate::mail::{Mail, Notice};
use crate::moment::Timestamp;
use crate::portal::{Staff, Task};
use crate::refusal::Refusal;
use crate::store::{Change, Versioned};
use crate::value::CprKind;

/// Whom a clinic creates a user for.
pub(crate) struct NewPerson {
    pub(crate) typed: TypedPerson,
    /// The language of mails.
    pub(crate) language: Language,
    /// Whether the person cannot use MitID.
    pub(crate) exempt: bool,
    /// What the person may do at the clinic.
    pub(crate) rights: Rights,
    /// The account that was closed under this number before, if one was (A7).
    pub(crate) former: Option<FormerAccount>,
}

/// What came of creating a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserMade {
    /// There is a new account, and an activation link is on its way.
    Created(AccountId),
    /// The person had an account: it has access here now, and what was typed changed nothing else in it.
    Linked(AccountId),
    /// The same of an account that is not activated yet: a fresh link is on its way.
    LinkedAndInvited(AccountId),
}

/// A new account without a password, and a link for its owner.
pub(crate) fn create(facts: &mut Facts<'_>, staff: &Staff, new: NewPerson) -> Result<Step<UserMade>, Fault> {
    let (email, cpr) = (new.typed.email.clone(), new.typed.cpr.clone());
    let account = compose(facts, staff, new)?;
    let id = account.id;
    let remove = Task::RemoveUnactivated { account: id };
    let due = facts.now + facts.policy.request_life;
    let link = activation::send(facts, &account, &email, staff.clinic, None, &Sender::Staff)?;
    let claim = Change::ClaimCpr { index: account.details.cpr_index.clone(), account: id };
    Ok(link
        .map(|()| UserMade::Created(id))
        .with([Change::Account { expect: None, to: Box::new(account) }, claim, remove.enqueue(facts, due)?])
        .with(coming_of_age::remind(facts, id, &cpr)?)
        .noting(Note::by_staff(staff, Some(id), AuditEvent::UserCreated)))
}

/// Access at the clinic for an account that there is. What was typed changes nothing else in it, an exemption neither: the
/// clinic does not know yet that the owner has anything to do with it. `before` is the flow of its activation link.
pub(crate) fn link(
    facts: &mut Facts<'_>,
    staff: &Staff,
    account: &Versioned<Account>,
    new: &NewPerson,
    before: Option<&Versioned<Flow>>,
) -> Result<Step<UserMade>, Fault> {
    if identity::is_of(&account.value, staff) {
        return Ok(Step::refusing(Refusal::AlreadyMember));
    }
    let mut changed = account.value.clone();
    let (id, email) = (changed.id, changed.details.person.open(changed.id, facts.ring)?.email);
    changed.access.memberships.retain(|earlier| earlier.clinic != staff.clinic);
    changed.access.memberships.push(Membership { linked_unseen: true, ..member(facts, staff, new.rights) });
    changed.details.let_in_again(staff.clinic);
    let step = if changed.is_activated() {
        let told = Mail::notice(id, email, changed.details.language, staff.clinic, Notice::LinkedByClinic);
        Step::answering(Ok(UserMade::Linked(id))).with([told.enqueue(facts)?])
    } else {
        changed.details.activate_by = Some(facts.now + facts.policy.request_life);
        activation::send(facts, &changed, &email, staff.clinic, before, &Sender::Staff)?
            .map(|()| UserMade::LinkedAndInvited(id))
    };
    let step = step.noting(Note::by_staff(staff, Some(id), AuditEvent::UserLinked));
    Ok(child::write(step, staff.clinic, account.revision, changed))
}

/// Another link, for an account of the clinic's that is not activated yet: its thirty days begin anew.
pub(crate) fn resend(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    staff: &Staff,
    before: Option<&Versioned<Flow>>,
) -> Result<Step<()>, Fault> {
    let here = account.value.access.membership(staff.clinic);
    if here.is_none_or(|here| here.state != MembershipState::Active) {
        return Ok(Step::refusing(Refusal::NoSuchMember));
    }
    if account.value.is_activated() {
        return Ok(Step::refusing(Refusal::AlreadyActivated));
    }
    let mut changed = account.value.clone();
    changed.details.activate_by = Some(facts.now + facts.policy.request_life);
    let email = changed.details.person.open(changed.id, facts.ring)?.email;
    let note = Note::by_staff(staff, Some(changed.id), AuditEvent::ActivationMailed);
    Ok(activation::send(facts, &changed, &email, staff.clinic, before, &Sender::Staff)?
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }])
        .noting(note))
}

/// The end of an account that nobody has activated in time: `Err` says when to look again.
pub(crate) fn remove(facts: &Facts<'_>, account: &Versioned<Account>) -> Result<Step<()>, Option<Timestamp>> {
    let activate_by = account.value.details.activate_by.filter(|_| !account.value.was_in_use()).ok_or(None)?;
    if facts.now < activate_by {
        return Err(Some(activate_by));
    }
    let mut erased = account.value.clone();
    let id = erased.id;
    let released: Vec<_> = erased.claims().map(|index| Change::ReleaseCpr { index, account: id }).collect();
    erased.erase();
    Ok(Step::answering(Ok(()))
        .with(released)
        .with([Change::Account { expect: Some(account.revision), to: Box::new(erased) }])
        .noting(Note::by_portal(id, None, AuditEvent::UnactivatedRemoved)))
}

fn compose(facts: &mut Facts<'_>, staff: &Staff, new: NewPerson) -> Result<Account, Fault> {
    let id = facts.draw.account();
    let TypedPerson { cpr, first_name, last_name, email, mobile } = new.typed;
    let person = Person::new(cpr, first_name, last_name, email, mobile);
    // A replacement number never matches a MitID (A3).
    let cannot_use_mitid = new.exempt || person.cpr.kind() != CprKind::Person;
    let mut account = Account {
        id,
        access: Access {
            identity: IdentityStanding::Unconfirmed,
            ward: person.cpr.age_on(facts.today()) < child::OF_AGE,
            password_missing: true,
            ..Access::new("", vec![member(facts, staff, new.rights)])
        },
        details: Details {
            person: SealedPerson::seal(&person, id, facts.ring, facts.draw)?,
            cpr_index: facts.ring.cpr_indexes(&person.cpr, Some(staff.clinic)),
            password: None,
            language: new.language,
            email_proved: false,
            terms_accepted: facts.now,
            created: facts.now,
            exemption: None,
            activate_by: Some(facts.now + facts.policy.request_life),
            awaits_first_approval: false,
            also_claimed: Vec::new(),
            former: new.former,
            renewed_by_clinic: false,
        },
    };
    account.details.let_in_again(staff.clinic);
    if cannot_use_mitid {
        account.exempt(facts, staff);
    }
    Ok(account)
}

fn member(facts: &Facts<'_>, staff: &Staff, rights: Rights) -> Membership {
    Membership { rights, decided_by: Some(staff.id.clone()), ..Membership::active(staff.clinic, facts.now) }
}
