//! Use cases of registering a child (R3, R4, R6): the form, the guardian's return from MitID, and what a guardian may
//! choose where the child has an account already.

use crate::account::former::UnderNumber;
use crate::account::{Account, Custody};
use crate::clinic::FunctionKind;
use crate::decision::{Facts, Step};
use crate::draw::Draw;
use crate::fault::Fault;
use crate::flow::child::{self, ChildAwaitingChoice, ChildAwaitingGuardian, ChildOutcome, GuardianProved, NewLogin};
use crate::flow::mitid::{self, MitIdOutcome};
use crate::flow::registration::TypedPerson;
use crate::flow::{Flow, FlowState};
use crate::ids::{ClinicId, FlowId};
use crate::moment::Timestamp;
use crate::ports::{IdentityFailure, Lane, VouchedIdentity};
use crate::refusal::{Failure, Field, Flaw, Refusal};
use crate::store::Versioned;
use crate::value::{Cpr, CprKind, Email, Password, PasswordContext};

use super::mitid::refusal_of;
use super::registration::Flaws;
use super::{ATTEMPTS, Destination, Portal, RegistrationForm, Settled, Visitor, contended, hash_failure};

/// The form to register a child, as typed.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the form's fields, which the guide fixes")]
pub struct ChildForm {
    /// The child, as in the form to register oneself: number, name and password are the child's.
    pub child: RegistrationForm,
    /// `Forælder/værge CPR-nummer`
    pub guardian_cpr: String,
}

/// A child's form that a flow kept, to be filled in again: what was typed, never the password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeptChildForm {
    /// The clinic it is for.
    pub clinic: ClinicId,
    /// The function that the visitor came for (C2).
    pub function: Option<FunctionKind>,
    /// What was typed.
    pub form: ChildForm,
}

/// A child that has an account, as the page shows it to a guardian who has a say in it (R6).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KnownChild {
    /// The clinic that the guardian came to.
    pub clinic: ClinicId,
    /// Whether the child's account may be given access there as it is.
    pub may_join: bool,
    /// Whether a new address and password bring access there with them.
    pub renewing_joins: bool,
    /// The new address, as typed before.
    pub form: NewLoginForm,
}

/// How a child is to log in from now on, as typed.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the form's fields")]
pub struct NewLoginForm {
    /// `E-mail`
    pub email: String,
    /// `Bekræft e-mail`
    pub email_again: String,
    /// `Adgangskode`
    pub password: String,
    /// `Bekræft adgangskode`
    pub password_again: String,
}

impl Portal {
    /// Takes a child's filled form and sends the browser to MitID, where the guardian is to confirm it.
    ///
    /// # Errors
    /// Refused: flaws of the form, a clinic that is closed for it, ages that do not fit.
    pub async fn begin_child_registration(
        &self,
        visitor: &Visitor,
        to: Destination,
        form: &ChildForm,
    ) -> Result<String, Failure> {
        let now = self.now();
        self.refuse_closed(to.clinic)?;
        let (typed, password, guardian) = self.read_child_form(form, now)?;
        self.count_request(visitor, now).await?;
        let id = self.draw()?.flow();
        let (url, journey) = self.depart(visitor, id).await?;
        let password = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        let terms = self.policy().terms_version.clone();
        let awaiting = ChildAwaitingGuardian { typed, password, guardian, journey: Some(journey), terms };
        self.store_departure(visitor, to, id, FlowState::ChildAwaitingGuardian(awaiting), None).await?;
        Ok(url)
    }

    /// The child's form that a flow kept, for the browser it belongs to (R5).
    ///
    /// # Errors
    /// Refused: no such flow, another browser's, used, or its time is over.
    pub async fn kept_child_form(&self, visitor: &Visitor, flow: FlowId) -> Result<KeptChildForm, Failure> {
        let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?.value;
        self.refuse_foreign(visitor, &flow)?;
        let FlowState::ChildAwaitingGuardian(state) = flow.state else { return Err(Refusal::NoOpenFlow.into()) };
        let form = ChildForm { child: state.typed.into(), guardian_cpr: state.guardian.formatted() };
        Ok(KeptChildForm { clinic: flow.origin.clinic, function: flow.origin.function, form })
    }

