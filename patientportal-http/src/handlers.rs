//! The handlers: each reads what was sent, calls one use case of the portal, and answers with a page or a redirect.
//!
//! A POST that did something ends in a redirect to what can be fetched. One that did not is answered with its form,
//! filled; one that leaves for MitID, with the departure page.

mod activation;
mod changed_number;
mod child;
mod code_entry;
mod contact;
mod front;
mod identity;
mod late_form;
mod login;
mod membership;
mod mitid;
mod own_history;
mod own_page;
mod reading;
mod recovery;
mod registration;
mod renewal;
pub(crate) mod staff;
mod start;
mod step;

use patientportal_core::clinic::{Clinic, FunctionKind};
use patientportal_core::portal::{LoggedIn, Meeting};
use patientportal_core::refusal::{Field, Refusal};

use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::links::{function_of_word, words};
use crate::news::{News, with_news};
use crate::pages::form::names;
use crate::pages::{Action, ErrorKind, Problem, error_page};
use crate::reply::{Handled, Reply};
use crate::router::{ClinicRoute, Route};
use crate::texts::{ErrorTexts, FieldTexts};
use crate::visit::Visit;

/// Answers a GET. The service has found the clinic of a clinic's route.
pub(crate) async fn get(visit: &Visit, route: Route<'_>, clinic: Option<&Clinic>) -> Handled {
    match (route, clinic) {
        (Route::Root, _) => Ok(front::root(visit)),
        (Route::Help, _) => Ok(reading::help(visit, None)),
        (Route::Terms, _) => Ok(reading::terms(visit)),
        (Route::Cookies, _) => Ok(reading::cookies(visit)),
        (Route::LoggedOut, _) => Ok(start::logged_out(visit)),
        (Route::SessionOver, _) => Ok(late_form::show_over(visit, None)),
        (Route::MitidReturn, _) => mitid::come_back(visit).await,
        (Route::ResetLink(token), _) => Ok(recovery::open_link(visit, token)),
        (Route::Reset, _) => recovery::show_reset(visit).await,
        (Route::ActivationLink(token), _) => Ok(activation::open_link(visit, token)),
        (Route::Activate, _) => activation::show(visit).await,
        (Route::ToClinic(id), _) => Ok(front::lead_to(visit, id).unwrap_or_else(|| not_found(visit))),
        (Route::Clinic(_, route), Some(clinic)) => get_at_clinic(visit, clinic, route).await,
        _ => Ok(not_found(visit)),
    }
}

async fn get_at_clinic(visit: &Visit, clinic: &Clinic, route: ClinicRoute) -> Handled {
    match route {
        ClinicRoute::Front => Ok(front::show(visit, clinic)),
        ClinicRoute::Function(function) => start::show_function(visit, clinic, function).await,
        ClinicRoute::Register => registration::show(visit, clinic).await,
        ClinicRoute::RegisterChild => child::show(visit, clinic).await,
        ClinicRoute::KnownChild => child::show_known(visit, clinic).await,
        ClinicRoute::ChildDone => Ok(child::show_done(visit, clinic)),
        ClinicRoute::Mitid => Ok(mitid::show_question(visit, clinic)),
        ClinicRoute::Code => login::show_code(visit, clinic).await,
        ClinicRoute::Forgot => Ok(recovery::show(visit, clinic)),
        ClinicRoute::PasswordChanged => Ok(recovery::show_done(visit, clinic)),
        ClinicRoute::Join => step::show_join(visit, clinic).await,
        ClinicRoute::Activated => Ok(activation::show_done(visit, clinic)),
        ClinicRoute::ConfirmIdentity => Ok(identity::show_confirm(visit, clinic)),
        ClinicRoute::ChoosePassword => identity::show_choose(visit, clinic).await,
        ClinicRoute::Contact => contact::show(visit, clinic).await,
        ClinicRoute::EmailProof => contact::show_code(visit, clinic).await,
        ClinicRoute::Renew => renewal::show(visit, clinic).await,
        ClinicRoute::ChangedNumber => changed_number::show(visit, clinic).await,
        ClinicRoute::SessionOver => Ok(late_form::show_over(visit, Some(clinic))),
        ClinicRoute::LateForm => late_form::show(visit, clinic).await,
        ClinicRoute::OwnPage => own_page::show(visit, clinic).await,
        ClinicRoute::Own(form) => own_page::show_form(visit, clinic, form).await,
        ClinicRoute::History => own_history::show(visit, clinic).await,
        ClinicRoute::Terms => Ok(step::show_terms(visit, clinic)),
        ClinicRoute::Help => Ok(reading::help(visit, Some(clinic))),
        ClinicRoute::Start => start::show(visit, clinic).await,
        ClinicRoute::LogIn
        | ClinicRoute::NewCode
        | ClinicRoute::Withdraw
        | ClinicRoute::NewEmailCode
        | ClinicRoute::EndSession
        | ClinicRoute::ProveAgain
        | ClinicRoute::NewRenewalCode => Ok(not_found(visit)),
    }
}

