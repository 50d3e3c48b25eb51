//! The root page (C7) and a clinic's front page (C3).

use askama::Template;
use patientportal_core::language::Language;

use super::form::names;
use super::{ClinicNews, Field, FieldKind, Form, Frame, Phone, PhoneNotice};
use crate::texts::{FieldTexts, FrontTexts, MembershipTexts, fill};

/// The root: no clinic's name for a visitor, own clinics for who is logged in.
#[derive(Debug, Template)]
#[template(path = "root.html")]
pub struct RootPage {
    /// The frame.
    pub frame: Frame,
    /// The clinics of who is logged in.
    pub clinics: Vec<RootClinic>,
    /// Where their own page is.
    pub own_page: Option<String>,
}

/// One of the user's own clinics.
#[derive(Debug)]
pub struct RootClinic {
    /// Its name.
    pub name: String,
    /// Where its start page is.
    pub href: String,
    /// Where the user stands there, unless it is open.
    pub state: Option<&'static str>,
}

/// A clinic's front page: two ways to log in, and registration.
#[derive(Debug, Template)]
#[template(path = "front.html")]
pub struct FrontPage {
    /// The frame.
    pub frame: Frame,
    /// The clinic's name.
    pub clinic: String,
    /// The clinic's telephone.
    pub phone: Phone,
    /// The function that the visitor came for (C2).
    pub function: Option<FrontFunction>,
    /// What the clinic tells now (C8).
    pub messages: Vec<ClinicNews>,
    /// Whom MitID is reached through.
    pub provider: String,
    /// Whether the provider can be reached (L1).
    pub mitid_available: bool,
    /// Whether one may register here (C1).
    pub registration_open: bool,
    /// CPR number and password.
    pub form: Form,
    /// Where the form is posted.
    pub log_in: String,
    /// Where a journey to MitID begins.
    pub mitid: String,
    /// The form for a forgotten password.
    pub forgot: String,
    /// The form to register oneself.
    pub register: String,
    /// The form to register a child.
    pub register_child: String,
}

/// The function that a visitor came for.
#[derive(Debug)]
pub struct FrontFunction {
    /// What the clinic calls it.
    pub title: String,
    /// What it is for, and when to call; none when the clinic does not offer it.
    pub notice: Option<PhoneNotice>,
    /// Whether the clinic has closed it for now (C8).
    pub closed: bool,
}

impl RootPage {
    pub(crate) fn t(&self) -> &'static FrontTexts {
        FrontTexts::of(self.frame.language)
    }
}

impl FrontPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static FrontTexts {
        FrontTexts::of(self.frame.language)
    }

    pub(crate) fn m(&self) -> &'static MembershipTexts {
        MembershipTexts::of(self.frame.language)
    }

    pub(crate) fn closed_meanwhile(&self, functions: &str) -> String {
        fill(self.m().closed_meanwhile, "functions", functions)
    }

    pub(crate) fn closed_entry(&self, title: &str) -> String {
        fill(self.m().closed_entry, "title", title)
    }

    pub(crate) fn mitid_lead(&self) -> String {
        fill(self.t().mitid_lead, "provider", &self.provider)
    }

    pub(crate) fn lead(&self) -> String {
        match &self.function {
            Some(function) if function.notice.is_some() && !function.closed => {
                fill(self.t().lead_function, "title", &function.title)
            }
            _ if self.registration_open => self.t().lead.to_owned(),
            _ => self.t().lead_closed.to_owned(),
        }
    }
}

impl Form {
    /// The front page's form: CPR number and password.
    #[must_use]
    pub fn log_in(cpr: &str, hidden: bool, language: Language) -> Self {
        let texts = FieldTexts::of(language);
        Self::of(vec![
            Field::cpr(names::CPR, texts.cpr, hidden, cpr, language),
            Field::hide_box(texts.hide_cpr, hidden),
            Field::new(names::PASSWORD, texts.password, FieldKind::Password, "current-password", ""),
        ])
    }
}
