//! The guides behind `Hjælp` (C4) and the page on cookies and privacy. Their words are whole pages, so they stand in
//! templates of their own, one a language.

use askama::Template;
use patientportal_core::language::Language;

use super::{Frame, Numbers};
use crate::texts::{FrameTexts, TermsTexts};

/// The guide: to registration and login for a visitor, to the functions for who is logged in.
#[derive(Debug, Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    /// The frame; who is logged in decides which guide it is.
    pub frame: Frame,
    /// Whom MitID is reached through.
    pub provider: String,
    /// The operator's numbers.
    pub numbers: Numbers,
}

/// The page on cookies and privacy.
#[derive(Debug, Template)]
#[template(path = "cookies.html")]
pub struct CookiesPage {
    /// The frame.
    pub frame: Frame,
    /// Who runs the portal.
    pub operator: String,
    /// The operator's numbers.
    pub numbers: Numbers,
}

impl HelpPage {
    pub(crate) fn t(&self) -> &'static FrameTexts {
        self.frame.t()
    }

    pub(crate) fn is_danish(&self) -> bool {
        self.frame.language == Language::Danish
    }
}

impl CookiesPage {
    pub(crate) fn t(&self) -> &'static TermsTexts {
        TermsTexts::of(self.frame.language)
    }

    pub(crate) fn is_danish(&self) -> bool {
        self.frame.language == Language::Danish
    }
}
