//! Registering a child: the form (R3, R9), what came of it (R4), and what a guardian may choose where the child has an
//! account already (R6).

use askama::Template;
use patientportal_core::language::Language;
use patientportal_core::portal::{ChildForm, ChildOutcome, NewLoginForm};
use patientportal_core::value::PasswordPolicy;

use super::form::names;
use super::{Action, Field, FieldGroup, FieldKind, Form, Frame, MessagePage, Numbers, Phone, Tone};
use crate::texts::{ChildTexts, FieldTexts, RegistrationTexts, fill};

/// The form to register a child.
#[derive(Debug, Template)]
#[template(path = "child_registration.html")]
pub struct ChildRegistrationPage {
    /// The frame.
    pub frame: Frame,
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
    /// Whether the clinic is asked: always, where no register shows custody, or never.
    pub asks: AsksClinic,
}

/// When a clinic is asked before a child is let in (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth")]
pub enum AsksClinic {
    /// It approves everybody.
    Always,
    /// Where nobody knows that the guardian holds custody.
    WithoutCustody,
    /// A guardian's MitID is enough.
    Never,
}

/// A child that has an account already, and what its guardian may choose.
#[derive(Debug, Template)]
#[template(path = "known_child.html")]
pub struct KnownChildPage {
    /// The frame.
    pub frame: Frame,
    /// Whether access at this clinic may be asked for by itself.
    pub may_join: bool,
    /// Whether a new e-mail and password bring it with them.
    pub renewing_joins: bool,
    /// E-mail and password, twice each.
    pub form: Form,
    /// Where both forms are posted.
    pub action: String,
    /// Whose terms are accepted.
    pub operator: String,
}

impl ChildRegistrationPage {
    pub(crate) fn t(&self) -> &'static ChildTexts {
        ChildTexts::of(self.frame.language)
    }

    pub(crate) fn r(&self) -> &'static RegistrationTexts {
        RegistrationTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn next(&self) -> String {
        fill(self.t().next, "provider", &self.provider)
    }

    pub(crate) fn asking(&self) -> Option<&'static str> {
        match self.asks {
            AsksClinic::Always => Some(self.t().asks),
            AsksClinic::WithoutCustody => Some(self.t().may_ask),
            AsksClinic::Never => None,
        }
    }

    pub(crate) fn terms_link(&self) -> String {
        fill(self.r().terms_link, "operator", &self.operator)
    }
}

impl KnownChildPage {
    pub(crate) fn t(&self) -> &'static ChildTexts {
        ChildTexts::of(self.frame.language)
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
    /// The fields of a child's registration, with what was typed: two numbers with one box to hide both, then as for
    /// oneself, but the child's.
    #[must_use]
    pub fn child_registration(
        typed: &ChildForm,
        hidden: bool,
        numbers: &Numbers,
        policy: &PasswordPolicy,
        language: Language,
    ) -> Self {
        let texts = ChildTexts::of(language);
        let cpr = |name, label, value| Field::cpr(name, label, hidden, value, language);
        let hint = fill(texts.guardian_hint, "guardian_age", &numbers.guardian_age.to_string());
        let mut guardian = cpr(names::GUARDIAN_CPR, texts.guardian_cpr, &typed.guardian_cpr).hint(hint);
        guardian.autocomplete = "off";
        let both = vec![
            cpr(names::CPR, texts.child_cpr, &typed.child.cpr),
            guardian,
            Field::hide_box(texts.hide_both, hidden),
        ];
        let mut form = Self::registration(&typed.child, hidden, true, policy, language);
        let legends = [texts.child, RegistrationTexts::of(language).contact, texts.password];
        for (group, legend) in form.groups.iter_mut().zip(legends) {
            group.legend = Some(legend);
        }
        for field in form.groups.iter_mut().flat_map(|group| &mut group.fields) {
            match field.name {
                // The browser knows the parent's name.
                names::FIRST_NAME | names::LAST_NAME => field.autocomplete = "off",
                names::EMAIL => field.hint = Some(texts.email_hint.to_owned()),
                _ => {}
            }
        }
        form.groups.insert(0, FieldGroup { legend: Some(texts.numbers), fields: both });
        form
    }

    /// A child's new e-mail address and password, twice each, with the address typed.
    #[must_use]
    pub fn new_login(typed: &NewLoginForm, policy: &PasswordPolicy, language: Language) -> Self {
        let (texts, child) = (FieldTexts::of(language), ChildTexts::of(language));
        let email = |name, label, value| Field::new(name, label, FieldKind::Email, "email", value).half();
        let mut fields = vec![
            email(names::EMAIL, texts.email, &typed.email).hint(child.email_hint),
            email(names::EMAIL_AGAIN, texts.email_again, &typed.email_again),
        ];
        fields.extend(Self::new_password_fields(policy, language));
        Self::of(fields)
    }
}

/// What came of a guardian's word.
#[must_use]
pub fn child_done_page(frame: Frame, outcome: ChildOutcome) -> MessagePage {
    let texts = ChildTexts::of(frame.language);
    let page = |title, text| MessagePage::new(frame, Tone::Good, title).say(text).say(texts.close_windows);
    let page = match outcome {
        ChildOutcome::Created => page(texts.created_title, texts.created).say(texts.no_mail).with_phone(),
        ChildOutcome::Requested => page(texts.requested_title, texts.requested).say(texts.no_mail).with_phone(),
        ChildOutcome::Renewed => page(texts.renewed_title, texts.renewed),
        ChildOutcome::JoinRequested => page(texts.join_requested_title, texts.join_requested),
        _ => page(texts.joined_title, texts.joined),
    };
    match page.frame.slug().map(|slug| page.frame.links.front(slug)) {
        Some(front) => page.act(Action::link(texts.to_log_in, front)),
        None => page,
    }
}
