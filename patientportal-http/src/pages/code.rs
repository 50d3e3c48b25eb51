//! The code page (L3).

use askama::Template;
use patientportal_core::language::Language;

use super::form::names;
use super::{Field, FieldKind, Form, Frame, Numbers, Phone};
use crate::links::words;
use crate::texts::{FieldTexts, LoginTexts, fill};

/// The page where the security code is typed.
#[derive(Debug, Template)]
#[template(path = "code.html")]
pub struct CodePage {
    /// The frame.
    pub frame: Frame,
    /// Where the code went, masked.
    pub address: String,
    /// The operator's numbers.
    pub numbers: Numbers,
    /// The two letters that page and mail share; none while no code may be sent.
    pub reference: Option<String>,
    /// When the next code may be sent (`14:05:30`); none: now.
    pub resend_at: Option<String>,
    /// Whether a new code was sent just now.
    pub resent: bool,
    /// Why none was sent just now, though one was asked for; one sent before still holds.
    pub not_resent: Option<String>,
    /// The field for the code, with the flow unseen; without the field while no code may be sent.
    pub form: Form,
    /// Where the code is posted.
    pub action: String,
    /// Where a new code is asked for.
    pub resend: String,
    /// Where one starts over.
    pub start_over: String,
    /// The clinic's telephone.
    pub phone: Phone,
}

impl CodePage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn l(&self) -> &'static LoginTexts {
        LoginTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> &'static str {
        if self.reference.is_some() { self.l().code_title } else { self.l().unsent_title }
    }

    pub(crate) fn lead(&self) -> String {
        let text = match (&self.reference, &self.resend_at) {
            (Some(_), _) => fill(self.l().code_sent_to, "code_life", &self.numbers.code_life),
            (None, Some(time)) => fill(self.l().unsent_until, "time", time),
            (None, None) => self.l().unsent_now.to_owned(),
        };
        fill(&text, "address", &self.address)
    }

    pub(crate) fn submit(&self) -> &'static str {
        self.l().log_in
    }

    pub(crate) fn resend_text(&self, time: &str) -> String {
        fill(self.l().resend_at, "time", time)
    }
}

impl Form {
    /// The field for a security code, flow and reference unseen; only the flow while there is no code to refer to.
    #[must_use]
    pub fn security_code(flow: &str, reference: Option<&str>, language: Language) -> Self {
        let Some(reference) = reference else { return Self::default().with_hidden(words::FLOW, flow) };
        let texts = FieldTexts::of(language);
        Self::of(vec![
            Field::new(names::CODE, texts.security_code, FieldKind::Code, "one-time-code", "").hint(texts.code_hint),
        ])
        .with_hidden(words::FLOW, flow)
        .with_hidden(names::REFERENCE, reference)
    }
}