    /// What a guardian may choose for a child that has an account (R6).
    ///
    /// # Errors
    /// Refused: no such flow, another browser's, used, its time is over, or the account changed meanwhile.
    pub async fn known_child(&self, visitor: &Visitor, flow: FlowId) -> Result<KnownChild, Failure> {
        let (flow, account) = self.open_choice(visitor, flow).await?;
        let state = awaited_choice(&flow.value)?;
        let mut draw = self.draw()?;
        let standing = child::standing(&self.facts(self.now(), &mut draw), &flow.value, state, &account.value)?;
        let email = state.email.as_str().to_owned();
        let form = NewLoginForm { email_again: email.clone(), email, ..NewLoginForm::default() };
        let (clinic, child::Standing { may_join, renewing_joins }) = (flow.value.origin.clinic, standing);
        Ok(KnownChild { clinic, may_join, renewing_joins, form })
    }

    /// A guardian chooses a new e-mail address and password for a child that has an account; with them goes access at the
    /// clinic that the guardian came to. Opens no session (R6).
    ///
    /// # Errors
    /// Refused: as for [`known_child`](Self::known_child), or flaws of the form.
    pub async fn renew_child(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        form: &NewLoginForm,
    ) -> Result<ChildOutcome, Failure> {
        let (opened, account) = self.open_choice(visitor, flow).await?;
        awaited_choice(&opened.value)?;
        let (email, password) = self.read_new_login(&account.value, form)?;
        let now = self.now();
        let password = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        let new = NewLogin { email, password };
        self.choose(visitor, flow, |facts, flow, account| child::renew(facts, flow, account, &new)).await
    }

    /// A guardian has a child's account given access at the clinic, or asks the clinic for it (R6, R3).
    ///
    /// # Errors
    /// Refused: as for [`known_child`](Self::known_child).
    pub async fn join_child(&self, visitor: &Visitor, flow: FlowId) -> Result<ChildOutcome, Failure> {
        self.choose(visitor, flow, child::join).await
    }

