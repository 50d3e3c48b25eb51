//! Renewal (L7): somebody who has come of age takes the account over, in a session of their own MitID. They choose e-mail,
//! mobile and password anew; it takes effect when a code sent to the new address is typed. With that the guardians end.

use minicbor::{Decode, Encode};

use crate::account::{Account, SealedPerson, coming_of_age, contact};
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::fault::Fault;
use crate::flow::email_proof::{EmailProofPage, TypedEmailCode, code_mails};
use crate::flow::issued_code::{IssuedCode, mailed};
use crate::flow::login::{self, Arrival, LoggedIn, Meeting, code_ladder};
use crate::flow::{Flow, FlowState, Origin};
use crate::ids::{AccountId, Epoch, FlowId, Revision, SecretHash, SessionNo};
use crate::mail::{Mail, MailKind, Notice};
use crate::policy::{Denial, OutstandingStep};
use crate::ports::PasswordHash;
use crate::refusal::Refusal;
use crate::sealing::KeyRing;
use crate::session::Session;
use crate::store::{Change, Versioned};
use crate::value::{Email, Mobile};

/// A renewal that a code to the new address is to prove.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct RenewalAwaitingCode {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    epoch: Epoch,
    /// The session that chose: no other may type the code.
    #[n(2)]
    session: SessionNo,
    #[n(3)]
    chosen: Chosen,
    #[n(4)]
    code: IssuedCode,
}

/// How the owner is reached and logs in from now on.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct Chosen {
    #[n(0)]
    pub(crate) email: Email,
    #[n(1)]
    pub(crate) mobile: Option<Mobile>,
    #[n(2)]
    pub(crate) password: PasswordHash,
    /// The version of the terms that the form showed (A6).
    #[n(3)]
    pub(crate) terms: String,
}

/// The flow of an account's renewal: one a person, so that one code is live.
pub(crate) fn flow_of(ring: &KeyRing, account: AccountId) -> FlowId {
    FlowId(ring.tag("renewal", &[&account.0.to_be_bytes()]))
}

/// Whether this session is its owner's own, and the account still waits for it.
pub(crate) fn comes_to_renew(account: &Account, session: &Session) -> Result<(), Refusal> {
    if account.access.epoch != session.epoch {
        return Err(Refusal::Denied(Denial::NotLoggedIn));
    }
    match (account.access.ward, session.proof.is_mitid()) {
        (true, true) => Ok(()),
        (true, false) => Err(Refusal::Denied(Denial::StepOutstanding(OutstandingStep::Renew))),
        (false, _) => Err(Refusal::FlowFinished),
    }
}

/// Sends a code to the new address. What was chosen before, and its code, are forgotten.
pub(crate) fn begin(
    facts: &mut Facts<'_>,
    account: &Versioned<Account>,
    session: &Session,
    (origin, chosen): (Origin, Chosen),
    before: Option<&Versioned<Flow>>,
) -> Result<Step<EmailProofPage>, Fault> {
    if let Err(refusal) = comes_to_renew(&account.value, session) {
        return Ok(Step::refusing(refusal));
    }
    let id = flow_of(facts.ring, account.value.id);
    let flow = Flow { id, expires: facts.now, consumed: false, origin, state: FlowState::Finished };
    let earlier = before.and_then(|flow| waited_for(&flow.value)).map(|state| &state.code);
    let (code, digits) = IssuedCode::issue(facts, id, earlier);
    let (account, epoch) = (session.account, session.epoch);
    let state = RenewalAwaitingCode { account, epoch, session: session.no, chosen, code };
    send(facts, flow, before.map(|flow| flow.revision), state, digits)
}

