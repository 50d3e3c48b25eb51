//! The staff's way in and out at the portal's own pages (S2): to the provider and back, choosing a clinic, signing out.

use http::{HeaderMap, StatusCode};
use patientportal_core::portal::StaffSession;
use patientportal_core::refusal::Failure;

use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::handlers::{is_fresh, not_found};
use crate::links::words;
use crate::news::{with_news, with_value};
use crate::pages::{Action, StaffDeparturePage, staff_door_page};
use crate::reply::{Handled, Reply};
use crate::texts::StaffTexts;
use crate::visit::Visit;

/// The way in; whoever is in goes on.
pub(super) async fn show(visit: &Visit, headers: &HeaderMap) -> Handled {
    if let Some(elsewhere) = visit.site.staff.as_ref().and_then(|staff| staff.sign_in()) {
        return Ok(Reply::see_other(&elsewhere));
    }
    if !visit.site.portal.staff_sign_in_here() {
        return Ok(not_found(visit));
    }
    let links = &visit.site.links;
    if let Some(session) = session(visit, headers).await? {
        let own = session.clinic.and_then(|clinic| visit.site.portal.clinics().by_id(clinic));
        let on = own.map_or_else(|| links.staff_choose(), |own| links.work_list(&own.slug));
        return Ok(Reply::see_other(&on));
    }
    let texts = StaffTexts::of(visit.language());
    let values = visit.query.find(words::CLINIC).map(|slug| (words::CLINIC, slug.to_owned()));
    let sign_in = Action::post(texts.sign_in, links.staff_sign_in(), values.into_iter().collect()).primary();
    let page = staff_door_page(visit.frame(None), texts.sign_in_title, texts.sign_in_lead);
    Ok(Reply::page(&page.say(texts.sign_in_patients).act(sign_in)))
}

/// Sends the browser to whoever vouches for staff.
pub(super) async fn begin(visit: &Visit, form: &PostedForm) -> Handled {
    let links = &visit.site.links;
    let clinic = visit.site.clinic(form.get(words::CLINIC));
    let back = clinic.map_or_else(|| links.staff(), |of| with_value(&links.staff(), words::CLINIC, &of.slug));
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&back));
    }
    match visit.site.portal.begin_staff_sign_in(&visit.visitor, clinic.map(|clinic| clinic.id)).await {
        Ok(url) => Ok(depart(visit, back, url, false)),
        Err(Failure::Refused(refusal)) if refusal.retry_at().is_none() => {
            Ok(Reply::see_other(&with_news(&back, refusal.code())))
        }
        Err(failure) => Err(failure),
    }
}

/// The provider has sent the browser back.
pub(super) async fn come_back(visit: &Visit, headers: &HeaderMap) -> Handled {
    let (portal, links) = (&visit.site.portal, &visit.site.links);
    let earlier = Cookie::Staff.read(headers);
    match portal.complete_staff_sign_in(&visit.visitor, earlier, visit.query.pairs()).await {
        // What a colleague left open in another tab does nothing in the name of who signs in now.
        Ok(signed_in) => Ok(Reply::see_other(&links.staff())
            .cookie(&Cookie::Staff.set(&signed_in.cookie))
            .cookie(&Cookie::Browser.set(&portal.new_browser()?.to_text()))),
        Err(Failure::Refused(refusal)) => Ok(Reply::see_other(&with_news(&links.staff(), refusal.code()))),
        Err(failure) => Err(failure),
    }
}

/// Asks for which clinic somebody works now.
pub(super) async fn show_choice(visit: &Visit, headers: &HeaderMap) -> Handled {
    let links = &visit.site.links;
    let Some(session) = session(visit, headers).await? else { return Ok(Reply::see_other(&links.staff())) };
    let texts = StaffTexts::of(visit.language());
    let page = staff_door_page(visit.frame(None), texts.choose_title, texts.choose_lead);
    let clinics = session.clinics.iter().filter_map(|clinic| visit.site.portal.clinics().by_id(*clinic));
    let act = |clinic: &patientportal_core::clinic::Clinic| {
        Action::post(clinic.name.as_str(), links.staff_choose(), vec![(words::CLINIC, clinic.slug.clone())])
    };
    let page = clinics.fold(page, |page, clinic| page.act(act(clinic)));
    Ok(Reply::page(&page.act(Action::post(texts.sign_out, links.staff_sign_out(), Vec::new()))))
}

/// Takes the clinic chosen.
pub(super) async fn choose(visit: &Visit, headers: &HeaderMap, form: &PostedForm) -> Handled {
    let links = &visit.site.links;
    let clinic = visit.site.clinic(form.get(words::CLINIC));
    let (true, Some(cookie), Some(clinic)) = (is_fresh(visit, form), Cookie::Staff.read(headers), clinic) else {
        return Ok(Reply::see_other(&links.staff_choose()));
    };
    match visit.site.portal.choose_staff_clinic(cookie, clinic.id).await {
        Ok(_) => Ok(Reply::see_other(&links.work_list(&clinic.slug))),
        Err(Failure::Refused(refusal)) => {
            let page = staff_door_page(
                visit.frame(None),
                StaffTexts::of(visit.language()).not_here_title,
                &refusal.text(visit.language()),
            );
            let back = Action::link(StaffTexts::of(visit.language()).other_clinic, links.staff_choose());
            Ok(Reply::page(&page.act(back)).status(StatusCode::FORBIDDEN))
        }
        Err(failure) => Err(failure),
    }
}

/// Ends the session here, and at the provider if it has one.
pub(super) async fn sign_out(visit: &Visit, headers: &HeaderMap, form: &PostedForm) -> Handled {
    let links = &visit.site.links;
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&links.staff()));
    }
    let provider = match Cookie::Staff.read(headers) {
        Some(cookie) => visit.site.portal.sign_staff_out(cookie).await?,
        None => None,
    };
    let reply = match provider {
        Some(url) => depart(visit, links.staff_signed_out(), url, true),
        None => Reply::see_other(&links.staff_signed_out()),
    };
    // As for patients: what this browser left open is not the next person's to finish.
    let browser = visit.site.portal.new_browser()?;
    Ok(reply.cookie(&Cookie::Staff.clear()).cookie(&Cookie::Browser.set(&browser.to_text())))
}

pub(super) fn show_signed_out(visit: &Visit) -> Reply {
    let texts = StaffTexts::of(visit.language());
    let page = staff_door_page(visit.frame(None), texts.signed_out_title, texts.signed_out);
    Reply::page(&page.act(Action::link(texts.sign_in_again, visit.site.links.staff())))
}

/// What was posted came when the session was over: nothing was done.
pub(super) fn over(visit: &Visit, door: &str) -> Reply {
    let texts = StaffTexts::of(visit.language());
    let page = staff_door_page(visit.frame(None), texts.over_title, texts.over);
    Reply::page(&page.act(Action::link(texts.sign_in_again, door).primary())).status(StatusCode::FORBIDDEN)
}

async fn session(visit: &Visit, headers: &HeaderMap) -> Result<Option<StaffSession>, Failure> {
    Ok(match Cookie::Staff.read(headers) {
        Some(cookie) => visit.site.portal.staff_session(cookie).await?,
        None => None,
    })
}

fn depart(visit: &Visit, here: String, url: String, ends_session: bool) -> Reply {
    let mut frame = visit.frame(None);
    frame.here = here;
    Reply::page(&StaffDeparturePage { frame, url, ends_session })
}
