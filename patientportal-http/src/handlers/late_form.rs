//! Forms that come when their session is over (L10): kept for whoever was logged in, offered after the login, and shown again
//! once. A form of somebody else's, on a page that was open while another logged in, does nothing either.

use patientportal_core::clinic::Clinic;
use patientportal_core::portal::{FormOwner, LateForm, LoggedIn, Principal};
use patientportal_core::refusal::Failure;

use super::{contact, function_of, is_fresh, let_in, own_page, renewal, start, welcome};
use crate::forms::PostedForm;
use crate::links::{OwnForm, words};
use crate::news::{News, with_news};
use crate::pages::form::names;
use crate::pages::{late_form_page, session_over_page};
use crate::reply::{Handled, Reply};
use crate::router::{ClinicRoute, Route};
use crate::texts::{ContactTexts, OwnPageTexts, RenewalTexts};
use crate::visit::Visit;

/// The answer to a form of the owner's whose session is over, or whom somebody else has followed in this browser.
pub(super) async fn instead(
    visit: &Visit,
    clinic: &Clinic,
    route: ClinicRoute,
    form: &PostedForm,
) -> Result<Option<Reply>, Failure> {
    if !route.is_owners() || !is_fresh(visit, form) {
        return Ok(None);
    }
    let Some(owner) = owner_of(visit, form).filter(|owner| !is_here(visit, owner)) else { return Ok(None) };
    let kept = keep(visit, clinic, route, form, &owner).await?;
    let links = &visit.site.links;
    Ok(Some(match (&visit.principal, kept) {
        (Some(_), _) => Reply::see_other(&with_news(&links.start(&clinic.slug), News::OthersForm.code())),
        (None, true) => to_log_in(visit, clinic, form, News::FormKept),
        (None, false) => to_log_in(visit, clinic, form, News::SessionOver),
    }))
}

/// Where the script leaves for when the session is over.
pub(super) fn show_over(visit: &Visit, clinic: Option<&Clinic>) -> Reply {
    Reply::page(&session_over_page(visit.frame(clinic)))
}

/// What stood typed on a page when its session ended, which the script sends: it is kept and nothing is done with it.
pub(super) async fn keep_typed(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let over = visit.site.links.session_over(Some(&clinic.slug));
    let route = route_of(visit, clinic, form.get(names::PLACE));
    let (Some(owner), Some(route), true) = (owner_of(visit, form), route, is_fresh(visit, form)) else {
        return Ok(Reply::see_other(&over));
    };
    let kept = keep(visit, clinic, route, form, &owner).await?;
    Ok(Reply::see_other(&if kept { with_news(&over, News::FormKept.code()) } else { over }))
}

/// Remembers where whoever is logged in was, to come back to after proving anew who they are.
pub(super) async fn remember(
    visit: &Visit,
    principal: &Principal,
    clinic: &Clinic,
    route: ClinicRoute,
    form: Option<&PostedForm>,
) -> Result<(), Failure> {
    let Some(place) = place(visit, clinic, route) else { return Ok(()) };
    let fields = form.map(|form| typed(route, form)).unwrap_or_default();
    let (portal, owner) = (&visit.site.portal, principal.as_form_owner());
    portal.keep_late_form(&visit.visitor, &owner, clinic.id, &place, &fields).await?;
    Ok(())
}

/// The first page after a login: what was kept, if something was; else where the visitor was going.
pub(super) async fn welcome_back(visit: &Visit, logged_in: &LoggedIn) -> Reply {
    let portal = &visit.site.portal;
    let late = portal.late_form_at_login(&visit.visitor, logged_in).await.unwrap_or_else(|fault| {
        // The login is done; the start page offers the form once the store is back.
        visit.site.faults.tell(&fault, portal.now());
        None
    });
    let to = late.and_then(|late| match late.fields.is_empty() {
        // Nothing was typed: it is only where they were.
        true => is_own_path(&late.place).then_some(late.place),
        false => address(visit, &late),
    });
    to.map_or_else(|| welcome(visit, logged_in), |to| let_in(logged_in, &to))
}

