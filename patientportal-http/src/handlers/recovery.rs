//! A forgotten password (F1): asking for a link, opening it, choosing a new password.

use http::StatusCode;
use http::header::REFERRER_POLICY;
use patientportal_core::clinic::Clinic;
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::sealing::FlowToken;

use super::{ShownAgain, function_of, is_fresh, problems_of};
use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::links::{function_word, words};
use crate::news::with_value;
use crate::pages::form::names;
use crate::pages::{
    Form, Problem, RecoveryPage, ResetPage, dead_link_page, other_link_page, recovery_sent_page, reset_done_page,
};
use crate::reply::{Handled, Reply};
use crate::texts::FieldTexts;
use crate::visit::Visit;

pub(super) fn show(visit: &Visit, clinic: &Clinic) -> Reply {
    if visit.query.has(SENT) {
        return Reply::page(&recovery_sent_page(visit.frame(Some(clinic)), &visit.numbers(), visit.function()));
    }
    page(visit, clinic, &PostedForm::default(), Vec::new())
}

pub(super) async fn submit(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    if let Some(reason) = ShownAgain::of(visit, form) {
        return Ok(page(visit, clinic, form, reason.problems(visit)));
    }
    let (to, portal) = (visit.destination(clinic, function_of(form)), &visit.site.portal);
    match portal.request_reset(&visit.visitor, to, form.get(names::CPR), form.get(names::EMAIL)).await {
        Ok(()) => {
            let address = visit.site.links.forgot(&clinic.slug, function_of(form));
            Ok(Reply::see_other(&with_value(&address, SENT, "1")))
        }
        Err(Failure::Refused(refusal)) => {
            Ok(visit.refused(page(visit, clinic, form, problems_of(&refusal, visit)), &refusal))
        }
        Err(fault) => Err(fault),
    }
}

/// The link of a mail: its token moves into a cookie, out of the address bar and of every `Referer`. Nothing else
/// happens, so that a mail scanner that opens links does no harm.
pub(super) fn open_link(visit: &Visit, token: &str) -> Reply {
    let reply = Reply::see_other(&visit.site.links.reset()).with(REFERRER_POLICY, "no-referrer");
    match FlowToken::parse(token) {
        Ok(token) => reply.cookie(&Cookie::Reset.set(&token.to_text())),
        Err(_) => reply.cookie(&Cookie::Reset.clear()),
    }
}

pub(super) async fn show_reset(visit: &Visit) -> Handled {
    let Some(token) = &visit.link_token else { return Ok(dead_link(visit)) };
    match visit.site.portal.check_reset_link(token).await {
        Ok(()) => Ok(reset_page(visit, token, Vec::new())),
        Err(Failure::Refused(Refusal::LinkDead)) => Ok(dead_link(visit)),
        Err(failure) => Err(failure),
    }
}

pub(super) async fn submit_reset(visit: &Visit, form: &PostedForm) -> Handled {
    let Some(token) = &visit.link_token else { return Ok(dead_link(visit)) };
    // The cookie is that of the link opened last, maybe in another tab or at another site's bidding.
    if form.get(words::FLOW) != token.flow().to_text() {
        let page = other_link_page(visit.frame(None));
        return Ok(Reply::page(&page).status(StatusCode::UNPROCESSABLE_ENTITY));
    }
    if !is_fresh(visit, form) {
        return Ok(reset_page(visit, token, vec![Problem::overall(FieldTexts::of(visit.language()).stale_form)]));
    }
    let portal = &visit.site.portal;
    let (password, again) = (form.get(names::PASSWORD), form.get(names::PASSWORD_AGAIN));
    match portal.submit_reset(&visit.visitor, token, password, again).await {
        Ok(clinic) => {
            let clinic = portal.clinics().by_id(clinic);
            let links = &visit.site.links;
            let to = clinic.map_or_else(|| links.root(), |clinic| links.password_changed(&clinic.slug));
            Ok(Reply::see_other(&to).cookie(&Cookie::Reset.clear()))
        }
        Err(Failure::Refused(Refusal::LinkDead)) => Ok(dead_link(visit)),
        Err(Failure::Refused(refusal)) => {
            Ok(visit.refused(reset_page(visit, token, problems_of(&refusal, visit)), &refusal))
        }
        Err(fault) => Err(fault),
    }
}

/// The form for a new password again, if it is the open link's.
pub(super) fn reset_again(visit: &Visit, form: &PostedForm, problems: Vec<Problem>) -> Option<Reply> {
    let token = visit.link_token.as_ref().filter(|token| form.get(words::FLOW) == token.flow().to_text())?;
    Some(reset_page(visit, token, problems))
}

pub(super) fn show_done(visit: &Visit, clinic: &Clinic) -> Reply {
    Reply::page(&reset_done_page(visit.frame(Some(clinic))))
}

fn dead_link(visit: &Visit) -> Reply {
    let page = dead_link_page(visit.frame(None));
    visit.refused(Reply::page(&page), &Refusal::LinkDead).cookie(&Cookie::Reset.clear())
}

fn reset_page(visit: &Visit, token: &FlowToken, problems: Vec<Problem>) -> Reply {
    let form = Form::new_password(&visit.site.portal.policy().password, visit.language())
        .with_hidden(words::FLOW, token.flow().to_text())
        .with_problems(problems);
    Reply::page(&ResetPage { frame: visit.frame(None), form, action: visit.site.links.reset() })
}

/// The form with what was typed, and what was wrong with it.
pub(super) fn page(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let function = function_of(form).or_else(|| visit.function());
    let (links, slug) = (&visit.site.links, clinic.slug.as_str());
    let fields = Form::recovery(form.get(names::CPR), form.has(names::HIDE), form.get(names::EMAIL), visit.language());
    let fields = match function {
        Some(function) => fields.with_hidden(words::FUNCTION, function_word(function)),
        None => fields,
    };
    Reply::page(&RecoveryPage {
        frame: visit.frame_at(clinic, links.forgot(slug, function)),
        form: fields.with_problems(problems),
        action: links.forgot(slug, None),
        back: links.entry(slug, function),
    })
}

/// The query name of the one answer.
const SENT: &str = "sendt";
