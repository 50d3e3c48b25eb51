//! Login with a security code (L3): a right password, then a code by e-mail.

mod again;

use std::time::Duration;

use minicbor::{Decode, Encode};

pub(crate) use again::{CodeAccepted, opened_session, submit_again};

use crate::account::Account;
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::evidence::{CodeProved, PasswordProved, SessionProof};
use crate::flow::issued_code::{IssuedCode, mailed};
use crate::flow::login::{self, Arrival, Browser, LoggedIn, Meeting, NewSession};
use crate::flow::{Flow, FlowState, Origin};
use crate::ids::{AccountId, ClinicId, CounterKey, Epoch, FlowId, Revision, SecretHash};
use crate::mail::{Mail, MailKind};
use crate::moment::Timestamp;
use crate::refusal::Refusal;
use crate::sealing::{CounterKind, KeyRing};
use crate::store::{Change, Versioned};
use crate::value::Email;

/// A right password that a code is to follow.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct LoginAwaitingCode {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    epoch: Epoch,
    #[n(2)]
    email: Email,
    /// The one live code; `None` while none may be sent.
    #[n(3)]
    code: Option<IssuedCode>,
}

/// What the code page shows. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodePage {
    /// The flow, for the form.
    pub flow: FlowId,
    /// The code's two letters; `None` while no code may be sent.
    pub reference: Option<String>,
    /// The address, masked.
    pub masked_email: String,
    /// When the next code may be sent.
    pub next_code: Timestamp,
    /// The clinic, to come back to.
    pub clinic: ClinicId,
}

/// A right password, just proved.
pub(crate) struct Proved<'a> {
    pub(crate) password: PasswordProved,
    pub(crate) account: &'a Account,
    pub(crate) email: Email,
    pub(crate) origin: Origin,
    /// Set when no code may be mailed before then.
    pub(crate) wait: Option<Timestamp>,
}

/// The flow of an account's code login: one a person, so that one code is live (L3).
pub(crate) fn flow_of(ring: &KeyRing, account: AccountId) -> FlowId {
    FlowId(ring.tag("code-login", &[&account.0.to_be_bytes()]))
}

/// The counter that spaces an account's codes.
pub(crate) fn code_mails(ring: &KeyRing, account: AccountId) -> CounterKey {
    ring.counter(CounterKind::CodeMail, &[&account.0.to_be_bytes()])
}

/// The counter of codes and links together.
pub(crate) fn secret_mails(ring: &KeyRing, account: AccountId) -> CounterKey {
    ring.counter(CounterKind::SecretMail, &[&account.0.to_be_bytes()])
}

/// Sends a code and waits for it. A browser that has one on its way, sent a moment ago, is led back to it.
pub(crate) fn begin(
    facts: &mut Facts<'_>,
    proved: Proved<'_>,
    before: Option<&Versioned<Flow>>,
) -> Result<Step<CodePage>, Fault> {
    let note = Note::of(proved.account.id, proved.origin.clinic, AuditEvent::PasswordAccepted);
    let live = before.and_then(|flow| Some((flow, live_for(facts, &flow.value, &proved.password)?)));
    if let Some((flow, code)) = live {
        let own = flow.value.origin.browser == proved.origin.browser;
        let just_sent = facts.now < code.sent + facts.policy.code_spacing;
        if own && (just_sent || proved.wait.is_some()) {
            // The same code, for wherever its owner wants to go by now (C2).
            let kept = Flow { origin: proved.origin, ..flow.value.clone() };
            let record = kept.to_record(facts.ring, facts.draw)?;
            let write = Change::Flow { expect: Some(flow.revision), to: Box::new(record) };
            return Ok(Step::answering(page(facts, &kept, kept.origin.browser)).with([write]).noting(note));
        }
        // Another browser may not kill a live code when no new one can be sent.
        if let Some(until) = proved.wait {
            return Ok(Step::refusing(Refusal::NextCodeLater { until }).noting(note));
        }
    }
    let flow = Flow {
        id: flow_of(facts.ring, proved.account.id),
        expires: facts.now,
        consumed: false,
        origin: proved.origin,
        state: FlowState::Finished,
    };
    let state = LoginAwaitingCode {
        account: proved.password.account(),
        epoch: proved.password.epoch(),
        email: proved.email,
        code: None,
    };
    let expect = before.map(|flow| flow.revision);
    let step = if proved.wait.is_some() { wait(facts, flow, expect, state) } else { send(facts, flow, expect, state) };
    Ok(step?.noting(note))
}

