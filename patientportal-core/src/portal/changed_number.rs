//! Use cases of a changed CPR number (A11): the question after MitID, and the answer.

use crate::account::{Account, changed_number};
use crate::clinic::FunctionKind;
use crate::decision::{Facts, Step};
use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::changed_number::{asked, consent};
use crate::flow::login::{Arrival, LoggedIn, NewSession};
use crate::ids::{ClinicId, CprIndex, FlowId};
use crate::refusal::{Failure, Refusal};
use crate::store::Versioned;

use super::{ATTEMPTS, Portal, Settled, Visitor, contended};

/// What is asked of somebody whom MitID knows under another number than their account (A11). `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedNumber {
    /// The clinic that they came to.
    pub clinic: ClinicId,
    /// The function that they came for (C2).
    pub function: Option<FunctionKind>,
    /// The number that the account has, masked.
    pub before: String,
    /// The number that MitID vouched for, masked.
    pub now: String,
}

impl Portal {
    /// The question, to the browser that came back from MitID.
    ///
    /// # Errors
    /// Refused: no such flow, another browser's, used, or its time is over.
    pub async fn changed_number(&self, visitor: &Visitor, flow: FlowId) -> Result<ChangedNumber, Failure> {
        let (flow, account) = self.open_question(visitor, flow).await?;
        let state = asked(&flow.value)?;
        let before = account.value.details.person.open(account.value.id, self.ring())?.cpr.masked();
        let (clinic, function) = (flow.value.origin.clinic, flow.value.origin.function);
        Ok(ChangedNumber { clinic, function, before, now: state.identity.cpr.masked() })
    }

    /// Yes: the account moves to the number that MitID vouched for, and its owner is logged in.
    ///
    /// # Errors
    /// Refused: as for [`changed_number`](Self::changed_number), or the number has an account by now: nothing is merged.
    pub async fn confirm_changed_number(&self, visitor: &Visitor, flow: FlowId) -> Result<LoggedIn, Failure> {
        let browser = self.browser(visitor).await?;
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let (flow, account) = self.open_question(visitor, flow).await?;
            let identity = asked(&flow.value)?.identity.identity();
            if self.store().account_by_cpr(&self.ring().cpr_indexes(&identity.cpr, None)).await?.is_some() {
                return Err(Refusal::FlowOver.into());
            }
            let mut facts = self.facts(now, &mut draw);
            let arrival = Arrival {
                origin: &flow.value.origin,
                earlier: browser.earlier,
                provider: identity.session.as_deref(),
                device: &browser.device,
                session: NewSession::draw(facts.draw),
            };
            let step = consent(&mut facts, &flow, &account, arrival)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// No: nothing changes, and the proven identity is forgotten. Answers where the visitor came from.
    ///
    /// # Errors
    /// Refused: as for [`changed_number`](Self::changed_number).
    pub async fn deny_changed_number(&self, visitor: &Visitor, flow: FlowId) -> Result<(), Failure> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let (flow, _) = self.open_question(visitor, flow).await?;
            let used = flow.consumed_by(&mut self.facts(now, &mut draw))?;
            if let Settled::Answer(answer) = self.commit(Step::answering(Ok(())).with([used]), now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// The account whose number this is now. One that its owner had before is held, and opens nothing (A11).
    pub(super) async fn account_under(&self, number: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        Ok(self.store().account_by_cpr(number).await?.filter(|account| account.value.is_under(number)))
    }

    /// The account that claims the identity provider's id of a person.
    pub(super) async fn account_of_subject(&self, subject: &str) -> Result<Option<Versioned<Account>>, Fault> {
        self.store().account_by_cpr(&self.ring().subject_indexes(subject)).await
    }

    /// The same, if it is under another number than this: one that was registered meanwhile under this one is no question.
    pub(super) async fn account_under_another(
        &self,
        subject: &str,
        number: &[CprIndex],
    ) -> Result<Option<Versioned<Account>>, Fault> {
        Ok(self.account_of_subject(subject).await?.filter(|account| !account.value.is_under(number)))
    }

    /// Has the account of whoever has just logged in with MitID claim the provider's id of them, if it does not and no other
    /// does. It may come to nothing: the next login does it then.
    pub(super) async fn keep_subject(&self, account: &Account, subject: &str) {
        if changed_number::claims_subject(self.ring(), account, subject) {
            return;
        }
        let kept = match self.account_of_subject(subject).await {
            Ok(Some(other)) if other.value.id != account.id => return,
            Ok(_) => {
                let keep = |facts: &mut Facts<'_>, account: &_| changed_number::keep_subject(facts, account, subject);
                self.decide_on(account.id, Refusal::FlowOver, keep).await
            }
            Err(fault) => Err(fault.into()),
        };
        if let Err(Failure::Failed(fault)) = kept {
            tracing::warn!(fault = fault.chain(), "an account does not claim its owner's MitID yet");
        }
    }

    async fn open_question(
        &self,
        visitor: &Visitor,
        flow: FlowId,
    ) -> Result<(Versioned<Flow>, Versioned<Account>), Failure> {
        let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?;
        self.refuse_foreign(visitor, &flow.value)?;
        let account = self.store().account(asked(&flow.value)?.account).await?.ok_or(Refusal::FlowOver)?;
        if account.value.is_erased() {
            return Err(Refusal::FlowOver.into());
        }
        Ok((flow, account))
    }
}

impl std::fmt::Debug for ChangedNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChangedNumber(•••)")
    }
}
