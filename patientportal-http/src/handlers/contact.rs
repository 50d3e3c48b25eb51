//! How the user is reached: confirming it where the clinic's system holds something else (K1), and proving a new address.

use http::StatusCode;
use patientportal_core::account::Contact;
use patientportal_core::clinic::{Clinic, FunctionKind};
use patientportal_core::policy::{Denial, OutstandingStep};
use patientportal_core::portal::{
    ContactForm, ContactOutcome, ContactPage as Shown, EmailProofPage as Proof, Principal,
};
use patientportal_core::refusal::{Failure, Refusal};
use patientportal_core::value::Mobile;

use super::code_entry::{SENT, Said, address_entry};
use super::{function_of, is_fresh, landing, late_form, own_page, problems_of, start, step};
use crate::forms::PostedForm;
use crate::links::{function_word, with_function, words};
use crate::news::{News, with_news, with_value};
use crate::pages::form::names;
use crate::pages::{Compared, ContactPage, EmailProofPage, Form, Problem};
use crate::reply::{Handled, Reply};
use crate::router::ClinicRoute;
use crate::texts::FieldTexts;
use crate::visit::Visit;

/// The page that asks, while there is something to ask. Who has put it off may still come back to it.
pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let function = visit.function();
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    if let Some(detour) = before_form(visit, clinic, principal, function) {
        return Ok(detour);
    }
    let Some(shown) = visit.site.portal.contact_page(principal, clinic.id).await? else {
        return Ok(Reply::see_other(&landing(visit, clinic, function)));
    };
    let (email, mobile) = (email_of(&shown.own).unwrap_or_default(), mobile_of(&shown.own).unwrap_or_default());
    let typed = ContactForm { email, mobile, password: String::new() };
    Ok(Reply::page(&page(visit, clinic, function, Some(&shown), &typed)))
}

/// The step of L8 that comes before the question, if one does.
pub(super) fn before_form(
    visit: &Visit,
    clinic: &Clinic,
    principal: &Principal,
    function: Option<FunctionKind>,
) -> Option<Reply> {
    let comes_first = principal.outstanding_step(clinic).filter(|step| *step != OutstandingStep::ConfirmContact);
    comes_first.and_then(|_| step::detour(visit, principal, clinic, function))
}

pub(super) async fn confirm(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let function = function_of(form);
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, function)) };
    let (portal, typed) = (&visit.site.portal, typed(form));
    if !is_fresh(visit, form) {
        let problems = vec![Problem::overall(FieldTexts::of(visit.language()).stale_form)];
        return show_again(visit, clinic, principal, form, problems).await;
    }
    let to = visit.destination(clinic, function);
    match portal.confirm_contact(&visit.visitor, principal, to, &typed).await {
        Ok(ContactOutcome::EmailToProve(_)) => Ok(Reply::see_other(&visit.site.links.email_proof(&clinic.slug))),
        Ok(_) => {
            let landing = landing(visit, clinic, function);
            Ok(Reply::see_other(&with_news(&landing, News::ContactConfirmed.code())))
        }
        Err(Failure::Refused(Refusal::Denied(Denial::NotLoggedIn))) => {
            Ok(start::ask_to_log_in(visit, clinic, function))
        }
        Err(Failure::Refused(Refusal::Denied(_))) => Ok(Reply::see_other(&landing(visit, clinic, function))),
        Err(Failure::Refused(Refusal::ProofTooOld)) => {
            late_form::remember(visit, principal, clinic, ClinicRoute::Contact, Some(form)).await?;
            Ok(own_page::ask_again(visit, clinic, principal, None))
        }
        Err(Failure::Refused(refusal)) => {
            let reply = show_again(visit, clinic, principal, form, problems_of(&refusal, visit)).await?;
            Ok(if reply.is_redirect() { reply } else { visit.refused(reply, &refusal) })
        }
        Err(fault) => Err(fault),
    }
}

/// The form with what was typed, where what the clinic holds cannot be read just now.
pub(super) fn again(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let page = page(visit, clinic, function_of(form), None, &typed(form));
    Reply::page(&with_problems(page, problems))
}

pub(super) async fn show_code(visit: &Visit, clinic: &Clinic) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    show_proof(visit, clinic, principal, Said::Nothing, StatusCode::OK).await
}

pub(super) async fn submit_code(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    if !is_fresh(visit, form) {
        return show_proof(visit, clinic, principal, Said::stale(visit), StatusCode::OK).await;
    }
    let (reference, code) = (form.get(names::REFERENCE), form.get(names::CODE));
    match visit.site.portal.submit_email_code(&visit.visitor, principal, reference, code).await {
        Ok(proof) => {
            let back = came_from(visit, clinic, &proof);
            Ok(Reply::see_other(&with_news(&back, News::EmailChanged.code())))
        }
        Err(Failure::Refused(refusal)) => answer_refused(visit, clinic, principal, &refusal).await,
        Err(fault) => Err(fault),
    }
}