/// Sends another code; the older one is dead.
pub(crate) fn resend(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    session: &Session,
    browser: SecretHash,
) -> Result<Step<EmailProofPage>, Fault> {
    let state = match waiting(facts, &flow.value, session, browser) {
        Ok(state) => state.clone(),
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let (code, digits) = IssuedCode::issue(facts, flow.value.id, Some(&state.code));
    send(facts, flow.value.clone(), Some(flow.revision), RenewalAwaitingCode { code, ..state }, digits)
}

/// What the page shows that asks for the code.
pub(crate) fn page(
    facts: &Facts<'_>,
    flow: &Flow,
    session: &Session,
    browser: SecretHash,
) -> Result<EmailProofPage, Refusal> {
    waiting(facts, flow, session, browser).map(|state| state.page(facts, flow))
}

/// Judges a typed code. Judged and counted in one commit, so no answer leaves uncounted (I5).
pub(crate) fn submit(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    (session, arrival): (&Session, Arrival<'_>),
    (typed, browser): (TypedEmailCode<'_>, SecretHash),
) -> Result<Step<LoggedIn>, Fault> {
    let state = match live(facts, &flow.value, account, session, (typed, browser)) {
        Ok(state) => state,
        Err(refusal) => return Ok(Step::refusing(refusal)),
    };
    let (tries, ladder) = (state.code.tries(facts.ring, flow.value.id), code_ladder(facts.ring, state.account));
    let step = if state.code.has_digits(facts.ring, flow.value.id, typed.digits) {
        take_over(facts, flow, account, state, (session, arrival))?
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

/// The account is its owner's: what was chosen holds, the guardians end, and of all that was open only this login goes on.
fn take_over(
    facts: &mut Facts<'_>,
    flow: &Versioned<Flow>,
    account: &Versioned<Account>,
    state: &RenewalAwaitingCode,
    (session, arrival): (&Session, Arrival<'_>),
) -> Result<Step<LoggedIn>, Fault> {
    let (clinic, mut changed) = (flow.value.origin.clinic, account.value.clone());
    let Chosen { email, mobile, password, terms } = state.chosen.clone();
    let mut person = changed.details.person.open(changed.id, facts.ring)?;
    let old = std::mem::replace(&mut person.email, email.clone());
    person.mobile = mobile;
    let settled = contact::settle(facts, &mut changed, &mut person, None)?;
    changed.details.person = SealedPerson::seal(&person, changed.id, facts.ring, facts.draw)?;
    changed.details.password = Some(password);
    changed.details.email_proved = true;
    changed.details.activate_by = None;
    changed.details.terms_accepted = facts.now;
    changed.access.terms = terms;
    changed.access.password_missing = false;
    let lapsed = coming_of_age::end_guardianship(facts, &mut changed);
    let mut step = login::carry_on(facts, &arrival, &changed, session, Meeting::CameOfAge)?
        .with([flow.consumed_by(facts)?])
        .with(settled)
        .noting(Note::of(changed.id, clinic, AuditEvent::CameOfAge));
    for clinic in lapsed {
        step = step.noting(Note::by_portal(changed.id, Some(clinic), AuditEvent::RequestLapsed));
    }
    let moved = !old.same_mailbox(&email);
    for to in moved.then_some(old).into_iter().chain([email]) {
        step = step
            .with([Mail::notice(changed.id, to, changed.details.language, clinic, Notice::CameOfAge).enqueue(facts)?]);
    }
    Ok(step.with([Change::Account { expect: Some(account.revision), to: Box::new(changed) }]))
}

fn live<'a>(
    facts: &Facts<'_>,
    flow: &'a Flow,
    account: &Versioned<Account>,
    session: &Session,
    (typed, browser): (TypedEmailCode<'_>, SecretHash),
) -> Result<&'a RenewalAwaitingCode, Refusal> {
    let state = waiting(facts, flow, session, browser)?;
    comes_to_renew(&account.value, session)?;
    if account.value.access.epoch != state.epoch {
        return Err(Refusal::FlowOver);
    }
    if state.code.reference != typed.reference {
        return Err(Refusal::CodeSuperseded);
    }
    if facts.now >= state.code.expires {
        return Err(Refusal::EmailCodeExpired);
    }
    Ok(state)
}

fn waiting<'a>(
    facts: &Facts<'_>,
    flow: &'a Flow,
    session: &Session,
    browser: SecretHash,
) -> Result<&'a RenewalAwaitingCode, Refusal> {
    if flow.origin.browser != Some(browser) {
        return Err(Refusal::OtherBrowser);
    }
    if flow.consumed {
        return Err(Refusal::FlowFinished);
    }
    let state = waited_for(flow).filter(|state| state.account == session.account && state.session == session.no);
    state.filter(|_| !flow.is_over(facts.now)).ok_or(Refusal::NoOpenFlow)
}

fn waited_for(flow: &Flow) -> Option<&RenewalAwaitingCode> {
    match &flow.state {
        FlowState::RenewalAwaitingCode(state) => Some(state),
        _ => None,
    }
}

/// Mails the code, and keeps what was chosen for as long as the session may last: another code may be asked for.
fn send(
    facts: &mut Facts<'_>,
    mut flow: Flow,
    expect: Option<Revision>,
    state: RenewalAwaitingCode,
    digits: String,
) -> Result<Step<EmailProofPage>, Fault> {
    let RenewalAwaitingCode { chosen, code, account, .. } = &state;
    let kind = MailKind::EmailProof { code: digits, reference: code.reference.clone(), expires: code.expires };
    let clinic = flow.origin.clinic;
    let mail = Mail::to(*account, chosen.email.clone(), flow.origin.language, Some(clinic), kind).enqueue(facts)?;
    let note = Note::of(*account, clinic, AuditEvent::EmailCodeSent);
    let (account, codes) = (*account, code_mails(facts.ring, *account));
    flow.expires = facts.now + facts.policy.session_life;
    let page = state.page(facts, &flow);
    flow.state = FlowState::RenewalAwaitingCode(state);
    let record = flow.to_record(facts.ring, facts.draw)?;
    let step = Step::answering(Ok(page)).with([Change::Flow { expect, to: Box::new(record) }, mail]).noting(note);
    Ok(mailed(step, facts, account, codes))
}

impl RenewalAwaitingCode {
    fn page(&self, facts: &Facts<'_>, flow: &Flow) -> EmailProofPage {
        EmailProofPage {
            reference: Some(self.code.reference.clone()),
            masked_email: self.chosen.email.masked(),
            next_code: facts.now,
            clinic: flow.origin.clinic,
            function: flow.origin.function,
            asked_by_clinic: false,
        }
    }
}
