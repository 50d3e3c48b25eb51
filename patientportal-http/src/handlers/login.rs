//! Login with a security code (L3): the password step on the front page, then the code page.

use http::StatusCode;
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::FlowId;
use patientportal_core::portal::CodePage as PortalCodePage;
use patientportal_core::refusal::{Failure, Refusal};

use super::code_entry::{Mailed, SENT, Said, code_entry};
use super::{ShownAgain, front, function_of, is_fresh, late_form, problems_of, to_front};
use crate::forms::PostedForm;
use crate::links::words;
use crate::news::with_value;
use crate::pages::form::names;
use crate::pages::{CodePage, Form, Problem};
use crate::reply::{Handled, Reply};
use crate::visit::{Visit, phone};

pub(super) async fn submit_password(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let again = |problems| password_again(visit, clinic, form, problems);
    if let Some(reason) = ShownAgain::of(visit, form) {
        return Ok(again(reason.problems(visit)));
    }
    let (to, portal) = (visit.destination(clinic, function_of(form)), &visit.site.portal);
    match portal.submit_password(&visit.visitor, to, form.get(names::CPR), form.get(names::PASSWORD)).await {
        Ok(page) => Ok(Reply::see_other(&code_address(visit, clinic, page.flow))),
        Err(Failure::Refused(refusal)) => Ok(visit.refused(again(problems_of(&refusal, visit)), &refusal)),
        Err(fault) => Err(fault),
    }
}

/// The front page with what was typed, and what was wrong with it.
pub(super) fn password_again(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let function = function_of(form);
    let frame = visit.frame_at(clinic, visit.site.links.entry(&clinic.slug, function));
    let fields = Form::log_in(form.get(names::CPR), form.has(names::HIDE), visit.language());
    Reply::page(&front::page(visit, frame, clinic, function, fields.with_problems(problems)))
}

pub(super) async fn show_code(visit: &Visit, clinic: &Clinic) -> Handled {
    let flow = visit.query.find(words::FLOW).and_then(|text| FlowId::parse(text).ok());
    let Some(flow) = flow else { return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow)) };
    match visit.site.portal.code_page(&visit.visitor, flow).await {
        Ok(page) => Ok(Reply::page(&code_page(visit, clinic, &page, Said::Nothing))),
        Err(Failure::Refused(refusal)) => Ok(leave_code(visit, clinic, &refusal)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn submit_code(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Ok(flow) = FlowId::parse(form.get(words::FLOW)) else {
        return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow));
    };
    if !is_fresh(visit, form) {
        return show_code_again(visit, clinic, flow, Said::stale(visit), StatusCode::OK).await;
    }
    let (reference, code) = (form.get(names::REFERENCE), form.get(names::CODE));
    match visit.site.portal.submit_code(&visit.visitor, flow, reference, code).await {
        Ok(logged_in) => Ok(late_form::welcome_back(visit, &logged_in).await),
        Err(Failure::Refused(refusal)) => answer_refused_code(visit, clinic, flow, &refusal).await,
        Err(fault) => Err(fault),
    }
}

pub(super) async fn resend_code(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Ok(flow) = FlowId::parse(form.get(words::FLOW)) else {
        return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow));
    };
    if !is_fresh(visit, form) {
        return show_code_again(visit, clinic, flow, Said::stale(visit), StatusCode::OK).await;
    }
    match visit.site.portal.resend_code(&visit.visitor, flow).await {
        Ok(page) => Ok(Reply::see_other(&with_value(&code_address(visit, clinic, page.flow), SENT, "1"))),
        Err(Failure::Refused(refusal)) => answer_refused_code(visit, clinic, flow, &refusal).await,
        Err(fault) => Err(fault),
    }
}

/// A refusal after which the code page has a next step is said there; any other, where one begins again.
async fn answer_refused_code(visit: &Visit, clinic: &Clinic, flow: FlowId, refusal: &Refusal) -> Handled {
    let stays = matches!(
        refusal,
        Refusal::InvalidForm(_)
            | Refusal::WrongCode
            | Refusal::CodeDead
            | Refusal::CodeSuperseded
            | Refusal::NoCodeYet
            | Refusal::CodesWait { .. }
            | Refusal::NextCodeLater { .. }
            | Refusal::AddressSlowed { .. }
    );
    if !stays {
        return Ok(leave_code(visit, clinic, refusal));
    }
    let said = Said::of(refusal, visit);
    let reply = show_code_again(visit, clinic, flow, said, StatusCode::UNPROCESSABLE_ENTITY).await?;
    Ok(if reply.is_redirect() { reply } else { visit.refused(reply, refusal) })
}

async fn show_code_again(visit: &Visit, clinic: &Clinic, flow: FlowId, said: Said, status: StatusCode) -> Handled {
    match visit.site.portal.code_page(&visit.visitor, flow).await {
        Ok(page) => Ok(Reply::page(&code_page(visit, clinic, &page, said)).status(status)),
        Err(Failure::Refused(refusal)) => Ok(leave_code(visit, clinic, &refusal)),
        Err(fault) => Err(fault),
    }
}

/// A code page that is over leads to where the login is now: done, or to be begun again.
fn leave_code(visit: &Visit, clinic: &Clinic, refusal: &Refusal) -> Reply {
    if *refusal == Refusal::FlowFinished && visit.principal.is_some() {
        return Reply::see_other(&visit.site.links.start(&clinic.slug));
    }
    to_front(visit, clinic, None, refusal)
}

fn code_page(visit: &Visit, clinic: &Clinic, page: &PortalCodePage, said: Said) -> CodePage {
    let (links, slug, reference) = (&visit.site.links, clinic.slug.as_str(), page.reference.as_deref());
    let form = Form::security_code(&page.flow.to_text(), reference, visit.language());
    let mailed = Mailed { masked_email: &page.masked_email, reference, next_code: page.next_code };
    CodePage {
        frame: visit.frame_at(clinic, code_address(visit, clinic, page.flow)),
        entry: code_entry(visit, &mailed, said, form, (links.code(slug), links.new_code(slug))),
        start_over: links.front(slug),
        phone: phone(clinic),
    }
}

/// Where the code page of a posted form can be fetched.
pub(super) fn code_address_of(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> String {
    match FlowId::parse(form.get(words::FLOW)) {
        Ok(flow) => code_address(visit, clinic, flow),
        Err(_) => visit.site.links.front(&clinic.slug),
    }
}

fn code_address(visit: &Visit, clinic: &Clinic, flow: FlowId) -> String {
    with_value(&visit.site.links.code(&clinic.slug), words::FLOW, &flow.to_text())
}
