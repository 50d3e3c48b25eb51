//! Use cases of registering oneself (R1, R2, R4, L2).

use crate::clinic::{FunctionKind, RegistrationMode};
use crate::decision::Step;
use crate::flow::login::{Arrival, LoggedIn, NewSession};
use crate::flow::registration::{self, NewAccount, RegistrationAwaitingMitId, TypedPerson};
use crate::flow::{Flow, FlowState};
use crate::ids::{ClinicId, FlowId};
use crate::moment::Timestamp;
use crate::ports::Lane;
use crate::refusal::{Failure, Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::CounterKind;
use crate::store::Change;
use crate::value::{Cpr, CprKind, Email, Mobile, Name, Password, PasswordContext};

use super::{ATTEMPTS, Destination, Portal, Settled, Visitor, contended, hash_failure};

/// The registration form, as typed.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "the form's fields, which the guide fixes")]
pub struct RegistrationForm {
    /// `CPR-nummer`
    pub cpr: String,
    /// `Fornavn`
    pub first_name: String,
    /// `Efternavn`
    pub last_name: String,
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

/// A form that a flow kept, to be filled in again: what was typed, never the password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeptForm {
    /// The clinic it is for.
    pub clinic: ClinicId,
    /// The function that the visitor came for (C2).
    pub function: Option<FunctionKind>,
    /// What was typed.
    pub form: RegistrationForm,
    /// Whether the number is already proven by MitID and cannot be changed (L2).
    pub identity_proven: bool,
}

impl Portal {
    /// Takes a filled form and sends the browser to MitID to confirm it.
    ///
    /// # Errors
    /// Refused: flaws of the form, a clinic that is closed for it, an age below 15.
    pub async fn begin_registration(
        &self,
        visitor: &Visitor,
        to: Destination,
        form: &RegistrationForm,
    ) -> Result<String, Failure> {
        let now = self.now();
        self.refuse_closed(to.clinic)?;
        let (typed, password) = self.read_form(form, None, now)?;
        self.count_request(visitor, now).await?;
        let id = self.draw()?.flow();
        let (url, journey) = self.depart(visitor, id).await?;
        let password = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        let terms = self.policy().terms_version.clone();
        let awaiting = RegistrationAwaitingMitId { typed, password, journey: Some(journey), terms };
        self.store_departure(visitor, to, id, FlowState::RegistrationAwaitingMitId(awaiting), None).await?;
        Ok(url)
    }

    /// The form that a flow kept, for the browser it belongs to (R5).
    ///
    /// # Errors
    /// Refused: no such flow, another browser's, used, or its time is over.
    pub async fn kept_form(&self, visitor: &Visitor, flow: FlowId) -> Result<KeptForm, Failure> {
        let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?.value;
        self.refuse_foreign(visitor, &flow)?;
        let (clinic, function) = (flow.origin.clinic, flow.origin.function);
        match flow.state {
            FlowState::RegistrationAwaitingMitId(state) => {
                Ok(KeptForm { clinic, function, form: state.typed.into(), identity_proven: false })
            }
            FlowState::RegistrationAwaitingForm(state) => {
                let form = RegistrationForm { cpr: state.identity.cpr.masked(), ..RegistrationForm::default() };
                Ok(KeptForm { clinic, function, form, identity_proven: true })
            }
            _ => Err(Refusal::NoOpenFlow.into()),
        }
    }

    /// Takes the form of a person whom MitID has vouched for already, and creates the account (L2).
    ///
    /// # Errors
    /// Refused: flaws of the form, or a flow that is over.
    pub async fn submit_proven_registration(
        &self,
        visitor: &Visitor,
        flow: FlowId,
        form: &RegistrationForm,
    ) -> Result<LoggedIn, Failure> {
        let now = self.now();
        let opened = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?.value;
        self.refuse_foreign(visitor, &opened)?;
        self.refuse_closed(opened.origin.clinic)?;
        let FlowState::RegistrationAwaitingForm(state) = &opened.state else { return Err(Refusal::NoOpenFlow.into()) };
        let cpr = state.identity.cpr.clone();
        let shown = form.cpr == cpr.masked();
        let form = if shown { &RegistrationForm { cpr: cpr.formatted(), ..form.clone() } } else { form };
        let (typed, password) = self.read_form(form, Some(&cpr), now)?;
        let password = self.0.ports.hasher.hash(password, Lane::Low).await.map_err(|error| hash_failure(error, now))?;
        let browser = self.browser(visitor).await?;
        let identity = state.identity.identity();
        let indexes = self.ring().cpr_indexes(&cpr, None);
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let flow = self.open_flow(flow).await?.ok_or(Refusal::NoOpenFlow)?;
            self.refuse_foreign(visitor, &flow.value)?;
            let account = self.store().account_by_cpr(&indexes).await?;
            let former = self.former_of(&cpr, flow.value.origin.clinic).await?;
            let mut facts = self.facts(now, &mut draw);
            let (origin, provider) = (&flow.value.origin, identity.session.as_deref());
            let session = NewSession::draw(facts.draw);
            let arrival = Arrival { origin, earlier: browser.earlier, provider, device: &browser.device, session };
            let proof = state.identity.evidence().ok_or(Refusal::AssuranceTooLow)?;
            let step = match account {
                // The next login with MitID asks whether the number has changed (A11).
                None if self.account_under_another(&identity.subject, &indexes).await?.is_some() => {
                    return Err(Refusal::FlowOver.into());
                }
                Some(account) if !account.value.is_under(&indexes) => return Err(Refusal::FormerNumber.into()),
                None => {
                    let terms = &self.policy().terms_version;
                    let new = NewAccount { typed: &typed, password: &password, identity: &identity, terms, former };
                    registration::create(&mut facts, &flow, arrival, new, proof)?
                }
                Some(account) => registration::met_account(&mut facts, &flow, arrival, &account, &identity, proof)?,
            };
            if let Settled::Answer(answer) = self.commit(step, now, &mut draw).await? {
                return Ok(answer?);
            }
        }
        Err(contended())
    }

    /// Counts a request of an address before it costs a hash.
    pub(super) async fn count_request(&self, visitor: &Visitor, now: Timestamp) -> Result<(), Failure> {
        let key = self.address_counter(CounterKind::AddressRequest, visitor.address);
        let step = Step::answering(Ok(())).with([Change::Count { key, ladder: self.policy().address() }]);
        match self.commit(step, now, &mut self.draw()?).await? {
            Settled::Answer(answer) => Ok(answer?),
            Settled::Again => Err(contended()),
        }
    }

    /// C1: where registration is off, only the clinic creates users.
    pub(super) fn refuse_closed(&self, clinic: ClinicId) -> Result<(), Failure> {
        match self.clinic(clinic)?.registration {
            RegistrationMode::Automatic | RegistrationMode::Approval => Ok(()),
            RegistrationMode::Off => Err(Refusal::RegistrationClosed.into()),
        }
    }

    pub(super) fn refuse_foreign(&self, visitor: &Visitor, flow: &Flow) -> Result<(), Failure> {
        if flow.origin.browser != Some(visitor.browser.hash()) {
            return Err(Refusal::OtherBrowser.into());
        }
        if flow.consumed {
            return Err(Refusal::FlowFinished.into());
        }
        if flow.is_over(self.now()) {
            return Err(Refusal::FlowOver.into());
        }
        Ok(())
    }

    fn read_form(
        &self,
        form: &RegistrationForm,
        vouched: Option<&Cpr>,
        now: Timestamp,
    ) -> Result<(TypedPerson, Password), Failure> {
        let mut flaws = Flaws::default();
        let (cpr, read) = self.read_person(form, now, &mut flaws);
        if let (Some(cpr), Some(vouched)) = (&cpr, vouched) {
            flaws.unless(cpr == vouched, Field::Cpr, Flaw::NotTheVouchedCpr);
        }
        if let Some(cpr) = &cpr {
            if cpr.kind() != CprKind::Person {
                return Err(Refusal::ReplacementNumber.into());
            }
            if cpr.age_on(now.copenhagen_date()) < self.policy().self_age {
                return Err(Refusal::TooYoungForSelf.into());
            }
        }
        flaws.or(read)
    }

    /// Reads who is to be registered, and the password. The number is answered apart: what it tells comes before what is
    /// wrong with the rest.
    pub(super) fn read_person(
        &self,
        form: &RegistrationForm,
        now: Timestamp,
        flaws: &mut Flaws,
    ) -> (Option<Cpr>, Option<(TypedPerson, Password)>) {
        let cpr = flaws.take(Field::Cpr, Cpr::parse(&form.cpr, now.copenhagen_date()).map_err(Flaw::Cpr));
        let first_name = flaws.take(Field::FirstName, Name::parse(&form.first_name).map_err(Flaw::Name));
        let last_name = flaws.take(Field::LastName, Name::parse(&form.last_name).map_err(Flaw::Name));
        let email = flaws.take(Field::Email, Email::parse(&form.email).map_err(Flaw::Email));
        flaws.unless(form.email.trim() == form.email_again.trim(), Field::EmailAgain, Flaw::EmailsDiffer);
        let mobile = flaws.take(Field::Mobile, Mobile::parse(&form.mobile).map_err(|_| Flaw::Mobile));
        let password = flaws.take(Field::Password, Password::new(&form.password).map_err(Flaw::Password));
        flaws.unless(form.password == form.password_again, Field::PasswordAgain, Flaw::PasswordsDiffer);
        if let Some(password) = &password {
            let names = first_name.as_ref().zip(last_name.as_ref());
            let context = PasswordContext::new(cpr.as_ref(), names, email.as_ref());
            flaws.take(Field::Password, self.policy().password.check(password, &context).map_err(Flaw::Password));
        }
        let person = match (cpr.clone(), first_name, last_name, email, mobile) {
            (Some(cpr), Some(first_name), Some(last_name), Some(email), Some(mobile)) => {
                Some(TypedPerson { cpr, first_name, last_name, email, mobile })
            }
            _ => None,
        };
        (cpr, person.zip(password))
    }
}

