//! A changed CPR number (A11): MitID vouches for a number that has no account, and for a person who has one under another.
//! They are asked, and on their word the account moves to the new number.

use minicbor::{Decode, Encode};

use crate::account::identity::{self, OwnerCame};
use crate::account::{Account, SealedPerson, changed_number};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::evidence::SessionProof;
use crate::flow::login::{self, Arrival, LoggedIn, Meeting};
use crate::flow::mitid::{self, MitIdOutcome};
use crate::flow::registration::KeptIdentity;
use crate::flow::{Flow, FlowState};
use crate::ids::{AccountId, Epoch};
use crate::ports::VouchedIdentity;
use crate::refusal::Refusal;
use crate::store::{Change, Versioned};

/// A person whom MitID knows under another number than the account does.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct NumberAwaitingConsent {
    #[n(0)]
    pub(crate) account: AccountId,
    #[n(1)]
    epoch: Epoch,
    #[n(2)]
    pub(crate) identity: KeptIdentity,
}

/// Asks, and waits as long as for a form with a proven identity.
pub(crate) fn ask(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    identity: &VouchedIdentity,
    account: &Account,
) -> Result<Step<MitIdOutcome>, Fault> {
    if let Err(refusal) = mitid::judge(facts, &flow.value, identity) {
        return Ok(mitid::refused(&flow.value, refusal));
    }
    if flow.value.owner().is_some_and(|owner| owner != account.id) {
        return Ok(mitid::refused(&flow.value, Refusal::OtherOwner));
    }
    let mut asked = flow.value.clone();
    asked.expires = facts.now + facts.policy.proven_life;
    asked.state = FlowState::NumberAwaitingConsent(NumberAwaitingConsent {
        account: account.id,
        epoch: account.access.epoch,
        identity: KeptIdentity::of(identity),
    });
    let record = asked.to_record(facts.ring, facts.draw)?;
    let note = Note::of(account.id, asked.origin.clinic, AuditEvent::NumberAsked);
    Ok(Step::answering(Ok(MitIdOutcome::NumberChanged { flow: asked.id }))
        .with([Change::Flow { expect: Some(flow.revision), to: Box::new(record) }])
        .noting(note))
}

/// The question that this flow asks.
pub(crate) fn asked(flow: &Flow) -> Result<&NumberAwaitingConsent, Refusal> {
    match &flow.state {
        FlowState::NumberAwaitingConsent(state) => Ok(state),
        _ => Err(Refusal::NoOpenFlow),
    }
}

/// Yes: the account moves to the number that MitID vouched for, everything open ends, and its owner is logged in. That is
/// the owner's own MitID as at any login (R7, A10).
pub(crate) fn consent(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    arrival: Arrival<'_>,
) -> Result<Step<LoggedIn>, Fault> {
    let state = match asked(&flow.value) {
        Ok(state) if state.epoch == account.value.access.epoch => state,
        Ok(_) => return Ok(Step::refusing(Refusal::FlowOver)),
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let Some(proof) = state.identity.evidence() else { return Ok(Step::refusing(Refusal::AssuranceTooLow)) };
    let (clinic, vouched) = (flow.value.origin.clinic, state.identity.identity());
    let is_known = arrival.device.counter_of(facts.ring, &account.value).is_some();
    let OwnerCame { account: mut changed, told, .. } =
        identity::owner_came(facts, &account.value, &vouched, clinic, is_known)?;
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    person.vouched_name = vouched.name;
    let moved = changed_number::rekey(facts, &mut changed, &mut person, vouched.cpr, clinic)?;
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    let step = login::open(facts, arrival, &changed, &SessionProof::MitId(proof), Meeting::NumberChanged)?;
    let note = Note::of(changed.id, clinic, AuditEvent::NumberChanged);
    let step = changed_number::seen_everywhere(step, &changed, &note);
    Ok(step
        .with(moved)
        .telling(told)
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, flow.consumed_by(facts)?]))
}
