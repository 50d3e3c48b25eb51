//! Leaving for MitID and coming back (L1, R1, R5).

use patientportal_core::clinic::Clinic;
use patientportal_core::ids::FlowId;
use patientportal_core::portal::MitIdOutcome;
use patientportal_core::refusal::{Failure, Refusal};

use super::{ShownAgain, changed_number, child, function_of, landing, late_form, problems_of, to_front};
use crate::forms::PostedForm;
use crate::links::{function_word, with_function, words};
use crate::news::{with_news, with_value};
use crate::pages::form::names;
use crate::pages::{AskCprPage, DeparturePage, Field, Form, Problem, refusal_page};
use crate::reply::{Handled, Reply};
use crate::texts::FieldTexts;
use crate::visit::Visit;

/// Asks for the CPR number, where the provider only compares it.
pub(super) fn show_question(visit: &Visit, clinic: &Clinic) -> Reply {
    if !visit.site.portal.mitid_needs_typed_cpr() {
        return Reply::see_other(&visit.site.links.entry(&clinic.slug, visit.function()));
    }
    question(visit, clinic, &PostedForm::default(), Vec::new())
}

pub(super) async fn begin(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let (function, links, portal) = (function_of(form), &visit.site.links, &visit.site.portal);
    let asks = portal.mitid_needs_typed_cpr();
    if asks && !form.has(names::CPR) {
        return Ok(Reply::see_other(&question_address(visit, clinic, form)));
    }
    match ShownAgain::of(visit, form) {
        Some(reason) if asks => return Ok(question(visit, clinic, form, reason.problems(visit))),
        // Nothing was typed: the page is fetched anew, and its button works.
        Some(_) => return Ok(Reply::see_other(&links.entry(&clinic.slug, function))),
        None => {}
    }
    let typed = form.find(names::CPR).filter(|_| asks);
    match portal.begin_mitid_login(&visit.visitor, visit.destination(clinic, function), typed).await {
        Ok(url) => Ok(depart(visit, clinic, links.entry(&clinic.slug, function), url)),
        Err(Failure::Refused(refusal)) if asks => {
            Ok(visit.refused(question(visit, clinic, form, problems_of(&refusal, visit)), &refusal))
        }
        Err(Failure::Refused(refusal)) if refusal.retry_at().is_none() => {
            Ok(to_front(visit, clinic, function, &refusal))
        }
        Err(failure) => Err(failure),
    }
}

/// The page that sends the browser to the provider; `here` is where it came from.
pub(super) fn depart(visit: &Visit, clinic: &Clinic, here: String, url: String) -> Reply {
    Reply::page(&DeparturePage { frame: visit.frame_at(clinic, here), url, ends_session: false, by_guardian: false })
}

/// The same where a guardian is to confirm a child's registration (R3).
pub(super) fn depart_with_guardian(visit: &Visit, clinic: &Clinic, here: String, url: String) -> Reply {
    Reply::page(&DeparturePage { frame: visit.frame_at(clinic, here), url, ends_session: false, by_guardian: true })
}

/// The provider has sent the browser back.
pub(super) async fn come_back(visit: &Visit) -> Handled {
    let returned = visit.site.portal.complete_mitid(&visit.visitor, visit.query.pairs()).await?;
    let clinic = returned.clinic.and_then(|id| visit.site.portal.clinics().by_id(id));
    match (returned.outcome, clinic) {
        (Ok(MitIdOutcome::LoggedIn(logged_in)), _) => Ok(late_form::welcome_back(visit, &logged_in).await),
        (Ok(MitIdOutcome::OfferRegistration { flow }), Some(clinic)) => {
            Ok(Reply::see_other(&form_address(visit, clinic, flow)))
        }
        (Ok(MitIdOutcome::NumberChanged { flow }), Some(clinic)) => {
            Ok(Reply::see_other(&changed_number::address(visit, clinic, flow)))
        }
        (Ok(MitIdOutcome::Child(outcome)), Some(clinic)) => {
            Ok(Reply::see_other(&child::done_address(visit, clinic, outcome)))
        }
        (Ok(MitIdOutcome::ChildExists { flow }), Some(clinic)) => {
            Ok(Reply::see_other(&child::known_address(visit, clinic, flow)))
        }
        (Err(refusal), Some(clinic)) => Ok(match returned.form {
            Some(flow) if returned.for_child => {
                Reply::see_other(&with_news(&child::form_address(visit, clinic, flow), refusal.code()))
            }
            Some(flow) => Reply::see_other(&with_news(&form_address(visit, clinic, flow), refusal.code())),
            // Whoever is logged in stays so, and goes on where they were.
            None if visit.principal.is_some() => {
                let back = match (returned.function, returned.proves_owner) {
                    (None, true) => visit.site.links.own_page(&clinic.slug),
                    (function, _) => landing(visit, clinic, function),
                };
                Reply::see_other(&with_news(&back, refusal.code()))
            }
            None => to_front(visit, clinic, returned.function, &refusal),
        }),
        (Err(refusal), None) => Ok(visit.refused(Reply::page(&refusal_page(visit.frame(None), &refusal)), &refusal)),
        (Ok(_), _) => Err(Refusal::NoOpenFlow.into()),
    }
}

/// The registration form of a flow.
fn form_address(visit: &Visit, clinic: &Clinic, flow: FlowId) -> String {
    with_value(&visit.site.links.register(&clinic.slug, None), words::FLOW, &flow.to_text())
}

/// The question for the CPR number with what was typed, and what was wrong with it.
pub(super) fn question(visit: &Visit, clinic: &Clinic, form: &PostedForm, problems: Vec<Problem>) -> Reply {
    let (texts, hidden) = (FieldTexts::of(visit.language()), form.has(names::HIDE));
    let fields = Form::of(vec![
        Field::cpr(names::CPR, texts.cpr, hidden, form.get(names::CPR), visit.language()),
        Field::hide_box(texts.hide_cpr, hidden),
    ]);
    let fields = match function_of(form).or_else(|| visit.function()) {
        Some(function) => fields.with_hidden(words::FUNCTION, function_word(function)),
        None => fields,
    };
    let frame = visit.frame_at(clinic, question_address(visit, clinic, form));
    let action = visit.site.links.mitid(&clinic.slug);
    Reply::page(&AskCprPage { frame, form: fields.with_problems(problems), action })
}

fn question_address(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> String {
    with_function(visit.site.links.mitid(&clinic.slug), function_of(form).or_else(|| visit.function()))
}
