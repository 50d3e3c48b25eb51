//! The demonstration's desk: a plain page where somebody plays a clinic's staff, in front of the same calls that an
//! embedding program makes.

mod form;
mod pages;
mod renewals;
mod users;

use http::header::LOCATION;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use patientportal_core::account::{MembershipCommand, MembershipState};
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::{AccountId, StaffId};
use patientportal_core::portal::{Portal, Role, Staff};
use patientportal_core::refusal::Failure;

use super::origin::is_from_own_page;
use crate::routes::{Answer, answer};
use form::Posted;
use pages::Shown;

/// The desks of all clinics. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Desk {
    portal: Portal,
}

impl Desk {
    pub(crate) fn new(portal: Portal) -> Self {
        Self { portal }
    }

    /// Whether a page of its own stands at `path`.
    pub(crate) fn stands_at(path: &str) -> bool {
        path == ROOT || path.strip_prefix(ROOT).is_some_and(|rest| rest.starts_with('/'))
    }

    pub(crate) async fn respond(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().strip_prefix(ROOT).unwrap_or_default().trim_matches('/').to_owned();
        if path.is_empty() {
            return pages::clinics(self.portal.clinics());
        }
        let Some(clinic) = self.portal.clinics().by_slug(&path) else { return status(StatusCode::NOT_FOUND) };
        match *request.method() {
            Method::GET | Method::HEAD => self.show(clinic, None).await,
            Method::POST if is_from_own_page(&request, self.portal.public_url()) => self.decide(clinic, request).await,
            Method::POST => status(StatusCode::FORBIDDEN),
            _ => status(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    async fn decide(&self, clinic: &Clinic, request: Request<Incoming>) -> Answer {
        let Ok(body) = Limited::new(request.into_body(), LARGEST_FORM).collect().await else {
            return status(StatusCode::BAD_REQUEST);
        };
        let posted = Posted::parse(&body.to_bytes());
        if let Some(deed) = renewals::deed(&posted) {
            let done = renewals::carry_out(&self.portal, &staff_of(clinic), deed).await;
            return self.tell(clinic, done).await;
        }
        let done = match (users::deed(&posted, clinic), posted.account().zip(posted.command(clinic))) {
            (Some(deed), _) => users::carry_out(&self.portal, &staff_of(clinic), deed).await,
            (None, Some((account, command))) => self.carry_out(clinic, account, command, posted.words()).await,
            (None, None) => return status(StatusCode::BAD_REQUEST),
        };
        self.tell(clinic, done).await
    }

    async fn tell(&self, clinic: &Clinic, done: Result<(), Failure>) -> Answer {
        match done {
            Ok(()) => {
                let mut done = status(StatusCode::SEE_OTHER);
                if let Ok(here) = HeaderValue::from_str(&format!("{ROOT}/{}", clinic.slug)) {
                    done.headers_mut().insert(LOCATION, here);
                }
                done
            }
            Err(Failure::Refused(refusal)) => {
                let mut shown = self.show(clinic, Some(users::told(&refusal))).await;
                *shown.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                shown
            }
            Err(Failure::Failed(fault)) => {
                tracing::error!(fault = fault.chain(), "the desk could not do it");
                status(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    async fn carry_out(
        &self,
        clinic: &Clinic,
        account: AccountId,
        command: MembershipCommand,
        words: &str,
    ) -> Result<(), Failure> {
        self.portal.decide_membership(&staff_of(clinic), account, command, words).await
    }

    async fn show(&self, clinic: &Clinic, problem: Option<String>) -> Answer {
        let staff = staff_of(clinic);
        let mut shown = Shown { clinic, problem, groups: Vec::new() };
        for state in SHOWN {
            match self.portal.clinic_members(&staff, state, None).await {
                Ok(page) => shown.groups.push((state, page.members)),
                Err(failure) => {
                    tracing::error!(%failure, "the desk could not be shown");
                    return status(StatusCode::INTERNAL_SERVER_ERROR);
                }
            }
        }
        pages::desk(&shown)
    }
}

/// Whoever sits at the desk.
fn staff_of(clinic: &Clinic) -> Staff {
    Staff { clinic: clinic.id, id: StaffId("demo".to_owned()), role: Role::Administrator }
}

fn status(status: StatusCode) -> Answer {
    answer(status, "text/plain; charset=utf-8", "")
}

const ROOT: &str = "/demo/klinik";
const SHOWN: [MembershipState; 4] =
    [MembershipState::Pending, MembershipState::Active, MembershipState::Suspended, MembershipState::Refused];
const LARGEST_FORM: usize = 16 * 1024;
