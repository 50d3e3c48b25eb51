//! The steps that stand between a login and the functions (L8): new terms, joining a clinic (J1).

use askama::Template;

use super::{EarlierRequest, Form, Frame};
use crate::texts::{JoinTexts, MembershipTexts, TermsTexts, fill};

/// Asks to accept terms that changed.
#[derive(Debug, Template)]
#[template(path = "accept_terms.html")]
pub struct AcceptTermsPage {
    /// The frame.
    pub frame: Frame,
    /// Whose terms.
    pub operator: String,
    /// Which version.
    pub version: String,
    /// Only what travels unseen.
    pub form: Form,
    /// Where the form is posted.
    pub action: String,
}

/// Offers to join a clinic.
#[derive(Debug, Template)]
#[template(path = "join.html")]
pub struct JoinPage {
    /// The frame.
    pub frame: Frame,
    /// The clinic's name.
    pub clinic: String,
    /// Whether the clinic is asked (R8).
    pub asks: bool,
    /// How the user's earlier request here ended, if one did.
    pub earlier: Option<EarlierRequest>,
    /// Only what travels unseen.
    pub form: Form,
    /// Where the form is posted.
    pub action: String,
}

impl AcceptTermsPage {
    pub(crate) fn t(&self) -> &'static TermsTexts {
        TermsTexts::of(self.frame.language)
    }

    pub(crate) fn version_text(&self) -> String {
        fill(self.t().version, "version", &self.version)
    }
}

impl JoinPage {
    pub(crate) fn m(&self) -> &'static MembershipTexts {
        MembershipTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static JoinTexts {
        JoinTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> String {
        fill(self.t().title, "clinic", &self.clinic)
    }
}