/// Sends another code; the older one is dead.
pub(crate) fn resend(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    browser: SecretHash,
) -> Result<Step<CodePage>, Fault> {
    let state = match waiting(facts, &flow.value, Some(browser)) {
        Ok(state) => state.clone(),
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let note = Note::of(state.account, flow.value.origin.clinic, AuditEvent::CodeSentAgain);
    Ok(send(facts, flow.value.clone(), Some(flow.revision), state)?.noting(note))
}

/// What the page shows to the browser that the flow belongs to.
pub(crate) fn page(facts: &Facts<'_>, flow: &Flow, browser: Option<SecretHash>) -> Result<CodePage, Refusal> {
    waiting(facts, flow, browser).map(|state| state.page(flow, facts.now))
}

/// The account that a code is or was awaited for.
pub(crate) fn account_of(flow: &Flow) -> Option<AccountId> {
    match &flow.state {
        FlowState::LoginAwaitingCode(state) => Some(state.account),
        FlowState::CodeAccepted(accepted) => Some(accepted.account()),
        _ => None,
    }
}

/// A code as typed, with the reference that its page showed.
pub(crate) struct TypedCode<'a> {
    pub(crate) browser: &'a Browser,
    pub(crate) reference: &'a str,
    pub(crate) digits: &'a str,
}

/// Judges a typed code. Judged and counted in one commit, so no answer leaves uncounted (I5).
pub(crate) fn submit(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    typed: &TypedCode<'_>,
) -> Result<Step<LoggedIn>, Fault> {
    let (state, code) = match live_code(facts, &flow.value, account, typed) {
        Ok(live) => live,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let tries = code.tries(facts.ring, flow.value.id);
    let ladder = login::code_ladder(facts.ring, state.account);
    let right = code.has_digits(facts.ring, flow.value.id, typed.digits);
    let step = if right {
        accepted(facts, flow, account, (state, code), typed)?
    } else {
        let note = Note::by_visitor(Some(state.account), Some(flow.value.origin.clinic), AuditEvent::CodeRefused);
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

fn accepted(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    (state, issued): (&LoginAwaitingCode, &IssuedCode),
    typed: &TypedCode<'_>,
) -> Result<Step<LoggedIn>, Fault> {
    let password = PasswordProved::new(state.account, state.epoch);
    let code = CodeProved::new(state.account);
    let secret = again::session_secret(facts.ring, flow.value.id, &issued.salt, typed);
    let session = NewSession { no: facts.draw.session(), secret };
    let arrival = Arrival {
        origin: &flow.value.origin,
        earlier: typed.browser.earlier,
        provider: None,
        device: &typed.browser.device,
        session,
    };
    let step =
        login::open(facts, arrival, &account.value, &SessionProof::PasswordAndCode(password, code), Meeting::Back)?;
    let came = owner_came(facts, account, &state.email, flow.value.origin.clinic)?;
    // The code did its work: the next login need not wait for its minute. Codes and links together stay counted.
    let done = Change::Uncount(code_mails(facts.ring, state.account));
    let remains = FlowState::CodeAccepted(CodeAccepted::now(facts, state, issued, session.no));
    Ok(step.with(came).with([done, flow.consumed_leaving(remains, facts)?]))
}

/// The address is proved, if it still is the account's, and the clinic is no stranger to the owner (F1, S4).
fn owner_came(
    facts: &Facts<'_>,
    account: &Versioned<Account>,
    email: &Email,
    clinic: ClinicId,
) -> Result<Option<Change>, Fault> {
    let mut changed = account.value.clone();
    let is_seen = changed.seen_at(clinic);
    let proves = !changed.details.email_proved && changed.details.person.open(changed.id, facts.ring)?.email == *email;
    changed.details.email_proved |= proves;
    let write = Change::Account { expect: Some(account.revision), to: Box::new(changed) };
    Ok((is_seen || proves).then_some(write))
}

/// The code of this flow that is still good for the account as it was when the password was typed.
fn live_for<'a>(facts: &Facts<'_>, flow: &'a Flow, password: &PasswordProved) -> Option<&'a IssuedCode> {
    let state = waiting(facts, flow, flow.origin.browser).ok()?;
    let code = state.code.as_ref()?;
    (state.epoch == password.epoch() && facts.now < code.expires).then_some(code)
}

fn live_code<'a>(
    facts: &Facts<'_>,
    flow: &'a Flow,
    account: &Versioned<Account>,
    typed: &TypedCode<'_>,
) -> Result<(&'a LoginAwaitingCode, &'a IssuedCode), Refusal> {
    let state = waiting(facts, flow, Some(typed.browser.hash))?;
    if account.value.access.epoch != state.epoch {
        return Err(Refusal::FlowOver);
    }
    let code = state.code.as_ref().ok_or(Refusal::NoCodeYet)?;
    if code.reference != typed.reference {
        return Err(Refusal::CodeSuperseded);
    }
    if facts.now >= code.expires {
        return Err(Refusal::CodeExpired);
    }
    Ok((state, code))
}

fn waiting<'a>(
    facts: &Facts<'_>,
    flow: &'a Flow,
    browser: Option<SecretHash>,
) -> Result<&'a LoginAwaitingCode, Refusal> {
    if browser.is_none() || flow.origin.browser != browser {
        return Err(Refusal::OtherBrowser);
    }
    if flow.consumed {
        return Err(Refusal::FlowFinished);
    }
    match &flow.state {
        FlowState::LoginAwaitingCode(state) if !flow.is_over(facts.now) => Ok(state),
        FlowState::LoginAwaitingCode(_) => Err(Refusal::CodeExpired),
        _ => Err(Refusal::NoOpenFlow),
    }
}

