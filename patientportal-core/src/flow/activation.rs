//! Activating an account that a clinic has created (R7, A10): a link by mail, the owner's CPR number, a password. It opens
//! no session.

use minicbor::{Decode, Encode};

use crate::account::Account;
use crate::audit::{Actor, AuditEvent};
use crate::decision::{Facts, Note, Step};
use crate::device::Device;
use crate::fault::Fault;
use crate::flow::code_login::secret_mails;
use crate::flow::login::failure_counters;
use crate::flow::recovery::link_mails;
use crate::flow::{Flow, FlowState, Origin};
use crate::ids::{AccountId, ClinicId, CounterKey, Epoch, FlowId, SecretHash};
use crate::mail::{Mail, MailKind};
use crate::moment::Timestamp;
use crate::ports::PasswordHash;
use crate::refusal::{Field, FieldFlaw, Flaw, Refusal};
use crate::sealing::{CounterKind, FlowToken, KeyRing, hash_secret};
use crate::store::{Change, Versioned};
use crate::value::{Cpr, Email, Password, PasswordContext};

/// An activation link that is out.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct ActivationAwaitingPassword {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    epoch: Epoch,
    #[n(2)]
    secret: SecretHash,
    /// When the link is too old. The flow is kept longer, so that the link's page can send another.
    #[n(3)]
    expires: Timestamp,
    /// What its tries are counted on: every link has the same until staff send another.
    #[cbor(n(4), with = "minicbor::bytes")]
    salt: [u8; 16],
}

/// An account has been activated. `Debug` prints no cookie.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Activated {
    /// The clinic to log in at.
    pub clinic: ClinicId,
    /// The device cookie's new value: MitID in this browser leaves the password as it was chosen.
    pub device: String,
}

/// What was typed by whoever opened a link.
pub(crate) struct Typed<'a> {
    pub(crate) cpr: &'a Cpr,
    pub(crate) password: &'a Password,
    pub(crate) hash: &'a PasswordHash,
    pub(crate) device: &'a Device,
}

/// Who sends a link.
pub(crate) enum Sender {
    /// Staff: its tries begin anew.
    Staff,
    /// The owner, as far as anybody knows.
    Visitor,
}

/// The flow of an account's activation link: one a person, so that a new link ends the older.
pub(crate) fn flow_of(ring: &KeyRing, account: AccountId) -> FlowId {
    FlowId(ring.tag("activation", &[&account.0.to_be_bytes()]))
}

/// Mails a link to the account's address.
pub(crate) fn send(
    facts: &mut Facts<'_>,
    account: &Account,
    email: &Email,
    clinic: ClinicId,
    before: Option<&Versioned<Flow>>,
    sender: &Sender,
) -> Result<Step<()>, Fault> {
    let id = account.id;
    let Some(activate_by) = account.details.activate_by.filter(|by| facts.now < *by) else {
        return Ok(Step::refusing(Refusal::LinkDead));
    };
    let kept = before.and_then(|flow| salt_of(&flow.value)).filter(|_| matches!(sender, Sender::Visitor));
    let salt = kept.unwrap_or_else(|| facts.draw.bytes());
    let token = FlowToken { flow: flow_of(facts.ring, id), secret: facts.draw.bytes() };
    let expires = (facts.now + facts.policy.activation_life).min(activate_by);
    let secret = hash_secret(&token.secret);
    let flow = Flow {
        id: token.flow,
        expires: activate_by,
        consumed: false,
        origin: Origin { browser: None, clinic, function: None, language: account.details.language },
        state: FlowState::ActivationAwaitingPassword(ActivationAwaitingPassword {
            account: id,
            epoch: account.access.epoch,
            secret,
            expires,
            salt,
        }),
    };
    let kind = MailKind::ActivationLink { token: token.to_text(), expires };
    let mail = Mail::to(id, email.clone(), account.details.language, Some(clinic), kind).enqueue(facts)?;
    let record = flow.to_record(facts.ring, facts.draw)?;
    let write = Change::Flow { expect: before.map(|flow| flow.revision), to: Box::new(record) };
    let secrets = secret_mails(facts.ring, id);
    let step = Step::answering(Ok(()))
        .with([write, Change::Count { key: secrets, ladder: facts.policy.secret_mails() }, mail])
        .blocked_as(secrets, |until| Refusal::LinksWait { until });
    Ok(match sender {
        Sender::Staff => step,
        Sender::Visitor => {
            let (links, tries) = (link_mails(facts.ring, id), tries_of(facts.ring, id, &salt));
            // Counted and taken back: where the tries are used up nothing is sent.
            let count = [
                Change::Count { key: links, ladder: facts.policy.link_mails() },
                Change::Count { key: tries, ladder: facts.policy.activation_tries() },
                Change::Uncount(tries),
            ];
            step.with(count).noting(Note::by_portal(id, Some(clinic), AuditEvent::ActivationMailed))
        }
    })
}

