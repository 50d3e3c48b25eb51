//! The work list, the list of users, and finding a person (S1).

use askama::Template;

use super::{PersonLines, ReasonLine, StaffBar, Tick};
use crate::pages::{Form, Frame};
use crate::texts::{FieldTexts, StaffListTexts, StaffTexts, fill};

/// The requests that wait for a clinic.
#[derive(Template)]
#[template(path = "staff/work_list.html")]
#[non_exhaustive]
pub struct WorkListPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// What was just decided, and can be undone.
    pub undo: Option<Undo>,
    /// Why what was just chosen was not done.
    pub problem: Option<String>,
    /// The requests, longest waiting first.
    pub requests: Vec<RequestCard>,
    /// Why a clinic may say no: value and words.
    pub reasons: Vec<ReasonLine>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// A request.
pub struct RequestCard {
    /// Whose, as addresses have it; the card's id too.
    pub account: String,
    /// Who it is.
    pub person: PersonLines,
    /// How long it has waited.
    pub waited: String,
    /// Whether it came today.
    pub is_new: bool,
    /// The functions, ticked.
    pub functions: Vec<Tick>,
    /// What was written beside a refusal that was not done.
    pub words: String,
    /// The person's page.
    pub see: String,
}

/// A decision that can be undone.
#[derive(Clone)]
pub struct Undo {
    /// Whose, as addresses have it.
    pub account: String,
    /// What happened, and what undoing does.
    pub title: &'static str,
    /// The same at length.
    pub text: String,
    /// The state that it is to be undone from, so that what somebody else did meanwhile stands.
    pub from: &'static str,
}

/// A clinic's users in one state.
#[derive(Template)]
#[template(path = "staff/members.html")]
#[non_exhaustive]
pub struct MembersPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// The states to choose from.
    pub states: Vec<StateLink>,
    /// The users.
    pub members: Vec<MemberRow>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// A state to choose.
#[derive(Debug, Clone)]
pub struct StateLink {
    /// What it is called.
    pub label: &'static str,
    /// Where its list is.
    pub href: String,
    /// Whether it is shown.
    pub is_current: bool,
}

/// A user in the list.
pub struct MemberRow {
    /// The number.
    pub number: String,
    /// The name.
    pub name: String,
    /// Since when.
    pub since: String,
    /// The person's page.
    pub see: String,
}

/// Finds a person by number.
#[derive(Debug, Template)]
#[template(path = "staff/find.html")]
#[non_exhaustive]
pub struct FindPersonPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// The field.
    pub form: Form,
    /// Whether nobody was found.
    pub is_nobody: bool,
}

impl WorkListPage {
    pub(crate) fn t(&self) -> &'static StaffListTexts {
        StaffListTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }

    pub(crate) fn title(&self) -> String {
        let text = match (self.requests.len(), &self.next) {
            (0, None) => self.t().waiting_none,
            (1, None) => self.t().waiting_one,
            (_, None) => self.t().waiting_many,
            (_, Some(_)) => self.t().waiting_more,
        };
        fill(text, "count", &self.requests.len().to_string())
    }
}

impl MembersPage {
    pub(crate) fn t(&self) -> &'static StaffListTexts {
        StaffListTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }
}

impl FindPersonPage {
    pub(crate) fn t(&self) -> &'static StaffListTexts {
        StaffListTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }
}

impl std::fmt::Debug for WorkListPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkListPage").field("requests", &self.requests.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RequestCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestCard").field("waited", &self.waited).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Undo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Undo").field("title", &self.title).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MembersPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MembersPage").field("members", &self.members.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MemberRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberRow").field("since", &self.since).finish_non_exhaustive()
    }
}
