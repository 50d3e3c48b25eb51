//! The work list and what is decided on it; the list of users; finding a person (S1).

use http::StatusCode;
use patientportal_core::account::{MembershipCommand, MembershipState, RefusalReason, Rights};
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::AccountId;
use patientportal_core::language::Language;
use patientportal_core::portal::{ClinicMember, StaffOperation};
use patientportal_core::refusal::{Failure, Refusal};

use super::desk::Desk;
use crate::forms::PostedForm;
use crate::handlers::problems_of;
use crate::links::{account_of_word, account_word, function_word, read_cursor, staff_words, with_cursor, words};
use crate::news::{StaffNews, with_news, with_value};
use crate::pages::form::names;
use crate::pages::{
    FindPersonPage, Form, MemberRow, MembersPage, PersonLines, Problem, ReasonLine, RequestCard, StaffMenu, StateLink,
    Tick, Undo, WorkListPage,
};
use crate::reply::{Handled, Reply};
use crate::texts::{FieldTexts, StaffListTexts, StaffTexts, fill};

pub(super) async fn show(desk: &Desk<'_>) -> Handled {
    page(desk, None, None).await
}

/// Says yes, with the functions that are ticked.
pub(super) async fn approve(desk: &Desk<'_>, form: &PostedForm) -> Handled {
    let command = MembershipCommand::Approve(ticked(desk.clinic, form));
    decide(desk, form, command, StaffNews::Approved).await
}

/// Says no, with one of the fixed reasons and perhaps words.
pub(super) async fn refuse(desk: &Desk<'_>, form: &PostedForm) -> Handled {
    let reason = REASONS.into_iter().find(|(word, _)| *word == form.get(REASON)).map(|(_, reason)| reason);
    let command = MembershipCommand::Refuse(reason.unwrap_or(RefusalReason::ContactClinic));
    decide(desk, form, command, StaffNews::Refused).await
}

/// Undoes a decision: what was approved is closed for now, what was refused waits again.
pub(super) async fn undo(desk: &Desk<'_>, form: &PostedForm) -> Handled {
    let command = match form.get(staff_words::STATE) {
        APPROVED => MembershipCommand::Suspend,
        _ => MembershipCommand::Reopen,
    };
    decide(desk, form, command, StaffNews::Undone).await
}

