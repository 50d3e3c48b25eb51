//! Use cases of MitID: leaving for it and coming back (L1, L2, R5).

use crate::account::child::OF_AGE;
use crate::account::former::UnderNumber;
use crate::clinic::FunctionKind;
use crate::decision::Step;
use crate::draw::Draw;
use crate::fault::Fault;
use crate::flow::changed_number;
use crate::flow::journey::Journey;
use crate::flow::mitid::{self, LoginAwaitingMitId, MitIdOutcome};
use crate::flow::{Flow, FlowState};
use crate::ids::{ClinicId, FlowId};
use crate::policy::Denial;
use crate::ports::{Departure, IdentityCallback, IdentityFailure, IdentityRequest, VouchedIdentity};
use crate::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::{CounterKind, FlowToken, hash_secret};
use crate::store::{Change, Versioned};
use crate::value::Cpr;

use super::{ATTEMPTS, Destination, Portal, Principal, Settled, Visitor, contended};

/// A browser has come back from MitID.
#[derive(Debug)]
#[non_exhaustive]
pub struct MitIdReturn {
    /// The clinic that the flow began at; `None` when there is no such flow.
    pub clinic: Option<ClinicId>,
    /// The function that the visitor came for (C2).
    pub function: Option<FunctionKind>,
    /// The flow whose form can be filled in again, when it was refused.
    pub form: Option<FlowId>,
    /// Whether that form is a child's.
    pub for_child: bool,
    /// Whether somebody who was logged in went to prove that it is theirs (A7, P2).
    pub proves_owner: bool,
    /// What came of it.
    pub outcome: Result<MitIdOutcome, Refusal>,
}

impl Portal {
    /// Sends a browser to MitID to log in. `typed_cpr` only where [`mitid_needs_typed_cpr`](Self::mitid_needs_typed_cpr).
    ///
    /// # Errors
    /// Refused: MitID cannot be reached, or the number is wrong.
    pub async fn begin_mitid_login(
        &self,
        visitor: &Visitor,
        to: Destination,
        typed_cpr: Option<&str>,
    ) -> Result<String, Failure> {
        let typed_cpr = self.read_typed_cpr(typed_cpr)?;
        let id = self.draw()?.flow();
        let (url, journey) = self.depart(visitor, id).await?;
        let state =
            FlowState::LoginAwaitingMitId(LoginAwaitingMitId { journey: Some(journey), typed_cpr, owner: None });
        let key = self.address_counter(CounterKind::AddressJourney, visitor.address);
        let count = Change::Count { key, ladder: self.policy().journeys() };
        self.store_departure(visitor, to, id, state, Some(count)).await?;
        Ok(url)
    }

    /// Sends the browser of somebody who is logged in to MitID, to prove that it is their account (R7, P2). Another person's
    /// MitID changes nothing; their own opens a new session, and this one ends.
    ///
    /// # Errors
    /// Refused: MitID cannot be reached, or they are not logged in any more.
    pub async fn begin_owner_proof(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        to: Destination,
    ) -> Result<String, Failure> {
        let owner = principal.account();
        let account = self.store().account(owner).await?.ok_or(Refusal::Denied(Denial::NotLoggedIn))?;
        let cpr = account.value.details.person.open(owner, self.ring())?.cpr;
        let id = self.draw()?.flow();
        let (url, journey) = self.depart(visitor, id).await?;
        let (journey, typed_cpr) = (Some(journey), self.mitid_needs_typed_cpr().then_some(cpr));
        let state = FlowState::LoginAwaitingMitId(LoginAwaitingMitId { journey, typed_cpr, owner: Some(owner) });
        self.store_departure(visitor, to, id, state, None).await?;
        Ok(url)
    }