/// The account that a link is for.
pub(crate) fn account_of(flow: &Flow) -> Option<AccountId> {
    match &flow.state {
        FlowState::ActivationAwaitingPassword(state) => Some(state.account),
        _ => None,
    }
}

/// The counter of a link's tries.
pub(crate) fn tries(ring: &KeyRing, flow: &Flow) -> Option<CounterKey> {
    Some(tries_of(ring, account_of(flow)?, &salt_of(flow)?))
}

/// Whether this link may activate the account now.
pub(crate) fn opened(facts: &Facts<'_>, flow: &Flow, token: &FlowToken, account: &Account) -> Result<(), Refusal> {
    match &flow.state {
        FlowState::ActivationAwaitingPassword(state)
            if !flow.is_over(facts.now)
                && state.secret.is_of(&token.secret)
                && state.account == account.id
                && state.epoch == account.access.epoch
                && !account.is_activated() =>
        {
            if facts.now < state.expires {
                Ok(())
            } else {
                Err(Refusal::LinkExpired)
            }
        }
        _ => Err(Refusal::LinkDead),
    }
}

/// Activates the account by a link that is [`opened`], for whoever types its number. Judged and counted in one commit, so
/// no answer leaves uncounted (I5); a right number is no failure.
pub(crate) fn activate(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    typed: &Typed<'_>,
) -> Result<Step<Activated>, Fault> {
    let Some(tries) = tries(facts.ring, &flow.value) else { return Ok(Step::refusing(Refusal::LinkDead)) };
    let (id, clinic) = (account.value.id, flow.value.origin.clinic);
    let person = account.value.details.person.open(id, facts.ring)?;
    let step = if person.cpr == *typed.cpr {
        let names = (&person.first_name, &person.last_name);
        // Asked only here: whoever does not know the number learns nothing of name and address.
        let context = PasswordContext::new(Some(&person.cpr), Some(names), Some(&person.email));
        let step = match facts.policy.password.check(typed.password, &context) {
            Ok(()) => accepted(facts, flow, account, typed)?,
            Err(error) => Step::refusing(Refusal::InvalidForm(vec![FieldFlaw {
                field: Field::Password,
                flaw: Flaw::Password(error),
            }])),
        };
        step.with([Change::Uncount(tries)])
    } else {
        let note = Note::by_visitor(Some(id), Some(clinic), AuditEvent::ActivationRefused);
        Step::refusing(Refusal::WrongNumber).noting(note)
    };
    Ok(step
        .with([Change::Count { key: tries, ladder: facts.policy.activation_tries() }])
        .blocked_as(tries, |_| Refusal::LinkLocked))
}

fn accepted(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    typed: &Typed<'_>,
) -> Result<Step<Activated>, Fault> {
    let clinic = flow.value.origin.clinic;
    let mut changed = account.value.clone();
    changed.details.activate_by = None;
    changed.take_password(facts, typed.hash.clone());
    changed.end_everything_open();
    let device = typed.device.logged_in_to(facts.ring, &changed, facts.draw);
    // Nobody has logged in: who typed the right number may be anybody.
    let note = Note { actor: Actor::Visitor, ..Note::of(changed.id, clinic, AuditEvent::Activated) };
    let forgotten = failure_counters(facts.ring, &changed).map(Change::Forget);
    Ok(Step::answering(Ok(Activated { clinic, device }))
        .with(forgotten)
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, flow.consumed_by(facts)?])
        .noting(note))
}

fn salt_of(flow: &Flow) -> Option<[u8; 16]> {
    match &flow.state {
        FlowState::ActivationAwaitingPassword(state) => Some(state.salt),
        _ => None,
    }
}

fn tries_of(ring: &KeyRing, account: AccountId, salt: &[u8; 16]) -> CounterKey {
    ring.counter(CounterKind::ActivationTry, &[&account.0.to_be_bytes(), salt])
}

impl std::fmt::Debug for Activated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Activated").field("clinic", &self.clinic).finish_non_exhaustive()
    }
}
