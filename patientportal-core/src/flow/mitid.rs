//! The journey to MitID and back (L1, L2, R5): what is remembered meanwhile, and what a return means.

use minicbor::{Decode, Encode};

use crate::account::child::OF_AGE;
use crate::account::former::UnderNumber;
use crate::account::{Account, IdentityStanding};
use crate::audit::AuditEvent;
use crate::clinic::RegistrationMode;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::child::ChildOutcome;
use crate::flow::evidence::IdentityVouched;
use crate::flow::journey::Journey;
use crate::flow::login::{self, Arrival, Browser, LoggedIn, Meeting, NewSession};
use crate::flow::registration::{self, KeptIdentity, RegistrationAwaitingForm};
use crate::flow::{Flow, FlowState};
use crate::ids::{AccountId, FlowId, SecretHash};
use crate::ports::VouchedIdentity;
use crate::refusal::Refusal;
use crate::sealing::FlowToken;
use crate::store::{Change, Versioned};
use crate::value::{Cpr, CprKind};

/// A login that MitID is to confirm.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct LoginAwaitingMitId {
    /// `None` once the browser has come back.
    #[n(0)]
    pub(crate) journey: Option<Journey>,
    /// The number typed first, for providers that only compare.
    #[n(1)]
    pub(crate) typed_cpr: Option<Cpr>,
    /// Whose MitID it must be, where somebody is logged in and is to prove who they are (R7, L7, P2).
    #[n(2)]
    pub(crate) owner: Option<AccountId>,
}

/// What a good return leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MitIdOutcome {
    /// A session is open.
    LoggedIn(LoggedIn),
    /// There is no account: the form may be filled in with the identity already proven (L2).
    OfferRegistration {
        /// The flow that knows the identity.
        flow: FlowId,
    },
    /// There is no account under this number, but one under another of the same person's: has the number changed (A11)?
    NumberChanged {
        /// The flow that knows the identity.
        flow: FlowId,
    },
    /// A guardian has confirmed a child's registration. Nobody is logged in (A8).
    Child(ChildOutcome),
    /// The child has an account, and the guardian may have a say in it (R6).
    ChildExists {
        /// The flow that knows the guardian.
        flow: FlowId,
    },
}

impl Flow {
    /// The journey that this is the return of, to the browser that it belongs to (R5).
    pub(crate) fn awaited(
        &self,
        token: &FlowToken,
        browser: SecretHash,
        facts: &Facts<'_>,
    ) -> Result<&Journey, Refusal> {
        if self.origin.browser != Some(browser) {
            return Err(Refusal::OtherBrowser);
        }
        let journey = match &self.state {
            FlowState::RegistrationAwaitingMitId(state) => state.journey.as_ref(),
            FlowState::LoginAwaitingMitId(state) => state.journey.as_ref(),
            FlowState::ChildAwaitingGuardian(state) => state.journey.as_ref(),
            _ => None,
        };
        let journey = journey.ok_or(Refusal::FlowFinished)?;
        if self.is_over(facts.now) || !journey.secret.is_of(&token.secret) {
            return Err(Refusal::NoOpenFlow);
        }
        Ok(journey)
    }

    /// The number that was typed before the journey, if one was.
    pub(crate) fn typed_cpr(&self) -> Option<&Cpr> {
        match &self.state {
            FlowState::RegistrationAwaitingMitId(state) => Some(&state.typed.cpr),
            FlowState::LoginAwaitingMitId(state) => state.typed_cpr.as_ref(),
            FlowState::ChildAwaitingGuardian(state) => Some(&state.guardian),
            _ => None,
        }
    }

    /// The account whose owner MitID is to vouch for, if only theirs will do.
    pub(crate) fn owner(&self) -> Option<AccountId> {
        match &self.state {
            FlowState::LoginAwaitingMitId(state) => state.owner,
            _ => None,
        }
    }

    /// The same flow with its journey over: the form stays usable, the return does not (R5).
    pub(crate) fn arrived(&self) -> Self {
        let mut flow = self.clone();
        match &mut flow.state {
            FlowState::RegistrationAwaitingMitId(state) => state.journey = None,
            FlowState::LoginAwaitingMitId(state) => state.journey = None,
            FlowState::ChildAwaitingGuardian(state) => state.journey = None,
            _ => {}
        }
        flow
    }
}

/// Nobody was vouched for, or nobody who may come in: the form is kept.
pub(crate) fn refused<T>(flow: &Flow, refusal: Refusal) -> Step<T> {
    let refusal = match (&flow.state, refusal) {
        (FlowState::ChildAwaitingGuardian(_), Refusal::OtherPerson) => Refusal::OtherGuardian,
        (FlowState::ChildAwaitingGuardian(_), Refusal::TooYoungForMitId) => Refusal::GuardianTooYoung,
        (_, Refusal::OtherPerson) if flow.owner().is_some() => Refusal::OtherOwner,
        (_, refusal) => refusal,
    };
    let event = match refusal {
        Refusal::OtherOwner => AuditEvent::OtherPersonsMitId,
        _ => AuditEvent::IdentityRefused,
    };
    let note = Note::by_visitor(flow.owner(), Some(flow.origin.clinic), event);
    Step::refusing(refusal).noting(note)
}

