//! Registering a child (R2, R3, R6): the form, the guardian's choice where there is an account, and what came of it.

use http::StatusCode;
use patientportal_core::clinic::{ChildrenMode, Clinic, FunctionKind, RegistrationMode};
use patientportal_core::ids::FlowId;
use patientportal_core::portal::{ChildForm, ChildOutcome, KnownChild, NewLoginForm, RegistrationForm};
use patientportal_core::refusal::{Failure, Refusal};

use super::{ShownAgain, function_of, mitid, problems_of, registration, to_front};
use crate::forms::PostedForm;
use crate::links::{function_word, words};
use crate::news::with_value;
use crate::pages::form::names;
use crate::pages::{
    AsksClinic, ChildRegistrationPage, Form, KnownChildPage, Problem, child_done_page, registration_closed_page,
};
use crate::reply::{Handled, Reply};
use crate::visit::{Visit, phone};

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    if clinic.registration == RegistrationMode::Off {
        return Ok(Reply::page(&registration_closed_page(visit.frame(Some(clinic)))));
    }
    let function = visit.function();
    let Some(flow) = visit.query.find(words::FLOW) else {
        return Ok(page(visit, clinic, &ChildForm::default(), false, function, Vec::new()));
    };
    let Ok(flow) = FlowId::parse(flow) else { return Ok(to_front(visit, clinic, function, &Refusal::NoOpenFlow)) };
    match visit.site.portal.kept_child_form(&visit.visitor, flow).await {
        Ok(kept) => Ok(page(visit, clinic, &kept.form, false, kept.function, Vec::new())),
        Err(Failure::Refused(refusal)) => Ok(to_front(visit, clinic, function, &refusal)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn submit(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    if clinic.registration == RegistrationMode::Off {
        return Ok(Reply::page(&registration_closed_page(visit.frame(Some(clinic)))).status(StatusCode::FORBIDDEN));
    }
    let (typed, hidden, function) = (read(form), form.has(names::HIDE), function_of(form));
    if let Some(reason) = ShownAgain::of(visit, form) {
        return Ok(page(visit, clinic, &typed, hidden, function, reason.problems(visit)));
    }
    let to = visit.destination(clinic, function);
    match visit.site.portal.begin_child_registration(&visit.visitor, to, &typed).await {
        Ok(url) => {
            let here = visit.site.links.register_child(&clinic.slug, function);
            Ok(mitid::depart_with_guardian(visit, clinic, here, url))
        }
        // Nothing that was typed is lost: it is the other form's (R9).
        Err(Failure::Refused(refusal @ Refusal::NotAChild)) => {
            Ok(registration::instead(visit, clinic, &typed.child, hidden, function, &refusal))
        }
        Err(Failure::Refused(refusal)) => {
            let problems = problems_of(&refusal, visit);
            Ok(visit.refused(page(visit, clinic, &typed, hidden, function, problems), &refusal))
        }
        Err(fault) => Err(fault),
    }
}

/// The form with what was typed, and what was wrong with it.
pub(super) fn again(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    page(visit, clinic, &read(form), form.has(names::HIDE), function_of(form), problems)
}

/// The child's form in place of the one to register oneself, with what was typed there (R2).
pub(super) fn instead(
    visit: &Visit,
    clinic: &Clinic,
    typed: &RegistrationForm,
    hidden: bool,
    function: Option<FunctionKind>,
    refusal: &Refusal,
) -> Reply {
    let typed = ChildForm { child: typed.clone(), guardian_cpr: String::new() };
    visit.refused(page(visit, clinic, &typed, hidden, function, problems_of(refusal, visit)), refusal)
}

/// Where a flow's kept form is.
pub(super) fn form_address(visit: &Visit, clinic: &Clinic, flow: FlowId) -> String {
    with_value(&visit.site.links.register_child(&clinic.slug, None), words::FLOW, &flow.to_text())
}

/// Where a guardian chooses what becomes of an account that there is.
pub(super) fn known_address(visit: &Visit, clinic: &Clinic, flow: FlowId) -> String {
    with_value(&visit.site.links.known_child(&clinic.slug), words::FLOW, &flow.to_text())
}

/// The same for a posted form, if it says which flow it is.
pub(super) fn known_address_of(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Option<String> {
    let flow = form.find(words::FLOW).and_then(|text| FlowId::parse(text).ok())?;
    Some(known_address(visit, clinic, flow))
}

/// Where it is said what came of a guardian's word.
pub(super) fn done_address(visit: &Visit, clinic: &Clinic, outcome: ChildOutcome) -> String {
    let word = OUTCOMES.into_iter().find_map(|(each, word)| (each == outcome).then_some(word)).unwrap_or_default();
    with_value(&visit.site.links.child_done(&clinic.slug), ANSWER, word)
}

pub(super) fn show_done(visit: &Visit, clinic: &Clinic) -> Reply {
    let answer = visit.query.find(ANSWER).unwrap_or_default();
    match OUTCOMES.into_iter().find(|(_, word)| *word == answer) {
        Some((outcome, _)) => Reply::page(&child_done_page(visit.frame(Some(clinic)), outcome)),
        None => Reply::see_other(&visit.site.links.front(&clinic.slug)),
    }
}

pub(super) async fn show_known(visit: &Visit, clinic: &Clinic) -> Handled {
    let flow = visit.query.find(words::FLOW).and_then(|text| FlowId::parse(text).ok());
    let Some(flow) = flow else { return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow)) };
    match visit.site.portal.known_child(&visit.visitor, flow).await {
        Ok(known) => Ok(known_page(visit, clinic, flow, &known, Vec::new())),
        Err(Failure::Refused(refusal)) => Ok(to_front(visit, clinic, None, &refusal)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn choose(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let portal = &visit.site.portal;
    let flow = form.find(words::FLOW).and_then(|text| FlowId::parse(text).ok());
    let Some(flow) = flow else { return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow)) };
    let typed = read_new_login(form);
    let chosen = match ShownAgain::of(visit, form) {
        Some(reason) => return known_again(visit, clinic, flow, typed, reason.problems(visit)).await,
        None if form.get(CHOICE) == words::JOIN => portal.join_child(&visit.visitor, flow).await,
        None => portal.renew_child(&visit.visitor, flow, &typed).await,
    };
    match chosen {
        Ok(outcome) => Ok(Reply::see_other(&done_address(visit, clinic, outcome))),
        Err(Failure::Refused(refusal @ Refusal::InvalidForm(_))) => {
            let shown = known_again(visit, clinic, flow, typed, problems_of(&refusal, visit)).await?;
            Ok(visit.refused(shown, &refusal))
        }
        Err(Failure::Refused(refusal)) if refusal.retry_at().is_none() => Ok(to_front(visit, clinic, None, &refusal)),
        Err(failure) => Err(failure),
    }
}

/// The guardian's choice with what was typed.
async fn known_again(
    visit: &Visit,
    clinic: &Clinic,
    flow: FlowId,
    typed: NewLoginForm,
    problems: Vec<Problem>,
) -> Handled {
    match visit.site.portal.known_child(&visit.visitor, flow).await {
        Ok(mut known) => {
            known.form = typed;
            Ok(known_page(visit, clinic, flow, &known, problems))
        }
        Err(Failure::Refused(refusal)) => Ok(to_front(visit, clinic, None, &refusal)),
        Err(fault) => Err(fault),
    }
}

fn known_page(visit: &Visit, clinic: &Clinic, flow: FlowId, known: &KnownChild, problems: Vec<Problem>) -> Reply {
    let (site, rules) = (&visit.site, &visit.site.portal.policy().password);
    let form = Form::new_login(&known.form, rules, visit.language()).with_hidden(words::FLOW, flow.to_text());
    Reply::page(&KnownChildPage {
        frame: visit.frame_at(clinic, known_address(visit, clinic, flow)),
        may_join: known.may_join,
        renewing_joins: known.renewing_joins,
        form: form.with_problems(problems),
        action: site.links.known_child(&clinic.slug),
        operator: site.settings.operator.clone(),
    })
}

fn page(
    visit: &Visit,
    clinic: &Clinic,
    typed: &ChildForm,
    hidden: bool,
    function: Option<FunctionKind>,
    problems: Vec<Problem>,
) -> Reply {
    let site = &visit.site;
    let rules = &site.portal.policy().password;
    let mut form = Form::child_registration(typed, hidden, &visit.numbers(), rules, visit.language());
    if let Some(function) = function {
        form = form.with_hidden(words::FUNCTION, function_word(function));
    }
    Reply::page(&ChildRegistrationPage {
        frame: visit.frame_at(clinic, site.links.register_child(&clinic.slug, function)),
        phone: phone(clinic),
        form: form.with_problems(problems),
        action: site.links.register_child(&clinic.slug, None),
        provider: visit.provider(),
        mitid_available: site.portal.mitid_available(),
        operator: site.settings.operator.clone(),
        asks: match (clinic.registration, clinic.children) {
            (RegistrationMode::Approval, _) => AsksClinic::Always,
            (_, ChildrenMode::Automatic) => AsksClinic::Never,
            _ => AsksClinic::WithoutCustody,
        },
    })
}

fn read(form: &PostedForm) -> ChildForm {
    ChildForm { child: registration::read(form), guardian_cpr: form.get(names::GUARDIAN_CPR).to_owned() }
}

fn read_new_login(form: &PostedForm) -> NewLoginForm {
    let typed = |name| form.get(name).to_owned();
    NewLoginForm {
        email: typed(names::EMAIL),
        email_again: typed(names::EMAIL_AGAIN),
        password: typed(names::PASSWORD),
        password_again: typed(names::PASSWORD_AGAIN),
    }
}

/// The query name of what came of it.
const ANSWER: &str = "svar";
/// The form name of what the guardian chose.
const CHOICE: &str = "valg";
const OUTCOMES: [(ChildOutcome, &str); 5] = [
    (ChildOutcome::Created, "oprettet"),
    (ChildOutcome::Requested, "anmodet"),
    (ChildOutcome::Renewed, "fornyet"),
    (ChildOutcome::Joined, "adgang"),
    (ChildOutcome::JoinRequested, "spurgt"),
];
