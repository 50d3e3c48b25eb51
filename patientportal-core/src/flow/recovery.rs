//! A forgotten password (F1): a link that works once, for half an hour, and opens no session.

use minicbor::{Decode, Encode};

use crate::account::{Account, coming_of_age};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::device::Device;
use crate::fault::Fault;
use crate::flow::activation::{self, Sender};
use crate::flow::code_login::secret_mails;
use crate::flow::login::failure_counters;
use crate::flow::{Flow, FlowState, Origin};
use crate::ids::{AccountId, ClinicId, CounterKey, CprIndex, Epoch, FlowId, SecretHash};
use crate::language::Language;
use crate::mail::{Mail, MailKind, Notice};
use crate::ports::PasswordHash;
use crate::refusal::Refusal;
use crate::sealing::{CounterKind, FlowToken, KeyRing, hash_secret};
use crate::store::{Change, Versioned};
use crate::value::{Cpr, Email};

/// A reset link that is out.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct RecoveryAwaitingPassword {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    epoch: Epoch,
    #[n(2)]
    secret: SecretHash,
}

/// What somebody typed who has forgotten a password: a worker decides later what comes of it (I6).
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct RecoveryRequest {
    #[n(0)]
    pub(crate) cpr: Cpr,
    #[n(1)]
    pub(crate) email: Email,
    #[n(2)]
    pub(crate) clinic: ClinicId,
    #[n(3)]
    pub(crate) language: Language,
}

/// The flow of an account's reset link: one a person, so that a new link ends the older.
pub(crate) fn flow_of(ring: &KeyRing, account: AccountId) -> FlowId {
    FlowId(ring.tag("recovery", &[&account.0.to_be_bytes()]))
}

/// The counter of an account's reset links.
pub(crate) fn link_mails(ring: &KeyRing, account: AccountId) -> CounterKey {
    ring.counter(CounterKind::ResetMail, &[&account.0.to_be_bytes()])
}

/// The counter of what is asked for with one e-mail address, whether or not anybody has it: whoever reads a mailbox must
/// not try CPR numbers until a mail comes. A browser where the number's owner has logged in counts apart, so that nobody
/// keeps them from a link by asking with their address.
pub(crate) fn requests_with(ring: &KeyRing, email: &Email, number: &[CprIndex], device: &Device) -> CounterKey {
    let own = ring.anchored(number).and_then(|index| device.counter(ring, index));
    let own = own.as_ref().map(|own| own.0.as_slice()).unwrap_or_default();
    ring.counter(CounterKind::ResetRequest, &[email.mailbox().as_bytes(), own])
}

/// The flow of the link that an account gets: one that is not activated gets a fresh activation link (A10).
pub(crate) fn link_flow_of(ring: &KeyRing, account: &Account) -> FlowId {
    if account.is_activated() { flow_of(ring, account.id) } else { activation::flow_of(ring, account.id) }
}