    /// Judges a browser's return. `query` holds the callback's names and values, decoded.
    ///
    /// # Errors
    /// Only faults: every refusal is in the answer, with where to go.
    pub async fn complete_mitid(&self, visitor: &Visitor, query: &[(String, String)]) -> Result<MitIdReturn, Fault> {
        let state = query.iter().find(|(name, _)| name == "state").map_or("", |(_, value)| value);
        let Ok(token) = FlowToken::parse(state) else { return Ok(MitIdReturn::lost()) };
        let Some(flow) = self.open_flow(token.flow).await? else { return Ok(MitIdReturn::lost()) };
        let outcome = match self.judge_return(visitor, flow.clone(), &token, query).await {
            Ok(outcome) => Ok(outcome),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(Failure::Failed(fault)) => return Err(fault),
        };
        Ok(MitIdReturn::at(&flow.value, outcome))
    }

    async fn judge_return(
        &self,
        visitor: &Visitor,
        flow: Versioned<Flow>,
        token: &FlowToken,
        query: &[(String, String)],
    ) -> Result<MitIdOutcome, Failure> {
        let mut draw = self.draw()?;
        let browser = self.browser(visitor).await?;
        let journey = flow.value.awaited(token, browser.hash, &self.facts(self.now(), &mut draw))?.clone();
        let mut flow = self.claim_return(flow, &mut draw).await?;
        let told = self.ask_provider(&flow.value, &journey, query).await;
        if matches!(flow.value.state, FlowState::ChildAwaitingGuardian(_)) {
            return self.judge_guardian(flow, told, &mut draw).await;
        }
        for _ in 0..ATTEMPTS {
            let (now, mut account) = (self.now(), None);
            let step = match &told {
                Ok(identity) => {
                    let indexes = self.ring().cpr_indexes(&identity.cpr, None);
                    account = self.store().account_by_cpr(&indexes).await?;
                    if let Some(account) = &account
                        && account.value.details.awaits_first_approval
                        && identity.cpr.age_on(now.copenhagen_date()) >= OF_AGE
                    {
                        self.lapse_requests_of(&account.value).await?;
                        continue;
                    }
                    let known = match &account {
                        None => self.account_under_another(&identity.subject, &indexes).await?,
                        Some(_) => None,
                    };
                    let former = match &account {
                        None => self.former_of(&identity.cpr, flow.value.origin.clinic).await?,
                        Some(_) => None,
                    };
                    let under = UnderNumber { account: account.as_ref(), former };
                    let mut facts = self.facts(now, &mut draw);
                    match &known {
                        Some(known) => changed_number::ask(&mut facts, &flow, identity, &known.value)?,
                        None => mitid::vouched(&mut facts, &flow, identity, under, &browser)?,
                    }
                }
                Err(failure) => mitid::refused(&flow.value, refusal_of(failure)),
            };
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                if let (Ok(MitIdOutcome::LoggedIn(_)), Ok(identity), Some(account)) = (&answer, &told, &account) {
                    self.keep_subject(&account.value, &identity.subject).await;
                }
                return Ok(answer?);
            }
            flow = self.open_flow(flow.value.id).await?.ok_or(Refusal::NoOpenFlow)?;
            if flow.value.consumed {
                return Err(Refusal::FlowFinished.into());
            }
        }
        Err(contended())
    }

    /// Takes the return for this request, before the provider is asked: a browser that sends it twice has its code
    /// exchanged once, and the one answer counts.
    async fn claim_return(&self, flow: Versioned<Flow>, draw: &mut Draw) -> Result<Versioned<Flow>, Failure> {
        let arrived = flow.value.arrived();
        let record = arrived.to_record(self.ring(), draw)?;
        let claim = Change::Flow { expect: Some(flow.revision), to: Box::new(record) };
        match self.commit(Step::answering(Ok(())).with([claim]), self.now(), draw).await? {
            Settled::Answer(answer) => answer?,
            Settled::Again => return Err(Refusal::FlowFinished.into()),
        }
        let flow = self.open_flow(arrived.id).await?.ok_or(Refusal::NoOpenFlow)?;
        Ok(flow)
    }

    async fn ask_provider(
        &self,
        flow: &Flow,
        journey: &Journey,
        query: &[(String, String)],
    ) -> Result<VouchedIdentity, IdentityFailure> {
        let callback = IdentityCallback::new(query, &journey.remembered, flow.typed_cpr(), self.now());
        let told = self.0.ports.identity.complete(&callback).await;
        if let Err(failure) = &told {
            tracing::info!(%failure, "MitID vouched for nobody");
        }
        told
    }

    /// Asks the provider where to send the browser.
    pub(super) async fn depart(&self, visitor: &Visitor, flow: FlowId) -> Result<(String, Journey), Failure> {
        let token = FlowToken { flow, secret: self.draw()?.bytes() };
        let request = IdentityRequest::new(token.to_text(), visitor.language, self.now());
        match self.0.ports.identity.begin(&request).await {
            Ok(Departure { url, remember }) => {
                Ok((url, Journey { secret: hash_secret(&token.secret), remembered: remember }))
            }
            Err(failure) => {
                tracing::warn!(%failure, "no journey to MitID can begin");
                Err(Refusal::MitIdUnavailable.into())
            }
        }
    }

    /// Writes down a flow that waits for MitID.
    pub(super) async fn store_departure(
        &self,
        visitor: &Visitor,
        to: Destination,
        id: FlowId,
        state: FlowState,
        count: Option<Change>,
    ) -> Result<(), Failure> {
        let now = self.now();
        let mut draw = self.draw()?;
        let expires = now + self.policy().mitid_life;
        let flow = Flow { id, expires, consumed: false, origin: self.origin(visitor, to), state };
        let record = flow.to_record(self.ring(), &mut draw)?;
        let write = Change::Flow { expect: None, to: Box::new(record) };
        let step = Step::answering(Ok(())).with([write]).with(count);
        match self.commit(step, now, &mut draw).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    fn read_typed_cpr(&self, typed: Option<&str>) -> Result<Option<Cpr>, Failure> {
        if !self.mitid_needs_typed_cpr() {
            return Ok(None);
        }
        match Cpr::parse(typed.unwrap_or_default(), self.now().copenhagen_date()) {
            Ok(cpr) => Ok(Some(cpr)),
            Err(error) => {
                Err(Refusal::InvalidForm(vec![FieldFlaw { field: Field::Cpr, flaw: Flaw::Cpr(error) }]).into())
            }
        }
    }
}

