//! Use cases of activating an account that a clinic has created (R7), and of choosing a password where there is none (A10).

use crate::account::{Account, identity};
use crate::device::Device;
use crate::flow::Flow;
use crate::flow::activation::{self, Activated, Sender, Typed};
use crate::ids::ClinicId;
use crate::policy::Denial;
use crate::ports::Lane;
use crate::refusal::{Failure, Field, Flaw, Refusal};
use crate::sealing::FlowToken;
use crate::store::Versioned;
use crate::value::{Cpr, Password, PasswordContext};

use super::registration::Flaws;
use super::{ATTEMPTS, Portal, Principal, Settled, Visitor, contended, hash_failure};

/// The form of an activation link, as typed.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the form's fields")]
pub struct ActivationForm {
    /// `CPR-nummer`
    pub cpr: String,
    /// `Adgangskode`
    pub password: String,
    /// `Bekræft adgangskode`
    pub password_again: String,
}

impl Portal {
    /// Whether an activation link can still be used. Changes nothing: mail scanners open links too.
    ///
    /// # Errors
    /// Refused: [`Refusal::LinkDead`], [`Refusal::LinkExpired`] or [`Refusal::LinkLocked`].
    pub async fn check_activation_link(&self, token: &FlowToken) -> Result<(), Failure> {
        self.open_link(token).await.map(|_| ())
    }

    /// Activates the account by its link and answers the clinic to log in at. Opens no session. Whoever activates accepts
    /// the terms (A6).
    ///
    /// # Errors
    /// Refused: a link that does not hold, [`Refusal::WrongNumber`], a password that may not be chosen.
    pub async fn activate(
        &self,
        visitor: &Visitor,
        token: &FlowToken,
        form: &ActivationForm,
    ) -> Result<Activated, Failure> {
        self.check_activation_link(token).await?;
        let now = self.now();
        let (cpr, password) = self.read_activation(form)?;
        self.count_request(visitor, now).await?;
        let hashed = self.0.ports.hasher.hash(password.clone(), Lane::Low).await;
        let hash = hashed.map_err(|error| hash_failure(error, now))?;
        let device = Device::parse(visitor.device.as_deref());
        let typed = Typed { cpr: &cpr, password: &password, hash: &hash, device: &device };
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let (flow, account) = self.open_link(token).await?;
            let step = activation::activate(&mut self.facts(now, &mut draw), &flow, &account, &typed)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// Has a new link mailed to the account's address, in place of one that is too old. Whatever comes of it, the answer
    /// is the same.
    ///
    /// # Errors
    /// Refused: an address that is slowed.
    pub async fn request_activation_link(&self, visitor: &Visitor, token: &FlowToken) -> Result<(), Failure> {
        self.count_request(visitor, self.now()).await?;
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            match self.check_activation_link(token).await {
                Err(Failure::Refused(Refusal::LinkExpired)) => {}
                Ok(()) | Err(Failure::Refused(_)) => return Ok(()),
                Err(fault) => return Err(fault),
            }
            let (flow, account) = self.activation_flow(token).await?;
            let email = account.value.details.person.open(account.value.id, self.ring())?.email;
            let (clinic, mut facts) = (flow.value.origin.clinic, self.facts(now, &mut draw));
            let step = activation::send(&mut facts, &account.value, &email, clinic, Some(&flow), &Sender::Visitor)?;
            if let Settled::Answer(_) = self.commit(step, now, &mut draw).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Chooses a password for an account that has none (A10, L8), and accepts the terms of today with it.
    ///
    /// # Errors
    /// Refused: not logged in with MitID, a password that may not be chosen, or one was chosen meanwhile.
    pub async fn choose_password(
        &self,
        principal: &Principal,
        clinic: ClinicId,
        password: &str,
        again: &str,
    ) -> Result<(), Failure> {
        self.clinic(clinic)?;
        let (session, gone) = (principal.session(), Refusal::Denied(Denial::NotLoggedIn));
        let account = self.store().account(session.account).await?.ok_or(gone.clone())?;
        let password = self.read_password(&account.value, password, again)?;
        let now = self.now();
        let hash = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        self.decide_on(session.account, gone, |facts, account| {
            identity::choose_password(facts, account, session, clinic, &hash)
        })
        .await
    }

    /// The link's flow and the account that it may activate, if it may.
    async fn open_link(&self, token: &FlowToken) -> Result<(Versioned<Flow>, Versioned<Account>), Failure> {
        let (flow, account) = self.activation_flow(token).await?;
        let (mut draw, now) = (self.draw()?, self.now());
        let opened = activation::opened(&self.facts(now, &mut draw), &flow.value, token, &account.value);
        if opened != Err(Refusal::LinkDead)
            && let Some(tries) = activation::tries(self.ring(), &flow.value)
            && self.store().counter(tries, now).await?.is_some()
        {
            return Err(Refusal::LinkLocked.into());
        }
        opened?;
        Ok((flow, account))
    }

    /// The link's flow and the account that it is for.
    async fn activation_flow(&self, token: &FlowToken) -> Result<(Versioned<Flow>, Versioned<Account>), Failure> {
        let flow = self.open_flow(token.flow).await?.ok_or(Refusal::LinkDead)?;
        let account = activation::account_of(&flow.value).ok_or(Refusal::LinkDead)?;
        let account = self.store().account(account).await?.ok_or(Refusal::LinkDead)?;
        Ok((flow, account))
    }

    fn read_activation(&self, form: &ActivationForm) -> Result<(Cpr, Password), Failure> {
        let mut flaws = Flaws::default();
        let today = self.now().copenhagen_date();
        let cpr = flaws.take(Field::Cpr, Cpr::parse(&form.cpr, today).map_err(Flaw::Cpr));
        let password = flaws.take(Field::Password, Password::new(&form.password).map_err(Flaw::Password));
        flaws.unless(form.password == form.password_again, Field::PasswordAgain, Flaw::PasswordsDiffer);
        if let Some(password) = &password {
            let context = PasswordContext::new(cpr.as_ref(), None, None);
            flaws.take(Field::Password, self.policy().password.check(password, &context).map_err(Flaw::Password));
        }
        flaws.or(cpr.zip(password))
    }
}

impl std::fmt::Debug for ActivationForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ActivationForm(•••)")
    }
}
