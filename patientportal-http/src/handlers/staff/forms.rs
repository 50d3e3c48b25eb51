//! The staff's forms (S1, S4, A11): creating a user, renewing one, changing a number, ending an access.

use patientportal_core::account::Rights;
use patientportal_core::audit::IdentityCheck;
use patientportal_core::ids::AccountId;
use patientportal_core::language::Language;
use patientportal_core::portal::{NewUser, UserMade};
use patientportal_core::refusal::{Failure, Refusal};

use super::desk::Desk;
use super::list::{ticked, ticks};
use crate::forms::PostedForm;
use crate::handlers::problems_of;
use crate::news::{StaffNews, with_news};
use crate::pages::form::names;
use crate::pages::{CHECKS, ConfirmPage, Form, NewNumberPage, NewUserPage, Problem, RenewUserPage, StaffMenu};
use crate::reply::{Handled, Reply};
use crate::router::StaffAct;
use crate::texts::{FieldTexts, StaffPersonTexts};

pub(super) fn show_new_user(desk: &Desk<'_>) -> Reply {
    let (rights, language) = (Rights::default(), Language::Danish);
    let form = Form::new_user(|_| String::new(), desk.visit.language());
    let functions = ticks(desk.clinic, rights);
    let (frame, bar) = (desk.frame(), desk.bar(StaffMenu::NewUser));
    Reply::page(&NewUserPage { frame, bar, form, functions, language, exempt: false })
}

pub(super) async fn create_user(desk: &Desk<'_>, form: &PostedForm) -> Handled {
    if !desk.is_fresh(form) {
        return Ok(new_user_again(desk, form, vec![stale(desk)]));
    }
    let typed = |name| form.get(name).to_owned();
    let new = NewUser {
        cpr: typed(names::CPR),
        first_name: typed(names::FIRST_NAME),
        last_name: typed(names::LAST_NAME),
        email: typed(names::EMAIL),
        mobile: typed(names::MOBILE),
        language: mail_language(form),
        exempt: form.has(EXEMPT),
        rights: ticked(desk.clinic, form),
    };
    let made = match desk.portal().create_user(desk.staff(), &new).await {
        Ok(made) => made,
        Err(Failure::Refused(refusal)) => {
            return Ok(desk.refused(new_user_again(desk, form, problems_of(&refusal, desk.visit)), &refusal));
        }
        Err(failure) => return Err(failure),
    };
    let (account, news) = match made {
        UserMade::Linked(account) => (account, StaffNews::Linked),
        UserMade::LinkedAndInvited(account) => (account, StaffNews::Invited),
        UserMade::Created(account) => (account, StaffNews::Created),
        _ => return Ok(Reply::see_other(&desk.links().work_list(desk.slug()))),
    };
    Ok(Reply::see_other(&with_news(&desk.links().person(desk.slug(), account), news.code())))
}

/// The form with what was typed, and what was wrong with it.
pub(super) fn new_user_again(desk: &Desk<'_>, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let fields = Form::new_user(|name| form.get(name).to_owned(), desk.visit.language());
    Reply::page(&NewUserPage {
        frame: desk.frame_at(desk.links().new_user(desk.slug())),
        bar: desk.bar(StaffMenu::NewUser),
        form: fields.with_problems(problems),
        functions: ticks(desk.clinic, ticked(desk.clinic, form)),
        language: mail_language(form),
        exempt: form.has(EXEMPT),
    })
}

pub(super) fn renew(desk: &Desk<'_>, account: AccountId, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let action = desk.links().act(desk.slug(), account, StaffAct::Renew.word());
    Reply::page(&RenewUserPage {
        frame: desk.frame_at(action.clone()),
        bar: desk.bar(StaffMenu::Elsewhere),
        form: Form::renew_by_clinic(form.get(names::EMAIL), desk.visit.language()).with_problems(problems),
        check: check(form),
        silent: form.has(SILENT),
        action,
        back: desk.links().person(desk.slug(), account),
    })
}

