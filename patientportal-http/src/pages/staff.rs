//! The staff's pages (S2): plain data like all others, with a bar above them instead of the patients' head.

mod forms;
mod history;
mod list;
mod person;

use patientportal_core::portal::{Role, StaffOperation};

use super::{Frame, MessagePage, Tone};
use crate::texts::{StaffTexts, fill};

pub(crate) use forms::CHECKS;
pub use forms::{ConfirmPage, NewNumberPage, NewUserPage, RenewUserPage, Tick};
pub use history::{MailRow, PersonsMailsPage, TrailRow, TrailTablePage};
pub use list::{FindPersonPage, MemberRow, MembersPage, RequestCard, StateLink, Undo, WorkListPage};
pub use person::{ActButton, GuardianLine, PersonLines, ReasonLine, StaffPersonPage};

/// The bar above a page of a clinic's staff.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StaffBar {
    /// The clinic's name.
    pub clinic: String,
    /// The clinic's place in addresses.
    pub slug: String,
    /// Who is signed in.
    pub name: String,
    /// As what.
    pub role: Role,
    /// When the session ends by idleness, as a wall clock, if that is known.
    pub ends: Option<String>,
    /// Whether another clinic can be chosen.
    pub has_other_clinics: bool,
    /// Where one signs out, when it is not by the portal's own button.
    pub sign_out: Option<String>,
    /// The page that this is, or belongs to.
    pub current: StaffMenu,
}

/// The pages of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StaffMenu {
    /// The requests that wait.
    Requests,
    /// Finding a person.
    Find,
    /// The clinic's users.
    Members,
    /// Creating a user.
    NewUser,
    /// The clinic's log.
    Trail,
    /// None of them.
    Elsewhere,
}

/// A line of the menu.
#[derive(Debug, Clone)]
pub(crate) struct MenuLine {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) is_current: bool,
}

impl StaffBar {
    /// The menu: what this role may open.
    pub(crate) fn menu(&self, frame: &Frame) -> Vec<MenuLine> {
        let (texts, links, slug) = (StaffTexts::of(frame.language), &frame.links, self.slug.as_str());
        let lines = [
            (StaffMenu::Requests, StaffOperation::SeeRequests, texts.requests, links.work_list(slug)),
            (StaffMenu::Find, StaffOperation::FindPerson, texts.find, links.find_person(slug)),
            (StaffMenu::Members, StaffOperation::SeeMembers, texts.members, links.members(slug)),
            (StaffMenu::NewUser, StaffOperation::CreateUser, texts.new_user, links.new_user(slug)),
            (StaffMenu::Trail, StaffOperation::ReadTrail, texts.trail, links.clinic_trail(slug)),
        ];
        let allowed = lines.into_iter().filter(|(_, operation, ..)| self.role.may(*operation));
        allowed.map(|(page, _, label, href)| MenuLine { label, href, is_current: page == self.current }).collect()
    }

    pub(crate) fn t(&self, frame: &Frame) -> &'static StaffTexts {
        StaffTexts::of(frame.language)
    }

    pub(crate) fn role_text(&self, frame: &Frame) -> &'static str {
        match self.role {
            Role::Secretary => self.t(frame).secretary,
            Role::Administrator => self.t(frame).administrator,
        }
    }

    pub(crate) fn ends_text(&self, frame: &Frame, time: &str) -> String {
        fill(self.t(frame).ends, "time", time)
    }
}

/// A message on a page of staff: what happened, and the way back.
#[derive(Debug, askama::Template)]
#[template(path = "staff/message.html")]
#[non_exhaustive]
pub struct StaffMessagePage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// What happened.
    pub title: String,
    /// More about it.
    pub text: String,
}

impl StaffMessagePage {
    /// A message.
    #[must_use]
    pub fn new(frame: Frame, bar: StaffBar, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { frame, bar, title: title.into(), text: text.into() }
    }
}

/// Sends the browser on to the staff's own sign-in, or to where that ends.
#[derive(Debug, askama::Template)]
#[template(path = "staff/departure.html")]
#[non_exhaustive]
pub struct StaffDeparturePage {
    /// The frame.
    pub frame: Frame,
    /// The provider's address.
    pub url: String,
    /// Whether the journey ends the provider's session instead of beginning one.
    pub ends_session: bool,
}

impl StaffDeparturePage {
    pub(crate) fn title(&self) -> &'static str {
        let texts = StaffTexts::of(self.frame.language);
        if self.ends_session { texts.end_title } else { texts.departure_title }
    }

    pub(crate) fn button(&self) -> &'static str {
        let texts = StaffTexts::of(self.frame.language);
        if self.ends_session { texts.end_on } else { texts.departure_on }
    }
}

/// A page of the staff's own way in, which has no bar yet.
#[must_use]
pub fn staff_door_page(frame: Frame, title: &str, text: &str) -> MessagePage {
    MessagePage::new(frame, Tone::Plain, title).say(text)
}
