//! One person, as a clinic's staff see them (S1).

use askama::Template;
use patientportal_core::account::Custody;
use patientportal_core::language::Language;
use patientportal_core::portal::{ClinicMember, HadAccount};

use super::{StaffBar, Tick};
use crate::pages::Frame;
use crate::texts::{StaffListTexts, StaffPersonTexts, StaffTexts, fill};

/// Who somebody is, on a card of the work list and on the person's page alike.
pub struct PersonLines {
    /// The number, with its hyphen.
    pub number: String,
    /// The age, in words.
    pub age: String,
    /// The name as typed.
    pub name: String,
    /// The name that MitID gave.
    pub vouched: Option<String>,
    /// Whether the two differ, beyond case and spaces.
    pub names_differ: bool,
    /// Whether the clinic's own system knows a patient of theirs.
    pub own_patient: &'static str,
    /// How that is marked.
    pub own_patient_mark: &'static str,
    /// Who answers for a child.
    pub guardians: Vec<GuardianLine>,
    /// That there was an account before.
    pub had_account: Option<String>,
}

/// Somebody who answers for a child.
pub struct GuardianLine {
    /// The number, with its hyphen.
    pub number: String,
    /// What the register of custody says.
    pub custody: &'static str,
    /// How that is marked.
    pub mark: &'static str,
}

/// Why a clinic may say no: the value in the form, and the words.
pub type ReasonLine = (&'static str, &'static str);

/// One person's page.
#[derive(Template)]
#[template(path = "staff/person.html")]
#[non_exhaustive]
pub struct StaffPersonPage {
    /// The frame.
    pub frame: Frame,
    /// The bar.
    pub bar: StaffBar,
    /// Why what was just chosen was not done.
    pub problem: Option<String>,
    /// Whose page, as addresses have it.
    pub account: String,
    /// Who it is.
    pub person: PersonLines,
    /// Since when the account is there.
    pub created: String,
    /// How far it is known who it is.
    pub identity: String,
    /// That nobody has activated the account.
    pub not_activated: Option<String>,
    /// Where the membership stands, and since when.
    pub state: String,
    /// Who decided that.
    pub decided_by: Option<String>,
    /// Why it was refused.
    pub reason: Option<&'static str>,
    /// A request's functions and reasons, where it can be decided here.
    pub decide: Option<(Vec<Tick>, Vec<ReasonLine>)>,
    /// A member's functions, where they can be changed, and where to.
    pub rights: Option<(Vec<Tick>, String)>,
    /// What can be done with the membership.
    pub membership_acts: Vec<ActButton>,
    /// What can be done with the login.
    pub login_acts: Vec<ActButton>,
    /// The person's mails.
    pub mails: Option<String>,
    /// The person's history.
    pub trail: Option<String>,
}

/// Something that can be done.
#[derive(Debug, Clone)]
pub struct ActButton {
    /// What it says.
    pub label: &'static str,
    /// What comes of it.
    pub hint: Option<&'static str>,
    /// Where to.
    pub to: String,
    /// Whether it leads to a form first, instead of being done at once.
    pub has_page: bool,
}

impl PersonLines {
    /// What is shown of a member.
    #[must_use]
    pub fn of(member: &ClinicMember, language: Language) -> Self {
        let texts = StaffListTexts::of(language);
        let (own_patient, own_patient_mark) = match member.own_patient {
            Some(true) => (texts.own_yes, "good"),
            Some(false) => (texts.own_no, "bad"),
            None => (texts.own_unknown, "plain"),
        };
        let guardians = member.guardians.iter().map(|guardian| {
            let (custody, mark) = match guardian.custody {
                Custody::Holder => (texts.custody_holder, "good"),
                Custody::Unknown => (texts.custody_unknown, "plain"),
                Custody::NotHolder => (texts.custody_not_holder, "bad"),
            };
            GuardianLine { number: guardian.cpr.formatted(), custody, mark }
        });
        let differ = |vouched: &String| folded(vouched) != folded(&member.name);
        Self {
            number: member.cpr.formatted(),
            age: fill(texts.years, "age", &member.age.to_string()),
            name: member.name.clone(),
            names_differ: member.vouched_name.as_ref().is_some_and(differ),
            vouched: member.vouched_name.clone(),
            own_patient,
            own_patient_mark,
            guardians: guardians.collect(),
            had_account: member.had_account.as_ref().map(|had| had_text(had, texts, language)),
        }
    }
}

impl StaffPersonPage {
    pub(crate) fn t(&self) -> &'static StaffPersonTexts {
        StaffPersonTexts::of(self.frame.language)
    }

    pub(crate) fn l(&self) -> &'static StaffListTexts {
        StaffListTexts::of(self.frame.language)
    }

    pub(crate) fn s(&self) -> &'static StaffTexts {
        StaffTexts::of(self.frame.language)
    }
}

fn had_text(had: &HadAccount, texts: &StaffListTexts, language: Language) -> String {
    let text = if had.suspended_here { texts.had_account_suspended } else { texts.had_account };
    fill(text, "day", &had.closed.copenhagen_day(language))
}

/// A name without what does not tell two apart.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

impl std::fmt::Debug for PersonLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonLines(•••)")
    }
}

impl std::fmt::Debug for GuardianLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GuardianLine(•••)")
    }
}

impl std::fmt::Debug for StaffPersonPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffPersonPage").field("state", &self.state).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn s1_names_differ_by_more_than_case_and_spaces() {
        assert_eq!(folded("Nancy  Ann BERGGREN"), folded("nancy ann Berggren "));
        assert_ne!(folded("Nancy Berggren"), folded("Nancy Ann Berggren"));
    }
}
