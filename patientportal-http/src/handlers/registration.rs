//! Registering oneself (R1, R2, L2).

use http::StatusCode;
use patientportal_core::clinic::{Clinic, FunctionKind, RegistrationMode};
use patientportal_core::ids::FlowId;
use patientportal_core::portal::{KeptForm, RegistrationForm};
use patientportal_core::refusal::{Failure, Refusal};

use super::{ShownAgain, child, function_of, mitid, problems_of, to_front, welcome};
use crate::forms::PostedForm;
use crate::links::{function_word, words};
use crate::news::with_value;
use crate::pages::form::names;
use crate::pages::{Form, Problem, RegistrationPage, registration_closed_page};
use crate::reply::{Handled, Reply};
use crate::visit::{Visit, phone};

/// What the page shows, besides what is wrong.
struct Shown<'a> {
    typed: &'a RegistrationForm,
    hidden: bool,
    /// The flow that knows who it is already (L2).
    proven_by: Option<FlowId>,
    function: Option<FunctionKind>,
}

impl<'a> Shown<'a> {
    fn posted(form: &PostedForm, typed: &'a RegistrationForm) -> Self {
        let proven_by = form.find(words::FLOW).and_then(|text| FlowId::parse(text).ok());
        Self { typed, hidden: form.has(names::HIDE), proven_by, function: function_of(form) }
    }
}

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    if clinic.registration == RegistrationMode::Off {
        return Ok(Reply::page(&registration_closed_page(visit.frame(Some(clinic)))));
    }
    let function = visit.function();
    let Some(flow) = visit.query.find(words::FLOW) else {
        let shown = Shown { typed: &RegistrationForm::default(), hidden: false, proven_by: None, function };
        return Ok(page(visit, clinic, &shown, Vec::new()));
    };
    let Ok(flow) = FlowId::parse(flow) else { return Ok(to_front(visit, clinic, function, &Refusal::NoOpenFlow)) };
    match visit.site.portal.kept_form(&visit.visitor, flow).await {
        Ok(KeptForm { form, identity_proven, function, .. }) => {
            let shown = Shown { typed: &form, hidden: false, proven_by: identity_proven.then_some(flow), function };
            Ok(page(visit, clinic, &shown, Vec::new()))
        }
        Err(Failure::Refused(refusal)) => Ok(to_front(visit, clinic, function, &refusal)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn submit(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    if clinic.registration == RegistrationMode::Off {
        return Ok(Reply::page(&registration_closed_page(visit.frame(Some(clinic)))).status(StatusCode::FORBIDDEN));
    }
    let typed = read(form);
    let shown = Shown::posted(form, &typed);
    if let Some(reason) = ShownAgain::of(visit, form) {
        return Ok(page(visit, clinic, &shown, reason.problems(visit)));
    }
    let function = shown.function;
    let result = match shown.proven_by {
        Some(flow) => submit_proven(visit, flow, &typed).await,
        None => {
            let to = visit.destination(clinic, function);
            let here = visit.site.links.register(&clinic.slug, function);
            let begun = visit.site.portal.begin_registration(&visit.visitor, to, &typed).await;
            begun.map(|url| mitid::depart(visit, clinic, here, url))
        }
    };
    match result {
        Err(Failure::Refused(refusal)) => Ok(answer_refused(visit, clinic, &shown, &refusal)),
        answered => answered,
    }
}

/// The form with what was typed, and what was wrong with it.
pub(super) fn again(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    page(visit, clinic, &Shown::posted(form, &read(form)), problems)
}

/// The form to register oneself in place of a child's, with what was typed there (R9).
pub(super) fn instead(
    visit: &Visit,
    clinic: &Clinic,
    typed: &RegistrationForm,
    hidden: bool,
    function: Option<FunctionKind>,
    refusal: &Refusal,
) -> Reply {
    let shown = Shown { typed, hidden, proven_by: None, function };
    visit.refused(page(visit, clinic, &shown, problems_of(refusal, visit)), refusal)
}

async fn submit_proven(visit: &Visit, flow: FlowId, typed: &RegistrationForm) -> Handled {
    let portal = &visit.site.portal;
    // The number is the one that MitID vouched for: the flow knows it, and nobody types it.
    let kept = portal.kept_form(&visit.visitor, flow).await?;
    let typed = RegistrationForm { cpr: kept.form.cpr, ..typed.clone() };
    let logged_in = portal.submit_proven_registration(&visit.visitor, flow, &typed).await?;
    Ok(welcome(visit, &logged_in))
}

fn answer_refused(visit: &Visit, clinic: &Clinic, shown: &Shown<'_>, refusal: &Refusal) -> Reply {
    match refusal {
        // Nothing that was typed is lost: it is the child's form (R2).
        Refusal::TooYoungForSelf => child::instead(visit, clinic, shown.typed, shown.hidden, shown.function, refusal),
        Refusal::NoOpenFlow | Refusal::FlowFinished | Refusal::FlowOver | Refusal::OtherBrowser => {
            to_front(visit, clinic, shown.function, refusal)
        }
        refusal => visit.refused(page(visit, clinic, shown, problems_of(refusal, visit)), refusal),
    }
}

fn page(visit: &Visit, clinic: &Clinic, shown: &Shown<'_>, problems: Vec<Problem>) -> Reply {
    let (site, proven) = (&visit.site, shown.proven_by.is_some());
    let rules = &site.portal.policy().password;
    let mut form = Form::registration(shown.typed, shown.hidden, proven, rules, visit.language());
    if let Some(flow) = shown.proven_by {
        form = form.with_hidden(words::FLOW, flow.to_text());
    }
    if let Some(function) = shown.function {
        form = form.with_hidden(words::FUNCTION, function_word(function));
    }
    Reply::page(&RegistrationPage {
        frame: visit.frame_at(clinic, address(visit, clinic, shown)),
        proven,
        numbers: visit.numbers(),
        phone: phone(clinic),
        form: form.with_problems(problems),
        action: site.links.register(&clinic.slug, None),
        provider: visit.provider(),
        mitid_available: site.portal.mitid_available(),
        operator: site.settings.operator.clone(),
        asks: clinic.registration == RegistrationMode::Approval,
    })
}

fn address(visit: &Visit, clinic: &Clinic, shown: &Shown<'_>) -> String {
    let address = visit.site.links.register(&clinic.slug, shown.function);
    match shown.proven_by {
        Some(flow) => with_value(&address, words::FLOW, &flow.to_text()),
        None => address,
    }
}

pub(super) fn read(form: &PostedForm) -> RegistrationForm {
    let typed = |name| form.get(name).to_owned();
    RegistrationForm {
        cpr: typed(names::CPR),
        first_name: typed(names::FIRST_NAME),
        last_name: typed(names::LAST_NAME),
        email: typed(names::EMAIL),
        email_again: typed(names::EMAIL_AGAIN),
        mobile: typed(names::MOBILE),
        password: typed(names::PASSWORD),
        password_again: typed(names::PASSWORD_AGAIN),
    }
}
