//! The staff's pages (S1, S2). Who asks is asked anew at every request, never of a patient's session; every page but the
//! way in is entered through [`desk::enter`].

mod desk;
mod door;
mod forms;
mod history;
mod list;
mod person;

use http::HeaderMap;

use super::not_found;
use crate::forms::PostedForm;
use crate::pages::Problem;
use crate::reply::{Handled, Reply};
use crate::router::{StaffAct, StaffPage, StaffRoute};
use crate::texts::FieldTexts;
use crate::visit::Visit;

/// Answers a GET.
pub(crate) async fn get(visit: &Visit, headers: &HeaderMap, route: StaffRoute<'_>) -> Handled {
    if visit.site.staff.is_none() {
        return Ok(not_found(visit));
    }
    let (slug, page) = match route {
        StaffRoute::Root => return door::show(visit, headers).await,
        StaffRoute::Return => return door::come_back(visit, headers).await,
        StaffRoute::Choose => return door::show_choice(visit, headers).await,
        StaffRoute::SignedOut => return Ok(door::show_signed_out(visit)),
        StaffRoute::SignIn | StaffRoute::SignOut => return Ok(not_found(visit)),
        StaffRoute::At(slug, page) => (slug, page),
    };
    let desk = match desk::enter(visit, headers, (slug, page), false).await? {
        Ok(desk) => desk,
        Err(reply) => return Ok(reply),
    };
    desk.told(match page {
        StaffPage::WorkList => list::show(&desk).await,
        StaffPage::Find => Ok(list::show_find(&desk)),
        StaffPage::Members => list::show_members(&desk).await,
        StaffPage::NewUser => Ok(forms::show_new_user(&desk)),
        StaffPage::Trail => history::show_clinics(&desk).await,
        StaffPage::Person(account) => person::show(&desk, account).await,
        StaffPage::PersonsMails(account) => history::show_mails(&desk, account).await,
        StaffPage::PersonsTrail(account) => history::show_persons(&desk, account).await,
        StaffPage::Act(account, act) => person::show_form(&desk, account, act).await,
        StaffPage::Approve | StaffPage::Refuse | StaffPage::Undo => Ok(not_found(visit)),
    })
}

/// Answers a POST from one of the portal's own pages.
pub(crate) async fn post(visit: &Visit, headers: &HeaderMap, route: StaffRoute<'_>, form: &PostedForm) -> Handled {
    if visit.site.staff.is_none() {
        return Ok(not_found(visit));
    }
    let (slug, page) = match route {
        StaffRoute::SignIn => return door::begin(visit, form).await,
        StaffRoute::Choose => return door::choose(visit, headers, form).await,
        StaffRoute::SignOut => return door::sign_out(visit, headers, form).await,
        StaffRoute::Root | StaffRoute::Return | StaffRoute::SignedOut => return Ok(not_found(visit)),
        StaffRoute::At(slug, page) => (slug, page),
    };
    let desk = match desk::enter(visit, headers, (slug, page), true).await? {
        Ok(desk) => desk,
        Err(reply) => return Ok(reply),
    };
    desk.told(match page {
        StaffPage::Approve => list::approve(&desk, form).await,
        StaffPage::Refuse => list::refuse(&desk, form).await,
        StaffPage::Undo => list::undo(&desk, form).await,
        StaffPage::Find => list::find(&desk, form).await,
        StaffPage::NewUser => forms::create_user(&desk, form).await,
        StaffPage::Act(account, act) => person::act(&desk, account, act, form).await,
        _ => Ok(not_found(visit)),
    })
}

/// The page for a POST that came to nothing for a reason that may pass: what was typed stands in its form again, where
/// whoever asks can still be told apart from others.
pub(crate) async fn not_done(
    visit: &Visit,
    headers: &HeaderMap,
    route: StaffRoute<'_>,
    form: &PostedForm,
) -> Option<Reply> {
    let StaffRoute::At(slug, page) = route else { return None };
    let desk = desk::enter(visit, headers, (slug, page), true).await.ok()?.ok()?;
    let problem = Problem::overall(FieldTexts::of(visit.language()).not_done);
    match page {
        StaffPage::NewUser => Some(forms::new_user_again(&desk, form, vec![problem])),
        StaffPage::Act(account, StaffAct::Renew) => Some(forms::renew(&desk, account, form, vec![problem])),
        StaffPage::Act(account, StaffAct::ChangeNumber) => {
            Some(forms::change_number(&desk, account, form, vec![problem]))
        }
        _ => None,
    }
}