pub(super) async fn submit_renewal(desk: &Desk<'_>, account: AccountId, form: &PostedForm) -> Handled {
    let check = match ready(desk, form) {
        Ok(check) => check,
        Err(problem) => return Ok(renew(desk, account, form, vec![problem])),
    };
    let (email, tell_old) = (form.get(names::EMAIL), !form.has(SILENT));
    match desk.portal().renew_by_clinic(desk.staff(), account, check, email, tell_old).await {
        Ok(()) => Ok(done(desk, account, StaffNews::Renewed)),
        Err(Failure::Refused(refusal)) if is_about_the_form(&refusal) => {
            Ok(desk.refused(renew(desk, account, form, problems_of(&refusal, desk.visit)), &refusal))
        }
        Err(failure) => Err(failure),
    }
}

pub(super) fn change_number(desk: &Desk<'_>, account: AccountId, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let (action, language) =
        (desk.links().act(desk.slug(), account, StaffAct::ChangeNumber.word()), desk.visit.language());
    let label = StaffPersonTexts::of(language).new_cpr;
    Reply::page(&NewNumberPage {
        frame: desk.frame_at(action.clone()),
        bar: desk.bar(StaffMenu::Elsewhere),
        form: Form::staff_number(label, form.get(names::CPR), language).with_problems(problems),
        check: check(form),
        action,
        back: desk.links().person(desk.slug(), account),
    })
}

pub(super) async fn submit_number(desk: &Desk<'_>, account: AccountId, form: &PostedForm) -> Handled {
    let check = match ready(desk, form) {
        Ok(check) => check,
        Err(problem) => return Ok(change_number(desk, account, form, vec![problem])),
    };
    match desk.portal().change_number(desk.staff(), account, check, form.get(names::CPR)).await {
        Ok(()) => Ok(done(desk, account, StaffNews::NumberChanged)),
        Err(Failure::Refused(refusal)) if is_about_the_form(&refusal) => {
            Ok(desk.refused(change_number(desk, account, form, problems_of(&refusal, desk.visit)), &refusal))
        }
        Err(failure) => Err(failure),
    }
}

pub(super) fn confirm_end(desk: &Desk<'_>, account: AccountId) -> Reply {
    Reply::page(&ConfirmPage {
        frame: desk.frame(),
        bar: desk.bar(StaffMenu::Elsewhere),
        action: desk.links().act(desk.slug(), account, StaffAct::End.word()),
        back: desk.links().person(desk.slug(), account),
    })
}

fn done(desk: &Desk<'_>, account: AccountId, news: StaffNews) -> Reply {
    Reply::see_other(&with_news(&desk.links().person(desk.slug(), account), news.code()))
}

/// How identity was checked, of a form that is this browser's; or what is wrong with it.
fn ready(desk: &Desk<'_>, form: &PostedForm) -> Result<IdentityCheck, Problem> {
    if !desk.is_fresh(form) {
        return Err(stale(desk));
    }
    check(form).ok_or_else(|| Problem::overall(StaffPersonTexts::of(desk.visit.language()).check_missing))
}

fn is_about_the_form(refusal: &Refusal) -> bool {
    !matches!(refusal, Refusal::NoSuchMember | Refusal::NotYourRole)
}

fn check(form: &PostedForm) -> Option<IdentityCheck> {
    CHECKS.into_iter().find(|(word, _)| *word == form.get(CHECK)).map(|(_, check)| check)
}

fn mail_language(form: &PostedForm) -> Language {
    Language::from_tag(form.get(MAIL_LANGUAGE)).unwrap_or_default()
}

fn stale(desk: &Desk<'_>) -> Problem {
    Problem::overall(FieldTexts::of(desk.visit.language()).stale_form)
}

const CHECK: &str = "kontrol";
const SILENT: &str = "tavst";
const EXEMPT: &str = "fritaget";
const MAIL_LANGUAGE: &str = "mailsprog";
