//! A new e-mail address (K1, A7): it takes effect when a code sent to it is typed, in the session and the browser that asked.
//! Until then the old one holds.

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::account::{Account, SealedPerson, contact};
use crate::audit::AuditEvent;
use crate::clinic::{Clinic, FunctionKind};
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::code_login::{self, secret_mails};
use crate::flow::issued_code::{IssuedCode, mailed};
use crate::flow::login::code_ladder;
use crate::flow::{Flow, FlowState, Origin, recovery};
use crate::ids::{AccountId, ClinicId, CounterKey, Epoch, FlowId, Revision, SecretHash, SessionNo};
use crate::mail::{Mail, MailKind, Notice};
use crate::moment::Timestamp;
use crate::refusal::Refusal;
use crate::sealing::{CounterKind, KeyRing};
use crate::session::Session;
use crate::store::{Change, Versioned};
use crate::value::{Email, Mobile};

/// A new address that a code is to prove.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct EmailAwaitingCode {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    epoch: Epoch,
    /// The session that asked: no other may type the code.
    #[n(2)]
    session: SessionNo,
    #[n(3)]
    email: Email,
    /// The one live code; `None` while none may be sent.
    #[n(4)]
    code: Option<IssuedCode>,
    /// The clinic whose page the owner answered, if one asked (K1).
    #[n(5)]
    asked_by: Option<ClinicId>,
}

/// What the page shows on which a new address is proved. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailProofPage {
    /// The code's two letters; `None` while no code may be sent.
    pub reference: Option<String>,
    /// The new address, masked.
    pub masked_email: String,
    /// When the next code may be sent.
    pub next_code: Timestamp,
    /// The clinic, to come back to.
    pub clinic: ClinicId,
    /// The function to land on (C2).
    pub function: Option<FunctionKind>,
    /// Whether a clinic's page asked for it (K1), and not the owner's own (A7).
    pub asked_by_clinic: bool,
}

/// A new address as its owner asks for it.
#[derive(Clone)]
pub(crate) struct NewEmail {
    pub(crate) email: Email,
    pub(crate) origin: Origin,
    /// What a clinic's page asked for besides.
    pub(crate) answer: Option<Answer>,
}

/// What the owner answers a clinic's page, beside a new address.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) clinic: ClinicId,
    pub(crate) mobile: Option<Mobile>,
}

/// Who types a code, in what session.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) session: &'a Session,
    pub(crate) browser: SecretHash,
}

/// A code as typed, with the reference that its page showed.
#[derive(Clone, Copy)]
pub(crate) struct TypedEmailCode<'a> {
    pub(crate) reference: &'a str,
    pub(crate) digits: &'a str,
}

/// A code as somebody sends it, and what ends with the old address: the [`flows_by_email`] that are there.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) at: At<'a>,
    pub(crate) typed: TypedEmailCode<'a>,
    pub(crate) open: &'a [Versioned<Flow>],
}

/// The flow of an account's new address: one a person, so that one code is live.
pub(crate) fn flow_of(ring: &KeyRing, account: AccountId) -> FlowId {
    FlowId(ring.tag("email-proof", &[&account.0.to_be_bytes()]))
}

/// The counters that say when an account's next code to a new address may be sent.
pub(crate) fn what_spaces_codes(ring: &KeyRing, account: AccountId) -> [CounterKey; 3] {
    [code_ladder(ring, account), code_mails(ring, account), secret_mails(ring, account)]
}

/// The counter that spaces an account's codes to new addresses.
pub(crate) fn code_mails(ring: &KeyRing, account: AccountId) -> CounterKey {
    ring.counter(CounterKind::EmailCodeMail, &[&account.0.to_be_bytes()])
}