impl MitIdReturn {
    fn lost() -> Self {
        let outcome = Err(Refusal::NoOpenFlow);
        Self { clinic: None, function: None, form: None, for_child: false, proves_owner: false, outcome }
    }

    fn at(flow: &Flow, outcome: Result<MitIdOutcome, Refusal>) -> Self {
        let for_child = matches!(flow.state, FlowState::ChildAwaitingGuardian(_));
        let keeps_form = for_child || matches!(flow.state, FlowState::RegistrationAwaitingMitId(_));
        let usable = !matches!(outcome, Ok(_) | Err(Refusal::OtherBrowser | Refusal::FlowFinished));
        let form = (keeps_form && usable).then_some(flow.id);
        let (clinic, function) = (Some(flow.origin.clinic), flow.origin.function);
        Self { clinic, function, form, for_child, proves_owner: flow.owner().is_some(), outcome }
    }
}

pub(super) fn refusal_of(failure: &IdentityFailure) -> Refusal {
    match failure {
        IdentityFailure::Aborted => Refusal::MitIdAborted,
        IdentityFailure::NoCpr => Refusal::NoCpr,
        IdentityFailure::OtherPerson => Refusal::OtherPerson,
        IdentityFailure::NotPrivate => Refusal::NotPrivate,
        IdentityFailure::AssuranceTooLow => Refusal::AssuranceTooLow,
        IdentityFailure::NotFresh => Refusal::NotFresh,
        IdentityFailure::Refused(_) => Refusal::MitIdAnswerRefused,
        IdentityFailure::Unavailable(_) => Refusal::MitIdUnavailable,
    }
}
