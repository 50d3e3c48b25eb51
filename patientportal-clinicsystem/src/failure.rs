//! Why a clinic's system gave no usable answer, and what that means. Nothing that it said is kept but its status.

use std::error::Error;

use http::StatusCode;
use patientportal_core::fault::Fault;

/// No usable answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The breaker is open.
    #[error("it is left alone for a while after several failures in a row")]
    LeftAlone,
    /// No turn came.
    #[error("too many requests to it are under way")]
    Busy,
    /// The task of the request ended without an outcome.
    #[error("the request was broken off")]
    Abandoned,
    #[error("the request could not be sent")]
    Send(#[source] hyper_util::client::legacy::Error),
    #[error("the whole answer did not come in time")]
    Late,
    #[error("the answer was broken off or too large")]
    Body(#[source] Box<dyn Error + Send + Sync>),
    #[error("the answer had status {0}")]
    Unwell(StatusCode),
    /// A status that is none of the agreed ones: a redirect, a page of a proxy.
    #[error("the answer had status {0}, which is not agreed")]
    Unexpected(StatusCode),
    #[error("the answer was not application/json")]
    ContentType,
    #[error("the answer had status {0}")]
    TokenRefused(StatusCode),
    #[error("the answer had status {0}")]
    Refused(StatusCode),
    /// serde's own words would repeat what was in the answer.
    #[error("the answer's JSON is wrong at line {line}, column {column}")]
    Shape { line: usize, column: usize },
    #[error("the request could not be built")]
    Request,
}

impl Failure {
    /// Whether it may pass by itself. Such failures are the breaker's concern; the others are answers of a system that
    /// works.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::LeftAlone
            | Self::Busy
            | Self::Abandoned
            | Self::Send(_)
            | Self::Late
            | Self::Body(_)
            | Self::Unwell(_)
            | Self::Unexpected(_)
            | Self::ContentType => true,
            Self::TokenRefused(_) | Self::Refused(_) | Self::Shape { .. } | Self::Request => false,
        }
    }

    fn what(&self) -> &'static str {
        match self {
            Self::TokenRefused(_) => "the clinic's system refuses the portal's token",
            Self::Refused(_) => "the clinic's system refuses the request",
            Self::Unexpected(_) | Self::ContentType | Self::Shape { .. } => {
                "the clinic's system answers otherwise than agreed"
            }
            Self::Request => "the clinic's system cannot be asked",
            _ => "the clinic's system did not answer",
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let what = failure.what();
        if failure.may_pass() { Self::transient(what, failure) } else { Self::permanent(what, failure) }
    }
}
