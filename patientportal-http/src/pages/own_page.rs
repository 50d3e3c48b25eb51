//! The patient's own page (A7): what is held and open, its forms, and its history.

use askama::Template;
use patientportal_core::language::Language;
use patientportal_core::value::PasswordPolicy;

use super::form::names;
use super::{Action, Field, FieldKind, Form, Frame, MessagePage, Tone};
use crate::links::{OwnForm, words};
use crate::texts::{FieldTexts, MitidTexts, OwnPageTexts, fill};

/// The patient's own page.
#[derive(Template)]
#[template(path = "own_page.html")]
#[non_exhaustive]
pub struct OwnPage {
    /// The frame.
    pub frame: Frame,
    /// The clinic whose address it is under.
    pub slug: String,
    /// The e-mail address.
    pub email: String,
    /// The mobile number, if there is one.
    pub mobile: Option<String>,
    /// The clinics.
    pub clinics: Vec<OwnClinic>,
    /// The sessions that live.
    pub sessions: Vec<OwnSessionRow>,
}

/// A clinic on the patient's own page.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OwnClinic {
    /// Its name.
    pub name: String,
    /// Where the owner stands there.
    pub state: String,
    /// Where to leave it; none where that cannot be.
    pub leave: Option<String>,
}

/// A session on the patient's own page.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OwnSessionRow {
    /// Its number, to be posted.
    pub no: u64,
    /// Whether it is this one.
    pub is_this: bool,
    /// When it was opened, how, and when last seen.
    pub text: String,
}

/// One of the forms of the patient's own page.
#[derive(Debug, Template)]
#[template(path = "own_form.html")]
#[non_exhaustive]
pub struct OwnFormPage {
    /// The frame.
    pub frame: Frame,
    /// What it is about.
    pub title: String,
    /// What comes of it.
    pub lead: &'static str,
    /// The fields.
    pub form: Form,
    /// Where it is posted.
    pub action: String,
    /// The button.
    pub button: &'static str,
    /// The way back.
    pub back: String,
}

/// A page of the account's history.
#[derive(Debug, Template)]
#[template(path = "history.html")]
#[non_exhaustive]
pub struct HistoryPage {
    /// The frame.
    pub frame: Frame,
    /// What happened, newest first.
    pub rows: Vec<HistoryRow>,
    /// Where the next page is, with what is older.
    pub next: Option<String>,
    /// Where the first page is, if this is another.
    pub newest: Option<String>,
    /// The way back.
    pub back: String,
}

/// A line of the history.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HistoryRow {
    /// When.
    pub when: String,
    /// What.
    pub what: &'static str,
    /// Who, and at which clinic.
    pub who: String,
}

impl OwnPage {
    pub(crate) fn t(&self) -> &'static OwnPageTexts {
        OwnPageTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }

    pub(crate) fn form(&self, form: OwnForm) -> String {
        self.frame.links.own_form(&self.slug, form)
    }

    pub(crate) fn leave(&self, clinic: &str) -> String {
        fill(self.t().leave, "clinic", clinic)
    }
}

impl OwnFormPage {
    pub(crate) fn t(&self) -> &'static OwnPageTexts {
        OwnPageTexts::of(self.frame.language)
    }

    pub(crate) fn fields(&self) -> &'static FieldTexts {
        FieldTexts::of(self.frame.language)
    }
}

impl HistoryPage {
    pub(crate) fn t(&self) -> &'static OwnPageTexts {
        OwnPageTexts::of(self.frame.language)
    }
}

impl Form {
    /// The fields of one of the forms: with the old password where a session that a code opened must give it.
    #[must_use]
    pub fn own(form: OwnForm, typed: &str, by_code: bool, policy: &PasswordPolicy, language: Language) -> Self {
        let (texts, own) = (FieldTexts::of(language), OwnPageTexts::of(language));
        let mut fields = match form {
            OwnForm::Email => vec![Field::new(names::EMAIL, texts.email, FieldKind::Email, "email", typed)],
            OwnForm::Mobile => {
                let field = Field::new(names::MOBILE, texts.mobile, FieldKind::Phone, "tel", typed);
                vec![field.hint(texts.mobile_hint).optional()]
            }
            _ => Vec::new(),
        };
        if by_code && form.is_sensitive() {
            let label = own.old_password;
            fields.push(Field::new(names::PASSWORD, label, FieldKind::Password, "current-password", ""));
        }
        if form == OwnForm::Password {
            let mut new = Self::new_password_fields(policy, language);
            new.iter_mut()
                .filter(|field| field.name == names::PASSWORD)
                .for_each(|field| field.name = names::NEW_PASSWORD);
            fields.extend(new);
        }
        if fields.is_empty() { Self::default() } else { Self::of(fields) }
    }
}

impl std::fmt::Debug for OwnPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnPage").field("clinics", &self.clinics).finish_non_exhaustive()
    }
}

/// How somebody may prove anew who they are.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "any of it is valid")]
pub struct WaysToProve {
    /// Whether MitID can be reached.
    pub mitid: bool,
    /// Whether they have logged in with a code, and so know their password.
    pub code_first: bool,
    /// The form to come back to, unless that is remembered already.
    pub place: Option<&'static str>,
}

/// Asks to log in again before something sensitive.
#[must_use]
pub fn prove_again_page(frame: Frame, slug: &str, minutes: &str, ways: WaysToProve) -> MessagePage {
    let (texts, links, language) = (OwnPageTexts::of(frame.language), frame.links.clone(), frame.language);
    let values = |also: Option<&'static str>| {
        let place = ways.place.map(|place| (names::PLACE, place.to_owned()));
        place.into_iter().chain(also.map(|name| (name, "1".to_owned()))).collect::<Vec<_>>()
    };
    let to = links.prove_again(slug);
    let by_code = Action::post(texts.prove_code, to.clone(), values(Some(words::BY_CODE)));
    let by_code = if ways.code_first { by_code.primary() } else { by_code };
    let by_mitid = ways.mitid.then(|| Action::mitid(MitidTexts::of(language).login, to, values(None)));
    let mut actions: Vec<Action> = by_mitid.into_iter().chain([by_code]).collect();
    if ways.code_first {
        actions.reverse();
    }
    let page = MessagePage::new(frame, Tone::Notice, texts.prove_title)
        .say(fill(texts.prove, "minutes", minutes))
        .say(texts.prove_back);
    actions.into_iter().fold(page, MessagePage::act).act(Action::link(texts.back, links.own_page(slug)))
}
