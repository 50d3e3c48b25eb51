//! Where somebody stands at a clinic whose functions are closed to them: waiting, suspended, refused (R4, A9, P1).

use http::StatusCode;
use patientportal_core::clinic::{Clinic, RegistrationMode};
use patientportal_core::fault::Fault;
use patientportal_core::policy::Denial;
use patientportal_core::portal::Principal;
use patientportal_core::refusal::{Failure, Refusal};

use super::{is_fresh, start};
use crate::forms::PostedForm;
use crate::news::{News, with_news};
use crate::pages::{ClinicNews, EarlierRequest, ended_request_page, refusal_page, waiting_page};
use crate::reply::{Handled, Reply};
use crate::visit::Visit;

/// The page for who has no open membership here, though no step is outstanding; none where it is open.
pub(super) async fn closed(visit: &Visit, principal: &Principal, clinic: &Clinic, denial: Denial) -> Handled {
    let (frame, membership) = (visit.frame(Some(clinic)), principal.access().membership(clinic.id));
    let page = match (denial, membership) {
        (Denial::AwaitingApproval, Some(request)) => {
            let until = request.since + visit.site.portal.policy().request_life;
            let withdraw = visit.site.links.withdraw(&clinic.slug);
            return Ok(Reply::page(&waiting_page(frame, &clinic.name, request.since, until, withdraw)));
        }
        (Denial::NotAMember, Some(_)) => match earlier_request(visit, principal, clinic).await? {
            Some(earlier) => ended_request_page(frame, earlier),
            None => refusal_page(frame, &Refusal::Denied(denial)),
        },
        _ => refusal_page(frame, &Refusal::Denied(denial)),
    };
    Ok(Reply::page(&page).status(StatusCode::FORBIDDEN))
}

/// Whether a denial is about the whole clinic.
pub(super) fn closes_all(denial: Denial) -> bool {
    matches!(denial, Denial::NotAMember | Denial::AwaitingApproval | Denial::Suspended)
}

/// How the user's earlier request here ended, if one did.
pub(super) async fn earlier_request(
    visit: &Visit,
    principal: &Principal,
    clinic: &Clinic,
) -> Result<Option<EarlierRequest>, Fault> {
    let Some(membership) = principal.access().membership(clinic.id) else { return Ok(None) };
    let words = visit.site.portal.words_of_clinic(principal, clinic.id).await?;
    let closed = clinic.registration == RegistrationMode::Off;
    Ok(EarlierRequest::of(membership, words, closed, visit.language()))
}

pub(super) async fn withdraw(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let here = visit.site.links.start(&clinic.slug);
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&here));
    }
    match visit.site.portal.withdraw_request(principal, clinic.id).await {
        Ok(()) => Ok(Reply::see_other(&with_news(&here, News::Withdrawn.code()))),
        // What holds instead, the start page says or finds out.
        Err(Failure::Refused(refusal)) => Ok(Reply::see_other(&with_news(&here, refusal.code()))),
        Err(fault) => Err(fault),
    }
}

/// What the clinic tells now (C8).
pub(super) fn news(visit: &Visit, clinic: &Clinic) -> Vec<ClinicNews> {
    let messages = clinic.messages_at(visit.site.portal.now());
    let told = messages.map(|message| {
        let closed = clinic.functions.iter().filter(|function| message.closes.contains(&function.kind));
        let titles: Vec<_> = closed.map(|function| function.title.as_str()).collect();
        let text = visit.language().pick(&message.danish, &message.english).clone();
        ClinicNews { text, closes: (!titles.is_empty()).then(|| titles.join(", ")) }
    });
    told.collect()
}
