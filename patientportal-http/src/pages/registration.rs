//! Registering oneself: the form (R1, L2), and the pages that say to contact the clinic instead (C1, R9).

use askama::Template;
use patientportal_core::language::Language;
use patientportal_core::portal::RegistrationForm;
use patientportal_core::value::PasswordPolicy;

use super::form::names;
use super::{Action, Field, FieldKind, Form, Frame, MessagePage, Numbers, Phone, Tone};
use crate::texts::{FieldTexts, MembershipTexts, RegistrationTexts, fill};

/// The form to register oneself.
#[derive(Debug, Template)]
#[template(path = "registration.html")]
pub struct RegistrationPage {
    /// The frame.
    pub frame: Frame,
    /// Whether MitID has confirmed already who it is (L2). Then no CPR number is asked for, and MitID does not follow.
    pub proven: bool,
    /// The operator's numbers.
    pub numbers: Numbers,
    /// The clinic's telephone.
    pub phone: Phone,
    /// The fields.
    pub form: Form,
    /// Where the form is posted.
    pub action: String,
    /// Whom MitID is reached through.
    pub provider: String,
    /// Whether the provider can be reached (L1).
    pub mitid_available: bool,
    /// Whose terms are accepted.
    pub operator: String,
    /// Whether the clinic is asked (R4).
    pub asks: bool,
}

impl RegistrationPage {
    pub(crate) fn t(&self) -> &'static RegistrationTexts {
        RegistrationTexts::of(self.frame.language)
    }

    pub(crate) fn m(&self) -> &'static MembershipTexts {
        MembershipTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> &'static str {
        if self.proven { self.t().proven_title } else { self.t().self_title }
    }

    pub(crate) fn lead(&self) -> String {
        if self.proven {
            fill(self.t().proven_lead, "proven_life", &self.numbers.proven_life)
        } else {
            fill(self.t().self_lead, "self_age", &self.numbers.self_age.to_string())
        }
    }

    pub(crate) fn next(&self) -> String {
        fill(self.t().self_next, "provider", &self.provider)
    }

    pub(crate) fn terms_link(&self) -> String {
        fill(self.t().terms_link, "operator", &self.operator)
    }
}

impl Form {
    /// The fields of a registration, with what was typed. Who is proven already types no CPR number.
    #[must_use]
    pub fn registration(
        typed: &RegistrationForm,
        hidden: bool,
        proven: bool,
        policy: &PasswordPolicy,
        language: Language,
    ) -> Self {
        let (texts, legends) = (FieldTexts::of(language), RegistrationTexts::of(language));
        let mut who = Vec::new();
        if !proven {
            who.push(Field::cpr(names::CPR, texts.cpr, hidden, &typed.cpr, language));
            who.push(Field::hide_box(texts.hide_cpr, hidden));
        }
        let text =
            |name, label, autocomplete, value| Field::new(name, label, FieldKind::Text, autocomplete, value).half();
        who.push(text(names::FIRST_NAME, texts.first_name, "given-name", &typed.first_name));
        who.push(text(names::LAST_NAME, texts.last_name, "family-name", &typed.last_name));
        let email = |name, label, value| Field::new(name, label, FieldKind::Email, "email", value).half();
        let mobile = Field::new(names::MOBILE, texts.mobile, FieldKind::Phone, "tel", &typed.mobile);
        let contact = vec![
            email(names::EMAIL, texts.email, &typed.email),
            email(names::EMAIL_AGAIN, texts.email_again, &typed.email_again),
            mobile.hint(texts.mobile_hint).half().optional(),
        ];
        Self::grouped(vec![
            (legends.who, who),
            (legends.contact, contact),
            (legends.choose_password, Self::new_password_fields(policy, language)),
        ])
    }

    /// A new password, twice, with the rules for choosing it.
    pub(super) fn new_password_fields(policy: &PasswordPolicy, language: Language) -> Vec<Field> {
        let texts = FieldTexts::of(language);
        let rules = if policy.composition { texts.password_hint } else { texts.password_hint_length };
        let hint = fill(rules, "length", &policy.min_length.to_string());
        let field = |name, label| Field::new(name, label, FieldKind::Password, "new-password", "").half();
        vec![field(names::PASSWORD, texts.password).hint(hint), field(names::PASSWORD_AGAIN, texts.password_again)]
    }
}

/// Says that one cannot register oneself here, with the clinic's telephone (C1).
#[must_use]
pub fn registration_closed_page(frame: Frame) -> MessagePage {
    let texts = RegistrationTexts::of(frame.language);
    to_front(MessagePage::new(frame, Tone::Plain, texts.off_title).say(texts.off).say(texts.off_login).with_phone())
}

fn to_front(page: MessagePage) -> MessagePage {
    let front = page.frame.slug().map(|slug| page.frame.links.front(slug));
    let label = page.frame.t().to_front;
    match front {
        Some(front) => page.act(Action::link(label, front)),
        None => page,
    }
}
