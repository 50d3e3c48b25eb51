//! A forgotten password (F1): the form, its one answer, the new password, and a link that no longer holds.

use askama::Template;
use patientportal_core::clinic::FunctionKind;
use patientportal_core::language::Language;
use patientportal_core::refusal::Refusal;
use patientportal_core::value::PasswordPolicy;

use super::form::names;
use super::{Action, Field, FieldKind, Form, Frame, MessagePage, Numbers, Tone, refusal_page};
use crate::texts::{FieldTexts, LoginTexts, RecoveryTexts, fill};

/// The form that asks for a reset link.
#[derive(Debug, Template)]
#[template(path = "recovery.html")]
pub struct RecoveryPage {
    /// The frame.
    pub frame: Frame,
    /// CPR number and e-mail.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
    /// The page one came from.
    pub back: String,
}

/// The form that chooses a new password.
#[derive(Debug, Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// The frame.
    pub frame: Frame,
    /// The password, twice.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
}

impl RecoveryPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static RecoveryTexts {
        RecoveryTexts::of(self.frame.language)
    }
}

impl ResetPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static RecoveryTexts {
        RecoveryTexts::of(self.frame.language)
    }
}

impl Form {
    /// CPR number and e-mail.
    #[must_use]
    pub fn recovery(cpr: &str, hidden: bool, email: &str, language: Language) -> Self {
        let texts = FieldTexts::of(language);
        Self::of(vec![
            Field::cpr(names::CPR, texts.cpr, hidden, cpr, language),
            Field::hide_box(texts.hide_cpr, hidden),
            Field::new(names::EMAIL, texts.email, FieldKind::Email, "email", email),
        ])
    }

    /// A new password, twice.
    #[must_use]
    pub fn new_password(policy: &PasswordPolicy, language: Language) -> Self {
        Self::of(Self::new_password_fields(policy, language))
    }
}

/// The one answer to asking for a link, whoever asked.
#[must_use]
pub fn recovery_sent_page(frame: Frame, numbers: &Numbers, function: Option<FunctionKind>) -> MessagePage {
    let texts = RecoveryTexts::of(frame.language);
    let sent = fill(texts.sent, "link_life", &numbers.link_life);
    let page = MessagePage::new(frame, Tone::Plain, texts.sent_title).say(sent).say(texts.sent_none);
    with_log_in(page.say(texts.sent_other).with_phone(), function)
}

/// Says that the form was another link's than the one opened last, so nothing was done.
#[must_use]
pub fn other_link_page(frame: Frame) -> MessagePage {
    let texts = RecoveryTexts::of(frame.language);
    MessagePage::new(frame, Tone::Notice, texts.other_link_title).say(texts.other_link)
}

/// Says that the link no longer holds, and where to ask for another.
#[must_use]
pub fn dead_link_page(frame: Frame) -> MessagePage {
    let texts = RecoveryTexts::of(frame.language);
    refusal_page(frame, &Refusal::LinkDead).say(texts.dead_link)
}

/// Says that the new password holds.
#[must_use]
pub fn reset_done_page(frame: Frame) -> MessagePage {
    let texts = RecoveryTexts::of(frame.language);
    with_log_in(MessagePage::new(frame, Tone::Good, texts.done_title).say(texts.done), None)
}

fn with_log_in(page: MessagePage, function: Option<FunctionKind>) -> MessagePage {
    let label = LoginTexts::of(page.frame.language).log_in;
    match page.frame.slug().map(|slug| page.frame.links.entry(slug, function)) {
        Some(front) => page.act(Action::link(label, front).primary()),
        None => page,
    }
}
