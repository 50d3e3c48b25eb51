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
    /// The code.
    pub entry: CodeEntry,
    /// Where one starts over.
    pub start_over: String,
    /// The clinic's telephone.
    pub phone: Phone,
}

/// A mailed code and where it is typed: the part that every such page has.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever shows the page fills it in")]
pub struct CodeEntry {
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
}

impl CodePage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn l(&self) -> &'static LoginTexts {
        LoginTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> &'static str {
        if self.entry.reference.is_some() { self.l().code_title } else { self.l().unsent_title }
    }

    pub(crate) fn lead(&self) -> String {
        self.entry.lead(self.l().code_sent_to, self.l().unsent_until, self.l().unsent_now)
    }

    pub(crate) fn submit(&self) -> &'static str {
        self.l().log_in
    }
}

impl CodeEntry {
    /// Where the code went; or when one can be sent, or that it can be now.
    pub(crate) fn lead(&self, sent: &str, until: &str, now: &str) -> String {
        let text = match (&self.reference, &self.resend_at) {
            (Some(_), _) => fill(sent, "code_life", &self.numbers.code_life),
            (None, Some(time)) => fill(until, "time", time),
            (None, None) => now.to_owned(),
        };
        fill(&text, "address", &self.address)
    }

    /// When another can be sent, where that is not now.
    pub(crate) fn wait(&self, texts: &LoginTexts) -> Option<String> {
        self.resend_at.as_ref().map(|time| fill(texts.resend_at, "time", time))
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
