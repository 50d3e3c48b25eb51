//! A page that says one thing and offers the next steps.

use askama::Template;

use super::{Frame, Phone};

/// A page that says one thing.
#[derive(Debug, Template)]
#[template(path = "message.html")]
#[non_exhaustive]
pub struct MessagePage {
    /// The frame.
    pub frame: Frame,
    /// How it is meant.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// More about it.
    pub paragraphs: Vec<String>,
    /// Whom to call, in large.
    pub phone: Option<Phone>,
    /// What can be done next, the best first.
    pub actions: Vec<Action>,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tone {
    /// It just says.
    Plain,
    /// Something went well.
    Good,
    /// Something to take note of.
    Notice,
    /// Something went wrong.
    Bad,
}

/// A next step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Action {
    /// What it says.
    pub label: String,
    /// What it does.
    pub kind: ActionKind,
    /// Whether it is the step most will want.
    pub primary: bool,
}

/// What a next step does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ActionKind {
    /// Leads to an address.
    Link(String),
    /// Posts a form.
    Post {
        /// Where to.
        to: String,
        /// With these values, besides the token.
        values: Vec<(&'static str, String)>,
        /// Whether it leads to MitID, and so looks as MitID's buttons must.
        mitid: bool,
    },
}

impl MessagePage {
    /// A page with a title only.
    #[must_use]
    pub fn new(frame: Frame, tone: Tone, title: impl Into<String>) -> Self {
        Self { frame, tone, title: title.into(), paragraphs: Vec::new(), phone: None, actions: Vec::new() }
    }

    /// The same with one more paragraph.
    #[must_use]
    pub fn say(mut self, paragraph: impl Into<String>) -> Self {
        self.paragraphs.push(paragraph.into());
        self
    }

    /// The same with the clinic's telephone, where there is a clinic.
    #[must_use]
    pub fn with_phone(mut self) -> Self {
        self.phone = self.frame.phone().cloned();
        self
    }

    /// The same with one more next step.
    #[must_use]
    pub fn act(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}

impl Action {
    /// A link.
    #[must_use]
    pub fn link(label: impl Into<String>, to: impl Into<String>) -> Self {
        Self { label: label.into(), kind: ActionKind::Link(to.into()), primary: false }
    }

    /// A button that begins a journey to MitID.
    #[must_use]
    pub fn mitid(label: impl Into<String>, to: impl Into<String>, values: Vec<(&'static str, String)>) -> Self {
        Self { label: label.into(), kind: ActionKind::Post { to: to.into(), values, mitid: true }, primary: true }
    }

    /// A button that posts.
    #[must_use]
    pub fn post(label: impl Into<String>, to: impl Into<String>, values: Vec<(&'static str, String)>) -> Self {
        Self { label: label.into(), kind: ActionKind::Post { to: to.into(), values, mitid: false }, primary: false }
    }

    /// The same, as the step most will want.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    pub(crate) fn class(&self) -> &'static str {
        match (&self.kind, self.primary) {
            (ActionKind::Post { mitid: true, .. }, _) => "button mitid",
            (_, true) => "button",
            (_, false) => "button quiet",
        }
    }
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Notice => "notice",
            Self::Bad => "bad",
        }
    }
}