/// Mails a link, if number and address belong together and the address was proved. Answers whether it did. `before` is the
/// link's flow.
pub(crate) fn answer_request(
    facts: &mut Facts<'_>,
    request: &RecoveryRequest,
    account: Option<(&Versioned<Account>, &Email)>,
    before: Option<&Versioned<Flow>>,
) -> Result<Step<bool>, Fault> {
    let Some((account, email)) = account else { return Ok(Step::answering(Ok(false))) };
    let details = &account.value.details;
    let is_proved = details.email_proved && account.value.login_password().is_some();
    if !email.same_mailbox(&request.email) || (account.value.is_activated() && !is_proved) {
        return Ok(Step::answering(Ok(false)));
    }
    let id = account.value.id;
    if coming_of_age::awaits_owner(facts, &account.value)? {
        return advise(facts, request, account, email);
    }
    if !account.value.is_activated() {
        let step = activation::send(facts, &account.value, email, request.clinic, before, &Sender::Visitor)?;
        return Ok(step.map(|()| true));
    }
    let token = FlowToken { flow: flow_of(facts.ring, id), secret: facts.draw.bytes() };
    let state =
        RecoveryAwaitingPassword { account: id, epoch: account.value.access.epoch, secret: hash_secret(&token.secret) };
    let flow = Flow {
        id: token.flow,
        expires: facts.now + facts.policy.link_life,
        consumed: false,
        origin: Origin { browser: None, clinic: request.clinic, function: None, language: request.language },
        state: FlowState::RecoveryAwaitingPassword(state),
    };
    let kind = MailKind::ResetLink { token: token.to_text(), expires: flow.expires };
    let mail = Mail::to(id, email.clone(), details.language, Some(request.clinic), kind).enqueue(facts)?;
    let record = flow.to_record(facts.ring, facts.draw)?;
    let (links, secrets) = (link_mails(facts.ring, id), secret_mails(facts.ring, id));
    let note = Note::by_portal(id, Some(request.clinic), AuditEvent::ResetMailed);
    Ok(Step::answering(Ok(true))
        .with([
            Change::Flow { expect: before.map(|flow| flow.revision), to: Box::new(record) },
            Change::Count { key: links, ladder: facts.policy.link_mails() },
            Change::Count { key: secrets, ladder: facts.policy.secret_mails() },
            mail,
        ])
        .noting(note))
}

/// No link for who has come of age: a parent may read the mail. It says what to do instead, as often as a link would come
/// and no oftener (L7).
fn advise(
    facts: &mut Facts<'_>,
    request: &RecoveryRequest,
    account: &Versioned<Account>,
    email: &Email,
) -> Result<Step<bool>, Fault> {
    let (id, language) = (account.value.id, account.value.details.language);
    let advice =
        Mail::notice(account.value.id, email.clone(), language, request.clinic, Notice::OfAgeAdvice).enqueue(facts)?;
    let (links, secrets) = (link_mails(facts.ring, id), secret_mails(facts.ring, id));
    Ok(Step::answering(Ok(true))
        .with([
            Change::Count { key: links, ladder: facts.policy.link_mails() },
            Change::Count { key: secrets, ladder: facts.policy.secret_mails() },
            advice,
        ])
        .noting(Note::by_portal(id, Some(request.clinic), AuditEvent::OfAgeAdvised)))
}

/// The account that a link is for.
pub(crate) fn account_of(flow: &Flow) -> Option<AccountId> {
    match &flow.state {
        FlowState::RecoveryAwaitingPassword(state) => Some(state.account),
        _ => None,
    }
}

/// Whether this link may set the account's password now.
pub(crate) fn opened(facts: &Facts<'_>, flow: &Flow, token: &FlowToken, account: &Account) -> Result<(), Refusal> {
    match &flow.state {
        FlowState::RecoveryAwaitingPassword(state)
            if !flow.is_over(facts.now)
                && state.secret.is_of(&token.secret)
                && state.account == account.id
                && state.epoch == account.access.epoch =>
        {
            Ok(())
        }
        _ => Err(Refusal::LinkDead),
    }
}

/// Sets the new password by a link that is [`opened`]: every session ends, nobody is logged in, the owner is told.
pub(crate) fn set_password(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    email: &Email,
    password: PasswordHash,
) -> Result<Step<ClinicId>, Fault> {
    let clinic = flow.value.origin.clinic;
    let mut changed = account.value.clone();
    changed.details.password = Some(password);
    changed.end_everything_open();
    let told = Mail::to(
        changed.id,
        email.clone(),
        changed.details.language,
        Some(clinic),
        MailKind::Notice(Notice::PasswordChanged),
    )
    .enqueue(facts)?;
    let forgotten = failure_counters(facts.ring, &changed).map(Change::Forget);
    let note = Note::of(changed.id, clinic, AuditEvent::PasswordReset);
    Ok(Step::answering(Ok(clinic))
        .with(forgotten)
        .with([
            Change::Account { expect: Some(account.revision), to: Box::new(changed) },
            flow.consumed_by(facts)?,
            told,
        ])
        .noting(note))
}
