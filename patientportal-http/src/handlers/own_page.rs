//! The patient's own page (A7, F2): each action is a form of its own, and what is sensitive asks first to log in again.

use patientportal_core::account::{Membership, MembershipState};
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::SessionNo;
use patientportal_core::policy::{Denial, OutstandingStep};
use patientportal_core::portal::{OwnSession, PasswordForm, Principal};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::value::Mobile;

use super::{function_of, is_fresh, landing, late_form, mitid, own_history, problems_of, start, step};
use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::links::{OwnForm, words};
use crate::news::{News, with_news};
use crate::pages::form::names;
use crate::pages::{
    Form, OwnClinic, OwnFormPage, OwnPage, OwnSessionRow, Problem, WaysToProve, membership_label, prove_again_page,
};
use crate::reply::{Handled, Reply};
use crate::router::ClinicRoute;
use crate::texts::{FieldTexts, OwnPageTexts, fill};
use crate::visit::Visit;

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let portal = &visit.site.portal;
    let person = match portal.own_person(principal, clinic.id).await {
        Ok(person) => person,
        Err(failure) => return elsewhere(visit, principal, clinic, failure),
    };
    let sessions = portal.own_sessions(principal, clinic.id).await?;
    let memberships = principal.access().memberships.iter();
    let clinics = memberships.filter(|here| here.state != MembershipState::Ended);
    Ok(Reply::page(&OwnPage {
        frame: visit.frame(Some(clinic)),
        slug: clinic.slug.clone(),
        email: person.email.as_str().to_owned(),
        mobile: person.mobile.as_ref().map(Mobile::formatted),
        clinics: clinics.filter_map(|here| own_clinic(visit, here)).collect(),
        sessions: sessions.iter().map(|session| session_row(visit, session)).collect(),
    }))
}

pub(super) async fn end_session(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let here = visit.site.links.own_page(&clinic.slug);
    let (true, Ok(no)) = (is_fresh(visit, form), form.get(SESSION).parse()) else { return Ok(Reply::see_other(&here)) };
    match visit.site.portal.end_own_session(principal, clinic.id, SessionNo(no)).await {
        Ok(()) => Ok(Reply::see_other(&with_news(&here, News::SessionEnded.code()))),
        Err(failure) => elsewhere(visit, principal, clinic, failure),
    }
}