fn send(
    facts: &mut Facts<'_>,
    mut flow: Flow,
    expect: Option<Revision>,
    mut state: LoginAwaitingCode,
) -> Result<Step<CodePage>, Fault> {
    let (code, digits) = IssuedCode::issue(facts, flow.id, state.code.as_ref());
    let kind = MailKind::SecurityCode { code: digits, reference: code.reference.clone(), expires: code.expires };
    let mail = Mail::to(state.account, state.email.clone(), flow.origin.language, Some(flow.origin.clinic), kind)
        .enqueue(facts)?;
    flow.expires = code.expires + LINGER;
    state.code = Some(code);
    let page = state.page(&flow, facts.now);
    let (account, codes) = (state.account, code_mails(facts.ring, state.account));
    flow.state = FlowState::LoginAwaitingCode(state);
    let record = flow.to_record(facts.ring, facts.draw)?;
    let step = Step::answering(Ok(page)).with([Change::Flow { expect, to: Box::new(record) }, mail]);
    Ok(mailed(step, facts, account, codes))
}

fn wait(
    facts: &mut Facts<'_>,
    mut flow: Flow,
    expect: Option<Revision>,
    state: LoginAwaitingCode,
) -> Result<Step<CodePage>, Fault> {
    flow.expires = facts.now + facts.policy.code_life + LINGER;
    let page = state.page(&flow, facts.now);
    flow.state = FlowState::LoginAwaitingCode(state);
    let record = flow.to_record(facts.ring, facts.draw)?;
    Ok(Step::answering(Ok(page)).with([Change::Flow { expect, to: Box::new(record) }]))
}

impl LoginAwaitingCode {
    fn page(&self, flow: &Flow, now: Timestamp) -> CodePage {
        CodePage {
            flow: flow.id,
            reference: self.code.as_ref().map(|code| code.reference.clone()),
            masked_email: self.email.masked(),
            next_code: now,
            clinic: flow.origin.clinic,
        }
    }
}

impl std::fmt::Debug for CodePage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodePage(•••)")
    }
}

/// How long a right password waits for the next code to be allowed, after its own code has died.
const LINGER: Duration = Duration::from_secs(60 * 60);
