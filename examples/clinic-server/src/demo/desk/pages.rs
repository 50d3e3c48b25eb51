//! The desk's pages.

use patientportal_core::account::{Custody, Guardian, Membership, MembershipState, RefusalReason, Rights};
use patientportal_core::clinic::{Clinic, ClinicDirectory};
use patientportal_core::language::Language;
use patientportal_core::portal::{ClinicMember, HadAccount};

use super::form::{ACCOUNT, DEED, REASON, RIGHT, WORDS, reason_word};
use super::{renewals, users};
use crate::demo::pages::{escape, page, with_policy};
use crate::routes::Answer;

/// A clinic's desk.
pub(super) struct Shown<'a> {
    pub(super) clinic: &'a Clinic,
    /// Why what was asked for was not done.
    pub(super) problem: Option<String>,
    pub(super) groups: Vec<(MembershipState, Vec<ClinicMember>)>,
}

/// Whose desk to sit at.
pub(super) fn clinics(clinics: &ClinicDirectory) -> Answer {
    let links: String = clinics.iter().map(link).collect();
    let lead = "Klinikkens personale har sider på <a href=\"/personale\">/personale</a>; her er det samme uden login. \
                <span lang=\"en\">The clinic's staff have pages at /personale; here is the same without signing in.</span>";
    of_desk("Klinik", &format!("<h1>Klinik</h1><p>{lead}</p><ul class=\"mails\">{links}</ul>"))
}

/// Requests that wait and members, each with what can be decided.
pub(super) fn desk(shown: &Shown<'_>) -> Answer {
    let problem = shown.problem.as_ref();
    let problem = problem
        .map_or_else(String::new, |text| format!("<div class=\"problems\" role=\"alert\">{}</div>", escape(text)));
    let groups: String = shown.groups.iter().map(|(state, members)| group(shown.clinic, *state, members)).collect();
    let back = "<p><a href=\"/demo/klinik\">‹ Klinikker</a> · <a href=\"/demo/mails\">Mails</a></p>";
    let name = escape(&shown.clinic.name);
    let new = users::form(shown.clinic);
    of_desk(&name, &format!("{back}<h1>{name}</h1>{problem}{groups}{new}"))
}

fn link(clinic: &Clinic) -> String {
    format!("<li><a href=\"/demo/klinik/{}\"><strong>{}</strong></a></li>", clinic.slug, escape(&clinic.name))
}

fn group(clinic: &Clinic, state: MembershipState, members: &[ClinicMember]) -> String {
    let (danish, english) = title(state);
    let content = match members {
        [] => "<p>Ingen. <span lang=\"en\">None.</span></p>".to_owned(),
        members => members.iter().map(|member| card(clinic, member)).collect(),
    };
    format!("<section><h2>{danish} · <span lang=\"en\">{english}</span></h2>{content}</section>")
}

fn card(clinic: &Clinic, member: &ClinicMember) -> String {
    let vouched = member.vouched_name.as_deref().map_or_else(String::new, |name| format!(" · MitID: {}", escape(name)));
    let since = member.membership.since;
    let since = format!("{} kl. {}", since.copenhagen_day(Language::Danish), since.copenhagen_clock());
    let about = format!("{} · {} år{vouched} · siden {since}", escape(&member.cpr.masked()), member.age);
    let deeds = [deeds(clinic, &member.membership), users::deeds(member), renewals::deeds(member)].concat();
    let guardians: String = member.guardians.iter().map(guardian).collect();
    let forms: String = deeds.iter().map(|fields| form(clinic, member, fields)).collect();
    let standing = users::standing(member);
    let before = member.had_account.map_or_else(String::new, had_account);
    format!(
        "<article class=\"card\"><h3>{}</h3><p>{about}{standing}</p>{before}{guardians}{forms}</article>",
        escape(&member.name)
    )
}

/// That the person had an account before, and that it was suspended here (S1).
fn had_account(had: HadAccount) -> String {
    let (da, en) = (had.closed.copenhagen_day(Language::Danish), had.closed.copenhagen_day(Language::English));
    let (danish, english) = match had.suspended_here {
        true => (" Adgangen her var lukket af klinikken.", " The clinic had suspended it here."),
        false => ("", ""),
    };
    format!(
        "<p><strong>Havde en bruger før, lukket {da}.{danish}</strong> \
         <span lang=\"en\">Had an account before, closed on {en}.{english}</span></p>"
    )
}

