//! Registering a child (R3, A8): what was typed, and what it means that a guardian has confirmed it with MitID. No session
//! is ever opened here, and nothing changes in an account of the guardian's own.

mod choice;

use minicbor::{Decode, Encode};

pub(crate) use choice::{ChildAwaitingChoice, NewLogin, Standing, join, renew, standing};

use crate::account::approval::{self, Request};
use crate::account::child::OF_AGE;
use crate::account::coming_of_age;
use crate::account::former::UnderNumber;
use crate::account::{Access, Account, Custody, Details, FormerAccount, Guardian, Membership, Person, SealedPerson};
use crate::audit::{Actor, AuditEvent};
use crate::clinic::RegistrationMode;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::journey::Journey;
use crate::flow::mitid::{self, MitIdOutcome};
use crate::flow::registration::TypedPerson;
use crate::flow::{Flow, FlowState};
use crate::ids::{AccountId, ClinicId};
use crate::mail::{Mail, Notice};
use crate::ports::{PasswordHash, VouchedIdentity};
use crate::refusal::Refusal;
use crate::store::{Change, Versioned};
use crate::value::Cpr;

/// A child's registration that a guardian is to confirm.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct ChildAwaitingGuardian {
    #[n(0)]
    pub(crate) typed: TypedPerson,
    #[n(1)]
    pub(crate) password: PasswordHash,
    /// The guardian, as typed.
    #[n(2)]
    pub(crate) guardian: Cpr,
    /// `None` once the browser has come back.
    #[n(3)]
    pub(crate) journey: Option<Journey>,
    /// The version of the terms that the form showed (A6).
    #[n(4)]
    pub(crate) terms: String,
}

/// What came of a guardian's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChildOutcome {
    /// The child has an account that works at once.
    Created,
    /// The clinic has been asked, and the account opens when it approves.
    Requested,
    /// The account that there was has a new e-mail address and password (R6).
    Renewed,
    /// The account that there was has access at the clinic too (R6).
    Joined,
    /// The clinic has been asked for access for the account that there was (R6).
    JoinRequested,
}

/// A guardian whom MitID has vouched for, and what the register of custody says of them.
pub(crate) struct GuardianProved {
    guardian: Guardian,
}

impl GuardianProved {
    /// Made from what the register answered about whoever is [`vouched`].
    pub(crate) fn new(facts: &Facts<'_>, identity: &VouchedIdentity, custody: Custody) -> Self {
        let (cpr, assurance) = (identity.cpr.clone(), identity.assurance);
        Self { guardian: Guardian { cpr, since: facts.now, assurance, custody } }
    }
}

/// What a child's account is made of.
struct NewChild<'a> {
    state: &'a ChildAwaitingGuardian,
    proved: &'a GuardianProved,
    /// Whether the clinic is asked first.
    asks: bool,
    former: Option<FormerAccount>,
}

/// Whether a child of this number, as far as it can be read, is one today (R2, A4).
pub(crate) fn is_young_enough(facts: &Facts<'_>, child: Option<&Cpr>) -> Result<(), Refusal> {
    let grown = child.is_some_and(|child| child.age_on(facts.today()) >= OF_AGE);
    if grown { Err(Refusal::NotAChild) } else { Ok(()) }
}

/// Whether a guardian of this number, as far as it can be read, is of age today (R3, A4).
pub(crate) fn is_of_age(facts: &Facts<'_>, guardian: Option<&Cpr>) -> Result<(), Refusal> {
    let least = facts.policy.guardian_age.max(OF_AGE);
    let young = guardian.is_some_and(|guardian| guardian.age_on(facts.today()) < least);
    if young { Err(Refusal::GuardianTooYoung) } else { Ok(()) }
}

/// Whether MitID has vouched for the guardian typed, and the clinic still takes children's registrations.
pub(crate) fn vouched(facts: &Facts<'_>, flow: &Flow, identity: &VouchedIdentity) -> Result<(), Refusal> {
    let FlowState::ChildAwaitingGuardian(state) = &flow.state else { return Err(Refusal::NoOpenFlow) };
    mitid::judge(facts, flow, identity)?;
    is_young_enough(facts, Some(&state.typed.cpr))?;
    is_of_age(facts, Some(&identity.cpr))?;
    match facts.clinics.by_id(flow.origin.clinic).map(|clinic| clinic.registration) {
        None | Some(RegistrationMode::Off) => Err(Refusal::RegistrationClosed),
        Some(RegistrationMode::Approval | RegistrationMode::Automatic) => Ok(()),
    }
}