/// Asks whether to show it.
pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let late = offered(visit, principal).await?.filter(|late| late.clinic == clinic.id);
    let what = late.as_ref().and_then(|late| title(visit, route_of(visit, clinic, &late.place)?));
    let (Some(late), Some(what)) = (late, what) else {
        return Ok(Reply::see_other(&visit.site.links.start(&clinic.slug)));
    };
    let frame = visit.frame(Some(clinic));
    Ok(Reply::page(&late_form_page(frame, &clinic.slug, what, &late.posted.copenhagen_clock())))
}

/// Shows it again as it was typed, once; or forgets it.
pub(super) async fn answer(visit: &Visit, clinic: &Clinic, form: &PostedForm) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let (portal, links) = (&visit.site.portal, &visit.site.links);
    if !is_fresh(visit, form) {
        return Ok(Reply::see_other(&links.late_form(&clinic.slug)));
    }
    let gone = || Reply::see_other(&with_news(&links.start(&clinic.slug), News::FormGone.code()));
    let Some(late) = offered(visit, principal).await?.filter(|late| late.clinic == clinic.id) else {
        return Ok(gone());
    };
    if form.get(words::CHOICE) == words::FORGET {
        portal.take_late_form(&visit.visitor, principal).await?;
        return Ok(Reply::see_other(&links.start(&clinic.slug)));
    }
    let Some(route) = route_of(visit, clinic, &late.place) else { return Ok(gone()) };
    // What stands before the form comes first, and it stays kept.
    if let Some(first) = before(visit, clinic, principal, route).await? {
        return Ok(first);
    }
    let Some(late) = portal.take_late_form(&visit.visitor, principal).await? else { return Ok(gone()) };
    visit.say(News::FormBack);
    filled(visit, clinic, principal, route, &PostedForm::of(late.fields)).await
}

/// What is kept for whoever is logged in and can be shown, as the start page says.
pub(super) async fn offered(visit: &Visit, principal: &Principal) -> Result<Option<LateForm>, Failure> {
    let late = visit.site.portal.late_form(&visit.visitor, principal).await?;
    Ok(late.filter(|late| !late.fields.is_empty()))
}

/// Where it is given back: a form of an embedding program's, on that program's own page.
pub(super) fn address(visit: &Visit, late: &LateForm) -> Option<String> {
    let clinic = visit.site.portal.clinics().by_id(late.clinic)?;
    let is_ours = route_of(visit, clinic, &late.place).and_then(|route| title(visit, route)).is_some();
    match is_ours {
        true => Some(visit.site.links.late_form(&clinic.slug)),
        false => is_own_path(&late.place).then(|| late.place.clone()),
    }
}

async fn before(
    visit: &Visit,
    clinic: &Clinic,
    principal: &Principal,
    route: ClinicRoute,
) -> Result<Option<Reply>, Failure> {
    match route {
        ClinicRoute::Own(which) => own_page::before_form(visit, clinic, principal, which).await,
        ClinicRoute::Contact => match contact::before_form(visit, clinic, principal, None) {
            // Settled by now: what is held can be changed on the own page.
            None if visit.site.portal.contact_page(principal, clinic.id).await?.is_none() => {
                Ok(Some(Reply::see_other(&visit.site.links.own_page(&clinic.slug))))
            }
            first => Ok(first),
        },
        ClinicRoute::Renew if !principal.awaits_renewal() || principal.proof().is_mitid() => Ok(None),
        ClinicRoute::Renew => Ok(Some(Reply::see_other(&visit.site.links.renew(&clinic.slug)))),
        _ => Ok(None),
    }
}

