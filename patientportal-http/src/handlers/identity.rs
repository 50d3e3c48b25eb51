//! The steps of somebody whose user a clinic has created (L8): MitID confirms who it is (R7), and a password is chosen where
//! there is none (A10).

use patientportal_core::clinic::{Clinic, FunctionKind};
use patientportal_core::fault::Fault;
use patientportal_core::policy::OutstandingStep;
use patientportal_core::portal::Principal;
use patientportal_core::refusal::{Failure, Refusal};

use super::{function_of, is_fresh, landing, mitid, problems_of, start};
use crate::forms::PostedForm;
use crate::links::{function_word, with_function, words};
use crate::news::with_news;
use crate::pages::form::names;
use crate::pages::{ChoosePasswordPage, Form, Problem, confirm_identity_page};
use crate::reply::{Handled, Reply};
use crate::texts::FieldTexts;
use crate::visit::Visit;

pub(super) fn show_confirm(visit: &Visit, clinic: &Clinic) -> Reply {
    let function = visit.function();
    if let Err(elsewhere) = at_step(visit, clinic, function, OutstandingStep::ConfirmIdentity) {
        return *elsewhere;
    }
    let (to, available) = (visit.site.links.confirm_identity(&clinic.slug), visit.site.portal.mitid_available());
    Reply::page(&confirm_identity_page(visit.frame(Some(clinic)), available, to, function))
}

/// Sends the user to MitID, whose word counts for this account only.
pub(super) async fn confirm(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let principal = match at_step(visit, clinic, function, OutstandingStep::ConfirmIdentity) {
        Ok(principal) => principal,
        Err(elsewhere) => return Ok(*elsewhere),
    };
    let here = with_function(visit.site.links.confirm_identity(&clinic.slug), function);
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&here));
    }
    let to = visit.destination(clinic, function);
    match visit.site.portal.begin_owner_proof(&visit.visitor, principal, to).await {
        Ok(url) => Ok(mitid::depart(visit, clinic, here, url)),
        Err(Failure::Refused(refusal)) => Ok(Reply::see_other(&with_news(&here, refusal.code()))),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn show_choose(visit: &Visit, clinic: &Clinic) -> Handled {
    let function = visit.function();
    match at_step(visit, clinic, function, OutstandingStep::ChoosePassword) {
        Ok(principal) => Ok(choose_page(visit, principal, clinic, function, Vec::new()).await?),
        Err(elsewhere) => Ok(*elsewhere),
    }
}

pub(super) async fn choose(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let principal = match at_step(visit, clinic, function, OutstandingStep::ChoosePassword) {
        Ok(principal) => principal,
        Err(elsewhere) => return Ok(*elsewhere),
    };
    if !is_fresh(visit, form) {
        let stale = vec![Problem::overall(FieldTexts::of(visit.language()).stale_form)];
        return Ok(choose_page(visit, principal, clinic, function, stale).await?);
    }
    let (password, again) = (form.get(names::PASSWORD), form.get(names::PASSWORD_AGAIN));
    match visit.site.portal.choose_password(principal, clinic.id, password, again).await {
        // One that was chosen meanwhile holds: the landing finds out what is left.
        Ok(()) | Err(Failure::Refused(Refusal::FlowFinished | Refusal::Denied(_))) => {
            Ok(Reply::see_other(&landing(visit, clinic, function)))
        }
        Err(Failure::Refused(refusal)) => {
            let problems = problems_of(&refusal, visit);
            Ok(visit.refused(choose_page(visit, principal, clinic, function, problems).await?, &refusal))
        }
        Err(fault) => Err(fault),
    }
}

/// Where the password can be chosen again.
pub(super) fn choose_address(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> String {
    with_function(visit.site.links.choose_password(&clinic.slug), function_of(form))
}

/// Whoever is logged in, if the step is theirs to take now; else where they go.
fn at_step<'v>(
    visit: &'v Visit,
    clinic: &Clinic,
    function: Option<FunctionKind>,
    step: OutstandingStep,
) -> Result<&'v Principal, Box<Reply>> {
    let Some(principal) = &visit.principal else { return Err(Box::new(start::ask_to_log_in(visit, clinic, function))) };
    match principal.outstanding_step(clinic) {
        Some(outstanding) if outstanding == step => Ok(principal),
        _ => Err(Box::new(Reply::see_other(&landing(visit, clinic, function)))),
    }
}

async fn choose_page(
    visit: &Visit,
    principal: &Principal,
    clinic: &Clinic,
    function: Option<FunctionKind>,
    problems: Vec<Problem>,
) -> Result<Reply, Fault> {
    let portal = &visit.site.portal;
    let mut form = Form::new_password(&portal.policy().password, visit.language()).with_problems(problems);
    if let Some(function) = function {
        form = form.with_hidden(words::FUNCTION, function_word(function));
    }
    let here = with_function(visit.site.links.choose_password(&clinic.slug), function);
    let accepts = principal.access().terms != portal.policy().terms_version;
    Ok(Reply::page(&ChoosePasswordPage {
        frame: visit.frame_at(clinic, here),
        form,
        action: visit.site.links.choose_password(&clinic.slug),
        masked_email: portal.owner(principal).await?.masked_email,
        operator: accepts.then(|| visit.site.settings.operator.clone()),
    }))
}
