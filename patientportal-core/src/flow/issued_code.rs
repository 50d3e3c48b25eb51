//! A code on its way by mail, as a flow keeps it: the digits are nowhere in clear (I7), and it dies after so many tries,
//! each counted in the commit that judges it (I5).

use minicbor::{Decode, Encode};

use crate::decision::{Facts, Step};
use crate::flow::code_login::secret_mails;
use crate::ids::{AccountId, CounterKey, FlowId};
use crate::moment::Timestamp;
use crate::refusal::Refusal;
use crate::sealing::{CounterKind, KeyRing};
use crate::store::Change;

/// The one live code of a flow.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct IssuedCode {
    /// Two letters on the page and in the mail.
    #[n(0)]
    pub(crate) reference: String,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) salt: [u8; 16],
    #[cbor(n(2), with = "minicbor::bytes")]
    tag: [u8; 16],
    #[n(3)]
    pub(crate) sent: Timestamp,
    #[n(4)]
    pub(crate) expires: Timestamp,
}

impl IssuedCode {
    /// A new code for a flow, and its digits for the mail. Its letters are not those of the code before.
    pub(crate) fn issue(facts: &mut Facts<'_>, flow: FlowId, before: Option<&Self>) -> (Self, String) {
        let digits = facts.draw.code(CODE_DIGITS);
        let salt = facts.draw.bytes();
        let code = Self {
            reference: another_reference(facts, before),
            salt,
            tag: facts.ring.tag("code", &[&flow.0, &salt, digits.as_bytes()]),
            sent: facts.now,
            expires: facts.now + facts.policy.code_life,
        };
        (code, digits)
    }

    /// Whether these are its digits.
    pub(crate) fn has_digits(&self, ring: &KeyRing, flow: FlowId, digits: &str) -> bool {
        ring.has_tagged("code", &[&flow.0, &self.salt, digits.as_bytes()], &self.tag)
    }

    /// The counter of its tries.
    pub(crate) fn tries(&self, ring: &KeyRing, flow: FlowId) -> CounterKey {
        ring.counter(CounterKind::CodeTry, &[&flow.0, &self.salt])
    }
}

/// What mailing one of an account's codes counts, and how each cap is told (L3).
pub(crate) fn mailed<T>(step: Step<T>, facts: &Facts<'_>, account: AccountId, counted: CounterKey) -> Step<T> {
    let secrets = secret_mails(facts.ring, account);
    step.with([
        Change::Count { key: counted, ladder: facts.policy.code_mails() },
        Change::Count { key: secrets, ladder: facts.policy.secret_mails() },
    ])
    .blocked_as(counted, |until| Refusal::NextCodeLater { until })
    .blocked_as(secrets, |until| Refusal::NextCodeLater { until })
}

fn another_reference(facts: &mut Facts<'_>, before: Option<&IssuedCode>) -> String {
    loop {
        let reference = facts.draw.reference();
        if before.is_none_or(|code| code.reference != reference) {
            return reference;
        }
    }
}

/// Digits of a code.
pub(crate) const CODE_DIGITS: u32 = 6;