    /// Somebody has come back from MitID to confirm a child's registration. The register of custody is asked after that
    /// only, and of whoever MitID has vouched for.
    pub(super) async fn judge_guardian(
        &self,
        flow: Versioned<Flow>,
        told: Result<VouchedIdentity, IdentityFailure>,
        draw: &mut Draw,
    ) -> Result<MitIdOutcome, Failure> {
        let fits = |facts: &Facts<'_>, identity| child::vouched(facts, &flow.value, identity);
        let refusal = match &told {
            Ok(identity) => fits(&self.facts(self.now(), draw), identity).err(),
            Err(failure) => Some(refusal_of(failure)),
        };
        let (Ok(identity), FlowState::ChildAwaitingGuardian(state), None) = (&told, &flow.value.state, &refusal) else {
            let step = mitid::refused(&flow.value, refusal.unwrap_or(Refusal::NoOpenFlow));
            return match self.commit(step, self.now(), draw).await? {
                Settled::Answer(answer) => Ok(answer?),
                Settled::Again => Err(contended()),
            };
        };
        let child = state.typed.cpr.clone();
        let custody = self.ask_for_custody(&child, &identity.cpr).await;
        let indexes = self.ring().cpr_indexes(&child, None);
        let mut flow = flow.clone();
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account = self.store().account_by_cpr(&indexes).await?;
            // Looked for whether or not there is an account: both take the same work (I6).
            let former = self.former_of(&child, flow.value.origin.clinic).await?;
            let under = UnderNumber { account: account.as_ref(), former };
            let mut facts = self.facts(now, draw);
            let step = match child::vouched(&facts, &flow.value, identity) {
                Ok(()) => {
                    let proved = GuardianProved::new(&facts, identity, custody);
                    child::confirmed(&mut facts, &flow, &proved, under)?
                }
                Err(refusal) => mitid::refused(&flow.value, refusal),
            };
            if let Settled::Answer(answer) = self.commit(step, now, draw).await? {
                return Ok(answer?);
            }
            flow = self.open_flow(flow.value.id).await?.ok_or(Refusal::NoOpenFlow)?;
            if flow.value.consumed {
                return Err(Refusal::FlowFinished.into());
            }
        }
        Err(contended())
    }

    async fn ask_for_custody(&self, child: &Cpr, adult: &Cpr) -> Custody {
        self.0.ports.custody.custody(child, adult).await.unwrap_or_else(|fault| {
            tracing::warn!(fault = fault.chain(), "the register of custody did not answer");
            Custody::Unknown
        })
    }

    /// Decides on a guardian's flow and the child's account; again when either was written meanwhile.
    async fn choose(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        decide: impl Fn(&mut Facts<'_>, &Versioned<Flow>, &Versioned<Account>) -> Result<Step<ChildOutcome>, Fault>,
    ) -> Result<ChildOutcome, Failure> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let (flow, account) = self.open_choice(visitor, flow).await?;
            let step = decide(&mut self.facts(now, &mut draw), &flow, &account)?;
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    async fn open_choice(
        &self,
        visitor: &Visitor,
        flow: FlowId,
    ) -> Result<(Versioned<Flow>, Versioned<Account>), Failure> {
        let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?;
        self.refuse_foreign(visitor, &flow.value)?;
        let account = awaited_choice(&flow.value)?.account;
        let account = self.store().account(account).await?.ok_or(Refusal::FlowOver)?;
        Ok((flow, account))
    }

    fn read_child_form(&self, form: &ChildForm, now: Timestamp) -> Result<(TypedPerson, Password, Cpr), Failure> {
        let mut flaws = Flaws::default();
        let (child, read) = self.read_person(&form.child, now, &mut flaws);
        let guardian = Cpr::parse(&form.guardian_cpr, now.copenhagen_date()).map_err(Flaw::Cpr);
        let guardian = flaws.take(Field::GuardianCpr, guardian);
        if child.is_some() {
            flaws.unless(child != guardian, Field::GuardianCpr, Flaw::GuardianIsChild);
        }
        if [&child, &guardian].into_iter().flatten().any(|cpr| cpr.kind() != CprKind::Person) {
            return Err(Refusal::ReplacementNumber.into());
        }
        let mut draw = self.draw()?;
        let facts = self.facts(now, &mut draw);
        child::is_young_enough(&facts, child.as_ref())?;
        child::is_of_age(&facts, guardian.as_ref().filter(|guardian| child.as_ref() != Some(*guardian)))?;
        flaws.or(read.zip(guardian)).map(|((typed, password), guardian)| (typed, password, guardian))
    }

    fn read_new_login(&self, account: &Account, form: &NewLoginForm) -> Result<(Email, Password), Failure> {
        let person = account.details.person.open(account.id, self.ring())?;
        let mut flaws = Flaws::default();
        let email = flaws.take(Field::Email, Email::parse(&form.email).map_err(Flaw::Email));
        flaws.unless(form.email.trim() == form.email_again.trim(), Field::EmailAgain, Flaw::EmailsDiffer);
        let names = Some((&person.first_name, &person.last_name));
        let context = PasswordContext::new(Some(&person.cpr), names, email.as_ref());
        let checked = Password::new(&form.password)
            .and_then(|typed| self.policy().password.check(&typed, &context).map(|()| typed));
        let password = flaws.take(Field::Password, checked.map_err(Flaw::Password));
        flaws.unless(form.password == form.password_again, Field::PasswordAgain, Flaw::PasswordsDiffer);
        flaws.or(email.zip(password))
    }
}

fn awaited_choice(flow: &Flow) -> Result<&ChildAwaitingChoice, Refusal> {
    match &flow.state {
        FlowState::ChildAwaitingChoice(state) => Ok(state),
        _ => Err(Refusal::NoOpenFlow),
    }
}

impl std::fmt::Debug for ChildForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChildForm(•••)")
    }
}

impl std::fmt::Debug for NewLoginForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewLoginForm(•••)")
    }
}
