//! A form that came when its session was over (L10). It waits for the account whose page it was on, on the device that it
//! came from, and is given back to them once.

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::decision::{Facts, Step};
use crate::device::Device;
use crate::fault::Fault;
use crate::flow::{Flow, FlowState, Origin};
use crate::ids::{AccountId, ClinicId, FlowId};
use crate::moment::Timestamp;
use crate::sealing::KeyRing;
use crate::store::{Change, Versioned};

/// A form that waits for its owner to log in again.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct FormAwaitingOwner {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    posted: Timestamp,
    #[n(2)]
    place: String,
    #[n(3)]
    fields: Vec<(String, String)>,
}

/// A form that was posted when its session was over. `Debug` prints nothing of what was typed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LateForm {
    /// The clinic on whose page it was.
    pub clinic: ClinicId,
    /// The address that it was posted to, below the host.
    pub place: String,
    /// Names and what was typed; none where only the place was kept.
    pub fields: Vec<(String, String)>,
    /// When it was posted.
    pub posted: Timestamp,
}

/// What is to be kept of a form. Passwords and codes are left out before it comes here.
#[derive(Clone, Copy)]
pub(crate) struct Typed<'a> {
    pub(crate) place: &'a str,
    pub(crate) fields: &'a [(String, String)],
}

/// The flow of an account's form on a device: one, so that the newest is kept. The device cookie outlives logging out, the
/// browser's key does not: who finds somebody else logged in logs them out first.
pub(crate) fn flow_of(ring: &KeyRing, account: AccountId, device: &Device) -> Option<FlowId> {
    let device = device.id()?;
    Some(FlowId(ring.tag("late-form", &[&account.0.to_be_bytes(), &device])))
}

/// Keeps a form, in the place of one kept before. Answers whether: more than [`LARGEST`] is not.
pub(crate) fn keep(
    facts: &mut Facts<'_>,
    before: Option<&Versioned<Flow>>,
    id: FlowId,
    (account, origin): (AccountId, Origin),
    typed: Typed<'_>,
) -> Result<Step<bool>, Fault> {
    let length: usize = typed.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    if length + typed.place.len() > LARGEST {
        return Ok(Step::answering(Ok(false)));
    }
    let (place, fields) = (typed.place.to_owned(), typed.fields.to_vec());
    let state = FlowState::FormAwaitingOwner(FormAwaitingOwner { account, posted: facts.now, place, fields });
    let flow = Flow { id, expires: facts.now + LIFE, consumed: false, origin, state };
    let record = flow.to_record(facts.ring, facts.draw)?;
    let expect = before.map(|flow| flow.revision);
    Ok(Step::answering(Ok(true)).with([Change::Flow { expect, to: Box::new(record) }]))
}

/// What is kept, for its owner.
pub(crate) fn kept(flow: &Flow, account: AccountId, now: Timestamp) -> Option<LateForm> {
    let FlowState::FormAwaitingOwner(state) = &flow.state else { return None };
    (state.account == account && !flow.consumed && !flow.is_over(now)).then(|| LateForm {
        clinic: flow.origin.clinic,
        place: state.place.clone(),
        fields: state.fields.clone(),
        posted: state.posted,
    })
}

/// Gives it back, once.
pub(crate) fn take(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: AccountId,
) -> Result<Step<Option<LateForm>>, Fault> {
    let Some(form) = kept(&flow.value, account, facts.now) else { return Ok(Step::answering(Ok(None))) };
    Ok(Step::answering(Ok(Some(form))).with([flow.consumed_by(facts)?]))
}

impl std::fmt::Debug for LateForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LateForm").field("clinic", &self.clinic).finish_non_exhaustive()
    }
}

/// How long a form is kept.
pub(crate) const LIFE: Duration = Duration::from_secs(30 * 60);

/// In bytes: as much as the pages' longest form may hold.
const LARGEST: usize = 16 * 1024;
