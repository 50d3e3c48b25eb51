//! The pages of somebody who is logged in: start and functions, why a function is closed (P1), and logging out (L9).

use askama::Template;
use patientportal_core::clinic::FunctionKind;
use patientportal_core::policy::Denial;
use patientportal_core::refusal::Refusal;

use super::refusal::denial_title;
use super::{Action, ClinicNews, Frame, MessagePage, PhoneNotice, Tone, refusal_page};
use crate::links::{function_word, words};
use crate::texts::{ErrorTexts, LateFormTexts, LoginTexts, MembershipTexts, MitidTexts, StartTexts, fill};

/// The start page: the clinic's functions.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub struct StartPage {
    /// The frame.
    pub frame: Frame,
    /// The clinic's name.
    pub clinic: String,
    /// What the clinic tells now (C8).
    pub messages: Vec<ClinicNews>,
    /// The functions.
    pub functions: Vec<FunctionCard>,
    /// Whether the user has other clinics to change to.
    pub has_other_clinics: bool,
    /// Where a form is given back that came when the session before was over (L10).
    pub late_form: Option<String>,
}

/// One function on the start page.
#[derive(Debug)]
pub struct FunctionCard {
    /// Which one.
    pub kind: FunctionKind,
    /// What the clinic calls it.
    pub title: String,
    /// What it is for, and when to call.
    pub notice: PhoneNotice,
    /// Where it is.
    pub href: String,
    /// Whether it is another site, which asks for a login of its own (C9).
    pub own_login: bool,
    /// Why the user may do nothing new there, if so (P1).
    pub closed: Option<Denial>,
    /// Whether the user's own earlier matters are there to be read.
    pub readable: bool,
}

/// The page of a function for which the clinic gives no target.
#[derive(Debug, Template)]
#[template(path = "function.html")]
pub struct FunctionPage {
    /// The frame.
    pub frame: Frame,
    /// The clinic's name.
    pub clinic: String,
    /// Which one.
    pub kind: FunctionKind,
    /// What the clinic calls it.
    pub title: String,
    /// What it is for, and when to call.
    pub notice: PhoneNotice,
}

impl StartPage {
    pub(crate) fn t(&self) -> &'static StartTexts {
        StartTexts::of(self.frame.language)
    }

    pub(crate) fn l(&self) -> &'static LateFormTexts {
        LateFormTexts::of(self.frame.language)
    }

    pub(crate) fn open(&self, title: &str) -> String {
        fill(self.t().open, "title", title)
    }

    pub(crate) fn m(&self) -> &'static MembershipTexts {
        MembershipTexts::of(self.frame.language)
    }

    pub(crate) fn closed_meanwhile(&self, functions: &str) -> String {
        fill(self.m().closed_meanwhile, "functions", functions)
    }

    pub(crate) fn see_earlier(&self, title: &str) -> String {
        fill(self.m().see_earlier, "title", title)
    }

    pub(crate) fn closed(&self, denial: &Denial) -> &'static str {
        match denial {
            Denial::RightRemoved => self.m().closed_for_you,
            Denial::FunctionClosed => self.m().closed_for_now,
            denial => denial_title(*denial, ErrorTexts::of(self.frame.language)),
        }
    }
}

impl FunctionCard {
    /// Which drawing of `templates/parts/icon.html` it has.
    pub(crate) fn icon(&self) -> &'static str {
        self.kind.code()
    }

    /// Whether the clinic's telephone is the way instead.
    pub(crate) fn by_phone(&self) -> bool {
        matches!(self.closed, Some(Denial::RightRemoved | Denial::FunctionClosed))
    }

    /// Whether its page has something to offer: the function, or the step that opens it.
    pub(crate) fn leads_on(&self) -> bool {
        matches!(self.closed, None | Some(Denial::AssuranceNeeded))
    }
}

impl FunctionPage {
    pub(crate) fn t(&self) -> &'static StartTexts {
        StartTexts::of(self.frame.language)
    }

    pub(crate) fn icon(&self) -> &'static str {
        self.kind.code()
    }
}

/// Says why a function is closed to the user, and offers the step that opens it, or what can still be read: `earlier` is
/// its title and where that is.
#[must_use]
pub fn function_refused_page(
    frame: Frame,
    denial: Denial,
    function: FunctionKind,
    earlier: Option<(&str, &str)>,
) -> MessagePage {
    let texts = MembershipTexts::of(frame.language);
    let mut page = refusal_page(frame, &Refusal::Denied(denial));
    if let Some((title, to)) = earlier {
        page = page.say(texts.readable).act(Action::link(fill(texts.see_earlier, "title", title), to).primary());
    }
    let Some(slug) = page.frame.slug().map(str::to_owned) else { return page };
    if denial == Denial::AssuranceNeeded {
        let label = MitidTexts::of(page.frame.language).login;
        let values = vec![(words::FUNCTION, function_word(function).to_owned())];
        let to = page.frame.links.prove_again(&slug);
        page = page.act(Action::mitid(label, to, values));
    }
    let (label, to) = (page.frame.t().to_start, page.frame.links.start(&slug));
    page.act(Action::link(label, to))
}

/// The page after logging out.
#[must_use]
pub fn logged_out_page(frame: Frame) -> MessagePage {
    let texts = LoginTexts::of(frame.language);
    MessagePage::new(frame, Tone::Good, texts.out_title).say(texts.out_advice).say(texts.out_again)
}