pub(super) async fn resend(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    if !is_fresh(visit, form) {
        return show_proof(visit, clinic, principal, Said::stale(visit), StatusCode::OK).await;
    }
    match visit.site.portal.resend_email_code(&visit.visitor, principal).await {
        Ok(_) => Ok(Reply::see_other(&with_value(&visit.site.links.email_proof(&clinic.slug), SENT, "1"))),
        Err(Failure::Refused(refusal)) => answer_refused(visit, clinic, principal, &refusal).await,
        Err(fault) => Err(fault),
    }
}

/// A refusal after which the code page has a next step is said there; any other leads on.
async fn answer_refused(visit: &Visit, clinic: &Clinic, principal: &Principal, refusal: &Refusal) -> Handled {
    let said = Said::of(refusal, visit);
    let reply = show_proof(visit, clinic, principal, said, StatusCode::UNPROCESSABLE_ENTITY).await?;
    Ok(if reply.is_redirect() { reply } else { visit.refused(reply, refusal) })
}

async fn show_proof(visit: &Visit, clinic: &Clinic, principal: &Principal, said: Said, status: StatusCode) -> Handled {
    match visit.site.portal.email_proof_page(&visit.visitor, principal).await {
        Ok(proof) if proof.clinic == clinic.id => {
            Ok(Reply::page(&proof_page(visit, clinic, &proof, said)).status(status))
        }
        // Done, over, or another session's: what holds now is found out where one lands.
        Ok(_) | Err(Failure::Refused(_)) => Ok(Reply::see_other(&visit.site.links.start(&clinic.slug))),
        Err(fault) => Err(fault),
    }
}

fn proof_page(visit: &Visit, clinic: &Clinic, proof: &Proof, said: Said) -> EmailProofPage {
    let (links, slug) = (&visit.site.links, clinic.slug.as_str());
    EmailProofPage {
        frame: visit.frame_at(clinic, links.email_proof(slug)),
        entry: address_entry(visit, proof, said, (links.email_proof(slug), links.new_email_code(slug))),
        correct: proof.asked_by_clinic.then(|| with_function(links.contact(slug), proof.function)),
        go_on: Some(came_from(visit, clinic, proof)),
    }
}

/// Where a new address was asked for: on the way to the functions, or on one's own page.
fn came_from(visit: &Visit, clinic: &Clinic, proof: &Proof) -> String {
    match proof.asked_by_clinic {
        true => landing(visit, clinic, proof.function),
        false => visit.site.links.own_page(&clinic.slug),
    }
}

pub(super) async fn show_again(
    visit: &Visit,
    clinic: &Clinic,
    principal: &Principal,
    form: &PostedForm,
    problems: Vec<Problem>,
) -> Handled {
    let function = function_of(form);
    let Some(shown) = visit.site.portal.contact_page(principal, clinic.id).await? else {
        return Ok(Reply::see_other(&landing(visit, clinic, function)));
    };
    let page = page(visit, clinic, function, Some(&shown), &typed(form));
    Ok(Reply::page(&with_problems(page, problems)))
}

fn page(
    visit: &Visit,
    clinic: &Clinic,
    function: Option<FunctionKind>,
    shown: Option<&Shown>,
    typed: &ContactForm,
) -> ContactPage {
    let (links, texts) = (&visit.site.links, FieldTexts::of(visit.language()));
    let compared = shown.map(|Shown { own, clinics, .. }| {
        vec![
            Compared::new(texts.email, email_of(own), email_of(clinics)),
            Compared::new(texts.mobile, mobile_of(own), mobile_of(clinics)),
        ]
    });
    let by_code = visit.principal.as_ref().is_some_and(|principal| !principal.proof().is_mitid());
    let form = Form::contact(&typed.email, &typed.mobile, by_code, visit.language());
    let form = match function {
        Some(function) => form.with_hidden(words::FUNCTION, function_word(function)),
        None => form,
    };
    ContactPage {
        frame: visit.frame_at(clinic, with_function(links.contact(&clinic.slug), function)),
        compared: compared.unwrap_or_default(),
        form,
        action: links.contact(&clinic.slug),
    }
}

fn with_problems(page: ContactPage, problems: Vec<Problem>) -> ContactPage {
    let mut form = page.form.clone().with_problems(problems);
    // Asked for by now.
    for field in form.groups.iter_mut().flat_map(|group| &mut group.fields) {
        field.optional &= field.name != names::PASSWORD || field.problem.is_none();
    }
    ContactPage { form, ..page }
}

fn typed(form: &PostedForm) -> ContactForm {
    let of = |name| form.get(name).to_owned();
    ContactForm { email: of(names::EMAIL), mobile: of(names::MOBILE), password: of(names::PASSWORD) }
}

fn mobile_of(contact: &Contact) -> Option<String> {
    contact.mobile.as_ref().map(Mobile::formatted)
}

fn email_of(contact: &Contact) -> Option<String> {
    contact.email.as_ref().map(|email| email.as_str().to_owned())
}