async fn decide(desk: &Desk<'_>, form: &PostedForm, command: MembershipCommand, news: StaffNews) -> Handled {
    let list = desk.links().work_list(desk.slug());
    let (true, Some(account)) = (desk.is_fresh(form), account_of_word(form.get(staff_words::WHOM))) else {
        return Ok(Reply::see_other(&list));
    };
    match desk.portal().decide_membership(desk.staff(), account, command, form.get(WORDS)).await {
        Ok(()) => {
            let told = with_value(&with_news(&list, news.code()), staff_words::WHOM, &account_word(account));
            Ok(Reply::see_other(&format!("{told}#{}", staff_words::LIST)))
        }
        Err(Failure::Refused(refusal @ Refusal::InvalidForm(_))) => {
            let text = problems_of(&refusal, desk.visit).into_iter().map(|problem| problem.text).collect();
            Ok(page(desk, Some(text), Some((account, form.get(WORDS)))).await?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Failure::Refused(refusal @ (Refusal::DecidedAlready { .. } | Refusal::TooLateToReopen))) => {
            let page = page(desk, Some(refusal.text(desk.visit.language())), None).await?;
            Ok(page.status(StatusCode::CONFLICT))
        }
        Err(failure) => Err(failure),
    }
}

/// The list. `typed` is what was written beside a refusal that was not done.
async fn page(desk: &Desk<'_>, problem: Option<String>, typed: Option<(AccountId, &str)>) -> Handled {
    let (links, slug, language) = (desk.links(), desk.slug(), desk.visit.language());
    let after = desk.visit.query.find(words::AFTER).and_then(read_cursor);
    let found = desk.portal().pending_requests(desk.staff(), after).await?;
    let words_of = |account| typed.filter(|(whose, _)| *whose == account).map_or("", |(_, words)| words);
    let requests = found.members.iter().map(|member| card(desk, member, words_of(member.account)));
    let undo = match problem {
        Some(_) => None,
        None => undo_of(desk).await?,
    };
    Ok(Reply::page(&WorkListPage {
        frame: if problem.is_some() { desk.frame_at(links.work_list(slug)) } else { desk.frame() },
        bar: desk.bar(StaffMenu::Requests),
        undo,
        problem,
        requests: requests.collect(),
        reasons: reasons(language),
        next: found.next.map(|next| with_cursor(&links.work_list(slug), next)),
    }))
}

fn card(desk: &Desk<'_>, member: &ClinicMember, words: &str) -> RequestCard {
    let texts = StaffListTexts::of(desk.visit.language());
    let days = member.waiting_days.unwrap_or(0);
    let waited = if days == 1 { texts.waited_one } else { texts.waited_many };
    RequestCard {
        account: account_word(member.account),
        person: PersonLines::of(member, desk.visit.language()),
        waited: fill(waited, "count", &days.to_string()),
        is_new: days == 0,
        functions: ticks(desk.clinic, member.membership.rights),
        words: words.to_owned(),
        see: desk.links().person(desk.slug(), member.account),
    }
}

/// What was just decided, if the address says so and it can still be undone.
async fn undo_of(desk: &Desk<'_>) -> Result<Option<Undo>, Failure> {
    let query = &desk.visit.query;
    let news = query.find(words::NEWS).and_then(StaffNews::of_code);
    let texts = StaffTexts::of(desk.visit.language());
    let (operation, title, text, from) = match news {
        Some(StaffNews::Approved) => (StaffOperation::Suspend, texts.approved_title, texts.undo_approved, APPROVED),
        Some(StaffNews::Refused) => (StaffOperation::Reopen, texts.refused_done_title, texts.undo_refused, REFUSED),
        _ => return Ok(None),
    };
    let Some(account) = query.find(staff_words::WHOM).and_then(account_of_word) else { return Ok(None) };
    let details = match desk.portal().clinic_member(desk.staff(), account).await {
        Ok(details) => details,
        Err(Failure::Refused(_)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let can = details.operations.contains(&operation);
    let text = fill(text, "name", &details.member.name);
    Ok(can.then(|| Undo { account: account_word(account), title, text, from }))
}

pub(super) async fn show_members(desk: &Desk<'_>) -> Handled {
    let (links, slug, language) = (desk.links(), desk.slug(), desk.visit.language());
    let texts = StaffListTexts::of(language);
    let asked = desk.visit.query.find(staff_words::STATE).unwrap_or(APPROVED);
    let (word, state) =
        STATES.into_iter().find(|(word, _)| *word == asked).unwrap_or((APPROVED, MembershipState::Active));
    let here = |word: &str| with_value(&links.members(slug), staff_words::STATE, word);
    let after = desk.visit.query.find(words::AFTER).and_then(read_cursor);
    let found = desk.portal().clinic_members(desk.staff(), state, after).await?;
    let row = |member: &ClinicMember| MemberRow {
        number: member.cpr.formatted(),
        name: member.name.clone(),
        since: fill(texts.since, "day", &member.membership.since.copenhagen_day(language)),
        see: links.person(slug, member.account),
    };
    let link = |(of, state): (&str, MembershipState)| StateLink {
        label: state_text(state, language),
        href: here(of),
        is_current: of == word,
    };
    Ok(Reply::page(&MembersPage {
        frame: desk.frame(),
        bar: desk.bar(StaffMenu::Members),
        states: STATES.into_iter().map(link).collect(),
        members: found.members.iter().map(row).collect(),
        next: found.next.map(|next| with_cursor(&here(word), next)),
    }))
}

pub(super) fn show_find(desk: &Desk<'_>) -> Reply {
    Reply::page(&find_page(desk, "", Vec::new(), false))
}

pub(super) async fn find(desk: &Desk<'_>, form: &PostedForm) -> Handled {
    let typed = form.get(names::CPR);
    if !desk.is_fresh(form) {
        let stale = Problem::overall(FieldTexts::of(desk.visit.language()).stale_form);
        return Ok(Reply::page(&find_page(desk, typed, vec![stale], false)));
    }
    match desk.portal().find_person(desk.staff(), typed).await {
        Ok(Some(member)) => Ok(Reply::see_other(&desk.links().person(desk.slug(), member.account))),
        Ok(None) => Ok(Reply::page(&find_page(desk, typed, Vec::new(), true))),
        Err(Failure::Refused(refusal @ Refusal::InvalidForm(_))) => {
            let page = find_page(desk, typed, problems_of(&refusal, desk.visit), false);
            Ok(desk.refused(Reply::page(&page), &refusal))
        }
        Err(failure) => Err(failure),
    }
}

fn find_page(desk: &Desk<'_>, typed: &str, problems: Vec<Problem>, is_nobody: bool) -> FindPersonPage {
    let language = desk.visit.language();
    let form = Form::staff_number(StaffListTexts::of(language).find_number, typed, language).with_problems(problems);
    let frame = desk.frame_at(desk.links().find_person(desk.slug()));
    FindPersonPage { frame, bar: desk.bar(StaffMenu::Find), form, is_nobody }
}

/// What a state is called.
pub(super) fn state_text(state: MembershipState, language: Language) -> &'static str {
    let texts = StaffListTexts::of(language);
    match state {
        MembershipState::Pending => texts.state_pending,
        MembershipState::Active => texts.state_active,
        MembershipState::Suspended => texts.state_suspended,
        MembershipState::Refused => texts.state_refused,
        MembershipState::Lapsed => texts.state_lapsed,
        MembershipState::Ended => texts.state_ended,
    }
}

/// A box for each of the clinic's functions, ticked where it is allowed.
pub(super) fn ticks(clinic: &Clinic, rights: Rights) -> Vec<Tick> {
    let functions = clinic.functions.iter();
    functions
        .map(|function| Tick {
            name: tick_name(function_word(function.kind)),
            label: function.title.clone(),
            ticked: rights.allows(function.kind),
        })
        .collect()
}

/// The functions ticked: the others are taken away.
pub(super) fn ticked(clinic: &Clinic, form: &PostedForm) -> Rights {
    let kinds = clinic.functions.iter().map(|function| function.kind);
    let unticked = kinds.filter(|kind| !form.has(&tick_name(function_word(*kind))));
    unticked.fold(Rights::default(), Rights::without)
}

/// Why a clinic may say no: value and words.
pub(super) fn reasons(language: Language) -> Vec<ReasonLine> {
    REASONS.into_iter().map(|(word, reason)| (word, reason_text(reason, language))).collect()
}

/// What a mail says of a reason, without the word that it is one.
pub(super) fn reason_text(reason: RefusalReason, language: Language) -> &'static str {
    let text = reason.text(language);
    text.split_once(": ").map_or(text, |(_, said)| said)
}

fn tick_name(word: &str) -> String {
    format!("funktion-{word}")
}

const REASON: &str = "begrundelse";
const WORDS: &str = "ord";
const APPROVED: &str = "adgang";
const REFUSED: &str = "afvist";
const REASONS: [(&str, RefusalReason); 4] = [
    ("ikke-patient", RefusalReason::NotAPatient),
    ("oplysninger", RefusalReason::DetailsDoNotFit),
    ("foraeldremyndighed", RefusalReason::CustodyNotConfirmed),
    ("kontakt", RefusalReason::ContactClinic),
];
const STATES: [(&str, MembershipState); 5] = [
    (APPROVED, MembershipState::Active),
    ("lukket", MembershipState::Suspended),
    (REFUSED, MembershipState::Refused),
    ("udloebet", MembershipState::Lapsed),
    ("afsluttet", MembershipState::Ended),
];
