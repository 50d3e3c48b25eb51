//! The service: reads a request, hands it to the page it is for, and puts on what every answer carries.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use patientportal_core::fault::Fault;
use patientportal_core::portal::{Portal, Principal, Visitor};
use patientportal_core::refusal::Failure;

use crate::cookies::Cookie;
use crate::csrf::is_from_own_page;
use crate::forms::PostedForm;
use crate::handlers;
use crate::headers::protect;
use crate::pages::{ErrorKind, error_page, refusal_page};
use crate::reply::{Handled, Reply};
use crate::router::Route;
use crate::settings::WebSettings;
use crate::site::{Site, SiteError};
use crate::visit::{self, Visit};

/// The portal's pages as one service. Cheap to clone. Stands at the path of the portal's public address, whether or not
/// a router above takes that path off.
#[derive(Debug, Clone)]
pub struct PortalService {
    site: Arc<Site>,
}

type Answer = Response<Full<Bytes>>;

impl PortalService {
    /// The pages of `portal`.
    ///
    /// # Errors
    /// [`SiteError`] when a clinic would hide a page of the portal's own, or a function is nowhere to be sent to.
    pub fn new(portal: Portal, settings: WebSettings) -> Result<Self, SiteError> {
        Ok(Self { site: Arc::new(Site::new(portal, settings)?) })
    }

    /// Who is logged in, by a request's headers: for the routes of an embedding program, at each of their requests.
    /// What the user may do there, the [`Principal`] answers (P1).
    ///
    /// # Errors
    /// Only faults: nobody being logged in is `None`.
    pub async fn principal(&self, headers: &HeaderMap) -> Result<Option<Principal>, Fault> {
        match Cookie::Session.read(headers) {
            Some(cookie) => self.site.portal.principal(cookie).await,
            None => Ok(None),
        }
    }

    /// What a request tells of the one who sent it: for the routes of an embedding program, whose forms are to be kept when
    /// they come too late, say ([`Portal::keep_late_form`]).
    ///
    /// # Errors
    /// When there is no randomness to be had.
    pub fn visitor(&self, parts: &Parts) -> Result<Visitor, Fault> {
        Ok(visit::visitor(&self.site, parts)?.0)
    }

    /// Answers one request.
    pub async fn respond<B>(&self, request: Request<B>) -> Answer
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let reply = self.answer(&parts, body).await;
        let mut response = reply.into_response();
        protect(response.headers_mut(), self.site.hsts());
        if response.status() != StatusCode::NO_CONTENT {
            let length = HeaderValue::from(response.body().len());
            response.headers_mut().insert(CONTENT_LENGTH, length);
        }
        let is_head = parts.method == Method::HEAD;
        response.map(|body| Full::new(if is_head { Bytes::new() } else { body }))
    }

    async fn answer<B>(&self, parts: &Parts, body: B) -> Reply
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if self.site.settings.only_own_host && !is_own_host(parts, self.site.authority()) {
            return Reply::empty(StatusCode::MISDIRECTED_REQUEST);
        }
        let route = Route::of(self.site.path_below_prefix(parts.uri.path()));
        if let Some(Route::Asset(name)) = route
            && let Some(asset) = crate::assets::by_name(name)
            && is_get(&parts.method)
        {
            return Reply::asset(asset);
        }
        let mut visit = match Visit::open(self.site.clone(), parts) {
            Ok(visit) => visit,
            Err(fault) => return without_visit(&self.site, &fault),
        };
        let recognized = if route.is_none_or(Route::is_use) { visit.recognize().await } else { Ok(()) };
        let reply = match self.dispatch(&visit, recognized, route, parts, body).await {
            Ok(reply) => reply,
            Err(failure) => fail(&visit, failure),
        };
        finish(&visit, parts, reply)
    }

    async fn dispatch<B>(
        &self,
        visit: &Visit,
        recognized: Result<(), Fault>,
        route: Option<Route<'_>>,
        parts: &Parts,
        body: B,
    ) -> Handled
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let Some(route) = route else { return Ok(error(visit, ErrorKind::NotFound)) };
        let clinic = match route {
            Route::Clinic(slug, _) => self.site.clinic(slug),
            _ => None,
        };
        if matches!(route, Route::Asset(_)) || matches!(route, Route::Clinic(..)) && clinic.is_none() {
            return Ok(error(visit, ErrorKind::NotFound));
        }
        if !route.methods().contains(&parts.method) {
            let allowed: Vec<_> = route.methods().iter().map(Method::as_str).collect();
            return Ok(error(visit, ErrorKind::MethodNotAllowed).with(ALLOW, &allowed.join(", ")));
        }
        if is_get(&parts.method) {
            recognized?;
            return match route {
                Route::Staff(route) => handlers::staff::get(visit, &parts.headers, route).await,
                route => handlers::get(visit, route, clinic).await,
            };
        }
        if !is_from_own_page(&parts.headers, &self.site.origin) {
            return Ok(error(visit, ErrorKind::Forbidden));
        }
        let form = match read_form(&parts.headers, body).await {
            Ok(form) => form,
            Err(kind) => return Ok(error(visit, kind)),
        };
        let done = match (recognized, route) {
            (Ok(()), Route::Staff(route)) => handlers::staff::post(visit, &parts.headers, route, &form).await,
            (Ok(()), route) => handlers::post(visit, route, clinic, &form).await,
            (Err(fault), _) => Err(fault.into()),
        };
        match done {
            // What may pass does not cost the visitor what was typed.
            Err(Failure::Failed(fault)) if fault.is_transient() => {
                self.site.faults.tell(&fault, self.site.portal.now());
                let of_staff = match route {
                    Route::Staff(route) => handlers::staff::not_done(visit, &parts.headers, route, &form).await,
                    _ => None,
                };
                Ok(for_now(of_staff.unwrap_or_else(|| handlers::not_done(visit, route, clinic, &form))))
            }
            done => done,
        }
    }
}

