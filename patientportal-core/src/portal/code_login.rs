//! Use cases of the login with a security code (L3, L5, L6).

use crate::account::Account;
use crate::audit::AuditEvent;
use crate::decision::{Note, Step};
use crate::device::Device;
use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::code_login::{self, CodePage, Proved, TypedCode};
use crate::flow::evidence::PasswordProved;
use crate::flow::issued_code::CODE_DIGITS;
use crate::flow::login::{LoggedIn, code_ladder, password_counter};
use crate::ids::{AccountId, CounterKey, FlowId};
use crate::moment::Timestamp;
use crate::ports::{Lane, PasswordHash};
use crate::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::CounterKind;
use crate::store::{Change, Versioned};
use crate::value::{Cpr, Password, PasswordError};

use super::{ATTEMPTS, Destination, Portal, Settled, Visitor, contended, hash_failure};

impl Portal {
    /// The password step: number and password, then a code is on its way.
    ///
    /// # Errors
    /// Refused: a form that is not filled in, [`Refusal::WrongCredentials`], a wait.
    pub async fn submit_password(
        &self,
        visitor: &Visitor,
        to: Destination,
        cpr: &str,
        password: &str,
    ) -> Result<CodePage, Failure> {
        let now = self.now();
        let (cpr, password) = read_credentials(cpr, password, now)?;
        let indexes = self.ring().cpr_indexes(&cpr, Some(to.clinic));
        let account = self.account_under(&indexes).await?;
        let index = self.ring().anchored(&indexes).ok_or(Failure::Failed(Fault::new("the key ring is empty")))?;
        let device = Device::parse(visitor.device.as_deref());
        let counted = Counted {
            failures: device.counter(self.ring(), index).unwrap_or_else(|| password_counter(self.ring(), index)),
            address: self.address_counter(CounterKind::AddressFailure, visitor.address),
        };
        self.count_try(counted, now).await?;
        let hash = account.as_ref().and_then(|account| account.value.login_password().cloned());
        let verdict = match self.0.ports.hasher.verify(password.clone(), hash, Lane::Login).await {
            Ok(verdict) => verdict,
            Err(error) => return Err(self.not_checked(counted, hash_failure(error, now)).await),
        };
        match account {
            Some(account) if verdict.right && account.value.login_password().is_some() => {
                let stronger = if verdict.outdated { self.hash_again(password).await } else { None };
                let proof = PasswordProved::new(account.value.id, account.value.access.epoch);
                self.password_was_right(visitor, to, proof, counted, stronger).await
            }
            account => self.password_was_wrong(to, account.map(|account| account.value.id)).await,
        }
    }

    /// What the code page shows, to the browser that the flow belongs to.
    ///
    /// # Errors
    /// Refused: the flow is over, used, or another browser's.
    pub async fn code_page(&self, visitor: &Visitor, flow: FlowId) -> Result<CodePage, Failure> {
        let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?.value;
        let page = self.shown_page(visitor, &flow)?;
        let account = code_login::account_of(&flow).ok_or(Refusal::NoOpenFlow)?;
        Ok(self.with_next_code(page, account).await?)
    }

