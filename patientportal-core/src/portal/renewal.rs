//! Use cases of coming of age (L7): the reminder before, and taking the account over with one's own MitID.

use crate::account::coming_of_age::{self, Reminder, Told};
use crate::account::{Account, Person};
use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::email_proof::{EmailProofPage, TypedEmailCode};
use crate::flow::login::{Arrival, LoggedIn, NewSession, code_ladder};
use crate::flow::renewal::{self, Chosen};
use crate::ids::AccountId;
use crate::moment::Timestamp;
use crate::policy::Denial;
use crate::ports::{Lane, PasswordHash};
use crate::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use crate::store::{LeasedJob, Outcome, Versioned};
use crate::value::{Email, Mobile, Password, PasswordContext};

use super::code_login::read_code;
use super::jobs::finishing;
use super::registration::Flaws;
use super::{ATTEMPTS, Destination, Portal, Principal, Settled, Visitor, contended, hash_failure};

/// How somebody who has come of age is reached and logs in from now on, as typed.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the form's fields")]
pub struct RenewalForm {
    /// `E-mail`
    pub email: String,
    /// `Bekræft e-mail`
    pub email_again: String,
    /// `Mobil`
    pub mobile: String,
    /// `Adgangskode`
    pub password: String,
    /// `Bekræft adgangskode`
    pub password_again: String,
}

/// What somebody who has come of age is to do next. `Debug` prints nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renewal {
    /// Prove with MitID who they are.
    ByMitId,
    /// Choose e-mail, mobile and password.
    ByForm,
    /// Type the code that went to the new address.
    ByCode(EmailProofPage),
}

impl Portal {
    /// What somebody who has come of age is to do next; `None` where the step is not outstanding.
    ///
    /// # Errors
    /// Only faults.
    pub async fn renewal(&self, visitor: &Visitor, principal: &Principal) -> Result<Option<Renewal>, Fault> {
        if !principal.awaits_renewal() {
            return Ok(None);
        }
        if !principal.proof().is_mitid() {
            return Ok(Some(Renewal::ByMitId));
        }
        let Some(flow) = self.open_flow(renewal::flow_of(self.ring(), principal.account())).await? else {
            return Ok(Some(Renewal::ByForm));
        };
        let (browser, mut draw) = (visitor.browser.hash(), self.draw()?);
        let facts = self.facts(self.now(), &mut draw);
        match renewal::page(&facts, &flow.value, principal.session(), browser) {
            Ok(page) => Ok(Some(Renewal::ByCode(self.with_next_email_code(page, principal.account()).await?))),
            Err(_) => Ok(Some(Renewal::ByForm)),
        }
    }

