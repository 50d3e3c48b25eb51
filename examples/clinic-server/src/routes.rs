//! What this server answers beside the portal's pages: whether it lives, whether it is ready, the
//! demonstration's mailbox, desk and clock.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use patientportal_core::portal::Portal;
use patientportal_http::PortalService;
use serde_json::json;
use tower_service::Service;

use crate::checkup::Checkup;
use crate::pattern::Patterns;

/// An answer.
pub(crate) type Answer = Response<Full<Bytes>>;

/// All that is served. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Routes {
    portal: Portal,
    pages: PortalService,
    patterns: Patterns,
    store: Arc<Checkup>,
    #[cfg(feature = "demo")]
    mailbox: Option<crate::demo::Mailbox>,
    #[cfg(feature = "demo")]
    clock: Option<crate::demo::DemoClock>,
}

impl Routes {
    /// The portal's pages, and the two that tell of its health.
    pub(crate) fn new(portal: Portal, pages: PortalService) -> Self {
        let patterns = Patterns::of(&portal);
        Self {
            portal,
            pages,
            patterns,
            store: Arc::default(),
            #[cfg(feature = "demo")]
            mailbox: None,
            #[cfg(feature = "demo")]
            clock: None,
        }
    }

    /// The same with the demonstration's mailbox, desk and clock.
    #[cfg(feature = "demo")]
    pub(crate) fn with_demonstration(mut self, mailbox: crate::demo::Mailbox, clock: crate::demo::DemoClock) -> Self {
        (self.mailbox, self.clock) = (Some(mailbox), Some(clock));
        self
    }

    async fn respond(self, request: Request<Incoming>) -> Answer {
        let begun = Instant::now();
        let method = request.method().clone();
        let route = self.patterns.of_path(request.uri().path());
        let answer = match self.own_page(&request).await {
            Some(answer) => answer,
            None => self.other_page(request).await,
        };
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(%method, route, status = answer.status().as_u16(), milliseconds, "request");
        answer
    }

    #[cfg(feature = "demo")]
    async fn other_page(&self, request: Request<Incoming>) -> Answer {
        if let Some(clock) = self.clock_of(&request) {
            return clock.respond(request, self.portal.public_url()).await;
        }
        match self.is_at_desk(&request) {
            true => crate::demo::Desk::new(self.portal.clone()).respond(request).await,
            false => self.pages.respond(request).await,
        }
    }

    #[cfg(not(feature = "demo"))]
    async fn other_page(&self, request: Request<Incoming>) -> Answer {
        self.pages.respond(request).await
    }

    async fn own_page(&self, request: &Request<Incoming>) -> Option<Answer> {
        let path = request.uri().path();
        let found = match path {
            "/healthz" => Some(answer(StatusCode::OK, TEXT, "ok\n")),
            "/readyz" => Some(self.readiness().await),
            _ => self.mailbox_page(request),
        }?;
        Some(match *request.method() {
            Method::GET => found,
            Method::HEAD => found.map(|_| Full::default()),
            _ => {
                let mut refusal = answer(StatusCode::METHOD_NOT_ALLOWED, TEXT, "");
                refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
                refusal
            }
        })
    }

    /// Ready is who can read and write. Without MitID the other way in is open, so that is only told.
    async fn readiness(&self) -> Answer {
        let store = self.store.is_well(try_store(&self.portal)).await;
        let mitid = self.portal.mitid_available();
        let status = if store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let word = |well| if well { "ok" } else { "not-ok" };
        let mut told = answer(status, JSON, json!({ "store": word(store), "mitid": word(mitid) }).to_string());
        if !store {
            told.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        told
    }

    #[cfg(feature = "demo")]
    fn mailbox_page(&self, request: &Request<Incoming>) -> Option<Answer> {
        let mailbox = self.mailbox.as_ref().filter(|_| self.names_own_host(request))?;
        if self.is_at_desk(request) || self.clock_of(request).is_some() {
            return None;
        }
        let path = request.uri().path();
        crate::demo::homepage(self.portal.clinics(), path).or_else(|| mailbox.page(path))
    }

    /// The demonstration's clock, where its page is asked for.
    #[cfg(feature = "demo")]
    fn clock_of(&self, request: &Request<Incoming>) -> Option<&crate::demo::DemoClock> {
        let is_there = crate::demo::DemoClock::stands_at(request.uri().path()) && self.names_own_host(request);
        self.clock.as_ref().filter(|_| is_there)
    }

    #[cfg(feature = "demo")]
    fn is_at_desk(&self, request: &Request<Incoming>) -> bool {
        let stands_there = self.mailbox.is_some() && crate::demo::Desk::stands_at(request.uri().path());
        stands_there && self.names_own_host(request)
    }

    /// Another name in front of loopback is a page elsewhere that reaches in here by its own DNS.
    #[cfg(feature = "demo")]
    fn names_own_host(&self, request: &Request<Incoming>) -> bool {
        let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok());
        host == self.portal.public_url().split_once("://").map(|(_, host)| host)
    }

    #[cfg(not(feature = "demo"))]
    fn mailbox_page(&self, _: &Request<Incoming>) -> Option<Answer> {
        None
    }
}

impl Service<Request<Incoming>> for Routes {
    type Response = Answer;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let routes = self.clone();
        Box::pin(async move { Ok(routes.respond(request).await) })
    }
}

/// Why it is not well is for the log alone, and what may pass is there already.
async fn try_store(portal: &Portal) -> bool {
    let tried = portal.ready().await;
    if let Err(fault) = &tried
        && !fault.is_transient()
    {
        tracing::error!(fault = fault.chain(), "the store is not ready");
    }
    tried.is_ok()
}

/// An answer with what every answer carries.
pub(crate) fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let body = body.into();
    let length = body.len();
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const ALWAYS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
