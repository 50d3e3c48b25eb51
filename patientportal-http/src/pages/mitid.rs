//! Leaving for MitID, and being asked for a CPR number first.

use askama::Template;

use super::{Form, Frame};
use crate::texts::{ChildTexts, FieldTexts, MitidTexts};

/// The page that sends the browser on: `form-action 'self'` would stop a redirect after a POST.
#[derive(Debug, Template)]
#[template(path = "departure.html")]
pub struct DeparturePage {
    /// The frame.
    pub frame: Frame,
    /// The provider's address.
    pub url: String,
    /// Whether the journey ends the provider's session instead of beginning one.
    pub ends_session: bool,
    /// Whether a guardian is to confirm a child's registration there (R3).
    pub by_guardian: bool,
}

/// Asks for the CPR number, for providers that only compare it.
#[derive(Debug, Template)]
#[template(path = "ask_cpr.html")]
pub struct AskCprPage {
    /// The frame.
    pub frame: Frame,
    /// The number.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
}

impl DeparturePage {
    pub(crate) fn guardian(&self) -> &'static str {
        ChildTexts::of(self.frame.language).leaving
    }

    pub(crate) fn t(&self) -> &'static MitidTexts {
        MitidTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> &'static str {
        if self.ends_session { self.t().leaving_out_title } else { self.t().leaving_title }
    }

    pub(crate) fn button(&self) -> &'static str {
        if self.ends_session { self.t().leaving_out_button } else { self.t().leaving_button }
    }
}

impl AskCprPage {
    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn t(&self) -> &'static MitidTexts {
        MitidTexts::of(self.frame.language)
    }
}