/// Answers a POST from one of the portal's own pages.
pub(crate) async fn post(visit: &Visit, route: Route<'_>, clinic: Option<&Clinic>, form: &PostedForm) -> Handled {
    match (route, clinic) {
        (Route::Language, _) => Ok(reading::choose_language(visit, form)),
        (Route::LogOut, _) => start::log_out(visit, form).await,
        (Route::Stay, _) => Ok(start::stay(visit, form)),
        (Route::Reset, _) => recovery::submit_reset(visit, form).await,
        (Route::Activate, _) => activation::submit(visit, form).await,
        (Route::NewActivation, _) => activation::send_new(visit, form).await,
        (Route::Clinic(_, route), Some(clinic)) => post_at_clinic(visit, clinic, route, form).await,
        _ => Ok(not_found(visit)),
    }
}

async fn post_at_clinic(visit: &Visit, clinic: &Clinic, route: ClinicRoute, form: &PostedForm) -> Handled {
    if let Some(instead) = late_form::instead(visit, clinic, route, form).await? {
        return Ok(instead);
    }
    match route {
        ClinicRoute::LogIn => login::submit_password(visit, clinic, form).await,
        ClinicRoute::Code => login::submit_code(visit, clinic, form).await,
        ClinicRoute::NewCode => login::resend_code(visit, clinic, form).await,
        ClinicRoute::Mitid => mitid::begin(visit, clinic, form).await,
        ClinicRoute::Register => registration::submit(visit, clinic, form).await,
        ClinicRoute::RegisterChild => child::submit(visit, clinic, form).await,
        ClinicRoute::KnownChild => child::choose(visit, clinic, form).await,
        ClinicRoute::Forgot => recovery::submit(visit, clinic, form).await,
        ClinicRoute::Join => step::join(visit, clinic, form).await,
        ClinicRoute::Withdraw => membership::withdraw(visit, clinic, form).await,
        ClinicRoute::ConfirmIdentity => identity::confirm(visit, clinic, form).await,
        ClinicRoute::ChoosePassword => identity::choose(visit, clinic, form).await,
        ClinicRoute::Contact => contact::confirm(visit, clinic, form).await,
        ClinicRoute::EmailProof => contact::submit_code(visit, clinic, form).await,
        ClinicRoute::NewEmailCode => contact::resend(visit, clinic, form).await,
        ClinicRoute::Renew => renewal::submit(visit, clinic, form).await,
        ClinicRoute::NewRenewalCode => renewal::resend(visit, clinic, form).await,
        ClinicRoute::ChangedNumber => changed_number::answer(visit, clinic, form).await,
        ClinicRoute::Own(which) => own_page::submit_form(visit, clinic, which, form).await,
        ClinicRoute::EndSession => own_page::end_session(visit, clinic, form).await,
        ClinicRoute::ProveAgain => own_page::prove_again(visit, clinic, form).await,
        ClinicRoute::SessionOver => late_form::keep_typed(visit, clinic, form).await,
        ClinicRoute::LateForm => late_form::answer(visit, clinic, form).await,
        ClinicRoute::Terms => step::accept_terms(visit, clinic, form).await,
        _ => Ok(not_found(visit)),
    }
}