    /// Takes what was chosen, and sends a code to the new address. Nothing changes before it is typed.
    ///
    /// # Errors
    /// Refused: flaws of the form, a session that is not its owner's MitID, or no code may be sent yet.
    pub async fn submit_renewal(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        to: Destination,
        form: &RenewalForm,
    ) -> Result<EmailProofPage, Failure> {
        let (session, now) = (principal.session(), self.now());
        let account = self.store().account(session.account).await?.ok_or(NOT_LOGGED_IN)?.value;
        renewal::comes_to_renew(&account, session)?;
        let (email, mobile, password) = self.read_renewal(&account, form)?;
        let password = self.hash_anew(&account, password, now).await?;
        let terms = self.policy().terms_version.clone();
        let chosen = Chosen { email, mobile, password, terms };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account(session.account).await?.ok_or(NOT_LOGGED_IN)?;
            self.refuse_waiting(account.value.id, now).await?;
            let before = self.open_flow(renewal::flow_of(self.ring(), account.value.id)).await?;
            let new = (self.origin(visitor, to), chosen.clone());
            let step = renewal::begin(&mut self.facts(now, &mut draw), &account, session, new, before.as_ref())?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(self.with_next_email_code(answer?, session.account).await?);
            }
        }
        Err(contended())
    }

    /// Sends another code to the new address.
    ///
    /// # Errors
    /// Refused: nothing was chosen in this session, or no code may be sent yet.
    pub async fn resend_renewal_code(
        &self,
        visitor: &Visitor,
        principal: &Principal,
    ) -> Result<EmailProofPage, Failure> {
        let (session, mut draw) = (principal.session(), self.draw()?);
        for _ in 0..ATTEMPTS {
            let (now, flow) = (self.now(), self.renewal_flow(session.account).await?);
            self.refuse_waiting(session.account, now).await?;
            let browser = visitor.browser.hash();
            let step = renewal::resend(&mut self.facts(now, &mut draw), &flow, session, browser)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(self.with_next_email_code(answer?, session.account).await?);
            }
        }
        Err(contended())
    }

    /// Takes the code: the account is its owner's, the guardians end, and every other session with them. `reference` is
    /// what the page showed.
    ///
    /// # Errors
    /// Refused: each way in which a code can fail has its own.
    pub async fn submit_renewal_code(
        &self,
        visitor: &Visitor,
        principal: &Principal,
        reference: &str,
        code: &str,
    ) -> Result<LoggedIn, Failure> {
        let digits = read_code(code)?;
        let typed = TypedEmailCode { reference, digits: &digits };
        let (session, browser) = (principal.session(), self.browser(visitor).await?);
        let provider = self.provider_session(session.account, session.no).await;
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let (now, flow) = (self.now(), self.renewal_flow(session.account).await?);
            let account = self.store().account(session.account).await?.ok_or(NOT_LOGGED_IN)?;
            let mut facts = self.facts(now, &mut draw);
            let arrival = Arrival {
                origin: &flow.value.origin,
                earlier: browser.earlier,
                provider: provider.as_ref().map(|bytes| bytes.as_slice()),
                device: &browser.device,
                session: NewSession::draw(facts.draw),
            };
            let step = renewal::submit(&mut facts, &flow, &account, (session, arrival), (typed, browser.hash))?;
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

    /// Looks whether a child comes of age in three weeks. The mails and the end of the job are one commit: they go once.
    pub(super) async fn tell_of_age(&self, leased: &LeasedJob, account: AccountId) -> Result<(), Fault> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account(account).await?.filter(|account| !account.value.is_erased());
            let Some(account) = account else { return self.finish(leased, Outcome::Done).await };
            let person = account.value.details.person.open(account.value.id, self.ring())?;
            let guardians = self.guardians_with_accounts(&person).await?;
            let reminder = coming_of_age::tell(&mut self.facts(now, &mut draw), &account, &person, guardians)?;
            let Reminder::Over(step) = reminder else {
                return self.finish(leased, Outcome::RetryAt(now + A_DAY)).await;
            };
            let step = step.with([finishing(leased, Outcome::Done)]);
            match self.commit(step, now, &mut draw).await? {
                Settled::Answer(_) => return Ok(()),
                Settled::Again => {}
            }
        }
        self.finish(leased, Outcome::RetryAt(self.now() + A_DAY)).await
    }

    async fn guardians_with_accounts(&self, child: &Person) -> Result<Vec<Told>, Fault> {
        let mut told = Vec::new();
        for guardian in &child.guardians {
            let number = self.ring().cpr_indexes(&guardian.cpr, None);
            let Some(account) = self.account_under(&number).await? else { continue };
            let email = account.value.details.person.open(account.value.id, self.ring())?.email;
            told.push(Told { email, language: account.value.details.language });
        }
        Ok(told)
    }

    async fn renewal_flow(&self, account: AccountId) -> Result<Versioned<Flow>, Failure> {
        let flow = self.open_flow(renewal::flow_of(self.ring(), account)).await?;
        Ok(flow.ok_or(Refusal::NoOpenFlow)?)
    }

    async fn refuse_waiting(&self, account: AccountId, now: Timestamp) -> Result<(), Failure> {
        match self.store().counter(code_ladder(self.ring(), account), now).await? {
            Some(until) => Err(Refusal::CodesWait { until }.into()),
            None => Ok(()),
        }
    }

    /// The hash of a password that is not the one before: whoever answered for a child may know that.
    async fn hash_anew(&self, account: &Account, password: Password, now: Timestamp) -> Result<PasswordHash, Failure> {
        let (hasher, before) = (&self.0.ports.hasher, account.details.password.clone());
        let verdict = hasher.verify(password.clone(), before, Lane::Low).await;
        if verdict.map_err(|error| hash_failure(error, now))?.right {
            let flaw = FieldFlaw { field: Field::Password, flaw: Flaw::PasswordAsBefore };
            return Err(Refusal::InvalidForm(vec![flaw]).into());
        }
        hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))
    }

    fn read_renewal(
        &self,
        account: &Account,
        form: &RenewalForm,
    ) -> Result<(Email, Option<Mobile>, Password), Failure> {
        let person = account.details.person.open(account.id, self.ring())?;
        let mut flaws = Flaws::default();
        let email = flaws.take(Field::Email, Email::parse(&form.email).map_err(Flaw::Email));
        flaws.unless(form.email.trim() == form.email_again.trim(), Field::EmailAgain, Flaw::EmailsDiffer);
        let mobile = flaws.take(Field::Mobile, Mobile::parse(&form.mobile).map_err(|_| Flaw::Mobile));
        let names = Some((&person.first_name, &person.last_name));
        let context = PasswordContext::new(Some(&person.cpr), names, email.as_ref());
        let checked = Password::new(&form.password)
            .and_then(|typed| self.policy().password.check(&typed, &context).map(|()| typed));
        let password = flaws.take(Field::Password, checked.map_err(Flaw::Password));
        flaws.unless(form.password == form.password_again, Field::PasswordAgain, Flaw::PasswordsDiffer);
        let read = email.zip(mobile).zip(password);
        flaws.or(read.map(|((email, mobile), password)| (email, mobile, password)))
    }
}

impl Principal {
    /// Whether the account waits for its owner, who has come of age (L7).
    #[must_use]
    pub fn awaits_renewal(&self) -> bool {
        crate::policy::awaits_renewal(self.session(), self.access())
    }
}

impl std::fmt::Debug for RenewalForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RenewalForm(•••)")
    }
}

const NOT_LOGGED_IN: Refusal = Refusal::Denied(Denial::NotLoggedIn);
const A_DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);
