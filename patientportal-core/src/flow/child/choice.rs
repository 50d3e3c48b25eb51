//! A child that has an account already, and a guardian who has a say in it (R6): a new e-mail address and password, or
//! access at one more clinic.

use minicbor::{Decode, Encode};

use super::{ChildAwaitingGuardian, ChildOutcome, by_guardian, is_young_enough};
use crate::account::approval::{self, Request};
use crate::account::child::{self, add_guardian};
use crate::account::{Account, Guardian, Membership, Person, SealedPerson, contact};
use crate::audit::AuditEvent;
use crate::clinic::RegistrationMode;
use crate::decision::{Facts, Step};
use crate::fault::Fault;
use crate::flow::login::failure_counters;
use crate::flow::mitid::MitIdOutcome;
use crate::flow::{Flow, FlowState};
use crate::ids::{AccountId, ClinicId, Epoch};
use crate::mail::{Mail, Notice};
use crate::ports::PasswordHash;
use crate::refusal::Refusal;
use crate::store::{Change, Versioned};
use crate::value::Email;

/// A guardian who may choose what becomes of a child's account.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct ChildAwaitingChoice {
    #[n(0)]
    pub(crate) account: AccountId,
    #[n(1)]
    epoch: Epoch,
    #[n(2)]
    guardian: Guardian,
    /// The address that the form had.
    #[n(3)]
    pub(crate) email: Email,
}

/// How the child is to log in from now on.
pub(crate) struct NewLogin {
    pub(crate) email: Email,
    pub(crate) password: PasswordHash,
}

/// What a guardian may choose.
pub(crate) struct Standing {
    /// Whether the account may be given access at this clinic besides. Not while nobody has let the child in: then who
    /// typed its address and password may be anybody, and they are to be chosen anew first.
    pub(crate) may_join: bool,
    /// Whether a new address and password bring access at this clinic with them.
    pub(crate) renewing_joins: bool,
}

/// Waits for what the guardian chooses: as long as for a form with a proven identity.
pub(super) fn offer(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    state: &ChildAwaitingGuardian,
    guardian: Guardian,
    account: &Versioned<Account>,
) -> Result<Step<MitIdOutcome>, Fault> {
    let Account { id, access, .. } = &account.value;
    let mut offered = flow.value.clone();
    offered.expires = facts.now + facts.policy.proven_life;
    offered.state = FlowState::ChildAwaitingChoice(ChildAwaitingChoice {
        account: *id,
        epoch: access.epoch,
        guardian,
        email: state.typed.email.clone(),
    });
    let record = offered.to_record(facts.ring, facts.draw)?;
    Ok(Step::answering(Ok(MitIdOutcome::ChildExists { flow: offered.id }))
        .with([Change::Flow { expect: Some(flow.revision), to: Box::new(record) }])
        .noting(by_guardian(*id, offered.origin.clinic, AuditEvent::ChildMetAccount)))
}

/// What the guardian may choose now, of a flow that is open.
pub(crate) fn standing(
    facts: &Facts<'_>,
    flow: &Flow,
    state: &ChildAwaitingChoice,
    account: &Account,
) -> Result<Standing, Refusal> {
    if account.access.epoch != state.epoch || account.id != state.account {
        return Err(Refusal::FlowOver);
    }
    let renewing_joins = may_be_joined(facts, account, flow.origin.clinic);
    Ok(Standing { may_join: renewing_joins && !account.details.awaits_first_approval, renewing_joins })
}