/// The page for a POST that came to nothing for a reason that may pass: its form with what was typed, where there is
/// one; else where it can be fetched again.
pub(crate) fn not_done(visit: &Visit, route: Route<'_>, clinic: Option<&Clinic>, form: &PostedForm) -> Reply {
    let problems = vec![Problem::overall(FieldTexts::of(visit.language()).not_done)];
    let (Route::Clinic(_, route), Some(clinic)) = (route, clinic) else {
        let again = match route {
            Route::Reset => recovery::reset_again(visit, form, problems),
            Route::Activate => activation::again(visit, form, problems),
            _ => None,
        };
        return again.unwrap_or_else(|| busy(visit, None));
    };
    let links = &visit.site.links;
    match route {
        ClinicRoute::LogIn => login::password_again(visit, clinic, form, problems),
        ClinicRoute::Register => registration::again(visit, clinic, form, problems),
        ClinicRoute::RegisterChild => child::again(visit, clinic, form, problems),
        ClinicRoute::KnownChild => busy(visit, child::known_address_of(visit, clinic, form)),
        ClinicRoute::Forgot => recovery::page(visit, clinic, form, problems),
        ClinicRoute::Mitid if form.has(names::CPR) => mitid::question(visit, clinic, form, problems),
        ClinicRoute::Mitid => busy(visit, Some(links.entry(&clinic.slug, function_of(form)))),
        ClinicRoute::Code | ClinicRoute::NewCode => busy(visit, Some(login::code_address_of(visit, clinic, form))),
        ClinicRoute::ChoosePassword => busy(visit, Some(identity::choose_address(visit, clinic, form))),
        ClinicRoute::ConfirmIdentity => busy(visit, Some(landing(visit, clinic, function_of(form)))),
        ClinicRoute::Contact => contact::again(visit, clinic, form, problems),
        ClinicRoute::Renew => renewal::again(visit, clinic, form, problems)
            .unwrap_or_else(|| busy(visit, Some(links.renew(&clinic.slug)))),
        ClinicRoute::NewRenewalCode => busy(visit, Some(links.renew(&clinic.slug))),
        ClinicRoute::ChangedNumber => busy(visit, changed_number::address_of(visit, clinic, form)),
        ClinicRoute::Own(which) => own_page::again(visit, clinic, which, form, problems),
        ClinicRoute::EndSession => busy(visit, Some(links.own_page(&clinic.slug))),
        ClinicRoute::LateForm => busy(visit, Some(links.late_form(&clinic.slug))),
        ClinicRoute::SessionOver => busy(visit, Some(links.front(&clinic.slug))),
        ClinicRoute::ProveAgain => busy(visit, Some(landing(visit, clinic, function_of(form)))),
        ClinicRoute::EmailProof | ClinicRoute::NewEmailCode => busy(visit, Some(links.email_proof(&clinic.slug))),
        ClinicRoute::Join | ClinicRoute::Withdraw | ClinicRoute::Terms => {
            busy(visit, Some(landing(visit, clinic, function_of(form))))
        }
        _ => busy(visit, None),
    }
}

fn busy(visit: &Visit, back: Option<String>) -> Reply {
    let page = error_page(visit.frame(None), ErrorKind::Busy);
    let label = ErrorTexts::of(visit.language()).try_again;
    Reply::page(&match back {
        Some(back) => page.act(Action::link(label, back).primary()),
        None => page,
    })
}

fn not_found(visit: &Visit) -> Reply {
    Reply::page(&error_page(visit.frame(None), ErrorKind::NotFound)).status(http::StatusCode::NOT_FOUND)
}

/// Why a posted form is shown again before anything is done with it.
enum ShownAgain {
    /// Its token is not this browser's: it is old, or the browser keeps no cookies.
    Stale,
    /// The button that hides or shows the CPR number without script (L4).
    Redrawn,
}

