//! The code page (L3).

use askama::Template;
use patientportal_core::language::Language;

use super::form::names;
use super::{Field, FieldKind, Form, Frame, Phone};
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
    /// How long it holds, in minutes.
    pub minutes: u64,
    /// The two letters that page and mail share; none while no code may be sent.
    pub reference: Option<String>,
    /// When the next code may be sent (`14:05:30`); none: now.
    pub resend_at: Option<String>,
    /// Whether a new code was sent just now.
    pub resent: bool,
    /// The field for the code, with the flow unseen.
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

    pub(crate) fn t(&self) -> &'static LoginTexts {
        LoginTexts::of(self.frame.language)
    }

    pub(crate) fn sent_to(&self) -> String {
        fill(&fill(self.t().code_sent_to, "minutes", &self.minutes.to_string()), "address", &self.address)
    }

    pub(crate) fn resend_text(&self, time: &str) -> String {
        fill(self.t().resend_at, "time", time)
    }
}

impl Form {
    /// The field for a security code; flow and reference travel unseen.
    #[must_use]
    pub fn security_code(flow: &str, reference: &str, language: Language) -> Self {
        let texts = FieldTexts::of(language);
        Self::of(vec![
            Field::new(names::CODE, texts.security_code, FieldKind::Code, "one-time-code", "").hint(texts.code_hint),
        ])
        .with_hidden(words::FLOW, flow)
        .with_hidden(names::REFERENCE, reference)
    }
}