/// A new e-mail address and password, and access at this clinic where the child has none: what the guardian came for.
/// Everything open ends, the old address is told, and nobody is logged in.
pub(crate) fn renew(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    new: &NewLogin,
) -> Result<Step<ChildOutcome>, Fault> {
    let (state, mut person) = match chosen(facts, flow, account)? {
        Ok(chosen) => chosen,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let (clinic, mut changed) = (flow.value.origin.clinic, account.value.clone());
    let old = std::mem::replace(&mut person.email, new.email.clone());
    let moved = old != new.email;
    add_guardian(&mut person, state.guardian.clone(), changed.details.awaits_first_approval);
    let settled = contact::settle(facts, &mut changed, &mut person, None)?;
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    changed.details.password = Some(new.password.clone());
    changed.details.email_proved &= !moved;
    changed.details.activate_by = None;
    changed.details.terms_accepted = facts.now;
    changed.access.terms.clone_from(&facts.policy.terms_version);
    changed.access.password_missing = false;
    changed.access.ward = true;
    changed.end_everything_open();
    let mut step = Step::answering(Ok(ChildOutcome::Renewed))
        .with([flow.consumed_by(facts)?])
        .with(settled)
        .with(failure_counters(facts.ring, &changed).map(Change::Forget))
        .noting(by_guardian(changed.id, clinic, AuditEvent::RenewedByGuardian));
    let language = changed.details.language;
    let addresses = if moved { vec![old.clone(), new.email.clone()] } else { Vec::new() };
    for address in addresses {
        step = step.with([Mail::notice(changed.id, address, language, clinic, Notice::EmailChanged).enqueue(facts)?]);
    }
    let told = Mail::notice(changed.id, old, language, clinic, Notice::PasswordChanged).enqueue(facts)?;
    let (step, _) = joined(facts, step.with([told]), &mut changed, &person, &state.guardian, clinic)?;
    Ok(child::write(step, clinic, account.revision, changed))
}

/// Access at this clinic too, for the account as it is.
pub(crate) fn join(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
) -> Result<Step<ChildOutcome>, Fault> {
    let (state, mut person) = match chosen(facts, flow, account)? {
        Ok(chosen) => chosen,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    if account.value.details.awaits_first_approval {
        return Ok(Step::refusing(Refusal::NoOpenFlow));
    }
    let (clinic, mut changed) = (flow.value.origin.clinic, account.value.clone());
    let is_new = !person.guardians.iter().any(|known| known.cpr == state.guardian.cpr);
    add_guardian(&mut person, state.guardian.clone(), false);
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    let added = is_new.then(|| by_guardian(changed.id, clinic, AuditEvent::GuardianAdded));
    let step = added.into_iter().fold(Step::answering(Ok(())).with([flow.consumed_by(facts)?]), Step::noting);
    let (step, asks) = joined(facts, step, &mut changed, &person, &state.guardian, clinic)?;
    let outcome = if asks { ChildOutcome::JoinRequested } else { ChildOutcome::Joined };
    Ok(child::write(step.map(|()| outcome), clinic, account.revision, changed))
}

/// The guardian's flow and the child's person data, if both still are as they were when it was offered.
fn chosen<'a>(
    facts: &Facts<'_>,
    flow: &'a Versioned<Flow>,
    account: &Versioned<Account>,
) -> Result<Result<(&'a ChildAwaitingChoice, Person), Refusal>, Fault> {
    let FlowState::ChildAwaitingChoice(state) = &flow.value.state else { return Ok(Err(Refusal::NoOpenFlow)) };
    if let Err(refusal) = standing(facts, &flow.value, state, &account.value) {
        return Ok(Err(refusal));
    }
    let person = account.value.details.person.open(account.value.id, facts.ring)?;
    Ok(is_young_enough(facts, Some(&person.cpr)).map(|()| (state, person)))
}

/// Gives the child access at the clinic, or asks the clinic for it, where it has none. Answers whether it asks.
fn joined<T>(
    facts: &mut Facts<'_>,
    step: Step<T>,
    changed: &mut Account,
    person: &Person,
    guardian: &Guardian,
    clinic: ClinicId,
) -> Result<(Step<T>, bool), Fault> {
    if !may_be_joined(facts, changed, clinic) {
        return Ok((step, false));
    }
    // What the register says today: an earlier word may be over.
    let asks = approval::must_ask(facts.clinic(clinic)?, Some(guardian.custody), changed.details.former.as_ref());
    changed.access.memberships.retain(|earlier| earlier.clinic != clinic);
    changed.access.memberships.push(Membership::begun(clinic, asks, facts.now));
    let (id, language) = (changed.id, changed.details.language);
    let event = if asks { AuditEvent::RequestMade } else { AuditEvent::Joined };
    let step = step.noting(by_guardian(id, clinic, event));
    if !asks {
        return Ok((step, false));
    }
    let request = Request { account: id, clinic, email: person.email.clone(), language, ward: true };
    Ok((step.with(approval::accompany(facts, request)?), true))
}

fn may_be_joined(facts: &Facts<'_>, account: &Account, clinic: ClinicId) -> bool {
    let is_open = facts.clinics.by_id(clinic).is_some_and(|clinic| clinic.registration != RegistrationMode::Off);
    is_open && account.access.membership(clinic).is_none_or(Membership::may_be_joined_anew)
}
