//! The pages of somebody who is logged in: start and functions, each asked of the policy (P1), and logging out (L9).

use http::{HeaderName, StatusCode};
use patientportal_core::clinic::{Clinic, Function, FunctionKind};
use patientportal_core::language::Language;
use patientportal_core::policy::Deed;
use patientportal_core::portal::Principal;

use super::{front, is_fresh, late_form, membership, step};
use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::links::words;
use crate::news::{News, with_news};
use crate::pages::{
    DeparturePage, FunctionCard, FunctionPage, StartPage, function_notice, function_refused_page, logged_out_page,
};
use crate::reply::{Handled, Reply};
use crate::texts::FrontTexts;
use crate::visit::{Visit, phone};

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(ask_to_log_in(visit, clinic, None)) };
    if let Some(detour) = step::detour(visit, principal, clinic, None) {
        return Ok(detour);
    }
    // What closes the whole clinic to the user is said once, in large.
    if let Err(denial) = principal.may(clinic, FunctionKind::Booking, Deed::Read)
        && membership::closes_all(denial)
    {
        return membership::closed(visit, principal, clinic, denial).await;
    }
    Ok(Reply::page(&StartPage {
        frame: visit.frame(Some(clinic)),
        clinic: clinic.name.clone(),
        messages: membership::news(visit, clinic),
        functions: clinic.functions.iter().map(|function| card(visit, principal, clinic, function)).collect(),
        has_other_clinics: front::own_clinics(visit).len() > 1,
        late_form: late_form::offered(visit, principal).await?.and_then(|late| late_form::address(visit, &late)),
    }))
}

/// A function's address: its entry for a visitor (C2), the function itself for who may use it.
pub(super) async fn show_function(visit: &Visit, clinic: &Clinic, kind: FunctionKind) -> Handled {
    let Some(principal) = &visit.principal else {
        // The address comes round once more, with the cookie gone and the news in it.
        let is_told = !visit.has_dead_session || visit.query.has(words::NEWS);
        return Ok(match is_told {
            true => front::show_to_visitor(visit, clinic, Some(kind)),
            false => ask_to_log_in(visit, clinic, Some(kind)),
        });
    };
    if let Some(detour) = step::detour(visit, principal, clinic, Some(kind)) {
        return Ok(detour);
    }
    let function = clinic.function(kind);
    let title = function.map_or_else(|| default_title(kind, visit.language()), |function| function.title.as_str());
    if let Err(denial) = principal.may(clinic, kind, Deed::Act) {
        if membership::closes_all(denial) {
            return membership::closed(visit, principal, clinic, denial).await;
        }
        let earlier = function.and_then(|function| earlier_matters(visit, principal, clinic, function));
        let earlier = earlier.map(|target| (title, target));
        let page = function_refused_page(visit.frame(Some(clinic)), denial, kind, earlier);
        return Ok(Reply::page(&page).status(StatusCode::FORBIDDEN));
    }
    if let Some(target) = function.and_then(|function| function.target.as_deref()) {
        return Ok(Reply::see_other(target));
    }
    Ok(Reply::page(&FunctionPage {
        frame: visit.frame(Some(clinic)),
        clinic: clinic.name.clone(),
        kind,
        title: title.to_owned(),
        notice: function_notice(kind, &phone(clinic), visit.language()),
    }))
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
            Reply::page(&DeparturePage { frame, url, ends_session: true, by_guardian: false })
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

/// Whoever is still there says so: the request itself keeps the session alive. The page stays as it is, with what stands
/// typed on it.
pub(super) fn stay(visit: &Visit, form: &PostedForm) -> Reply {
    match (&visit.principal, is_fresh(visit, form)) {
        (Some(_), true) => Reply::empty(StatusCode::NO_CONTENT),
        _ => Reply::see_other(&visit.site.links.session_over(None)),
    }
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
    let closed = principal.may(clinic, function.kind, Deed::Act).err();
    FunctionCard {
        kind: function.kind,
        title: function.title.clone(),
        notice: function_notice(function.kind, &phone(clinic), visit.language()),
        href: visit.site.links.function(&clinic.slug, function.kind),
        own_login: function.target.as_deref().is_some_and(|target| is_elsewhere(target, &visit.site.origin)),
        closed,
        readable: closed.is_some() && earlier_matters(visit, principal, clinic, function).is_some(),
    }
}

/// Where the user's earlier matters can be read although nothing new may be done (P1). Only a page of this site asks the
/// policy what is meant: another one would let act.
fn earlier_matters<'c>(
    visit: &Visit,
    principal: &Principal,
    clinic: &Clinic,
    function: &'c Function,
) -> Option<&'c str> {
    let target = function.target.as_deref().filter(|target| !is_elsewhere(target, &visit.site.origin));
    target.filter(|_| principal.may(clinic, function.kind, Deed::Read).is_ok())
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
