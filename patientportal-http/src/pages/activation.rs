//! A user whom a clinic has created (R7, A10): the page of the activation link, and the steps that follow it (L8).

use askama::Template;
use patientportal_core::clinic::FunctionKind;
use patientportal_core::language::Language;
use patientportal_core::refusal::Refusal;
use patientportal_core::value::PasswordPolicy;

use super::form::names;
use super::{Action, Field, Form, Frame, MessagePage, Tone, refusal_page};
use crate::links::{function_word, words};
use crate::texts::{ActivationTexts, FieldTexts, LoginTexts, MitidTexts, RecoveryTexts, RegistrationTexts, fill};

/// The form of an activation link. It shows no person data.
#[derive(Debug, Template)]
#[template(path = "activation.html")]
pub struct ActivationPage {
    /// The frame.
    pub frame: Frame,
    /// CPR number, and the password twice.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
    /// Whose terms are accepted.
    pub operator: String,
}

/// The step that chooses a password where there is none.
#[derive(Debug, Template)]
#[template(path = "choose_password.html")]
pub struct ChoosePasswordPage {
    /// The frame.
    pub frame: Frame,
    /// The password, twice.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
    /// Where security codes go, masked.
    pub masked_email: String,
    /// Whose terms are accepted with it, where they are new to the user.
    pub operator: Option<String>,
}

impl ActivationPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static ActivationTexts {
        ActivationTexts::of(self.frame.language)
    }

    pub(crate) fn registration(&self) -> &'static RegistrationTexts {
        RegistrationTexts::of(self.frame.language)
    }

    pub(crate) fn terms_link(&self) -> String {
        fill(self.registration().terms_link, "operator", &self.operator)
    }
}

impl ChoosePasswordPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static ActivationTexts {
        ActivationTexts::of(self.frame.language)
    }

    pub(crate) fn registration(&self) -> &'static RegistrationTexts {
        RegistrationTexts::of(self.frame.language)
    }

    pub(crate) fn save(&self) -> &'static str {
        RecoveryTexts::of(self.frame.language).save
    }

    pub(crate) fn codes_go_to(&self) -> String {
        fill(self.t().choose_email, "email", &self.masked_email)
    }

    pub(crate) fn terms_link(&self, operator: &str) -> String {
        fill(self.registration().terms_link, "operator", operator)
    }
}

impl Form {
    /// CPR number, and a new password twice.
    #[must_use]
    pub fn activation(cpr: &str, hidden: bool, policy: &PasswordPolicy, language: Language) -> Self {
        let (texts, legends) = (FieldTexts::of(language), RegistrationTexts::of(language));
        let who =
            vec![Field::cpr(names::CPR, texts.cpr, hidden, cpr, language), Field::hide_box(texts.hide_cpr, hidden)];
        Self::grouped(vec![(legends.who, who), (legends.choose_password, Self::new_password_fields(policy, language))])
    }
}

/// Says that the link is too old, and offers to send another to the same address.
#[must_use]
pub fn expired_link_page(frame: Frame, send_new: String) -> MessagePage {
    let label = ActivationTexts::of(frame.language).send_new;
    refusal_page(frame, &Refusal::LinkExpired).act(Action::post(label, send_new, Vec::new()).primary())
}

/// The one answer to asking for another link, whatever came of it.
#[must_use]
pub fn activation_sent_page(frame: Frame) -> MessagePage {
    let texts = ActivationTexts::of(frame.language);
    MessagePage::new(frame, Tone::Plain, texts.sent_title).say(texts.sent).say(texts.sent_none)
}

/// Says that an activation link no longer holds.
#[must_use]
pub fn dead_activation_page(frame: Frame) -> MessagePage {
    let texts = ActivationTexts::of(frame.language);
    let title = refusal_page(frame.clone(), &Refusal::LinkDead).title;
    MessagePage::new(frame, Tone::Notice, title).say(texts.dead)
}

/// Says that the form was another link's than the one opened last, so nothing was done.
#[must_use]
pub fn other_activation_page(frame: Frame) -> MessagePage {
    let title = RecoveryTexts::of(frame.language).other_link_title;
    let text = ActivationTexts::of(frame.language).other_link;
    MessagePage::new(frame, Tone::Notice, title).say(text)
}

/// Says that the user is activated, and where to log in.
#[must_use]
pub fn activated_page(frame: Frame) -> MessagePage {
    let texts = ActivationTexts::of(frame.language);
    let label = LoginTexts::of(frame.language).log_in;
    let front = frame.slug().map(|slug| frame.links.front(slug));
    let page = MessagePage::new(frame, Tone::Good, texts.done_title).say(texts.done).say(texts.done_mitid);
    match front {
        Some(front) => page.act(Action::link(label, front).primary()),
        None => page,
    }
}

/// The step that confirms with MitID who the user is (R7). `to` is where the journey begins.
#[must_use]
pub fn confirm_identity_page(
    frame: Frame,
    mitid_available: bool,
    to: String,
    function: Option<FunctionKind>,
) -> MessagePage {
    let texts = ActivationTexts::of(frame.language);
    let label = MitidTexts::of(frame.language).login;
    let values = function.map(|function| (words::FUNCTION, function_word(function).to_owned()));
    let page = MessagePage::new(frame, Tone::Plain, texts.confirm_title).say(texts.confirm);
    let page = match mitid_available {
        true => page.say(texts.confirm_own).act(Action::mitid(label, to, values.into_iter().collect())),
        false => page.say(texts.confirm_down),
    };
    page.say(texts.confirm_cannot).with_phone()
}
