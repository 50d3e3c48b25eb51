//! An accepted code that comes again (L3, I4). The answer to it may have been lost, with a connection, a node or the
//! database: then its browser gets the same session again, instead of being told that its own code was used already.
//! It is the one session still, and nobody else can ask for it.

use std::time::Duration;

use minicbor::{Decode, Encode};

use crate::account::Account;
use crate::audit::AuditEvent;
use crate::decision::{Facts, Note, Step};
use crate::flow::issued_code::IssuedCode;
use crate::flow::login::{self, Arrival, LoggedIn, Meeting, NewSession};
use crate::flow::{Flow, FlowState};
use crate::ids::{AccountId, FlowId, SessionNo};
use crate::moment::Timestamp;
use crate::refusal::Refusal;
use crate::sealing::{CounterKind, KeyRing};
use crate::store::{Change, SessionView};

use super::{LoginAwaitingCode, TypedCode};

/// What is left of a code login whose code was accepted: which session it opened, and nothing that opens one.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct CodeAccepted {
    #[n(0)]
    account: AccountId,
    #[n(1)]
    session: SessionNo,
    #[n(2)]
    reference: String,
    #[cbor(n(3), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(4)]
    at: Timestamp,
}

/// The session that this flow's code has opened.
pub(crate) fn opened_session(flow: &Flow) -> Option<(AccountId, SessionNo)> {
    match &flow.state {
        FlowState::CodeAccepted(accepted) => Some((accepted.account, accepted.session)),
        _ => None,
    }
}

/// Answers a code that comes when the flow is used. It is judged, and so counted (I5), only where it can still be of
/// use: from the browser that it was accepted from, a moment ago, while its session lives.
pub(crate) fn submit_again(
    facts: &mut Facts<'_>,
    flow: &Flow,
    account: &Account,
    opened: Option<&SessionView>,
    typed: &TypedCode<'_>,
) -> Step<LoggedIn> {
    let accepted = accepted_lately(facts.now, flow, typed);
    let living = opened.filter(|view| {
        let session = &view.session;
        session.epoch == view.access.epoch && !session.is_over(facts.now, facts.policy.session_idle)
    });
    let Some((accepted, SessionView { session, .. })) = accepted.zip(living) else {
        return Step::refusing(Refusal::FlowFinished);
    };
    let secret = session_secret(facts.ring, flow.id, &accepted.salt, typed);
    let step = if session.secret.is_of(&secret) {
        let (origin, device) = (&flow.origin, &typed.browser.device);
        let session = NewSession { no: accepted.session, secret };
        let arrival = Arrival { origin, earlier: None, provider: None, device, session };
        Step::answering(Ok(login::welcome(facts, &arrival, account, Meeting::Back)))
    } else {
        let note = Note::by_visitor(Some(account.id), Some(flow.origin.clinic), AuditEvent::CodeRefused);
        Step::refusing(Refusal::FlowFinished).noting(note)
    };
    // Counted apart from the tries before it was accepted: one that was right at the last of them can be asked for too.
    let tries = facts.ring.counter(CounterKind::CodeTry, &[&flow.id.0, &accepted.salt, b"again"]);
    step.with([Change::Count { key: tries, ladder: facts.policy.code_tries() }])
        .blocked_as(tries, |_| Refusal::FlowFinished)
}

/// The secret of the session that a code opens. It is made of what the browser sends, its own key among it, so that it
/// can be made again and is stored nowhere.
pub(super) fn session_secret(ring: &KeyRing, flow: FlowId, salt: &[u8; 16], typed: &TypedCode<'_>) -> [u8; 16] {
    ring.tag("session", &[&flow.0, salt, &typed.browser.key.0, typed.digits.as_bytes()])
}

impl CodeAccepted {
    pub(super) fn now(facts: &Facts<'_>, state: &LoginAwaitingCode, code: &IssuedCode, session: SessionNo) -> Self {
        let reference = code.reference.clone();
        Self { account: state.account, session, reference, salt: code.salt, at: facts.now }
    }

    pub(super) fn account(&self) -> AccountId {
        self.account
    }
}

fn accepted_lately<'a>(now: Timestamp, flow: &'a Flow, typed: &TypedCode<'_>) -> Option<&'a CodeAccepted> {
    let FlowState::CodeAccepted(accepted) = &flow.state else { return None };
    let own = flow.origin.browser == Some(typed.browser.hash);
    let lately = now < accepted.at + ANSWERED_AGAIN;
    (own && lately && accepted.reference == typed.reference).then_some(accepted)
}

/// How long an accepted code is answered again: as long as somebody may sit before a page that failed or does not come,
/// while a node restarts or a standby takes over, and no longer.
const ANSWERED_AGAIN: Duration = Duration::from_secs(120);
