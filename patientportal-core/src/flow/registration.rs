//! Registering oneself (R1, R2, R4): what was typed, what MitID is to confirm, and the account that comes of it.

use minicbor::{Decode, Encode};

use crate::account::approval::{self, Request};
use crate::account::{Access, Account, Details, FormerAccount, Membership, Person, SealedPerson};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::Flow;
use crate::flow::evidence::{IdentityVouched, SessionProof};
use crate::flow::journey::Journey;
use crate::flow::login::{self, Arrival, LoggedIn, Meeting};
use crate::mail::{Mail, Notice};
use crate::moment::Timestamp;
use crate::ports::{Assurance, PasswordHash, VouchedIdentity};
use crate::store::{Change, Versioned};
use crate::value::{Cpr, Email, Mobile, Name};

/// What was typed into the form, but for the password.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct TypedPerson {
    #[n(0)]
    pub(crate) cpr: Cpr,
    #[n(1)]
    pub(crate) first_name: Name,
    #[n(2)]
    pub(crate) last_name: Name,
    #[n(3)]
    pub(crate) email: Email,
    #[n(4)]
    pub(crate) mobile: Option<Mobile>,
}

/// A registration that MitID is to confirm.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct RegistrationAwaitingMitId {
    #[n(0)]
    pub(crate) typed: TypedPerson,
    #[n(1)]
    pub(crate) password: PasswordHash,
    /// `None` once the browser has come back.
    #[n(2)]
    pub(crate) journey: Option<Journey>,
    /// The version of the terms that the form showed (A6).
    #[n(3)]
    pub(crate) terms: String,
}

/// A vouched person who has no account yet (L2).
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct RegistrationAwaitingForm {
    #[n(0)]
    pub(crate) identity: KeptIdentity,
}

/// An identity that was vouched for, while its owner fills in the form.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct KeptIdentity {
    #[n(0)]
    pub(crate) cpr: Cpr,
    #[n(1)]
    subject: String,
    #[n(2)]
    name: Option<String>,
    #[n(3)]
    high: bool,
    #[n(4)]
    at: Timestamp,
    #[cbor(n(5), with = "minicbor::bytes")]
    session: Option<Vec<u8>>,
}

/// What an account is made of.
pub(crate) struct NewAccount<'a> {
    pub(crate) typed: &'a TypedPerson,
    pub(crate) password: &'a PasswordHash,
    pub(crate) identity: &'a VouchedIdentity,
    /// The version of the terms that the form showed (A6).
    pub(crate) terms: &'a str,
    /// The account that was closed under this number before, if one was (A7).
    pub(crate) former: Option<FormerAccount>,
}

impl KeptIdentity {
    pub(crate) fn of(identity: &VouchedIdentity) -> Self {
        Self {
            cpr: identity.cpr.clone(),
            subject: identity.subject.clone(),
            name: identity.name.clone(),
            high: identity.assurance == Assurance::High,
            at: identity.authenticated_at,
            session: identity.session.clone(),
        }
    }

    pub(crate) fn identity(&self) -> VouchedIdentity {
        VouchedIdentity {
            cpr: self.cpr.clone(),
            subject: self.subject.clone(),
            name: self.name.clone(),
            assurance: self.assurance(),
            authenticated_at: self.at,
            session: self.session.clone(),
        }
    }

    /// The evidence again: the flow that kept it is the flow that got it.
    pub(crate) fn evidence(&self) -> Option<IdentityVouched> {
        IdentityVouched::new(&self.identity())
    }

    fn assurance(&self) -> Assurance {
        if self.high { Assurance::High } else { Assurance::Substantial }
    }
}

/// The account, with its owner logged in. Where the clinic approves, the membership is a request (R4).
pub(crate) fn create(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    arrival: Arrival<'_>,
    new: NewAccount<'_>,
    proof: IdentityVouched,
) -> Result<Step<LoggedIn>, Fault> {
    let origin = &flow.value.origin;
    let clinic = origin.clinic;
    let (email, language) = (new.typed.email.clone(), origin.language);
    let asks = approval::must_ask(facts.clinic(clinic)?, None, new.former.as_ref());
    let account = compose(facts, &flow.value, &new, asks)?;
    let claim = Change::ClaimCpr { index: account.claims().collect(), account: account.id };
    let step = login::open(facts, arrival, &account, &SessionProof::MitId(proof), Meeting::Created)?;
    let changes = [Change::Account { expect: None, to: Box::new(account.clone()) }, claim, flow.consumed_by(facts)?];
    let step = step.with(changes).noting(Note::of(account.id, clinic, AuditEvent::AccountCreated));
    if !asks {
        let welcome = Mail::notice(account.id, email, language, clinic, Notice::AccountCreated);
        return Ok(step.with([welcome.enqueue(facts)?]));
    }
    let request = Request { account: account.id, clinic, email, language, ward: false };
    Ok(step.with(approval::accompany(facts, request)?).noting(Note::of(account.id, clinic, AuditEvent::RequestMade)))
}

fn compose(facts: &mut Facts<'_>, flow: &Flow, new: &NewAccount<'_>, asks: bool) -> Result<Account, Fault> {
    let id = facts.draw.account();
    let clinic = flow.origin.clinic;
    let TypedPerson { cpr, first_name, last_name, email, mobile } = new.typed.clone();
    let person = Person {
        vouched_name: new.identity.name.clone(),
        provider_subject: Some(new.identity.subject.clone()),
        ..Person::new(cpr, first_name, last_name, email, mobile)
    };
    Ok(Account {
        id,
        access: Access::new(new.terms, vec![Membership::begun(clinic, asks, facts.now)]),
        details: Details {
            person: SealedPerson::seal(&person, id, facts.ring, facts.draw)?,
            cpr_index: facts.ring.cpr_indexes(&person.cpr, Some(clinic)),
            password: Some(new.password.clone()),
            language: flow.origin.language,
            email_proved: false,
            terms_accepted: facts.now,
            created: facts.now,
            exemption: None,
            activate_by: None,
            awaits_first_approval: false,
            also_claimed: facts.ring.subject_indexes(&new.identity.subject),
            former: new.former.clone(),
            renewed_by_clinic: false,
        },
    })
}

/// Somebody who registers has an account already: logged in, and what was typed changes nothing (R6).
pub(crate) fn met_account(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    arrival: Arrival<'_>,
    account: &Versioned<Account>,
    identity: &VouchedIdentity,
    proof: IdentityVouched,
) -> Result<Step<LoggedIn>, Fault> {
    let step = login::open_with_mitid(facts, arrival, account, identity, proof, Meeting::HadAccount)?;
    Ok(step.with([flow.consumed_by(facts)?]))
}
