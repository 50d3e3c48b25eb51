//! The pages about e-mail and mobile: confirming them where the clinic's system holds something else (K1), and proving a
//! new address.

use askama::Template;
use patientportal_core::language::Language;

use super::form::names;
use super::{CodeEntry, Field, FieldKind, Form, Frame};
use crate::texts::{ContactTexts, FieldTexts, LoginTexts};

/// Asks how the user is reached.
#[derive(Debug, Template)]
#[template(path = "contact.html")]
pub struct ContactPage {
    /// The frame.
    pub frame: Frame,
    /// What is held where; empty where that could not be read just now.
    pub compared: Vec<Compared>,
    /// The fields.
    pub form: Form,
    /// Where the form is posted.
    pub action: String,
}

/// What both sides hold of one thing. `Debug` prints nothing of it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Compared {
    /// What it is.
    pub label: &'static str,
    /// What the portal holds.
    pub own: Option<String>,
    /// What the clinic's system holds.
    pub clinics: Option<String>,
}

/// The page where a code is typed that went to a new address.
#[derive(Debug, Template)]
#[template(path = "email_proof.html")]
pub struct EmailProofPage {
    /// The frame.
    pub frame: Frame,
    /// The code.
    pub entry: CodeEntry,
    /// Where the address can be corrected.
    pub correct: Option<String>,
    /// Where one goes on with the old address; none where that cannot be.
    pub go_on: Option<String>,
}

impl ContactPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static ContactTexts {
        ContactTexts::of(self.frame.language)
    }
}

impl Compared {
    /// What both sides hold of `label`.
    #[must_use]
    pub fn new(label: &'static str, own: Option<String>, clinics: Option<String>) -> Self {
        Self { label, own, clinics }
    }
}

impl std::fmt::Debug for Compared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compared").field("label", &self.label).finish_non_exhaustive()
    }
}

impl EmailProofPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static ContactTexts {
        ContactTexts::of(self.frame.language)
    }

    pub(crate) fn l(&self) -> &'static LoginTexts {
        LoginTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> &'static str {
        if self.entry.reference.is_some() { self.t().proof_title } else { self.t().unsent_title }
    }

    pub(crate) fn lead(&self) -> String {
        self.entry.lead(self.t().proof_lead, self.t().unsent_until, self.t().unsent_now)
    }

    pub(crate) fn submit(&self) -> &'static str {
        self.t().confirm
    }
}

impl Form {
    /// The fields for e-mail and mobile, and for the password where one is asked for.
    #[must_use]
    pub fn contact(email: &str, mobile: &str, asks_password: bool, language: Language) -> Self {
        let texts = FieldTexts::of(language);
        let mut fields = vec![
            Field::new(names::EMAIL, texts.email, FieldKind::Email, "email", email),
            Field::new(names::MOBILE, texts.mobile, FieldKind::Phone, "tel", mobile).hint(texts.mobile_hint).optional(),
        ];
        if asks_password {
            let hint = ContactTexts::of(language).password_hint;
            let field = Field::new(names::PASSWORD, texts.password, FieldKind::Password, "current-password", "");
            fields.push(field.hint(hint).optional());
        }
        Self::of(fields)
    }

    /// The field for a code that went to a new address; none while there is no code to refer to.
    #[must_use]
    pub fn email_code(reference: Option<&str>, language: Language) -> Self {
        let Some(reference) = reference else { return Self::default() };
        let texts = FieldTexts::of(language);
        let field = Field::new(names::CODE, texts.security_code, FieldKind::Code, "one-time-code", "");
        Self::of(vec![field.hint(texts.code_hint)]).with_hidden(names::REFERENCE, reference)
    }
}
