//! The way to a page of one clinic's staff: who asks, whether they act for this clinic, and what their role lets them do.

use http::{HeaderMap, StatusCode};
use patientportal_core::clinic::Clinic;
use patientportal_core::fault::Fault;
use patientportal_core::portal::{Portal, Staff};
use patientportal_core::refusal::{Failure, Refusal, SignInRefusal};

use super::door;
use crate::forms::PostedForm;
use crate::handlers::{is_fresh, not_found};
use crate::links::{Links, words};
use crate::news::{StaffNews, with_value};
use crate::pages::{Frame, StaffBar, StaffMenu, StaffMessagePage};
use crate::reply::{Handled, Reply};
use crate::router::StaffPage;
use crate::staff::SignedInStaff;
use crate::texts::StaffTexts;
use crate::visit::Visit;

/// A request of a clinic's staff, at a page of their own clinic that their role lets them open.
pub(super) struct Desk<'v> {
    pub(super) visit: &'v Visit,
    pub(super) clinic: &'v Clinic,
    who: SignedInStaff,
    sign_out: Option<String>,
}

/// Leads whoever asks to the page, or answers why not.
pub(super) async fn enter<'v>(
    visit: &'v Visit,
    headers: &HeaderMap,
    (slug, page): (&str, StaffPage),
    posts: bool,
) -> Result<Result<Desk<'v>, Reply>, Fault> {
    let Some(authenticator) = &visit.site.staff else { return Ok(Err(not_found(visit))) };
    let Some(clinic) = visit.site.clinic(slug) else { return Ok(Err(not_found(visit))) };
    let Some(who) = authenticator.authenticate(headers).await? else {
        let elsewhere = authenticator.sign_in();
        let door = || with_value(&visit.site.links.staff(), words::CLINIC, slug);
        return Ok(Err(match posts {
            true => door::over(visit, &elsewhere.unwrap_or_else(door)),
            false => Reply::see_other(&elsewhere.unwrap_or_else(door)),
        }));
    };
    // Whoever acts for another clinic learns nothing here; the page stands in the frame of their own.
    let Some(own) = visit.site.portal.clinics().by_id(who.staff.clinic) else { return Ok(Err(not_found(visit))) };
    let is_own = own.id == clinic.id;
    let may = page.operations().iter().try_for_each(|operation| who.staff.may(*operation));
    let desk = Desk { visit, clinic: own, who, sign_out: authenticator.sign_out() };
    let refusal = match (is_own, may) {
        (false, _) => Refusal::SignIn(SignInRefusal::NotStaffHere),
        (true, Err(refusal)) => refusal,
        (true, Ok(())) => return Ok(Ok(desk)),
    };
    Ok(Err(desk.message(&refusal)))
}

impl Desk<'_> {
    pub(super) fn portal(&self) -> &Portal {
        &self.visit.site.portal
    }

    pub(super) fn links(&self) -> &Links {
        &self.visit.site.links
    }

    pub(super) fn slug(&self) -> &str {
        &self.clinic.slug
    }

    pub(super) fn staff(&self) -> &Staff {
        &self.who.staff
    }

    /// The frame, saying what has happened if the address tells.
    pub(super) fn frame(&self) -> Frame {
        let told = self.visit.query.find(words::NEWS);
        let notice = told.and_then(StaffNews::of_code).and_then(|news| news.notice(self.visit.language()));
        Frame { notice, person: None, ..self.visit.frame(Some(self.clinic)) }
    }

    /// The same for a page that answers a POST: choosing a language there leads to `here`, which can be fetched.
    pub(super) fn frame_at(&self, here: String) -> Frame {
        Frame { here, notice: None, ..self.frame() }
    }

    pub(super) fn bar(&self, current: StaffMenu) -> StaffBar {
        StaffBar {
            clinic: self.clinic.name.clone(),
            slug: self.clinic.slug.clone(),
            name: self.who.name.clone(),
            role: self.who.staff.role,
            ends: self.who.ends.map(|at| at.copenhagen_clock()),
            has_other_clinics: self.who.has_other_clinics,
            sign_out: self.sign_out.clone(),
            current,
        }
    }

    /// Whether a form is this browser's.
    pub(super) fn is_fresh(&self, form: &PostedForm) -> bool {
        is_fresh(self.visit, form)
    }

    /// Gives what a handler came to, a refusal as a page.
    pub(super) fn told(&self, handled: Handled) -> Handled {
        match handled {
            Err(Failure::Refused(refusal)) => Ok(self.message(&refusal)),
            handled => handled,
        }
    }

    /// A refusal as a page of its own.
    pub(super) fn message(&self, refusal: &Refusal) -> Reply {
        let texts = StaffTexts::of(self.visit.language());
        let title = match refusal {
            Refusal::SignIn(_) | Refusal::NotYourRole => texts.not_here_title,
            Refusal::NoSuchMember => texts.not_found_title,
            Refusal::DecidedAlready { .. } => texts.decided_title,
            _ => texts.refused_title,
        };
        let frame = self.frame_at(self.links().work_list(self.slug()));
        let page =
            StaffMessagePage::new(frame, self.bar(StaffMenu::Elsewhere), title, refusal.text(self.visit.language()));
        self.refused(Reply::page(&page), refusal)
    }

    /// Gives a page that says a refusal its status.
    pub(super) fn refused(&self, reply: Reply, refusal: &Refusal) -> Reply {
        match refusal {
            Refusal::SignIn(_) | Refusal::NotYourRole => reply.status(StatusCode::FORBIDDEN),
            Refusal::NoSuchMember => reply.status(StatusCode::NOT_FOUND),
            Refusal::DecidedAlready { .. } => reply.status(StatusCode::CONFLICT),
            refusal => self.visit.refused(reply, refusal),
        }
    }
}