/// MitID has vouched for a person: what that means for the flow that asked.
pub(crate) fn vouched(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    identity: &VouchedIdentity,
    under: UnderNumber<'_>,
    browser: &Browser,
) -> Result<Step<MitIdOutcome>, Fault> {
    let UnderNumber { account, former } = under;
    let proof = match judge(facts, &flow.value, identity) {
        Ok(proof) => proof,
        Err(refusal) => return Ok(refused(&flow.value, refusal)),
    };
    if flow.value.owner().is_some_and(|owner| account.is_none_or(|account| account.value.id != owner)) {
        return Ok(refused(&flow.value, Refusal::OtherOwner));
    }
    let number = facts.ring.cpr_indexes(&identity.cpr, None);
    if account.is_some_and(|account| !account.value.is_under(&number)) {
        return Ok(refused(&flow.value, Refusal::FormerNumber));
    }
    let arrival = Arrival {
        origin: &flow.value.origin,
        earlier: browser.earlier,
        provider: identity.session.as_deref(),
        device: &browser.device,
        session: NewSession::draw(facts.draw),
    };
    match (&flow.value.state, account) {
        (FlowState::LoginAwaitingMitId(_), None) => offer_registration(facts, flow, identity),
        (FlowState::RegistrationAwaitingMitId(state), None) => {
            if facts.clinic(flow.value.origin.clinic)?.registration == RegistrationMode::Off {
                return Ok(refused(&flow.value, Refusal::RegistrationClosed));
            }
            let terms = &state.terms;
            let new =
                registration::NewAccount { typed: &state.typed, password: &state.password, identity, terms, former };
            registration::create(facts, flow, arrival, new, proof).map(Step::into_outcome)
        }
        (state, Some(account)) => {
            let step = if matches!(state, FlowState::RegistrationAwaitingMitId(_)) {
                registration::met_account(facts, flow, arrival, account, identity, proof)?
            } else {
                let meeting = meeting_of(&flow.value, &account.value);
                login::open_with_mitid(facts, arrival, account, identity, proof, meeting)?
                    .with([flow.consumed_by(facts)?])
            };
            Ok(step.into_outcome())
        }
        _ => Ok(refused(&flow.value, Refusal::NoOpenFlow)),
    }
}

/// Whoever proves anew goes back to what they were about; a step of L8 leads on instead.
fn meeting_of(flow: &Flow, account: &Account) -> Meeting {
    let is_step = account.access.identity == IdentityStanding::Unconfirmed || account.access.ward;
    if flow.owner().is_some() && !is_step { Meeting::Proved } else { Meeting::Back }
}

/// Whether this may be the person whom the flow waits for.
pub(super) fn judge(facts: &Facts<'_>, flow: &Flow, identity: &VouchedIdentity) -> Result<IdentityVouched, Refusal> {
    let proof = IdentityVouched::new(identity).ok_or(Refusal::AssuranceTooLow)?;
    if identity.cpr.kind() != CprKind::Person {
        return Err(Refusal::NoCpr);
    }
    if identity.cpr.age_on(facts.today()) < OF_AGE {
        return Err(Refusal::TooYoungForMitId);
    }
    match flow.typed_cpr() {
        Some(typed) if *typed != identity.cpr => Err(Refusal::OtherPerson),
        _ => Ok(proof),
    }
}

fn offer_registration(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    identity: &VouchedIdentity,
) -> Result<Step<MitIdOutcome>, Fault> {
    let clinic = flow.value.origin.clinic;
    if facts.clinic(clinic)?.registration == RegistrationMode::Off {
        return Ok(refused(&flow.value, Refusal::NoAccountContactClinic));
    }
    let mut offered = flow.value.clone();
    offered.expires = facts.now + facts.policy.proven_life;
    offered.state =
        FlowState::RegistrationAwaitingForm(RegistrationAwaitingForm { identity: KeptIdentity::of(identity) });
    let record = offered.to_record(facts.ring, facts.draw)?;
    Ok(Step::answering(Ok(MitIdOutcome::OfferRegistration { flow: offered.id }))
        .with([Change::Flow { expect: Some(flow.revision), to: Box::new(record) }]))
}

impl Step<LoggedIn> {
    fn into_outcome(self) -> Step<MitIdOutcome> {
        self.map(MitIdOutcome::LoggedIn)
    }
}