/// Who answers for a child, and what the register said of them then (S1).
fn guardian(guardian: &Guardian) -> String {
    let (danish, english) = match guardian.custody {
        Custody::Holder => ("har forældremyndigheden", "holds custody"),
        Custody::NotHolder => ("har ikke forældremyndigheden", "does not hold custody"),
        Custody::Unknown => ("forældremyndigheden er ukendt", "custody is unknown"),
    };
    format!(
        "<p>Forælder/værge · <span lang=\"en\">Parent/guardian</span>: {} · {danish} · <span lang=\"en\">{english}</span></p>",
        escape(&guardian.cpr.masked())
    )
}

/// What can be decided of a membership, a form's fields each.
fn deeds(clinic: &Clinic, membership: &Membership) -> Vec<String> {
    let rights = || rights(clinic, membership);
    match membership.state {
        MembershipState::Pending => {
            vec![rights() + &button("approve", "Godkend", "Approve"), refusal() + &button("refuse", "Afvis", "Refuse")]
        }
        MembershipState::Active => vec![
            rights() + &button("set-rights", "Gem funktioner", "Save functions"),
            button("suspend", "Luk for nu", "Suspend"),
            button("end", "Afslut", "End"),
        ],
        MembershipState::Suspended => vec![button("reopen", "Genåbn", "Reopen"), button("end", "Afslut", "End")],
        MembershipState::Refused => vec![button("reopen", "Genåbn", "Reopen")],
        MembershipState::Lapsed | MembershipState::Ended => Vec::new(),
    }
}

fn rights(clinic: &Clinic, membership: &Membership) -> String {
    rights_boxes(clinic, membership.rights)
}

/// A box for each of the clinic's functions, ticked where it is allowed.
pub(super) fn rights_boxes(clinic: &Clinic, rights: Rights) -> String {
    let box_of = |function: &patientportal_core::clinic::Function| {
        let checked = if rights.allows(function.kind) { " checked" } else { "" };
        let (code, title) = (function.kind.code(), escape(&function.title));
        format!("<label><input type=\"checkbox\" name=\"{RIGHT}\" value=\"{code}\"{checked}> {title}</label> ")
    };
    let boxes: String = clinic.functions.iter().map(box_of).collect();
    format!("<fieldset><legend>Funktioner · <span lang=\"en\">Functions</span></legend>{boxes}</fieldset>")
}

fn refusal() -> String {
    let option = |reason: RefusalReason| {
        format!("<option value=\"{}\">{}</option>", reason_word(reason), escape(reason.text(Language::Danish)))
    };
    let options: String = RefusalReason::ALL.map(option).concat();
    format!(
        "<label>Begrundelse · <span lang=\"en\">Reason</span> <select name=\"{REASON}\">{options}</select></label>\
         <label>Egne ord, vises først efter login · <span lang=\"en\">Own words, shown after login only</span> \
         <textarea name=\"{WORDS}\" rows=\"2\" maxlength=\"1000\"></textarea></label>"
    )
}

pub(super) fn button(deed: &str, danish: &str, english: &str) -> String {
    format!(
        "<button class=\"button\" name=\"{DEED}\" value=\"{deed}\">{danish} ·&nbsp;<span lang=\"en\">{english}</span></button>"
    )
}

fn form(clinic: &Clinic, member: &ClinicMember, fields: &str) -> String {
    let (slug, account) = (&clinic.slug, member.account.0);
    format!(
        "<form class=\"desk\" method=\"post\" action=\"/demo/klinik/{slug}\">\
         <input type=\"hidden\" name=\"{ACCOUNT}\" value=\"{account}\">{fields}</form>"
    )
}

fn title(state: MembershipState) -> (&'static str, &'static str) {
    match state {
        MembershipState::Pending => ("Venter", "Waiting"),
        MembershipState::Active => ("Brugere", "Members"),
        MembershipState::Suspended => ("Lukket for nu", "Suspended"),
        MembershipState::Refused => ("Afvist", "Refused"),
        MembershipState::Lapsed => ("Udløbet", "Lapsed"),
        MembershipState::Ended => ("Ophørt", "Ended"),
    }
}

fn of_desk(title: &str, content: &str) -> Answer {
    with_policy(page(title, content), DESK_POLICY)
}

const DESK_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";
