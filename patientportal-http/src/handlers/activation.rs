//! The activation link (R7): opening it, filling in its page, having another sent.

use http::StatusCode;
use http::header::REFERRER_POLICY;
use patientportal_core::clinic::Clinic;
use patientportal_core::portal::ActivationForm;
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::sealing::FlowToken;

use super::{ShownAgain, is_fresh, problems_of};
use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::links::words;
use crate::news::with_value;
use crate::pages::form::names;
use crate::pages::{
    ActivationPage, Form, Problem, activated_page, activation_sent_page, dead_activation_page, expired_link_page,
    other_activation_page, refusal_page,
};
use crate::reply::{Handled, Reply};
use crate::visit::Visit;

/// The link of a mail: its token moves into a cookie, out of the address bar and of every `Referer`. Nothing else happens,
/// so that a mail scanner that opens links does no harm.
pub(super) fn open_link(visit: &Visit, token: &str) -> Reply {
    let reply = Reply::see_other(&visit.site.links.activate()).with(REFERRER_POLICY, "no-referrer");
    match FlowToken::parse(token) {
        Ok(token) => reply.cookie(&Cookie::Reset.set(&token.to_text())),
        Err(_) => reply.cookie(&Cookie::Reset.clear()),
    }
}

pub(super) async fn show(visit: &Visit) -> Handled {
    if visit.query.has(SENT) {
        return Ok(Reply::page(&activation_sent_page(visit.frame(None))));
    }
    let Some(token) = &visit.link_token else { return Ok(not_open(visit, &Refusal::LinkDead)) };
    match visit.site.portal.check_activation_link(token).await {
        Ok(()) => Ok(page(visit, token, &PostedForm::default(), Vec::new())),
        Err(Failure::Refused(refusal)) => Ok(not_open(visit, &refusal)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn submit(visit: &Visit, form: &PostedForm) -> Handled {
    let Some(token) = &visit.link_token else { return Ok(not_open(visit, &Refusal::LinkDead)) };
    // The cookie is that of the link opened last, maybe in another tab or at another site's bidding.
    if form.get(words::FLOW) != token.flow().to_text() {
        let page = other_activation_page(visit.frame(None));
        return Ok(Reply::page(&page).status(StatusCode::UNPROCESSABLE_ENTITY));
    }
    if let Some(reason) = ShownAgain::of(visit, form) {
        return Ok(page(visit, token, form, reason.problems(visit)));
    }
    let typed = ActivationForm {
        cpr: form.get(names::CPR).to_owned(),
        password: form.get(names::PASSWORD).to_owned(),
        password_again: form.get(names::PASSWORD_AGAIN).to_owned(),
    };
    let (portal, links) = (&visit.site.portal, &visit.site.links);
    match portal.activate(&visit.visitor, token, &typed).await {
        Ok(activated) => {
            let clinic = portal.clinics().by_id(activated.clinic);
            let to = clinic.map_or_else(|| links.root(), |clinic| links.activated(&clinic.slug));
            Ok(Reply::see_other(&to).cookie(&Cookie::Device.set(&activated.device)).cookie(&Cookie::Reset.clear()))
        }
        Err(Failure::Refused(refusal @ (Refusal::LinkDead | Refusal::LinkExpired | Refusal::LinkLocked))) => {
            Ok(not_open(visit, &refusal))
        }
        Err(Failure::Refused(refusal)) => {
            let problems = match refusal {
                Refusal::WrongNumber => vec![Problem::with(names::CPR, refusal.text(visit.language()))],
                _ => problems_of(&refusal, visit),
            };
            Ok(visit.refused(page(visit, token, form, problems), &refusal))
        }
        Err(fault) => Err(fault),
    }
}

/// Has another link mailed in place of one that is too old. The answer is the same whatever comes of it.
pub(super) async fn send_new(visit: &Visit, form: &PostedForm) -> Handled {
    let here = visit.site.links.activate();
    let Some(token) = visit.link_token.as_ref().filter(|_| is_fresh(visit, form)) else {
        return Ok(Reply::see_other(&here));
    };
    visit.site.portal.request_activation_link(&visit.visitor, token).await?;
    Ok(Reply::see_other(&with_value(&here, SENT, "1")).cookie(&Cookie::Reset.clear()))
}

/// The form with what was typed, if it is the open link's.
pub(super) fn again(visit: &Visit, form: &PostedForm, problems: Vec<Problem>) -> Option<Reply> {
    let token = visit.link_token.as_ref().filter(|token| form.get(words::FLOW) == token.flow().to_text())?;
    Some(page(visit, token, form, problems))
}

pub(super) fn show_done(visit: &Visit, clinic: &Clinic) -> Reply {
    Reply::page(&activated_page(visit.frame(Some(clinic))))
}

/// Why a link opens nothing. One that is too old stays with the browser, so that another can be asked for.
fn not_open(visit: &Visit, refusal: &Refusal) -> Reply {
    let frame = visit.frame(None);
    let page = match refusal {
        Refusal::LinkExpired => expired_link_page(frame, visit.site.links.new_activation()),
        Refusal::LinkLocked => refusal_page(frame, refusal),
        _ => dead_activation_page(frame),
    };
    let reply = visit.refused(Reply::page(&page), refusal);
    if *refusal == Refusal::LinkExpired { reply } else { reply.cookie(&Cookie::Reset.clear()) }
}

fn page(visit: &Visit, token: &FlowToken, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let rules = &visit.site.portal.policy().password;
    let form = Form::activation(form.get(names::CPR), form.has(names::HIDE), rules, visit.language())
        .with_hidden(words::FLOW, token.flow().to_text())
        .with_problems(problems);
    Reply::page(&ActivationPage {
        frame: visit.frame(None),
        form,
        action: visit.site.links.activate(),
        operator: visit.site.settings.operator.clone(),
    })
}

/// The query name that says that a link was asked for.
const SENT: &str = "sendt";