/// Sends whoever is logged in to prove anew that it is theirs, by MitID or by password and code: before something sensitive
/// here, which they come back to, or for a function that demands MitID (P2).
pub(super) async fn prove_again(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    let here = match function {
        Some(_) => landing(visit, clinic, function),
        None => visit.site.links.own_page(&clinic.slug),
    };
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&here));
    }
    if let Some(which) = OwnForm::of_word(form.get(names::PLACE)) {
        late_form::remember(visit, principal, clinic, ClinicRoute::Own(which), None).await?;
    }
    if form.has(words::BY_CODE) {
        let front = visit.site.links.front(&clinic.slug);
        return Ok(Reply::see_other(&with_news(&front, News::ProveAgain.code())));
    }
    let to = visit.destination(clinic, function);
    match visit.site.portal.begin_owner_proof(&visit.visitor, principal, to).await {
        Ok(url) => Ok(mitid::depart(visit, clinic, here, url)),
        Err(Failure::Refused(refusal)) => Ok(Reply::see_other(&with_news(&here, refusal.code()))),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn show_form(visit: &Visit, clinic: &Clinic, which: OwnForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let person = match visit.site.portal.own_person(principal, clinic.id).await {
        Ok(person) => person,
        Err(failure) => return elsewhere(visit, principal, clinic, failure),
    };
    if let Some(first) = comes_first(visit, principal, clinic, which) {
        return Ok(first);
    }
    if which.is_sensitive() && !principal.is_fresh() {
        return Ok(ask_again(visit, clinic, principal, Some(which)));
    }
    let typed = match which {
        OwnForm::Email => person.email.as_str(),
        OwnForm::Mobile => &person.mobile.as_ref().map(Mobile::formatted).unwrap_or_default(),
        _ => "",
    };
    Ok(Reply::page(&page(visit, principal, clinic, which, typed)))
}

pub(super) async fn submit_form(visit: &Visit, clinic: &Clinic, which: OwnForm, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    if !is_fresh(visit, form) {
        let problems = vec![Problem::overall(FieldTexts::of(visit.language()).stale_form)];
        return Ok(again(visit, clinic, which, form, problems));
    }
    match done(visit, principal, clinic, which, form).await {
        Err(Failure::Refused(Refusal::ProofTooOld)) => {
            late_form::remember(visit, principal, clinic, ClinicRoute::Own(which), Some(form)).await?;
            Ok(ask_again(visit, clinic, principal, None))
        }
        Err(Failure::Refused(refusal @ Refusal::Denied(_))) => elsewhere(visit, principal, clinic, refusal.into()),
        Err(Failure::Refused(refusal)) => {
            Ok(visit.refused(again(visit, clinic, which, form, problems_of(&refusal, visit)), &refusal))
        }
        answer => answer,
    }
}

/// What comes before a form: a step of L8, or a proof that is younger.
pub(super) async fn before_form(
    visit: &Visit,
    clinic: &Clinic,
    principal: &Principal,
    which: OwnForm,
) -> Result<Option<Reply>, Failure> {
    if let Some(first) = comes_first(visit, principal, clinic, which) {
        return Ok(Some(first));
    }
    match visit.site.portal.own_person(principal, clinic.id).await {
        Ok(_) if which.is_sensitive() && !principal.is_fresh() => Ok(Some(ask_again(visit, clinic, principal, None))),
        Ok(_) => Ok(None),
        Err(failure) => elsewhere(visit, principal, clinic, failure).map(Some),
    }
}

/// The form with what was typed, but for passwords, and what was wrong with it.
pub(super) fn again(
    visit: &Visit,
    clinic: &Clinic,
    which: OwnForm,
    form: &PostedForm,
    problems: Vec<Problem>,
) -> Reply {
    let Some(principal) = &visit.principal else { return start::ask_to_log_in(visit, clinic, None) };
    let typed = match which {
        OwnForm::Email => form.get(names::EMAIL),
        OwnForm::Mobile => form.get(names::MOBILE),
        _ => "",
    };
    let page = page(visit, principal, clinic, which, typed);
    Reply::page(&OwnFormPage { form: page.form.clone().with_problems(problems), ..page })
}

/// Another page first: a step of L8, or a login.
pub(super) fn elsewhere(visit: &Visit, principal: &Principal, clinic: &Clinic, failure: Failure) -> Handled {
    match failure {
        Failure::Refused(Refusal::Denied(Denial::StepOutstanding(_))) => {
            let start = || Reply::see_other(&visit.site.links.start(&clinic.slug));
            Ok(step::detour(visit, principal, clinic, None).unwrap_or_else(start))
        }
        Failure::Refused(Refusal::Denied(Denial::NotLoggedIn)) => Ok(start::ask_to_log_in(visit, clinic, None)),
        failure => Err(failure),
    }
}

/// The step of L8 before a form that changes something. What is held can be seen, and the account closed, without a password
/// chosen.
fn comes_first(visit: &Visit, principal: &Principal, clinic: &Clinic, which: OwnForm) -> Option<Reply> {
    let must_wait = !matches!(which, OwnForm::Data | OwnForm::Close);
    let first = principal.outstanding_step(clinic).filter(|step| *step < OutstandingStep::AcceptTerms);
    first.filter(|_| must_wait).and_then(|_| step::detour(visit, principal, clinic, None))
}

async fn done(visit: &Visit, principal: &Principal, clinic: &Clinic, which: OwnForm, form: &PostedForm) -> Handled {
    let (portal, links) = (&visit.site.portal, &visit.site.links);
    let (to, password) = (visit.destination(clinic, None), form.get(names::PASSWORD));
    let back = |news: News| Reply::see_other(&with_news(&links.own_page(&clinic.slug), news.code()));
    Ok(match which {
        OwnForm::Email => {
            portal.begin_email_change(&visit.visitor, principal, to, form.get(names::EMAIL), password).await?;
            Reply::see_other(&links.email_proof(&clinic.slug))
        }
        OwnForm::Mobile => {
            portal.change_mobile(principal, clinic.id, form.get(names::MOBILE)).await?;
            back(News::MobileChanged)
        }
        OwnForm::Password => {
            let typed = |name| form.get(name).to_owned();
            let (new, again) = (typed(names::NEW_PASSWORD), typed(names::PASSWORD_AGAIN));
            let typed = PasswordForm { old: password.to_owned(), new, again };
            let logged_in = portal.change_password(&visit.visitor, principal, to, &typed).await?;
            back(News::PasswordChanged)
                .cookie(&Cookie::Session.set(&logged_in.session))
                .cookie(&Cookie::Device.set(&logged_in.device))
        }
        OwnForm::Leave => {
            portal.leave_clinic(principal, clinic.id).await?;
            back(News::Left)
        }
        OwnForm::Data => {
            let data = portal.own_data(&visit.visitor, principal, clinic.id, password).await?;
            Reply::download("mine-oplysninger.json", "application/json", own_history::file(visit, &data))
        }
        OwnForm::Close => {
            portal.close_account(&visit.visitor, principal, clinic.id, password).await?;
            Reply::see_other(&with_news(&links.front(&clinic.slug), News::AccountClosed.code()))
                .cookie(&Cookie::Session.clear())
        }
    })
}

/// Asks to prove anew. Where they come back to is remembered already, or `to` is remembered when they go.
pub(super) fn ask_again(visit: &Visit, clinic: &Clinic, principal: &Principal, to: Option<OwnForm>) -> Reply {
    let frame = visit.frame_at(clinic, visit.site.links.own_page(&clinic.slug));
    let ways = WaysToProve {
        mitid: visit.site.portal.mitid_available(),
        code_first: !principal.proof().is_mitid(),
        place: to.map(OwnForm::word),
    };
    Reply::page(&prove_again_page(frame, &clinic.slug, &visit.numbers().fresh_proof, ways))
}

fn page(visit: &Visit, principal: &Principal, clinic: &Clinic, which: OwnForm, typed: &str) -> OwnFormPage {
    let (texts, links) = (OwnPageTexts::of(visit.language()), &visit.site.links);
    let (title, lead, button) = match which {
        OwnForm::Email => (texts.change_email, texts.email_lead, texts.email_send),
        OwnForm::Mobile => (texts.change_mobile, texts.mobile_lead, texts.save),
        OwnForm::Password => (texts.change_password, texts.password_lead, texts.save),
        OwnForm::Leave => (texts.leave_title, texts.leave_text, texts.leave_do),
        OwnForm::Data => (texts.data, texts.data_lead, texts.data_fetch),
        OwnForm::Close => (texts.close_title, texts.close_text, texts.close_do),
    };
    let (by_code, policy) = (!principal.proof().is_mitid(), &visit.site.portal.policy().password);
    let action = links.own_form(&clinic.slug, which);
    OwnFormPage {
        frame: visit.frame_at(clinic, action.clone()),
        title: fill(title, "clinic", &clinic.name),
        lead,
        form: Form::own(which, typed, by_code, policy, visit.language()),
        action,
        button,
        back: links.own_page(&clinic.slug),
    }
}

fn own_clinic(visit: &Visit, here: &Membership) -> Option<OwnClinic> {
    let clinic = visit.site.portal.clinics().by_id(here.clinic)?;
    let texts = OwnPageTexts::of(visit.language());
    let since = || fill(texts.state_active, "day", &here.since.copenhagen_day(visit.language()));
    let state = membership_label(here.state, visit.language()).map_or_else(since, str::to_owned);
    let is_active = here.state == MembershipState::Active;
    let leave = is_active.then(|| visit.site.links.own_form(&clinic.slug, OwnForm::Leave));
    Some(OwnClinic { name: clinic.name.clone(), state, leave })
}

fn session_row(visit: &Visit, OwnSession { session, is_this, .. }: &OwnSession) -> OwnSessionRow {
    let texts = OwnPageTexts::of(visit.language());
    let proof = if session.proof.is_mitid() { texts.by_mitid } else { texts.by_code };
    let text = fill(texts.opened, "day", &session.opened.copenhagen_day(visit.language()));
    let text = fill(&text, "time", &session.opened.copenhagen_clock());
    let text = fill(&fill(&text, "proof", proof), "seen", &session.seen.start().copenhagen_clock());
    OwnSessionRow { no: session.no.0, is_this: *is_this, text }
}

const SESSION: &str = "session";