/// Sends a code to a new address, or waits until one may be sent. Whoever asks for the same twice is led back to the code
/// on its way.
pub(crate) fn begin(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    (session, clinic): (&Session, &Clinic),
    new: NewEmail,
    (before, wait): (Option<&Versioned<Flow>>, bool),
) -> Result<Step<EmailProofPage>, Fault> {
    if let Err(denial) = contact::may_say(facts, &account.value, (session, clinic), new.answer.is_some()) {
        return Ok(Step::refusing(Refusal::Denied(denial)));
    }
    let NewEmail { email, origin, answer } = new;
    let asked_by = answer.as_ref().map(|answer| answer.clinic);
    let (changed, told, note) = match answer {
        None => (Change::Expect { account: account.value.id, revision: account.revision }, Vec::new(), None),
        Some(Answer { clinic, mobile }) => {
            let (changed, told, note) = contact::put_off(facts, &account.value, clinic, mobile)?;
            (Change::Account { expect: Some(account.revision), to: Box::new(changed) }, told, note)
        }
    };
    let with = |step: Step<EmailProofPage>| note.into_iter().fold(step.with(told), Step::noting).with([changed]);
    let at = origin.browser.map(|browser| At { session, browser });
    let same = before.zip(at).and_then(|(flow, at)| {
        let state = waiting(facts, &flow.value, at).ok()?;
        let code = state.code.as_ref()?;
        let just_sent = facts.now < code.sent + facts.policy.code_spacing;
        (just_sent && state.email == email && state.asked_by == asked_by).then(|| state.page(&flow.value, facts.now))
    });
    if let Some(page) = same {
        return Ok(with(Step::answering(Ok(page))));
    }
    let (account, epoch) = (account.value.id, account.value.access.epoch);
    let state = EmailAwaitingCode { account, epoch, session: session.no, email, code: None, asked_by };
    let flow = Flow {
        id: flow_of(facts.ring, account),
        expires: facts.now,
        consumed: false,
        origin,
        state: FlowState::Finished,
    };
    let expect = before.map(|flow| flow.revision);
    let step = if wait { remember(facts, flow, expect, state) } else { send(facts, flow, expect, state) };
    step.map(with)
}

/// What the page shows to the session that asked.
pub(crate) fn page(facts: &Facts<'_>, flow: &Flow, at: At<'_>) -> Result<EmailProofPage, Refusal> {
    waiting(facts, flow, at).map(|state| state.page(flow, facts.now))
}

/// Sends another code; the older one is dead.
pub(crate) fn resend(facts: &mut Facts<'_>, flow: &Versioned<Flow>, at: At<'_>) -> Result<Step<EmailProofPage>, Fault> {
    match waiting(facts, &flow.value, at).cloned() {
        Ok(state) => send(facts, flow.value.clone(), Some(flow.revision), state),
        Err(refusal) => Ok(Step::refusing(refusal)),
    }
}

/// Judges a typed code. Judged and counted in one commit, so no answer leaves uncounted (I5).
pub(crate) fn submit(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    Sent { at, typed, open }: Sent<'_>,
) -> Result<Step<EmailProofPage>, Fault> {
    let (state, code) = match live_code(facts, &flow.value, account, at, typed) {
        Ok(live) => live,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let (tries, ladder) = (code.tries(facts.ring, flow.value.id), code_ladder(facts.ring, state.account));
    let step = if code.has_digits(facts.ring, flow.value.id, typed.digits) {
        // A right code is no failure; only a login or a new password clears the ladder (L3).
        accepted(facts, flow, account, state, open)?.with([Change::Uncount(ladder)])
    } else {
        let note = Note::of(state.account, flow.value.origin.clinic, AuditEvent::CodeRefused);
        Step::refusing(Refusal::WrongCode).noting(note)
    };
    Ok(step
        .with([
            Change::Count { key: tries, ladder: facts.policy.code_tries() },
            Change::Count { key: ladder, ladder: facts.policy.failures() },
        ])
        .blocked_as(tries, |_| Refusal::CodeDead)
        .blocked_as(ladder, |until| Refusal::CodesWait { until }))
}

/// The flows that trust the account's address: a login's code and a reset link.
pub(crate) fn flows_by_email(ring: &KeyRing, account: AccountId) -> [FlowId; 2] {
    [code_login::flow_of(ring, account), recovery::flow_of(ring, account)]
}

fn accepted(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    state: &EmailAwaitingCode,
    open: &[Versioned<Flow>],
) -> Result<Step<EmailProofPage>, Fault> {
    let mut changed = account.value.clone();
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    let old = std::mem::replace(&mut person.email, state.email.clone());
    changed.details.email_proved = true;
    let told = contact::settle(facts, &mut changed, &mut person, state.asked_by)?;
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    let (clinic, language) = (flow.value.origin.clinic, changed.details.language);
    let mut news = Vec::new();
    // One who proves the address that they have has changed nothing.
    if !old.same_mailbox(&state.email) {
        for to in [old, state.email.clone()] {
            news.push(Mail::notice(changed.id, to, language, clinic, Notice::EmailChanged).enqueue(facts)?);
        }
        for flow in open.iter().filter(|flow| !flow.value.consumed) {
            news.push(flow.consumed_by(facts)?);
        }
    }
    let note = Note::of(changed.id, clinic, AuditEvent::EmailChanged);
    Ok(Step::answering(Ok(state.page(&flow.value, facts.now)))
        .with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }, flow.consumed_by(facts)?])
        .with(news)
        .with(told)
        .noting(note))
}

