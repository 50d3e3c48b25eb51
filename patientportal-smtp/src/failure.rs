//! Where a delivery failed and why, and what that means for the mail.

use std::error::Error;
use std::fmt;
use std::io;

use lettre::transport::smtp;
use lettre::transport::smtp::response::{Code, Severity};
use patientportal_core::ports::MailFailure;

/// A delivery that failed. It holds nothing that the server said but its codes.
#[derive(Debug)]
pub(crate) struct Failure {
    step: Step,
    cause: Cause,
}

/// How far a delivery had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Connect,
    StartTls,
    Login,
    Sender,
    Recipient,
    Data,
    /// The mail itself: from here on the server may have taken it.
    Content,
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// The server said no.
    Reply(Code, Option<String>),
    /// The server cannot, or says, what it should not.
    Protocol(&'static str),
    /// The server's certificate or the handshake.
    Tls(String),
    Timeout,
    /// The connection could not be made, or broke.
    Lost,
}

impl Failure {
    pub(crate) fn new(step: Step, cause: Cause) -> Self {
        Self { step, cause }
    }

    pub(crate) fn of(step: Step, error: &smtp::Error) -> Self {
        let cause = match error.status() {
            Some(code) => Cause::Reply(code, error.source().and_then(|text| enhanced(&text.to_string()))),
            None if error.is_client() => Cause::Protocol("the server lacks what is needed"),
            None => tls_error(error).map_or(Cause::Lost, Cause::Tls),
        };
        Self { step, cause }
    }

    /// Whether a kept connection was merely too old: the server cannot have taken the mail.
    pub(crate) fn is_stale_connection(&self) -> bool {
        let gone = match &self.cause {
            Cause::Lost | Cause::Timeout => true,
            Cause::Reply(code, _) => u16::from(*code) == CLOSING,
            Cause::Protocol(_) | Cause::Tls(_) => false,
        };
        gone && self.step < Step::Content
    }

    /// Whether the conversation can still be ended politely.
    pub(crate) fn is_reply(&self) -> bool {
        matches!(self.cause, Cause::Reply(..))
    }

    /// Only a plain no to the recipient or to the mail is final. What the server thinks of the portal itself (its
    /// login, its sender, its certificate) is for the operator to mend, and the mail waits.
    fn is_permanent(&self) -> bool {
        match &self.cause {
            Cause::Reply(code, _) => {
                code.severity == Severity::PermanentNegativeCompletion
                    && self.step >= Step::Recipient
                    && !LOGIN_CODES.contains(&u16::from(*code))
            }
            _ => false,
        }
    }

    /// Whether the operator has something to mend.
    fn is_misconfiguration(&self) -> bool {
        match &self.cause {
            Cause::Reply(code, _) => code.severity == Severity::PermanentNegativeCompletion && !self.is_permanent(),
            Cause::Protocol(_) | Cause::Tls(_) => true,
            Cause::Timeout | Cause::Lost => false,
        }
    }

    /// Logs what the operator must mend, and judges.
    pub(crate) fn report(self, host: &str) -> MailFailure {
        let text = self.to_string();
        if self.is_misconfiguration() {
            tracing::error!(host, failure = %text, "the mail server does not work with the portal as configured");
        }
        if self.is_permanent() { MailFailure::Permanent(text) } else { MailFailure::Temporary(text) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Reply(code, Some(enhanced)) => write!(f, "{code} {enhanced}")?,
            Cause::Reply(code, None) => write!(f, "{code}")?,
            Cause::Protocol(what) => f.write_str(what)?,
            Cause::Tls(what) => write!(f, "TLS failed ({what})")?,
            Cause::Timeout => f.write_str("no answer in time")?,
            Cause::Lost => f.write_str("no connection")?,
        }
        f.write_str(match self.step {
            Step::Connect => " when connecting",
            Step::StartTls => " to STARTTLS",
            Step::Login => " to the login",
            Step::Sender => " to the sender",
            Step::Recipient => " to the recipient",
            Step::Data => " to DATA",
            Step::Content => " to the mail",
        })
    }
}

/// The `5.1.1` that a reply may begin with.
fn enhanced(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let numeric = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(numeric)).then(|| word.to_owned())
}

/// What TLS says of itself; it names the server at most.
fn tls_error(error: &smtp::Error) -> Option<String> {
    let mut source = error.source();
    while let Some(error) = source {
        match error.downcast_ref::<io::Error>() {
            Some(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Some(error.to_string());
            }
            _ => source = error.source(),
        }
    }
    None
}

/// "Service closing": what a server says to a connection that idled too long.
const CLOSING: u16 = 421;
/// Login demanded, mechanism too weak, login wrong, encryption demanded.
const LOGIN_CODES: [u16; 4] = [530, 534, 535, 538];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_enhanced_code_is_kept_of_a_reply() {
        assert_eq!(enhanced("5.1.1 <x@example.dk> unknown").as_deref(), Some("5.1.1"));
        for other in ["", "x@example.dk", "5.1", "5.1.1.1", "5.1.1234", "5..1", "10.0.0.1 refused", "5.1.x@example.dk"]
        {
            assert_eq!(enhanced(other), None, "{other}");
        }
    }
}
