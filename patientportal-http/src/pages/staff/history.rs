//! Mails to a person, and what happened, as a clinic's staff read them (S1, S3).

use askama::Template;

use super::StaffBar;
use crate::pages::Frame;
use crate::texts::{StaffHistoryTexts, StaffTexts};

/// The mails to a person.
#[derive(Debug, Template)]
#[template(path = "staff/mails.html")]
#[non_exhaustive]
pub struct PersonsMailsPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// The mails: those that wait, then the newest.
    pub mails: Vec<MailRow>,
    /// Where the next page is.
    pub next: Option<String>,
    /// The way back.
    pub back: String,
}

/// A mail.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// What it was about.
    pub topic: &'static str,
    /// What became of it.
    pub state: String,
    /// How that is marked.
    pub mark: &'static str,
    /// When.
    pub when: String,
}

/// What happened, to a person or at the clinic.
#[derive(Debug, Template)]
#[template(path = "staff/trail.html")]
#[non_exhaustive]
pub struct TrailTablePage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// What it is about.
    pub title: &'static str,
    /// What happened, newest first.
    pub rows: Vec<TrailRow>,
    /// Whether the rows are about several persons.
    pub of_clinic: bool,
    /// Where the next page is.
    pub next: Option<String>,
    /// The way back.
    pub back: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct TrailRow {
    /// When.
    pub when: String,
    /// What.
    pub what: &'static str,
    /// Who did it.
    pub who: String,
    /// The page of whom it concerns.
    pub person: Option<String>,
}

impl PersonsMailsPage {
    pub(crate) fn t(&self) -> &'static StaffHistoryTexts {
        StaffHistoryTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }
}

impl TrailTablePage {
    pub(crate) fn t(&self) -> &'static StaffHistoryTexts {
        StaffHistoryTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }
}
