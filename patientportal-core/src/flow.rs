//! Flows: what waits for somebody. A flow belongs to the browser that began it and is kept sealed.

pub(crate) mod activation;
pub(crate) mod changed_number;
pub(crate) mod child;
pub(crate) mod code_login;
pub(crate) mod email_proof;
pub(crate) mod evidence;
pub(crate) mod issued_code;
pub(crate) mod journey;
mod kind;
pub(crate) mod late_form;
pub(crate) mod login;
pub(crate) mod mitid;
pub(crate) mod recovery;
pub(crate) mod registration;
pub(crate) mod renewal;

pub use kind::FlowKind;

use minicbor::{Decode, Encode};

use crate::clinic::FunctionKind;
use crate::decision::Facts;
use crate::draw::Draw;
use crate::fault::Fault;
use crate::ids::{ClinicId, FlowId, SecretHash};
use crate::language::Language;
use crate::moment::Timestamp;
use crate::record::{decode, encode};
use crate::sealing::{KeyRing, Purpose};
use crate::store::{Change, FlowRecord, Versioned};

/// A flow, opened.
#[derive(Clone, PartialEq)]
pub(crate) struct Flow {
    pub(crate) id: FlowId,
    pub(crate) expires: Timestamp,
    pub(crate) consumed: bool,
    pub(crate) origin: Origin,
    pub(crate) state: FlowState,
}

/// Where a flow began and where its visitor wants to go.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct Origin {
    /// The browser, hashed. A link that a mail carries has none.
    #[n(0)]
    pub(crate) browser: Option<SecretHash>,
    #[n(1)]
    pub(crate) clinic: ClinicId,
    /// The function to land on (C2).
    #[n(2)]
    pub(crate) function: Option<FunctionKind>,
    #[n(3)]
    pub(crate) language: Language,
}

/// What a flow waits for.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) enum FlowState {
    /// A registration that MitID is to confirm (R1).
    #[n(0)]
    RegistrationAwaitingMitId(#[n(0)] registration::RegistrationAwaitingMitId),
    /// A vouched person without an account, who may fill in the form (L2).
    #[n(1)]
    RegistrationAwaitingForm(#[n(0)] registration::RegistrationAwaitingForm),
    /// A login that MitID is to confirm (L1).
    #[n(2)]
    LoginAwaitingMitId(#[n(0)] mitid::LoginAwaitingMitId),
    /// A right password that a code is to follow (L3).
    #[n(3)]
    LoginAwaitingCode(#[n(0)] code_login::LoginAwaitingCode),
    /// A reset link that is out (F1).
    #[n(4)]
    RecoveryAwaitingPassword(#[n(0)] recovery::RecoveryAwaitingPassword),
    /// Used. Only where it led to is left.
    #[n(5)]
    Finished,
    /// A code was accepted: used too, but the browser that typed it may not have heard of it (L3).
    #[n(6)]
    CodeAccepted(#[n(0)] code_login::CodeAccepted),
    /// A child's registration that a guardian is to confirm (R3).
    #[n(7)]
    ChildAwaitingGuardian(#[n(0)] child::ChildAwaitingGuardian),
    /// A child that has an account, and a guardian who may choose what becomes of it (R6).
    #[n(8)]
    ChildAwaitingChoice(#[n(0)] child::ChildAwaitingChoice),
    /// An activation link that is out (R7).
    #[n(12)]
    ActivationAwaitingPassword(#[n(0)] activation::ActivationAwaitingPassword),
    /// A new e-mail address that a code is to prove (K1, A7).
    #[n(20)]
    EmailAwaitingCode(#[n(0)] email_proof::EmailAwaitingCode),
    /// Somebody who has come of age has chosen how to log in, and a code is to prove the address (L7).
    #[n(30)]
    RenewalAwaitingCode(#[n(0)] renewal::RenewalAwaitingCode),
    /// A vouched person whose account is under another number, who is asked whether it has changed (A11).
    #[n(31)]
    NumberAwaitingConsent(#[n(0)] changed_number::NumberAwaitingConsent),
    /// A form that came when its session was over (L10).
    #[n(40)]
    FormAwaitingOwner(#[n(0)] late_form::FormAwaitingOwner),
}

#[derive(Encode, Decode)]
struct Body {
    #[n(0)]
    origin: Origin,
    #[n(1)]
    state: FlowState,
}

impl Flow {
    pub(crate) fn to_record(&self, ring: &KeyRing, draw: &mut Draw) -> Result<FlowRecord, Fault> {
        let body = encode(&Body { origin: self.origin.clone(), state: self.state.clone() })?;
        let body = ring.seal(Purpose::Flow, &self.id.0, &body, draw)?;
        Ok(FlowRecord { id: self.id, expires: self.expires, consumed: self.consumed, body })
    }

    pub(crate) fn from_record(record: &FlowRecord, ring: &KeyRing) -> Result<Self, Fault> {
        let plain = ring.open(Purpose::Flow, &record.id.0, &record.body)?;
        let Body { origin, state } = decode(&plain)?;
        Ok(Self { id: record.id, expires: record.expires, consumed: record.consumed, origin, state })
    }

    /// What is left of the flow once it is used: where it led to, and nothing that was typed.
    fn used(&self, remains: FlowState) -> Self {
        Self { consumed: true, state: remains, ..self.clone() }
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires
    }
}

impl Versioned<Flow> {
    /// The change that uses this flow up: once, since whoever comes second read an older revision (I4).
    pub(crate) fn consumed_by(&self, facts: &mut Facts<'_>) -> Result<Change, Fault> {
        self.consumed_leaving(FlowState::Finished, facts)
    }

    /// The same, when more than where it led to must be remembered.
    pub(crate) fn consumed_leaving(&self, remains: FlowState, facts: &mut Facts<'_>) -> Result<Change, Fault> {
        let used = self.value.used(remains).to_record(facts.ring, facts.draw)?;
        Ok(Change::Flow { expect: Some(self.revision), to: Box::new(used) })
    }
}
