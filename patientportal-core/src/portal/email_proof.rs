//! Use cases of a new e-mail address that a code is to prove (K1, A7).

use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::email_proof::{self, At, EmailProofPage, NewEmail, Sent, TypedEmailCode};
use crate::flow::login::code_ladder;
use crate::ids::AccountId;
use crate::policy::Denial;
use crate::refusal::{Failure, Refusal};
use crate::store::Versioned;

use super::code_login::read_code;
use super::{ATTEMPTS, Portal, Principal, Settled, Visitor, contended};

impl Portal {
    /// What the page shows on which a new address is proved, to the session that asked.
    ///
    /// # Errors
    /// Refused: nothing was asked, it is over or done, or another session's.
    pub async fn email_proof_page(&self, visitor: &Visitor, principal: &Principal) -> Result<EmailProofPage, Failure> {
        let (flow, mut draw) = (self.email_proof(principal).await?.value, self.draw()?);
        let page = email_proof::page(&self.facts(self.now(), &mut draw), &flow, at(visitor, principal))?;
        Ok(self.with_next_email_code(page, principal.account()).await?)
    }

    /// Sends another code to the new address.
    ///
    /// # Errors
    /// Refused: [`Refusal::CodesWait`] or [`Refusal::NextCodeLater`] until the next may be sent.
    pub async fn resend_email_code(&self, visitor: &Visitor, principal: &Principal) -> Result<EmailProofPage, Failure> {
        let (account, mut draw) = (principal.account(), self.draw()?);
        for _ in 0..ATTEMPTS {
            let (now, flow) = (self.now(), self.email_proof(principal).await?);
            email_proof::page(&self.facts(now, &mut draw), &flow.value, at(visitor, principal))?;
            if let Some(until) = self.store().counter(code_ladder(self.ring(), account), now).await? {
                return Err(Refusal::CodesWait { until }.into());
            }
            let step = email_proof::resend(&mut self.facts(now, &mut draw), &flow, at(visitor, principal))?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(self.with_next_email_code(answer?, account).await?);
            }
        }
        Err(contended())
    }

    /// Takes the code: the new address is the account's, and both addresses are told. `reference` is what the page showed.
    ///
    /// # Errors
    /// Refused: each way in which a code can fail has its own. Sent twice, the second is told that it is done.
    pub async fn submit_email_code(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        reference: &str,
        code: &str,
    ) -> Result<EmailProofPage, Failure> {
        let digits = read_code(code)?;
        let typed = TypedEmailCode { reference, digits: &digits };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let (now, flow) = (self.now(), self.email_proof(principal).await?);
            let account = self.store().account(principal.account()).await?.ok_or(Refusal::FlowOver)?;
            let mut open = Vec::new();
            for id in email_proof::flows_by_email(self.ring(), account.value.id) {
                open.extend(self.open_flow(id).await?);
            }
            let sent = Sent { at: at(visitor, principal), typed, open: &open };
            let step = email_proof::submit(&mut self.facts(now, &mut draw), &flow, &account, sent)?;
            match self.commit(step, now, &mut draw).await? {
                // Sent many times at once: the code was accepted while this one waited to be counted.
                Settled::Answer(Err(Refusal::CodeDead)) if self.is_used(flow.value.id).await? => {
                    return Err(Refusal::FlowFinished.into());
                }
                Settled::Answer(answer) => return Ok(answer?),
                Settled::Again => {}
            }
        }
        Err(contended())
    }

    /// Sends a code to a new address, in a session that has proved enough for it.
    pub(super) async fn begin_email_proof(
        &self,
        principal: &Principal,
        new: NewEmail,
    ) -> Result<EmailProofPage, Failure> {
        let (session, clinic) = (principal.session(), self.clinic(new.origin.clinic)?);
        let (id, mut draw) = (session.account, self.draw()?);
        let mut capped = false;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let gone = Refusal::Denied(Denial::NotLoggedIn);
            let account = self.store().account(id).await?.ok_or(gone)?;
            let before = self.open_flow(email_proof::flow_of(self.ring(), id)).await?;
            let waits = self.store().counter(code_ladder(self.ring(), id), now).await?.is_some();
            let known = (before.as_ref(), capped || waits);
            let mut facts = self.facts(now, &mut draw);
            let step = email_proof::begin(&mut facts, &account, (session, clinic), new.clone(), known)?;
            match self.commit(step, now, &mut draw).await? {
                // The mail caps are reached: the page opens all the same, and says when.
                Settled::Answer(Err(Refusal::NextCodeLater { .. })) if !capped => capped = true,
                Settled::Answer(answer) => return Ok(self.with_next_email_code(answer?, id).await?),
                Settled::Again => {}
            }
        }
        Err(contended())
    }

    async fn email_proof(&self, principal: &Principal) -> Result<Versioned<Flow>, Failure> {
        let flow = self.open_flow(email_proof::flow_of(self.ring(), principal.account())).await?;
        Ok(flow.ok_or(Refusal::NoOpenFlow)?)
    }

    /// The page, with when the next code may be sent: as the counters say now.
    pub(super) async fn with_next_email_code(
        &self,
        mut page: EmailProofPage,
        account: AccountId,
    ) -> Result<EmailProofPage, Fault> {
        let now = self.now();
        for counter in email_proof::what_spaces_codes(self.ring(), account) {
            page.next_code = page.next_code.max(self.store().counter(counter, now).await?.unwrap_or(now));
        }
        Ok(page)
    }
}

fn at<'a>(visitor: &Visitor, principal: &'a Principal) -> At<'a> {
    At { session: principal.session(), browser: visitor.browser.hash() }
}