fn live_code<'a>(
    facts: &Facts<'_>,
    flow: &'a Flow,
    account: &Versioned<Account>,
    at: At<'_>,
    typed: TypedEmailCode<'_>,
) -> Result<(&'a EmailAwaitingCode, &'a IssuedCode), Refusal> {
    let state = waiting(facts, flow, at)?;
    if account.value.access.epoch != state.epoch {
        return Err(Refusal::FlowOver);
    }
    let code = state.code.as_ref().ok_or(Refusal::NoCodeYet)?;
    if code.reference != typed.reference {
        return Err(Refusal::CodeSuperseded);
    }
    if facts.now >= code.expires {
        return Err(Refusal::EmailCodeExpired);
    }
    Ok((state, code))
}

fn waiting<'a>(facts: &Facts<'_>, flow: &'a Flow, at: At<'_>) -> Result<&'a EmailAwaitingCode, Refusal> {
    if flow.origin.browser != Some(at.browser) {
        return Err(Refusal::OtherBrowser);
    }
    if flow.consumed {
        return Err(Refusal::FlowFinished);
    }
    match &flow.state {
        FlowState::EmailAwaitingCode(state) if !flow.is_over(facts.now) && state.is_of(at.session) => Ok(state),
        _ => Err(Refusal::NoOpenFlow),
    }
}

fn send(
    facts: &mut Facts<'_>,
    flow: Flow,
    expect: Option<Revision>,
    mut state: EmailAwaitingCode,
) -> Result<Step<EmailProofPage>, Fault> {
    let (code, digits) = IssuedCode::issue(facts, flow.id, state.code.as_ref());
    let kind = MailKind::EmailProof { code: digits, reference: code.reference.clone(), expires: code.expires };
    let mail = Mail::to(state.account, state.email.clone(), flow.origin.language, Some(flow.origin.clinic), kind)
        .enqueue(facts)?;
    let note = Note::of(state.account, flow.origin.clinic, AuditEvent::EmailCodeSent);
    let (account, codes) = (state.account, code_mails(facts.ring, state.account));
    state.code = Some(code);
    let step = remember(facts, flow, expect, state)?.with([mail]).noting(note);
    Ok(mailed(step, facts, account, codes))
}

/// Keeps the flow open, also when no code could be sent yet.
fn remember(
    facts: &mut Facts<'_>,
    mut flow: Flow,
    expect: Option<Revision>,
    state: EmailAwaitingCode,
) -> Result<Step<EmailProofPage>, Fault> {
    flow.expires = facts.now + facts.policy.code_life + LINGER;
    let page = state.page(&flow, facts.now);
    flow.state = FlowState::EmailAwaitingCode(state);
    let record = flow.to_record(facts.ring, facts.draw)?;
    Ok(Step::answering(Ok(page)).with([Change::Flow { expect, to: Box::new(record) }]))
}

impl EmailAwaitingCode {
    fn is_of(&self, session: &Session) -> bool {
        self.account == session.account && self.session == session.no
    }

    fn page(&self, flow: &Flow, now: Timestamp) -> EmailProofPage {
        EmailProofPage {
            reference: self.code.as_ref().map(|code| code.reference.clone()),
            masked_email: self.email.masked(),
            next_code: now,
            clinic: flow.origin.clinic,
            function: flow.origin.function,
            asked_by_clinic: self.asked_by.is_some(),
        }
    }
}

impl std::fmt::Debug for EmailProofPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailProofPage(•••)")
    }
}

/// How long the next code can be asked for, after the code before has died.
const LINGER: Duration = Duration::from_secs(60 * 60);