impl ShownAgain {
    fn of(visit: &Visit, form: &PostedForm) -> Option<Self> {
        if !is_fresh(visit, form) {
            Some(Self::Stale)
        } else if form.has(names::REDRAW) {
            Some(Self::Redrawn)
        } else {
            None
        }
    }

    /// What the form says then.
    fn problems(&self, visit: &Visit) -> Vec<Problem> {
        match self {
            Self::Stale => vec![Problem::overall(FieldTexts::of(visit.language()).stale_form)],
            Self::Redrawn => Vec::new(),
        }
    }
}

/// Whether the form's token is this browser's.
fn is_fresh(visit: &Visit, form: &PostedForm) -> bool {
    visit.is_own_token(form.get(names::TOKEN))
}

/// The function that the visitor came for, as the form says.
fn function_of(form: &PostedForm) -> Option<FunctionKind> {
    form.find(words::FUNCTION).and_then(function_of_word)
}

/// What a refusal says above a form and beside its fields.
fn problems_of(refusal: &Refusal, visit: &Visit) -> Vec<Problem> {
    match refusal {
        Refusal::InvalidForm(flaws) => {
            flaws.iter().map(|flaw| Problem::with(field_name(flaw.field), flaw.flaw.text(visit.language()))).collect()
        }
        refusal => vec![Problem::overall(refusal.text(visit.language()))],
    }
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::GuardianCpr => names::GUARDIAN_CPR,
        Field::FirstName => names::FIRST_NAME,
        Field::LastName => names::LAST_NAME,
        Field::Email => names::EMAIL,
        Field::EmailAgain => names::EMAIL_AGAIN,
        Field::Mobile => names::MOBILE,
        Field::Password => names::PASSWORD,
        Field::NewPassword => names::NEW_PASSWORD,
        Field::PasswordAgain => names::PASSWORD_AGAIN,
        Field::Code => names::CODE,
        _ => names::CPR,
    }
}

/// Where somebody who has just logged in goes: the function asked for, if the clinic offers it (C2).
fn landing(visit: &Visit, clinic: &Clinic, function: Option<FunctionKind>) -> String {
    let links = &visit.site.links;
    match function.filter(|kind| clinic.function(*kind).is_some()) {
        Some(function) => links.function(&clinic.slug, function),
        None => links.start(&clinic.slug),
    }
}

/// Sets the cookies of a finished login and lands.
fn welcome(visit: &Visit, logged_in: &LoggedIn) -> Reply {
    let links = &visit.site.links;
    let to = match visit.site.portal.clinics().by_id(logged_in.clinic) {
        None => links.root(),
        Some(clinic) => {
            let landing = landing(visit, clinic, logged_in.function);
            match logged_in.meeting {
                Meeting::Back => landing,
                Meeting::Proved if logged_in.function.is_none() => links.own_page(&clinic.slug),
                Meeting::Proved => landing,
                Meeting::Created => with_news(&landing, News::Created.code()),
                // Said on a page of the portal's own, since a function may be elsewhere (R6).
                Meeting::HadAccount => with_news(&links.start(&clinic.slug), News::HadAccount.code()),
                Meeting::CameOfAge => with_news(&links.start(&clinic.slug), News::CameOfAge.code()),
                Meeting::NumberChanged => with_news(&links.start(&clinic.slug), News::NumberChanged.code()),
            }
        }
    };
    let_in(logged_in, &to)
}

/// Sets the cookies of a finished login.
fn let_in(logged_in: &LoggedIn, to: &str) -> Reply {
    Reply::see_other(to)
        .cookie(&Cookie::Session.set(&logged_in.session))
        .cookie(&Cookie::Device.set(&logged_in.device))
        .cookie(&Cookie::Reset.clear())
}

/// Back to where the visitor can begin again, with what happened said there.
fn to_front(visit: &Visit, clinic: &Clinic, function: Option<FunctionKind>, refusal: &Refusal) -> Reply {
    Reply::see_other(&with_news(&visit.site.links.entry(&clinic.slug, function), refusal.code()))
}
