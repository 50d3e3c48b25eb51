//! Use cases of a forgotten password (F1).

use crate::account::{Account, coming_of_age};
use crate::audit::AuditEvent;
use crate::decision::{Note, Step};
use crate::device::Device;
use crate::flow::Flow;
use crate::flow::recovery::{self, RecoveryRequest};
use crate::ids::ClinicId;
use crate::ports::Lane;
use crate::record::encode;
use crate::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::{CounterKind, FlowToken, Purpose};
use crate::store::{Change, JobKind, NewJob, Versioned};
use crate::value::{Cpr, Email, Password, PasswordContext};

use super::{ATTEMPTS, Destination, Portal, Settled, Visitor, contended, hash_failure};

impl Portal {
    /// Asks for a reset link. Whatever comes of it, the answer and the work are the same: one job, which decides
    /// later whether a mail goes out (I6).
    ///
    /// # Errors
    /// Refused: flaws of the form, an address that is slowed, or an e-mail address that was asked with too often.
    pub async fn request_reset(
        &self,
        visitor: &Visitor,
        to: Destination,
        cpr: &str,
        email: &str,
    ) -> Result<(), Failure> {
        let now = self.now();
        let (cpr, email) = self.read_request(cpr, email)?;
        let mut draw = self.draw()?;
        let (number, device) = (self.ring().cpr_indexes(&cpr, None), Device::parse(visitor.device.as_deref()));
        let with_email = recovery::requests_with(self.ring(), &email, &number, &device);
        let request = RecoveryRequest { cpr, email, clinic: to.clinic, language: visitor.language };
        let id = draw.job();
        let payload = self.ring().seal(Purpose::Job, &id.0.to_be_bytes(), &encode(&request)?, &mut draw)?;
        let give_up = now + self.policy().link_life;
        let job = NewJob { id, kind: JobKind::Recovery, due: now, give_up, account: None, payload };
        let key = self.address_counter(CounterKind::AddressRequest, visitor.address);
        let step = Step::answering(Ok(()))
            .with([Change::Count { key, ladder: self.policy().address() }])
            .with([Change::Count { key: with_email, ladder: self.policy().resets() }])
            .blocked_as(with_email, |until| Refusal::ResetsWait { until })
            .with([Change::Enqueue(job)])
            .noting(Note::by_visitor(None, Some(to.clinic), AuditEvent::ResetAsked));
        match self.commit(step, now, &mut draw).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    /// Whether a reset link can still be used. Changes nothing: mail scanners open links too.
    ///
    /// # Errors
    /// Refused: [`Refusal::LinkDead`].
    pub async fn check_reset_link(&self, token: &FlowToken) -> Result<(), Failure> {
        self.reset_flow(token).await.map(|_| ())
    }

    /// Sets a new password by a reset link and answers the clinic it was asked for at. Opens no session.
    ///
    /// # Errors
    /// Refused: [`Refusal::LinkDead`], or a password that may not be chosen.
    pub async fn submit_reset(
        &self,
        visitor: &Visitor,
        token: &FlowToken,
        password: &str,
        again: &str,
    ) -> Result<ClinicId, Failure> {
        let (_, account) = self.reset_flow(token).await?;
        let password = self.read_password(&account.value, password, again)?;
        let now = self.now();
        let hash = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        let device = Device::parse(visitor.device.as_deref());
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let (flow, account) = self.reset_flow(token).await?;
            let email = account.value.details.person.open(account.value.id, self.ring())?.email;
            let from_device = device.counter_of(self.ring(), &account.value).map(Change::Forget);
            let step = recovery::set_password(&mut self.facts(now, &mut draw), &flow, &account, &email, hash.clone())?
                .with(from_device);
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// The link's flow and the account whose password it may set, if it may.
    async fn reset_flow(&self, token: &FlowToken) -> Result<(Versioned<Flow>, Versioned<Account>), Failure> {
        let flow = self.open_flow(token.flow).await?.ok_or(Refusal::LinkDead)?;
        let account = recovery::account_of(&flow.value).ok_or(Refusal::LinkDead)?;
        let account = self.store().account(account).await?.ok_or(Refusal::LinkDead)?;
        let mut draw = self.draw()?;
        let facts = self.facts(self.now(), &mut draw);
        recovery::opened(&facts, &flow.value, token, &account.value)?;
        // A parent may have it in the mailbox since the day before (L7).
        if coming_of_age::awaits_owner(&facts, &account.value)? {
            return Err(Refusal::LinkDead.into());
        }
        Ok((flow, account))
    }

    pub(super) fn read_password(
        &self,
        account: &crate::account::Account,
        password: &str,
        again: &str,
    ) -> Result<Password, Failure> {
        let person = account.details.person.open(account.id, self.ring())?;
        let context =
            PasswordContext::new(Some(&person.cpr), Some((&person.first_name, &person.last_name)), Some(&person.email));
        let read =
            Password::new(password).and_then(|typed| self.policy().password.check(&typed, &context).map(|()| typed));
        let mut flaws = Vec::new();
        if password != again {
            flaws.push(FieldFlaw { field: Field::PasswordAgain, flaw: Flaw::PasswordsDiffer });
        }
        match read {
            Ok(password) if flaws.is_empty() => return Ok(password),
            Ok(_) => {}
            Err(error) => flaws.insert(0, FieldFlaw { field: Field::Password, flaw: Flaw::Password(error) }),
        }
        Err(Refusal::InvalidForm(flaws).into())
    }

    fn read_request(&self, cpr: &str, email: &str) -> Result<(Cpr, Email), Failure> {
        let cpr = Cpr::parse(cpr, self.now().copenhagen_date())
            .map_err(|error| FieldFlaw { field: Field::Cpr, flaw: Flaw::Cpr(error) });
        let email = Email::parse(email).map_err(|error| FieldFlaw { field: Field::Email, flaw: Flaw::Email(error) });
        match (cpr, email) {
            (Ok(cpr), Ok(email)) => Ok((cpr, email)),
            (cpr, email) => Err(Refusal::InvalidForm(cpr.err().into_iter().chain(email.err()).collect()).into()),
        }
    }
}