async fn filled(
    visit: &Visit,
    clinic: &Clinic,
    principal: &Principal,
    route: ClinicRoute,
    form: &PostedForm,
) -> Handled {
    let start = || Reply::see_other(&visit.site.links.start(&clinic.slug));
    match route {
        ClinicRoute::Own(which) => Ok(own_page::again(visit, clinic, which, form, Vec::new())),
        ClinicRoute::Contact => contact::show_again(visit, clinic, principal, form, Vec::new()).await,
        ClinicRoute::Renew if principal.awaits_renewal() => {
            Ok(renewal::again(visit, clinic, form, Vec::new()).unwrap_or_else(start))
        }
        _ => Ok(start()),
    }
}

/// Keeps what was typed, if the form is one whose words are worth it.
async fn keep(
    visit: &Visit,
    clinic: &Clinic,
    route: ClinicRoute,
    form: &PostedForm,
    owner: &FormOwner,
) -> Result<bool, Failure> {
    let Some(place) = place(visit, clinic, route) else { return Ok(false) };
    let fields = typed(route, form);
    if fields.is_empty() {
        return Ok(false);
    }
    visit.site.portal.keep_late_form(&visit.visitor, owner, clinic.id, &place, &fields).await
}

/// What is kept of a form. Only what stands here: a password or a code never does.
fn typed(route: ClinicRoute, form: &PostedForm) -> Vec<(String, String)> {
    let kept: &[&str] = match route {
        ClinicRoute::Own(OwnForm::Email) => &[names::EMAIL],
        ClinicRoute::Own(OwnForm::Mobile) => &[names::MOBILE],
        ClinicRoute::Contact => &[names::EMAIL, names::MOBILE, words::FUNCTION],
        ClinicRoute::Renew => &[names::EMAIL, names::EMAIL_AGAIN, names::MOBILE, words::FUNCTION],
        _ => &[],
    };
    let found = kept.iter().filter_map(|name| Some((*name, form.find(name)?)));
    found.filter(|(_, value)| value.len() <= LONGEST).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Whether a place is a path of this host, and nothing that a browser reads as another's.
fn is_own_path(place: &str) -> bool {
    let leads_away = |letter: char| letter == '\\' || letter.is_control();
    place.starts_with('/') && !place.starts_with("//") && !place.contains(leads_away)
}

fn place(visit: &Visit, clinic: &Clinic, route: ClinicRoute) -> Option<String> {
    let links = &visit.site.links;
    match route {
        ClinicRoute::Own(which) => Some(links.own_form(&clinic.slug, which)),
        ClinicRoute::Contact => Some(links.contact(&clinic.slug)),
        ClinicRoute::Renew => Some(links.renew(&clinic.slug)),
        _ => None,
    }
}

/// The form of a kept place, if it is one of this clinic's.
fn route_of(visit: &Visit, clinic: &Clinic, place: &str) -> Option<ClinicRoute> {
    match Route::of(visit.site.path_below_prefix(place))? {
        Route::Clinic(slug, route) if slug == clinic.slug => Some(route),
        _ => None,
    }
}

fn title(visit: &Visit, route: ClinicRoute) -> Option<&'static str> {
    let language = visit.language();
    let own = OwnPageTexts::of(language);
    match route {
        ClinicRoute::Own(OwnForm::Email) => Some(own.change_email),
        ClinicRoute::Own(OwnForm::Mobile) => Some(own.change_mobile),
        ClinicRoute::Contact => Some(ContactTexts::of(language).title),
        ClinicRoute::Renew => Some(RenewalTexts::of(language).title),
        _ => None,
    }
}

fn to_log_in(visit: &Visit, clinic: &Clinic, form: &PostedForm, news: News) -> Reply {
    Reply::see_other(&with_news(&visit.site.links.entry(&clinic.slug, function_of(form)), news.code()))
}

fn owner_of(visit: &Visit, form: &PostedForm) -> Option<FormOwner> {
    visit.site.portal.form_owner(&visit.visitor, form.get(names::OWNER))
}

fn is_here(visit: &Visit, owner: &FormOwner) -> bool {
    visit.principal.as_ref().is_some_and(|principal| owner.is(principal))
}

/// In bytes: an e-mail address, the longest thing that is worth keeping, is no longer.
const LONGEST: usize = 254;
