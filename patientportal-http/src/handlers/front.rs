//! The root (C7) and a clinic's front page (C3), which is also every function's entry for a visitor (C2).

use patientportal_core::account::MembershipState;
use patientportal_core::clinic::{Clinic, FunctionKind, RegistrationMode};
use patientportal_core::ids::ClinicId;
use patientportal_core::policy::OutstandingStep;

use super::membership;
use super::start::default_title;
use crate::links::{function_word, words};
use crate::news::News;
use crate::pages::{Form, Frame, FrontFunction, FrontPage, RootClinic, RootPage, function_notice, membership_label};
use crate::reply::Reply;
use crate::visit::{Visit, phone};

pub(super) fn root(visit: &Visit) -> Reply {
    // The own page is about the whole account and stands under any clinic of it.
    let memberships = visit.principal.iter().flat_map(|principal| &principal.access().memberships);
    let mut clinics = memberships.filter_map(|here| visit.site.portal.clinics().by_id(here.clinic));
    let own_page = clinics.next().map(|clinic| visit.site.links.own_page(&clinic.slug));
    Reply::page(&RootPage { frame: visit.frame(None), clinics: own_clinics(visit), own_page })
}

/// The clinic that a mail's link means, under an address that does not tell its slug (M2).
pub(super) fn lead_to(visit: &Visit, id: &str) -> Option<Reply> {
    let clinic = visit.site.portal.clinics().by_id(ClinicId::parse(id)?)?;
    Some(Reply::see_other(&visit.site.links.front(&clinic.slug)))
}

/// The clinics where the user is or has asked to be, with where they stand.
pub(super) fn own_clinics(visit: &Visit) -> Vec<RootClinic> {
    let Some(principal) = &visit.principal else { return Vec::new() };
    let memberships = principal.access().memberships.iter();
    let own = memberships.filter(|membership| membership.state != MembershipState::Ended).filter_map(|membership| {
        let clinic = visit.site.portal.clinics().by_id(membership.clinic)?;
        // Where it stands is for who has come past the steps before (L8).
        let is_told = principal.outstanding_step(clinic).is_none_or(|step| step >= OutstandingStep::Join);
        let state = membership_label(membership.state, visit.language()).filter(|_| is_told);
        Some(RootClinic { name: clinic.name.clone(), href: visit.site.links.start(&clinic.slug), state })
    });
    own.collect()
}

pub(super) fn show(visit: &Visit, clinic: &Clinic) -> Reply {
    // Who proves anew by password logs in beside the session that they have.
    let logs_in_again = visit.query.find(words::NEWS) == Some(News::ProveAgain.code());
    if visit.principal.is_some() && !logs_in_again {
        return Reply::see_other(&visit.site.links.start(&clinic.slug));
    }
    show_to_visitor(visit, clinic, None)
}

/// The front page, with the function that the visitor came for.
pub(super) fn show_to_visitor(visit: &Visit, clinic: &Clinic, function: Option<FunctionKind>) -> Reply {
    let form = Form::log_in("", false, visit.language());
    Reply::page(&page(visit, visit.frame(Some(clinic)), clinic, function, form))
}

pub(super) fn page(
    visit: &Visit,
    frame: Frame,
    clinic: &Clinic,
    function: Option<FunctionKind>,
    form: Form,
) -> FrontPage {
    let (links, slug) = (&visit.site.links, clinic.slug.as_str());
    let form = match function {
        Some(function) => form.with_hidden(words::FUNCTION, function_word(function)),
        None => form,
    };
    FrontPage {
        frame,
        clinic: clinic.name.clone(),
        phone: phone(clinic),
        function: function.map(|kind| entry(visit, clinic, kind)),
        messages: membership::news(visit, clinic),
        provider: visit.provider(),
        mitid_available: visit.site.portal.mitid_available(),
        registration_open: clinic.registration != RegistrationMode::Off,
        form,
        log_in: links.log_in(slug),
        mitid: links.mitid(slug),
        forgot: links.forgot(slug, function),
        register: links.register(slug, function),
        register_child: links.register_child(slug, function),
    }
}

fn entry(visit: &Visit, clinic: &Clinic, kind: FunctionKind) -> FrontFunction {
    match clinic.function(kind) {
        Some(function) => FrontFunction {
            title: function.title.clone(),
            notice: Some(function_notice(kind, &phone(clinic), visit.language())),
            closed: !clinic.is_open(kind, visit.site.portal.now()),
        },
        None => FrontFunction { title: default_title(kind, visit.language()).to_owned(), notice: None, closed: false },
    }
}
