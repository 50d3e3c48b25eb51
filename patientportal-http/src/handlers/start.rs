//! The pages of somebody who is logged in: start and functions, each asked of the policy (P1), and logging out (L9).

use http::{HeaderName, StatusCode};
use patientportal_core::clinic::{Clinic, Function, FunctionKind};
use patientportal_core::language::Language;
use patientportal_core::policy::{Deed, Denial};
use patientportal_core::portal::Principal;
use patientportal_core::refusal::Refusal;

use super::{front, is_fresh, step};
use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::links::words;
use crate::news::{News, with_news};
use crate::pages::{
    DeparturePage, FunctionCard, FunctionPage, StartPage, function_notice, function_refused_page, logged_out_page,
    refusal_page,
};
use crate::reply::{Handled, Reply};
use crate::texts::FrontTexts;
use crate::visit::{Visit, phone};

pub(super) fn show(visit: &Visit, clinic: &Clinic) -> Reply {
    let Some(principal) = &visit.principal else { return ask_to_log_in(visit, clinic, None) };
    if let Some(detour) = step::detour(visit, principal, clinic, None) {
        return detour;
    }
    let functions: Vec<_> = clinic.functions.iter().map(|function| card(visit, principal, clinic, function)).collect();
    // What closes the whole clinic to the user is said once, in large.
    let closed = functions.first().and_then(|card| card.closed);
    if let Some(denial @ (Denial::NotAMember | Denial::AwaitingApproval | Denial::Suspended)) = closed {
        let page = refusal_page(visit.frame(Some(clinic)), &Refusal::Denied(denial));
        return Reply::page(&page).status(StatusCode::FORBIDDEN);
    }
    Reply::page(&StartPage {
        frame: visit.frame(Some(clinic)),
        clinic: clinic.name.clone(),
        functions,
        has_other_clinics: front::own_clinics(visit).len() > 1,
    })
}

/// A function's address: its entry for a visitor (C2), the function itself for who may use it.
pub(super) fn show_function(visit: &Visit, clinic: &Clinic, kind: FunctionKind) -> Reply {
    let Some(principal) = &visit.principal else {
        // The address comes round once more, with the cookie gone and the news in it.
        return if visit.has_dead_session && !visit.query.has(words::NEWS) {
            ask_to_log_in(visit, clinic, Some(kind))
        } else {
            front::show_to_visitor(visit, clinic, Some(kind))
        };
    };
    if let Some(detour) = step::detour(visit, principal, clinic, Some(kind)) {
        return detour;
    }
    if let Err(denial) = principal.may(clinic, kind, Deed::Read) {
        let page = function_refused_page(visit.frame(Some(clinic)), denial, kind);
        return Reply::page(&page).status(StatusCode::FORBIDDEN);
    }
    let function = clinic.function(kind);
    if let Some(target) = function.and_then(|function| function.target.as_deref()) {
        return Reply::see_other(target);
    }
    let title = function.map_or_else(|| default_title(kind, visit.language()), |function| function.title.as_str());
    Reply::page(&FunctionPage {
        frame: visit.frame(Some(clinic)),
        clinic: clinic.name.clone(),
        kind,
        title: title.to_owned(),
        notice: function_notice(kind, &phone(clinic), visit.language()),
    })
}

/// To the front page, and from there to where the visitor was going; says so when a session ran out.
pub(super) fn ask_to_log_in(visit: &Visit, clinic: &Clinic, function: Option<FunctionKind>) -> Reply {
    let entry = visit.site.links.entry(&clinic.slug, function);
    Reply::see_other(&if visit.has_dead_session { with_news(&entry, News::SessionOver.code()) } else { entry })
}

pub(super) async fn log_out(visit: &Visit, form: &PostedForm) -> Handled {
    let links = &visit.site.links;
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&links.root()));
    }
    let clinic = visit.site.clinic(form.get(words::CLINIC)).map(|clinic| clinic.id);
    let provider = match &visit.principal {
        Some(principal) => visit.site.portal.log_out(principal, clinic).await?,
        None => None,
    };
    let reply = match provider {
        Some(url) => {
            let mut frame = visit.frame(None);
            (frame.here, frame.person) = (links.logged_out(), None);
            Reply::page(&DeparturePage { frame, url, ends_session: true })
        }
        None => Reply::see_other(&links.logged_out()),
    };
    // A new browser key with it: what this browser left open is not the next person's to finish.
    let browser = visit.site.portal.new_browser()?;
    let reply = reply.cookie(&Cookie::Session.clear()).cookie(&Cookie::Reset.clear());
    let reply = reply.cookie(&Cookie::Browser.set(&browser.to_text()));
    let clears = visit.site.settings.clear_site_data;
    Ok(if clears { reply.with(CLEAR_SITE_DATA, "\"cache\", \"storage\"") } else { reply })
}

pub(super) fn logged_out(visit: &Visit) -> Reply {
    Reply::page(&logged_out_page(visit.frame(None)))
}

/// What a function is called where the clinic does not offer it.
pub(super) fn default_title(kind: FunctionKind, language: Language) -> &'static str {
    let texts = FrontTexts::of(language);
    match kind {
        FunctionKind::Booking => texts.booking,
        FunctionKind::EConsultation => texts.e_consultation,
        FunctionKind::PrescriptionRenewal => texts.renewal,
    }
}

fn card(visit: &Visit, principal: &Principal, clinic: &Clinic, function: &Function) -> FunctionCard {
    FunctionCard {
        kind: function.kind,
        title: function.title.clone(),
        notice: function_notice(function.kind, &phone(clinic), visit.language()),
        href: visit.site.links.function(&clinic.slug, function.kind),
        own_login: function.target.as_deref().is_some_and(|target| is_elsewhere(target, &visit.site.origin)),
        closed: principal.may(clinic, function.kind, Deed::Read).err(),
    }
}

/// Whether an address is on another site than the portal's.
fn is_elsewhere(target: &str, origin: &str) -> bool {
    let is_path = target.starts_with('/') && !target.starts_with("//");
    let is_own = target.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !is_path && !is_own
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c9_only_another_site_has_a_login_of_its_own() {
        let origin = "https://portal.dk";
        for own in ["/booking", "https://portal.dk", "https://portal.dk/booking"] {
            assert!(!is_elsewhere(own, origin), "{own}");
        }
        for other in ["https://booking.dk/", "//booking.dk", "https://portal.dk.example/"] {
            assert!(is_elsewhere(other, origin), "{other}");
        }
    }
}