/// A proved guardian has confirmed: what comes of the registration.
pub(crate) fn confirmed(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    proved: &GuardianProved,
    under: UnderNumber<'_>,
) -> Result<Step<MitIdOutcome>, Fault> {
    let FlowState::ChildAwaitingGuardian(state) = &flow.value.state else {
        return Ok(mitid::refused(&flow.value, Refusal::NoOpenFlow));
    };
    // Before anything is said of the account: whoever does not hold custody learns nothing of it.
    if proved.guardian.custody == Custody::NotHolder {
        let note = Note::by_visitor(None, Some(flow.value.origin.clinic), AuditEvent::CustodyRefused);
        let dropped = dropping(facts, under.account, &proved.guardian)?;
        return Ok(Step::refusing(Refusal::NotHolder).with(dropped).noting(note));
    }
    let clinic = flow.value.origin.clinic;
    let asks = approval::must_ask(facts.clinic(clinic)?, Some(proved.guardian.custody), under.former.as_ref());
    let outcome = if asks { ChildOutcome::Requested } else { ChildOutcome::Created };
    let step = match under.account {
        None => create(facts, flow, NewChild { state, proved, asks, former: under.former })?,
        Some(account) => {
            let person = account.value.details.person.open(account.value.id, facts.ring)?;
            if has_a_say(&person, &proved.guardian) {
                return choice::offer(facts, flow, state, proved.guardian.clone(), account);
            }
            meet_stranger(facts, flow, &account.value, person)?
        }
    };
    Ok(step.map(|()| MitIdOutcome::Child(outcome)))
}

/// R6: whom the account knows already, or who holds custody by the register's word. Where a holder of custody is known, and
/// nobody can tell today, only who was a holder.
fn has_a_say(person: &Person, guardian: &Guardian) -> bool {
    let was_holder = |known: &Guardian| known.custody == Custody::Holder;
    let known = person.guardians.iter().find(|known| known.cpr == guardian.cpr);
    match guardian.custody {
        Custody::Holder => true,
        Custody::NotHolder => false,
        Custody::Unknown => known.is_some_and(|known| was_holder(known) || !person.guardians.iter().any(was_holder)),
    }
}

/// Drops a guardian of the account's who does not hold custody by the register's word: they have no say either when it
/// cannot be asked.
fn dropping(
    facts: &mut Facts<'_>,
    account: Option<&Versioned<Account>>,
    guardian: &Guardian,
) -> Result<Option<Change>, Fault> {
    let Some(account) = account else { return Ok(None) };
    let mut changed = account.value.clone();
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    if !person.guardians.iter().any(|known| known.cpr == guardian.cpr) {
        return Ok(None);
    }
    person.guardians.retain(|known| known.cpr != guardian.cpr);
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    Ok(Some(Change::Account { expect: Some(account.revision), to: Box::new(changed) }))
}

/// The account, which opens at once or when the clinic has approved (R4).
fn create(facts: &mut Facts<'_>, flow: &Versioned<Flow>, new: NewChild<'_>) -> Result<Step<()>, Fault> {
    let (state, asks) = (new.state, new.asks);
    let (clinic, language, email) = (flow.value.origin.clinic, flow.value.origin.language, state.typed.email.clone());
    let account = compose(facts, &flow.value, new)?;
    let id = account.id;
    let claim = Change::ClaimCpr { index: account.details.cpr_index.clone(), account: id };
    let step = Step::answering(Ok(()))
        .with([Change::Account { expect: None, to: Box::new(account) }, claim, flow.consumed_by(facts)?])
        .with(coming_of_age::remind(facts, id, &state.typed.cpr)?)
        .noting(by_guardian(id, clinic, AuditEvent::ChildCreated));
    if !asks {
        return Ok(step.with([Mail::notice(id, email, language, clinic, Notice::ChildCreated).enqueue(facts)?]));
    }
    Ok(step.with(approval::accompany(facts, Request { account: id, clinic, email, language, ward: true })?))
}

fn compose(facts: &mut Facts<'_>, flow: &Flow, new: NewChild<'_>) -> Result<Account, Fault> {
    let NewChild { state, proved, asks, former } = new;
    let id = facts.draw.account();
    let clinic = flow.origin.clinic;
    let TypedPerson { cpr, first_name, last_name, email, mobile } = state.typed.clone();
    let person =
        Person { guardians: vec![proved.guardian.clone()], ..Person::new(cpr, first_name, last_name, email, mobile) };
    Ok(Account {
        id,
        access: Access {
            ward: true,
            ..Access::new(state.terms.as_str(), vec![Membership::begun(clinic, asks, facts.now)])
        },
        details: Details {
            person: SealedPerson::seal(&person, id, facts.ring, facts.draw)?,
            cpr_index: facts.ring.cpr_indexes(&person.cpr, Some(clinic)),
            password: Some(state.password.clone()),
            language: flow.origin.language,
            email_proved: false,
            terms_accepted: facts.now,
            created: facts.now,
            exemption: None,
            activate_by: None,
            awaits_first_approval: asks,
            also_claimed: Vec::new(),
            former,
            renewed_by_clinic: false,
        },
    })
}

/// Somebody without a say has met the account: they are told what they would be told of a new one, and the account's own
/// address is told of them (R6, I6).
fn meet_stranger(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Account,
    person: Person,
) -> Result<Step<()>, Fault> {
    let clinic = flow.value.origin.clinic;
    let told =
        Mail::notice(account.id, person.email, account.details.language, clinic, Notice::ChildExists).enqueue(facts)?;
    let note = Note::by_visitor(Some(account.id), Some(clinic), AuditEvent::ChildMetAccount);
    Ok(Step::answering(Ok(())).with([flow.consumed_by(facts)?, told]).noting(note))
}

fn by_guardian(account: AccountId, clinic: ClinicId, event: AuditEvent) -> Note {
    Note { actor: Actor::Guardian, ..Note::of(account, clinic, event) }
}
