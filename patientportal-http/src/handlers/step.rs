//! The steps that stand between a login and the functions (L8): new terms, `Registrer` (J1).

use patientportal_core::clinic::{Clinic, FunctionKind};
use patientportal_core::policy::OutstandingStep;
use patientportal_core::portal::Principal;
use patientportal_core::refusal::{Failure, Refusal};

use super::{function_of, is_fresh, landing, membership, start};
use crate::forms::PostedForm;
use crate::links::{function_word, with_function, words};
use crate::news::{notice_of, with_news};
use crate::pages::{AcceptTermsPage, Form, JoinPage, registration_closed_page};
use crate::reply::{Handled, Reply};
use crate::visit::Visit;

/// Where the user must go first, if a step stands between them and the clinic's functions.
pub(super) fn detour(
    visit: &Visit,
    principal: &Principal,
    clinic: &Clinic,
    function: Option<FunctionKind>,
) -> Option<Reply> {
    let links = &visit.site.links;
    let address = match principal.outstanding_step(clinic)? {
        OutstandingStep::ConfirmIdentity => links.confirm_identity(&clinic.slug),
        OutstandingStep::Renew => links.renew(&clinic.slug),
        OutstandingStep::ChoosePassword => links.choose_password(&clinic.slug),
        OutstandingStep::AcceptTerms => links.accept_terms(&clinic.slug),
        OutstandingStep::ConfirmContact => links.contact(&clinic.slug),
        // Whatever steps are to come, joining is the last.
        _ => links.join(&clinic.slug),
    };
    let address = with_function(address, function);
    // What has happened is said at the step instead.
    let news = visit.query.find(words::NEWS).filter(|code| notice_of(code, visit.language()).is_some());
    Some(Reply::see_other(&news.map_or_else(|| address.clone(), |code| with_news(&address, code))))
}

pub(super) fn show_terms(visit: &Visit, clinic: &Clinic) -> Reply {
    let Some(principal) = &visit.principal else { return start::ask_to_log_in(visit, clinic, visit.function()) };
    if principal.outstanding_step(clinic) != Some(OutstandingStep::AcceptTerms) {
        return Reply::see_other(&landing(visit, clinic, visit.function()));
    }
    Reply::page(&AcceptTermsPage {
        frame: visit.frame(Some(clinic)),
        operator: visit.site.settings.operator.clone(),
        version: visit.site.portal.policy().terms_version.clone(),
        form: unseen(visit.function()),
        action: visit.site.links.accept_terms(&clinic.slug),
    })
}

pub(super) async fn accept_terms(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    if is_fresh(visit, form) {
        match visit.site.portal.accept_terms(principal, clinic.id).await {
            Ok(()) | Err(Failure::Refused(Refusal::Denied(_))) => {}
            Err(failure) => return Err(failure),
        }
    }
    // What is still outstanding, the landing finds out; a stale form's page is fetched anew by it.
    Ok(Reply::see_other(&landing(visit, clinic, function)))
}

pub(super) async fn show_join(visit: &Visit, clinic: &Clinic) -> Handled {
    let function = visit.function();
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    if principal.outstanding_step(clinic) != Some(OutstandingStep::Join) {
        let landed = || Reply::see_other(&landing(visit, clinic, function));
        return Ok(detour(visit, principal, clinic, function).unwrap_or_else(landed));
    }
    Ok(Reply::page(&JoinPage {
        frame: visit.frame(Some(clinic)),
        clinic: clinic.name.clone(),
        asks: visit.site.portal.joining_asks(principal, clinic.id).await?,
        earlier: membership::earlier_request(visit, principal, clinic).await?,
        form: unseen(function),
        action: visit.site.links.join(&clinic.slug),
    }))
}

pub(super) async fn join(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&landing(visit, clinic, function)));
    }
    // Terms come before joining (L8), also for who posts without having seen a page.
    if principal.outstanding_step(clinic) == Some(OutstandingStep::AcceptTerms) {
        return Ok(Reply::see_other(&landing(visit, clinic, function)));
    }
    match visit.site.portal.join(principal, clinic.id).await {
        Ok(()) => Ok(Reply::see_other(&landing(visit, clinic, function))),
        Err(Failure::Refused(Refusal::RegistrationClosed)) => {
            let page = registration_closed_page(visit.frame(Some(clinic)));
            Ok(Reply::page(&page).status(http::StatusCode::FORBIDDEN))
        }
        Err(failure) => Err(failure),
    }
}

fn unseen(function: Option<FunctionKind>) -> Form {
    match function {
        Some(function) => Form::default().with_hidden(words::FUNCTION, function_word(function)),
        None => Form::default(),
    }
}
