//! What has happened at the staff's pages. A list of its own: a patient's page never says it.

use patientportal_core::language::Language;

use crate::pages::{Notice, Tone};
use crate::texts::StaffTexts;

/// Something that staff have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StaffNews {
    /// A request was approved; the page says whose and offers to undo it.
    Approved,
    /// A request was refused; the same.
    Refused,
    /// A decision was undone.
    Undone,
    RightsSaved,
    Suspended,
    Reopened,
    Ended,
    Exempted,
    ExemptionOver,
    LinkSent,
    Renewed,
    NumberChanged,
    Created,
    Linked,
    Invited,
}

impl StaffNews {
    const ALL: [Self; 15] = [
        Self::Approved,
        Self::Refused,
        Self::Undone,
        Self::RightsSaved,
        Self::Suspended,
        Self::Reopened,
        Self::Ended,
        Self::Exempted,
        Self::ExemptionOver,
        Self::LinkSent,
        Self::Renewed,
        Self::NumberChanged,
        Self::Created,
        Self::Linked,
        Self::Invited,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Undone => "undone",
            Self::RightsSaved => "rights-saved",
            Self::Suspended => "suspended",
            Self::Reopened => "reopened",
            Self::Ended => "ended",
            Self::Exempted => "exempted",
            Self::ExemptionOver => "exemption-over",
            Self::LinkSent => "link-sent",
            Self::Renewed => "renewed",
            Self::NumberChanged => "number-changed",
            Self::Created => "created",
            Self::Linked => "linked",
            Self::Invited => "invited",
        }
    }

    /// What a code in an address stands for, if it is on the list.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|news| news.code() == code)
    }

    /// What is said above the page; nothing where the page says more itself.
    pub(crate) fn notice(self, language: Language) -> Option<Notice> {
        let texts = StaffTexts::of(language);
        let (title, text) = match self {
            Self::Approved | Self::Refused => return None,
            Self::Undone => (texts.undone_title, texts.undone),
            Self::RightsSaved => (texts.rights_title, texts.rights),
            Self::Suspended => (texts.suspended_title, texts.suspended),
            Self::Reopened => (texts.reopened_title, texts.reopened),
            Self::Ended => (texts.ended_title, texts.ended),
            Self::Exempted => (texts.exempted_title, texts.exempted),
            Self::ExemptionOver => (texts.exemption_over_title, texts.exemption_over),
            Self::LinkSent => (texts.link_title, texts.link),
            Self::Renewed => (texts.renewed_title, texts.renewed),
            Self::NumberChanged => (texts.number_title, texts.number),
            Self::Created => (texts.created_title, texts.created),
            Self::Linked => (texts.linked_title, texts.linked),
            Self::Invited => (texts.invited_title, texts.invited),
        };
        Some(Notice { tone: Tone::Good, title: title.to_owned(), text: text.to_owned() })
    }
}
