//! The staff's forms (S1, S4): creating a user, renewing one, changing a number, ending an access.

use askama::Template;
use patientportal_core::audit::IdentityCheck;
use patientportal_core::language::Language;

use super::StaffBar;
use crate::pages::form::names;
use crate::pages::{Field, FieldKind, Form, Frame};
use crate::texts::{FieldTexts, StaffListTexts, StaffPersonTexts, StaffTexts};

/// A box to tick.
#[derive(Debug, Clone)]
pub struct Tick {
    /// Its name in the form.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Whether it is ticked.
    pub ticked: bool,
}

/// Creates a user.
#[derive(Debug, Template)]
#[template(path = "staff/new_user.html")]
#[non_exhaustive]
pub struct NewUserPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// The fields that are typed.
    pub form: Form,
    /// The functions.
    pub functions: Vec<Tick>,
    /// The language of mails.
    pub language: Language,
    /// Whether the person cannot use MitID.
    pub exempt: bool,
}

/// Renews an account (S4).
#[derive(Debug, Template)]
#[template(path = "staff/renew.html")]
#[non_exhaustive]
pub struct RenewUserPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// The new address.
    pub form: Form,
    /// How identity was checked, if it was said.
    pub check: Option<IdentityCheck>,
    /// Whether the old address is not told.
    pub silent: bool,
    /// Where it is posted.
    pub action: String,
    /// The way back.
    pub back: String,
}

/// Moves an account to a new number (A11).
#[derive(Debug, Template)]
#[template(path = "staff/new_number.html")]
#[non_exhaustive]
pub struct NewNumberPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// The new number.
    pub form: Form,
    /// How identity was checked, if it was said.
    pub check: Option<IdentityCheck>,
    /// Where it is posted.
    pub action: String,
    /// The way back.
    pub back: String,
}

/// Asks once more before an access ends.
#[derive(Debug, Template)]
#[template(path = "staff/confirm.html")]
#[non_exhaustive]
pub struct ConfirmPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// Where it is posted.
    pub action: String,
    /// The way back.
    pub back: String,
}

impl NewUserPage {
    pub(crate) fn t(&self) -> &'static StaffPersonTexts {
        StaffPersonTexts::of(self.frame.language)
    }

    pub(crate) fn l(&self) -> &'static StaffListTexts {
        StaffListTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }
}

impl RenewUserPage {
    pub(crate) fn t(&self) -> &'static StaffPersonTexts {
        StaffPersonTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn checks(&self) -> [(&'static str, &'static str, bool); 3] {
        checks(self.check, self.frame.language)
    }
}

impl NewNumberPage {
    pub(crate) fn t(&self) -> &'static StaffPersonTexts {
        StaffPersonTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn checks(&self) -> [(&'static str, &'static str, bool); 3] {
        checks(self.check, self.frame.language)
    }
}

impl ConfirmPage {
    pub(crate) fn t(&self) -> &'static StaffPersonTexts {
        StaffPersonTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }
}

impl Form {
    /// Whom staff create a user for; `typed` gives what was typed under a name.
    #[must_use]
    pub fn new_user(typed: impl Fn(&str) -> String, language: Language) -> Self {
        let (texts, staff) = (FieldTexts::of(language), StaffPersonTexts::of(language));
        let text = |name, label, kind| Field::new(name, label, kind, "off", &typed(name));
        Self::of(vec![
            Field {
                autocomplete: "off",
                ..Field::cpr(names::CPR, staff.new_number, false, &typed(names::CPR), language)
            },
            text(names::FIRST_NAME, texts.first_name, FieldKind::Text).half(),
            text(names::LAST_NAME, texts.last_name, FieldKind::Text).half(),
            text(names::EMAIL, texts.email, FieldKind::Email).half(),
            text(names::MOBILE, texts.mobile, FieldKind::Phone).half().optional(),
        ])
    }

    /// A number that staff type.
    #[must_use]
    pub fn staff_number(label: &'static str, typed: &str, language: Language) -> Self {
        Self::of(vec![Field { autocomplete: "off", ..Field::cpr(names::CPR, label, false, typed, language) }])
    }

    /// The new address of an account that a clinic renews.
    #[must_use]
    pub fn renew_by_clinic(typed: &str, language: Language) -> Self {
        let label = StaffPersonTexts::of(language).new_email;
        Self::of(vec![Field::new(names::EMAIL, label, FieldKind::Email, "off", typed)])
    }
}

/// How identity may have been checked: value, words, and whether it was chosen.
fn checks(chosen: Option<IdentityCheck>, language: Language) -> [(&'static str, &'static str, bool); 3] {
    let texts = StaffPersonTexts::of(language);
    CHECKS.map(|(word, check)| {
        let text = match check {
            IdentityCheck::PhotoId => texts.check_photo,
            IdentityCheck::KnownToStaff => texts.check_known,
            IdentityCheck::GuardianPhotoId => texts.check_guardian,
        };
        (word, text, chosen == Some(check))
    })
}

/// The values of a form's choice of how identity was checked.
pub(crate) const CHECKS: [(&str, IdentityCheck); 3] = [
    ("legitimation", IdentityCheck::PhotoId),
    ("kendt", IdentityCheck::KnownToStaff),
    ("foraelders-legitimation", IdentityCheck::GuardianPhotoId),
];
