//! A changed CPR number (A11): the question after MitID, and the answer.

use patientportal_core::clinic::Clinic;
use patientportal_core::ids::FlowId;
use patientportal_core::refusal::{Failure, Refusal};

use super::{is_fresh, to_front, welcome};
use crate::forms::PostedForm;
use crate::links::words;
use crate::news::{News, with_news, with_value};
use crate::pages::changed_number_page;
use crate::reply::{Handled, Reply};
use crate::visit::Visit;

/// Where a flow asks.
pub(super) fn address(visit: &Visit, clinic: &Clinic, flow: FlowId) -> String {
    with_value(&visit.site.links.changed_number(&clinic.slug), words::FLOW, &flow.to_text())
}

/// The same for a posted form, if it says which flow it is.
pub(super) fn address_of(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Option<String> {
    flow_of(form.find(words::FLOW)).map(|flow| address(visit, clinic, flow))
}

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let Some(flow) = flow_of(visit.query.find(words::FLOW)) else {
        return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow));
    };
    match visit.site.portal.changed_number(&visit.visitor, flow).await {
        Ok(asked) => {
            let frame = visit.frame_at(clinic, address(visit, clinic, flow));
            let to = visit.site.links.changed_number(&clinic.slug);
            let values = |answer: &str| vec![(words::FLOW, flow.to_text()), (ANSWER, answer.to_owned())];
            Ok(Reply::page(&changed_number_page(frame, &asked, to, values(YES), values(NO))))
        }
        Err(Failure::Refused(refusal)) => Ok(to_front(visit, clinic, None, &refusal)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn answer(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(flow) = flow_of(form.find(words::FLOW)) else {
        return Ok(to_front(visit, clinic, None, &Refusal::NoOpenFlow));
    };
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&address(visit, clinic, flow)));
    }
    let portal = &visit.site.portal;
    let answered = match form.get(ANSWER) {
        YES => portal.confirm_changed_number(&visit.visitor, flow).await.map(|logged_in| welcome(visit, &logged_in)),
        NO => portal.deny_changed_number(&visit.visitor, flow).await.map(|()| {
            let front = visit.site.links.front(&clinic.slug);
            Reply::see_other(&with_news(&front, News::NumberKept.code()))
        }),
        _ => return Ok(Reply::see_other(&address(visit, clinic, flow))),
    };
    match answered {
        Err(Failure::Refused(refusal)) => Ok(to_front(visit, clinic, None, &refusal)),
        answered => answered,
    }
}

fn flow_of(text: Option<&str>) -> Option<FlowId> {
    text.and_then(|text| FlowId::parse(text).ok())
}

/// The form name of the answer.
const ANSWER: &str = "svar";
const YES: &str = "ja";
const NO: &str = "nej";
