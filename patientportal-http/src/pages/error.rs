//! Error pages. They name no clinic (C2), whoever is asking.

use super::{Frame, MessagePage, Tone};
use crate::texts::ErrorTexts;

/// What went wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It could not be read.
    BadRequest,
    /// It came from another site.
    Forbidden,
    /// There is no such page.
    NotFound,
    /// The page does not take this method.
    MethodNotAllowed,
    /// Its body was too large.
    TooLarge,
    /// Something below failed.
    Fault,
    /// There is more work than can be done now.
    Busy,
}

/// The page for an error.
#[must_use]
pub fn error_page(frame: Frame, kind: ErrorKind) -> MessagePage {
    let texts = ErrorTexts::of(frame.language);
    let (title, text) = match kind {
        ErrorKind::BadRequest => (texts.bad_request_title, texts.bad_request),
        ErrorKind::Forbidden => (texts.forbidden_title, texts.forbidden),
        ErrorKind::NotFound => (texts.not_found_title, texts.not_found),
        ErrorKind::MethodNotAllowed => (texts.method_title, texts.method),
        ErrorKind::TooLarge => (texts.too_large_title, texts.too_large),
        ErrorKind::Fault => (texts.fault_title, texts.fault),
        ErrorKind::Busy => (texts.busy_title, texts.busy),
    };
    let frame = Frame { clinic: None, ..frame };
    MessagePage::new(frame, Tone::Bad, title).say(text)
}