impl<B> tower_service::Service<Request<B>> for PortalService
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Answer;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.respond(request).await) })
    }
}

/// Reads a posted form, of limited size and in limited time.
async fn read_form<B>(headers: &HeaderMap, body: B) -> Result<PostedForm, ErrorKind>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
        return Err(ErrorKind::BadRequest);
    }
    let collected = tokio::time::timeout(BODY_TIME, Limited::new(body, BODY_LIMIT).collect()).await;
    let body = match collected.map_err(|_| ErrorKind::BadRequest)? {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(ErrorKind::TooLarge),
        Err(_) => return Err(ErrorKind::BadRequest),
    };
    PostedForm::parse(&body).map_err(|_| ErrorKind::BadRequest)
}

fn error(visit: &Visit, kind: ErrorKind) -> Reply {
    Reply::page(&error_page(visit.frame(None), kind)).status(match kind {
        ErrorKind::BadRequest => StatusCode::BAD_REQUEST,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
    })
}

/// The answer to what no handler had an answer of its own for.
fn fail(visit: &Visit, failure: Failure) -> Reply {
    match failure {
        Failure::Refused(refusal) => {
            let reply = Reply::page(&refusal_page(visit.frame(None), &refusal));
            visit.refused(reply, &refusal)
        }
        Failure::Failed(fault) => {
            visit.site.faults.tell(&fault, visit.site.portal.now());
            match fault.is_transient() {
                true => for_now(error(visit, ErrorKind::Busy)),
                false => error(visit, ErrorKind::Fault),
            }
        }
    }
}

/// What every page answers, whatever it is: its language, and the cookies that are due.
fn finish(visit: &Visit, parts: &Parts, reply: Reply) -> Reply {
    let mut reply = reply.with(CONTENT_LANGUAGE, visit.language().tag());
    // Another site's POST comes without our cookies: answering it with a new one would end what the browser has open.
    let has_shown_its_cookies = is_get(&parts.method) || is_from_own_page(&parts.headers, &visit.site.origin);
    if visit.is_new_browser && has_shown_its_cookies {
        reply = reply.cookie(&Cookie::Browser.set(&visit.visitor.browser.to_text()));
    }
    if visit.has_dead_session && !reply.sets(Cookie::Session) {
        reply = reply.cookie(&Cookie::Session.clear());
    }
    reply
}

/// Not even the visitor could be read: a page without a frame.
fn without_visit(site: &Site, fault: &Fault) -> Reply {
    site.faults.tell(fault, site.portal.now());
    for_now(Reply::page(&error_page(crate::pages::Frame::default(), ErrorKind::Busy)))
}

/// An answer that may be another in a moment.
fn for_now(reply: Reply) -> Reply {
    reply.status(StatusCode::SERVICE_UNAVAILABLE).retry_after(RETRY_AFTER_FAULT)
}

fn is_get(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn is_own_host(parts: &Parts, own: &str) -> bool {
    let mut hosts = parts.headers.get_all(HOST).into_iter();
    let named = match (parts.uri.authority(), hosts.next()) {
        (Some(authority), _) => Some(authority.as_str()),
        (None, host) => host.and_then(|host| host.to_str().ok()),
    };
    hosts.next().is_none() && named.is_some_and(|named| named.eq_ignore_ascii_case(own))
}

/// No form of ours comes near it.
const BODY_LIMIT: usize = 16 * 1024;
const BODY_TIME: Duration = Duration::from_secs(10);
/// In seconds.
const RETRY_AFTER_FAULT: u64 = 5;
