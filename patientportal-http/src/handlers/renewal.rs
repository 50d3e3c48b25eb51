//! Coming of age (L7): the way to MitID, the form that chooses anew, and the code that proves the new address.

use http::StatusCode;
use patientportal_core::clinic::{Clinic, FunctionKind};
use patientportal_core::portal::{EmailProofPage as Proof, Principal, Renewal, RenewalForm};
use patientportal_core::refusal::{Failure, Refusal};

use super::code_entry::{SENT, Said, address_entry};
use super::{function_of, is_fresh, landing, mitid, problems_of, start, welcome};
use crate::forms::PostedForm;
use crate::links::{function_word, with_function, words};
use crate::news::{with_news, with_value};
use crate::pages::form::names;
use crate::pages::{EmailProofPage, Form, Problem, RenewalPage, of_age_page};
use crate::reply::{Handled, Reply};
use crate::texts::FieldTexts;
use crate::visit::Visit;

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let function = visit.function();
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    Ok(match visit.site.portal.renewal(&visit.visitor, principal).await? {
        None => Reply::see_other(&landing(visit, clinic, function)),
        Some(Renewal::ByCode(proof)) if !visit.query.has(CORRECT) => {
            Reply::page(&proof_page(visit, clinic, &proof, Said::Nothing))
        }
        Some(Renewal::ByMitId) => {
            let available = visit.site.portal.mitid_available();
            let to = visit.site.links.renew(&clinic.slug);
            Reply::page(&of_age_page(visit.frame_at(clinic, address(visit, clinic, function)), available, to, function))
        }
        Some(_) => page(visit, clinic, &RenewalForm::default(), function, Vec::new()),
    })
}

/// Whatever the page that was posted from has asked for.
pub(super) async fn submit(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    if !principal.awaits_renewal() {
        return Ok(Reply::see_other(&landing(visit, clinic, function)));
    }
    if !principal.proof().is_mitid() {
        return leave_for_mitid(visit, clinic, principal, form).await;
    }
    if form.has(names::CODE) {
        return submit_code(visit, clinic, principal, form).await;
    }
    let typed = read(form);
    if !is_fresh(visit, form) {
        return Ok(page(visit, clinic, &typed, function, vec![stale(visit)]));
    }
    let to = visit.destination(clinic, function);
    match visit.site.portal.submit_renewal(&visit.visitor, principal, to, &typed).await {
        Ok(_) => Ok(Reply::see_other(&visit.site.links.renew(&clinic.slug))),
        Err(Failure::Refused(Refusal::Denied(_) | Refusal::FlowFinished)) => {
            Ok(Reply::see_other(&landing(visit, clinic, function)))
        }
        Err(Failure::Refused(refusal)) => {
            let problems = problems_of(&refusal, visit);
            Ok(visit.refused(page(visit, clinic, &typed, function, problems), &refusal))
        }
        Err(fault) => Err(fault),
    }
}

pub(super) async fn resend(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let here = visit.site.links.renew(&clinic.slug);
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&here));
    }
    match visit.site.portal.resend_renewal_code(&visit.visitor, principal).await {
        Ok(_) => Ok(Reply::see_other(&with_value(&here, SENT, "1"))),
        Err(Failure::Refused(refusal)) => answer_refused(visit, clinic, principal, &refusal).await,
        Err(fault) => Err(fault),
    }
}

/// The form with what was typed, and what was wrong with it; the page anew where it was another.
pub(super) fn again(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Option<Reply> {
    form.has(names::EMAIL).then(|| page(visit, clinic, &read(form), function_of(form), problems))
}

async fn leave_for_mitid(visit: &Visit, clinic: &Clinic, principal: &Principal, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let here = address(visit, clinic, function);
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

async fn submit_code(visit: &Visit, clinic: &Clinic, principal: &Principal, form: &PostedForm) -> Handled {
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&visit.site.links.renew(&clinic.slug)));
    }
    let (reference, code) = (form.get(names::REFERENCE), form.get(names::CODE));
    match visit.site.portal.submit_renewal_code(&visit.visitor, principal, reference, code).await {
        Ok(logged_in) => Ok(welcome(visit, &logged_in)),
        Err(Failure::Refused(refusal)) => answer_refused(visit, clinic, principal, &refusal).await,
        Err(fault) => Err(fault),
    }
}

/// A refusal is said where there is a code to type; else what holds now is found out where one lands.
async fn answer_refused(visit: &Visit, clinic: &Clinic, principal: &Principal, refusal: &Refusal) -> Handled {
    let Some(Renewal::ByCode(proof)) = visit.site.portal.renewal(&visit.visitor, principal).await? else {
        return Ok(Reply::see_other(&visit.site.links.renew(&clinic.slug)));
    };
    let said = Said::of(refusal, visit);
    let reply = Reply::page(&proof_page(visit, clinic, &proof, said)).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(visit.refused(reply, refusal))
}

fn proof_page(visit: &Visit, clinic: &Clinic, proof: &Proof, said: Said) -> EmailProofPage {
    let (links, slug) = (&visit.site.links, clinic.slug.as_str());
    EmailProofPage {
        frame: visit.frame_at(clinic, links.renew(slug)),
        entry: address_entry(visit, proof, said, (links.renew(slug), links.new_renewal_code(slug))),
        correct: Some(with_value(&links.renew(slug), CORRECT, "1")),
        go_on: None,
    }
}

fn page(
    visit: &Visit,
    clinic: &Clinic,
    typed: &RenewalForm,
    function: Option<FunctionKind>,
    problems: Vec<Problem>,
) -> Reply {
    let site = &visit.site;
    let mut form = Form::renewal(typed, &site.portal.policy().password, visit.language());
    if let Some(function) = function {
        form = form.with_hidden(words::FUNCTION, function_word(function));
    }
    Reply::page(&RenewalPage {
        frame: visit.frame_at(clinic, address(visit, clinic, function)),
        form: form.with_problems(problems),
        action: site.links.renew(&clinic.slug),
        operator: site.settings.operator.clone(),
    })
}

fn address(visit: &Visit, clinic: &Clinic, function: Option<FunctionKind>) -> String {
    with_function(visit.site.links.renew(&clinic.slug), function)
}

fn stale(visit: &Visit) -> Problem {
    Problem::overall(FieldTexts::of(visit.language()).stale_form)
}

fn read(form: &PostedForm) -> RenewalForm {
    let typed = |name| form.get(name).to_owned();
    RenewalForm {
        email: typed(names::EMAIL),
        email_again: typed(names::EMAIL_AGAIN),
        mobile: typed(names::MOBILE),
        password: typed(names::PASSWORD),
        password_again: typed(names::PASSWORD_AGAIN),
    }
}

/// The query name of choosing once more, though a code is on its way.
const CORRECT: &str = "ret";