    /// Sends another code (L3).
    ///
    /// # Errors
    /// Refused: [`Refusal::CodesWait`] until the next may be sent.
    pub async fn resend_code(&self, visitor: &Visitor, flow: FlowId) -> Result<CodePage, Failure> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?;
            self.shown_page(visitor, &flow.value)?;
            let account = code_login::account_of(&flow.value).ok_or(Refusal::NoOpenFlow)?;
            if let Some(until) = self.store().counter(code_ladder(self.ring(), account), now).await? {
                return Err(Refusal::CodesWait { until }.into());
            }
            let step = code_login::resend(&mut self.facts(now, &mut draw), &flow, visitor.browser.hash())?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(self.with_next_code(answer?, account).await?);
            }
        }
        Err(contended())
    }

    /// The code step: `reference` is what the page showed, `code` what was typed. An accepted code that the same browser
    /// sends again within two minutes is answered with the same session: the first answer may have been lost.
    ///
    /// # Errors
    /// Refused: each way in which a code can fail has its own.
    pub async fn submit_code(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        reference: &str,
        code: &str,
    ) -> Result<LoggedIn, Failure> {
        let digits = read_code(code)?;
        let browser = self.browser(visitor).await?;
        let typed = TypedCode { browser: &browser, reference, digits: &digits };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?;
            let refusal = if flow.value.consumed { Refusal::FlowFinished } else { Refusal::NoOpenFlow };
            let account = code_login::account_of(&flow.value).ok_or(refusal)?;
            let account = self.store().account(account).await?.ok_or(Refusal::FlowOver)?;
            let opened = match code_login::opened_session(&flow.value) {
                Some((account, no)) => self.store().session(account, no).await?,
                None => None,
            };
            let mut facts = self.facts(now, &mut draw);
            let step = if flow.value.consumed {
                code_login::submit_again(&mut facts, &flow.value, &account.value, opened.as_ref(), &typed)
            } else {
                code_login::submit(&mut facts, &flow, &account, &typed)?
            };
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

    pub(super) async fn is_used(&self, flow: FlowId) -> Result<bool, Fault> {
        Ok(self.store().flow(flow).await?.is_some_and(|flow| flow.value.consumed))
    }

    /// What the page shows, if it is this browser's and still open.
    fn shown_page(&self, visitor: &Visitor, flow: &Flow) -> Result<CodePage, Failure> {
        let mut draw = self.draw()?;
        Ok(code_login::page(&self.facts(self.now(), &mut draw), flow, Some(visitor.browser.hash()))?)
    }

    /// I5: the try is counted, in a commit of its own, before the password is hashed.
    pub(super) async fn count_try(&self, counted: Counted, now: Timestamp) -> Result<(), Failure> {
        let step = Step::answering(Ok(()))
            .with([
                Change::Count { key: counted.failures, ladder: self.policy().failures() },
                Change::Count { key: counted.address, ladder: self.policy().address() },
            ])
            .blocked_as(counted.failures, |until| Refusal::TooManyFailures { until })
            .blocked_as(counted.address, |until| Refusal::AddressSlowed { until });
        match self.commit(step, now, &mut self.draw()?).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    /// The password was never compared, so its count is taken back. Where that may not have happened, nobody is told
    /// that the try was not counted.
    pub(super) async fn not_checked(&self, counted: Counted, failure: Failure) -> Failure {
        let step = Step::answering(Ok(())).with(counted.taken_back());
        let taken_back = match self.draw() {
            Ok(mut draw) => self.commit(step, self.now(), &mut draw).await.map(|_| ()),
            Err(fault) => Err(fault),
        };
        match taken_back {
            Ok(()) => failure,
            Err(fault) => {
                tracing::warn!(fault = fault.chain(), "a try that was not checked may stay counted");
                fault.into()
            }
        }
    }

    async fn password_was_wrong(&self, to: Destination, account: Option<AccountId>) -> Result<CodePage, Failure> {
        let step = Step::refusing(Refusal::WrongCredentials).noting(Note::by_visitor(
            account,
            Some(to.clinic),
            AuditEvent::PasswordRefused,
        ));
        match self.commit(step, self.now(), &mut self.draw()?).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    async fn password_was_right(
        &self,
        visitor: &Visitor,
        to: Destination,
        proof: PasswordProved,
        counted: Counted,
        stronger: Option<PasswordHash>,
    ) -> Result<CodePage, Failure> {
        let mut draw = self.draw()?;
        let mut wait = None;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account(proof.account()).await?.ok_or(Refusal::WrongCredentials)?;
            if account.value.access.epoch != proof.epoch() {
                return self.password_was_wrong(to, Some(proof.account())).await;
            }
            let ladder = code_ladder(self.ring(), proof.account());
            wait = wait.max(self.store().counter(ladder, now).await?);
            let before = self.open_flow(code_login::flow_of(self.ring(), proof.account())).await?;
            let email = account.value.details.person.open(proof.account(), self.ring())?.email;
            let origin = self.origin(visitor, to);
            let proved = Proved { password: proof.clone(), account: &account.value, email, origin, wait };
            let step = code_login::begin(&mut self.facts(now, &mut draw), proved, before.as_ref())?
                .with(counted.taken_back())
                .with([same_or_stronger(&account, stronger.clone())]);
            let step = if stronger.is_some() { step.noting(rehashed(&proof, to)) } else { step };
            match self.commit(step, now, &mut draw).await? {
                // The mail caps are reached: the page opens all the same, and says when.
                Settled::Answer(Err(Refusal::NextCodeLater { until })) if wait.is_none() => wait = Some(until),
                Settled::Answer(answer) => return Ok(self.with_next_code(answer?, proof.account()).await?),
                Settled::Again => {}
            }
        }
        Err(contended())
    }

    /// The page, with when the next code may be sent: as the counters say now.
    async fn with_next_code(&self, mut page: CodePage, account: AccountId) -> Result<CodePage, Fault> {
        let now = self.now();
        for counter in [
            code_ladder(self.ring(), account),
            code_login::code_mails(self.ring(), account),
            code_login::secret_mails(self.ring(), account),
        ] {
            page.next_code = page.next_code.max(self.store().counter(counter, now).await?.unwrap_or(now));
        }
        Ok(page)
    }

    /// A hash under today's parameters, if there is room for it now.
    async fn hash_again(&self, password: Password) -> Option<PasswordHash> {
        self.0.ports.hasher.hash(password, Lane::Low).await.ok()
    }
}

/// What a try was counted on before its password was hashed.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) failures: CounterKey,
    pub(super) address: CounterKey,
}

impl Counted {
    /// It was no failure after all.
    pub(super) fn taken_back(self) -> [Change; 2] {
        [Change::Uncount(self.failures), Change::Uncount(self.address)]
    }
}

fn rehashed(proof: &PasswordProved, to: Destination) -> Note {
    Note::of(proof.account(), to.clinic, AuditEvent::PasswordRehashed)
}

fn same_or_stronger(account: &Versioned<Account>, stronger: Option<PasswordHash>) -> Change {
    match stronger {
        None => Change::Expect { account: account.value.id, revision: account.revision },
        Some(hash) => {
            let mut changed = account.value.clone();
            changed.details.password = Some(hash);
            Change::Account { expect: Some(account.revision), to: Box::new(changed) }
        }
    }
}

fn read_credentials(cpr: &str, password: &str, now: Timestamp) -> Result<(Cpr, Password), Failure> {
    let cpr =
        Cpr::parse(cpr, now.copenhagen_date()).map_err(|error| FieldFlaw { field: Field::Cpr, flaw: Flaw::Cpr(error) });
    let typed = if password.is_empty() { Err(PasswordError::Missing) } else { Password::new(password) };
    let password = typed.map_err(|error| FieldFlaw { field: Field::Password, flaw: Flaw::Password(error) });
    match (cpr, password) {
        (Ok(cpr), Ok(password)) => Ok((cpr, password)),
        (cpr, password) => Err(Refusal::InvalidForm(cpr.err().into_iter().chain(password.err()).collect()).into()),
    }
}

pub(super) fn read_code(typed: &str) -> Result<String, Failure> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.len() == CODE_DIGITS as usize && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(Refusal::InvalidForm(vec![FieldFlaw { field: Field::Code, flaw: Flaw::CodeFormat }]).into())
    }
}
