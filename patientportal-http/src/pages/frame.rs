//! What stands around every page: whose it is, which language, who is logged in, where to call.

use patientportal_core::language::Language;

use super::{Notice, Phone, Stay};
use crate::links::Links;
use crate::texts::{FrameTexts, fill};

/// The frame around a page.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Frame {
    /// The visitor's language.
    pub language: Language,
    /// Where pages are.
    pub links: Links,
    /// The page's own address, to come back to after choosing a language.
    pub here: String,
    /// The token that every form carries.
    pub token: String,
    /// The clinic whose page it is, if it is one's.
    pub clinic: Option<FrameClinic>,
    /// Who is logged in.
    pub person: Option<Person>,
    /// When their session ends, and whose the page's forms are (L10).
    pub stay: Option<Stay>,
    /// What the operator says about doctors out of hours, in the visitor's language.
    pub out_of_hours: Option<String>,
    /// A line above everything, to mark a demonstration.
    pub banner: Option<String>,
    /// Something that happened, said above the page.
    pub notice: Option<Notice>,
}

/// The clinic in the frame.
#[derive(Debug, Clone)]
pub struct FrameClinic {
    /// Its name.
    pub name: String,
    /// Its place in addresses.
    pub slug: String,
    /// Its telephone.
    pub phone: Phone,
    /// Its homepage's address.
    pub homepage: Option<String>,
}

/// Who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name as the account has it.
    pub name: String,
    /// When the session ends by idleness, as a wall clock (`14:05`).
    pub session_ends: Option<String>,
}

impl Frame {
    pub(crate) fn t(&self) -> &'static FrameTexts {
        FrameTexts::of(self.language)
    }

    pub(crate) fn slug(&self) -> Option<&str> {
        self.clinic.as_ref().map(|clinic| clinic.slug.as_str())
    }

    pub(crate) fn phone(&self) -> Option<&Phone> {
        self.clinic.as_ref().map(|clinic| &clinic.phone)
    }

    /// Where the brand leads: the clinic's own page, for who is logged in its start page.
    pub(crate) fn home(&self) -> String {
        match (self.slug(), &self.person) {
            (Some(slug), Some(_)) => self.links.start(slug),
            (Some(slug), None) => self.links.front(slug),
            (None, _) => self.links.root(),
        }
    }

    /// Where the script leaves for when the session is over.
    pub(crate) fn session_over(&self) -> String {
        self.links.session_over(self.slug())
    }

    pub(crate) fn help(&self) -> String {
        self.links.help(self.slug())
    }

    pub(crate) fn other_language(&self) -> Language {
        self.language.pick(Language::English, Language::Danish)
    }

    /// The other language's own name.
    pub(crate) fn other_language_name(&self) -> &'static str {
        self.language.pick("English", "Dansk")
    }

    pub(crate) fn session_end_text(&self, time: &str) -> String {
        fill(self.t().session_ends, "time", time)
    }
}