impl From<TypedPerson> for RegistrationForm {
    fn from(typed: TypedPerson) -> Self {
        let email = typed.email.as_str().to_owned();
        Self {
            cpr: typed.cpr.formatted(),
            first_name: typed.first_name.as_str().to_owned(),
            last_name: typed.last_name.as_str().to_owned(),
            email_again: email.clone(),
            email,
            mobile: typed.mobile.map(|mobile| mobile.as_str().to_owned()).unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl std::fmt::Debug for RegistrationForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RegistrationForm(•••)")
    }
}

/// The flaws of a form, collected field by field.
#[derive(Default)]
pub(super) struct Flaws(Vec<FieldFlaw>);

impl Flaws {
    pub(super) fn take<T>(&mut self, field: Field, read: Result<T, Flaw>) -> Option<T> {
        read.map_err(|flaw| self.0.push(FieldFlaw { field, flaw })).ok()
    }

    /// What was read, if nothing was wrong.
    pub(super) fn or<T>(self, read: Option<T>) -> Result<T, Failure> {
        read.filter(|_| self.0.is_empty()).ok_or_else(|| Refusal::InvalidForm(self.0).into())
    }

    pub(super) fn unless(&mut self, fits: bool, field: Field, flaw: Flaw) {
        if !fits {
            self.0.push(FieldFlaw { field, flaw });
        }
    }
}
