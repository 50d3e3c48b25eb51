//! Coming of age (L7) and a changed CPR number (A11).

use askama::Template;
use patientportal_core::clinic::FunctionKind;
use patientportal_core::language::Language;
use patientportal_core::portal::{ChangedNumber, RenewalForm};
use patientportal_core::value::PasswordPolicy;

use super::form::names;
use super::{Action, Field, FieldKind, Form, Frame, MessagePage, Tone};
use crate::links::{function_word, words};
use crate::texts::{FieldTexts, MitidTexts, RegistrationTexts, RenewalTexts, fill};

/// The form in which somebody who has come of age chooses anew.
#[derive(Debug, Template)]
#[template(path = "renewal.html")]
pub struct RenewalPage {
    /// The frame.
    pub frame: Frame,
    /// E-mail, mobile and password.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
    /// Whose terms are accepted.
    pub operator: String,
}

impl RenewalPage {
    pub(crate) fn t(&self) -> &'static RenewalTexts {
        RenewalTexts::of(self.frame.language)
    }

    pub(crate) fn r(&self) -> &'static RegistrationTexts {
        RegistrationTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn terms_link(&self) -> String {
        fill(self.r().terms_link, "operator", &self.operator)
    }
}

impl Form {
    /// A new e-mail address, typed twice, a mobile number, and a new password, typed twice.
    #[must_use]
    pub fn renewal(typed: &RenewalForm, policy: &PasswordPolicy, language: Language) -> Self {
        let (texts, legends) = (FieldTexts::of(language), RegistrationTexts::of(language));
        let email = |name, label, value| Field::new(name, label, FieldKind::Email, "email", value).half();
        let reached = vec![
            email(names::EMAIL, texts.email, &typed.email).hint(RenewalTexts::of(language).email_hint),
            email(names::EMAIL_AGAIN, texts.email_again, &typed.email_again),
            Field::new(names::MOBILE, texts.mobile, FieldKind::Phone, "tel", &typed.mobile)
                .hint(texts.mobile_hint)
                .optional(),
        ];
        Self::grouped(vec![
            (legends.contact, reached),
            (legends.choose_password, Self::new_password_fields(policy, language)),
        ])
    }
}

/// Says that the user has come of age, and sends to their own MitID.
#[must_use]
pub fn of_age_page(frame: Frame, mitid_available: bool, to: String, function: Option<FunctionKind>) -> MessagePage {
    let (texts, language) = (RenewalTexts::of(frame.language), frame.language);
    let page = MessagePage::new(frame, Tone::Plain, texts.of_age_title).say(texts.of_age).say(texts.of_age_parents);
    let page = if mitid_available { page } else { page.say(texts.mitid_down) };
    let function = function.map(|function| (words::FUNCTION, function_word(function).to_owned()));
    let label = MitidTexts::of(language).login;
    page.say(texts.without_mitid).with_phone().act(Action::mitid(label, to, function.into_iter().collect()))
}

/// Asks whether the CPR number has changed; yes and no are posted to `to` with their values.
#[must_use]
pub fn changed_number_page(
    frame: Frame,
    asked: &ChangedNumber,
    to: String,
    yes: Vec<(&'static str, String)>,
    no: Vec<(&'static str, String)>,
) -> MessagePage {
    let texts = RenewalTexts::of(frame.language);
    let numbers = fill(&fill(texts.number_asked, "before", &asked.before), "now", &asked.now);
    MessagePage::new(frame, Tone::Plain, texts.number_title)
        .say(numbers)
        .say(texts.number_yes_means)
        .say(texts.number_no_means)
        .act(Action::post(texts.number_yes, to.clone(), yes).primary())
        .act(Action::post(texts.number_no, to, no))
}
