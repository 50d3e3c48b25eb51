//! A visitor's browser without scripts: HTTP/1.1, cookies, redirects followed one by one, and the headers that browsers
//! put on forms.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue, LOCATION, ORIGIN};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::Url;

use crate::cookies::Jar;
use crate::page::{Page, Submission};
use crate::patience::{Patience, Trouble};

/// A visitor's browser.
#[derive(Debug, Clone)]
pub struct Client {
    http: hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>,
    /// Its cookies.
    pub jar: Jar,
    /// What it asks for in `Accept-Language`.
    pub language: &'static str,
    /// Every address that it has been at.
    pub visited: Vec<Url>,
    /// Whether it is reloaded where there is no answer.
    patience: Option<Patience>,
}

/// The server was gone, or went away before its answer was whole.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct NoAnswer(String);

impl Client {
    /// A browser that has been nowhere.
    #[must_use]
    pub fn new() -> Self {
        Self::from(Ipv4Addr::LOCALHOST)
    }

    /// The same at a machine of its own: an address of the loopback network.
    #[must_use]
    pub fn from(address: Ipv4Addr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(IpAddr::V4(address)));
        // A connection of its own for each request: a killed server leaves no half-dead one behind.
        let mut builder = hyper_util::client::legacy::Client::builder(TokioExecutor::new());
        let http = builder.pool_max_idle_per_host(0).build(connector);
        Self { http, jar: Jar::default(), language: "da", visited: Vec::new(), patience: None }
    }

    /// The same with somebody at it who reloads, or sends again, where there is no answer or 503.
    #[must_use]
    pub fn patient(self, patience: &Patience) -> Self {
        Self { patience: Some(patience.clone()), ..self }
    }

    /// Another browser of the same person at the same machine: it has been nowhere.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { jar: Jar::default(), visited: Vec::new(), ..self.clone() }
    }

    /// Opens an address, and follows where it leads.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn open(&mut self, url: impl AsRef<str>) -> Result<Page, NoAnswer> {
        let request = self.get(url.as_ref());
        let page = self.send(request).await?;
        self.follow(page).await
    }

    /// Sends a form off, and follows where it leads.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn submit(&mut self, submission: Submission) -> Result<Page, NoAnswer> {
        let page = self.submit_once(submission).await?;
        self.follow(page).await
    }

    /// Sends a form off as a browser does, and follows nothing.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn submit_once(&mut self, submission: Submission) -> Result<Page, NoAnswer> {
        let Submission { page, action, values } = submission;
        let is_same = page.origin() == action.origin();
        let mut request = self.post(action.as_str(), &values);
        let origin = HeaderValue::from_str(&page.origin().ascii_serialization()).expect("an origin is a header");
        let site = HeaderValue::from_static(if is_same { "same-origin" } else { "cross-site" });
        request.headers_mut().insert(ORIGIN, origin);
        request.headers_mut().insert(HeaderName::from_static("sec-fetch-site"), site);
        if page.host_str() != action.host_str() {
            // All are `SameSite=Lax`.
            request.headers_mut().remove(COOKIE);
        }
        self.send(request).await
    }

    /// A GET with this browser's cookies.
    ///
    /// # Panics
    /// When that is no address.
    #[must_use]
    pub fn get(&self, url: &str) -> Request<Full<Bytes>> {
        self.request(Method::GET, url, Bytes::new())
    }

    /// A POST of a form with this browser's cookies, but with nothing that says where it comes from.
    ///
    /// # Panics
    /// When that is no address.
    #[must_use]
    pub fn post(&self, url: &str, values: &[(String, String)]) -> Request<Full<Bytes>> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(values).finish();
        let mut request = self.request(Method::POST, url, body.into());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        request
    }

    /// A request with this browser's cookies.
    ///
    /// # Panics
    /// When that is no address.
    #[must_use]
    pub fn request(&self, method: Method, url: &str, body: Bytes) -> Request<Full<Bytes>> {
        let cookies = self.jar.header(&Url::parse(url).expect("an address"));
        let mut request = Request::builder().method(method).uri(url).header(ACCEPT_LANGUAGE, self.language);
        if let Some(cookies) = cookies {
            request = request.header(COOKIE, cookies);
        }
        request.body(Full::new(body)).expect("a request")
    }

    /// Sends a request as it is and keeps the cookies of the answer.
    ///
    /// # Errors
    /// [`NoAnswer`]
    ///
    /// # Panics
    /// When the request has no address, or the answer takes longer than a minute.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Page, NoAnswer> {
        let Some(patience) = self.patience.clone() else { return self.send_once(request).await };
        let begin = Instant::now();
        loop {
            let outcome = self.send_once(self.with_fresh_cookies(request.clone())).await;
            let Some(trouble) = Trouble::of(&outcome) else {
                patience.waited(begin.elapsed());
                return outcome;
            };
            if !patience.bear(&trouble, begin).await {
                return outcome;
            }
        }
    }

    /// Who reloads sends the cookies that the browser has by then.
    fn with_fresh_cookies(&self, mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
        let cookies = Url::parse(&request.uri().to_string()).ok().and_then(|url| self.jar.header(&url));
        if let Some(cookies) = cookies.filter(|_| request.headers().contains_key(COOKIE)) {
            let cookies = HeaderValue::from_str(&cookies).expect("cookies are a header");
            request.headers_mut().insert(COOKIE, cookies);
        }
        request
    }

    async fn send_once(&mut self, request: Request<Full<Bytes>>) -> Result<Page, NoAnswer> {
        let url = Url::parse(&request.uri().to_string()).expect("an address");
        let http = self.http.clone();
        let answer = async move {
            let (head, body) = http.request(request).await.map_err(no_answer)?.into_parts();
            let body = body.collect().await.map_err(no_answer)?.to_bytes();
            Ok::<_, NoAnswer>((head, body))
        };
        let (head, body) = tokio::time::timeout(PATIENCE, answer).await.expect("an answer within a minute")?;
        self.jar.take(&url, &head.headers);
        self.visited.push(url.clone());
        Ok(Page::new(url, head.status, head.headers, body))
    }

    /// Goes where a redirect leads, until a page is shown.
    ///
    /// # Errors
    /// [`NoAnswer`]
    ///
    /// # Panics
    /// When it leads in a circle.
    pub async fn follow(&mut self, mut page: Page) -> Result<Page, NoAnswer> {
        for _ in 0..MOST_REDIRECTS {
            if !page.status.is_redirection() {
                return Ok(page);
            }
            let to = page.url.join(page.header(LOCATION.as_str())).expect("a redirect leads to an address");
            let request = self.get(to.as_str());
            page = self.send(request).await?;
        }
        panic!("redirects without end at {}", page.url)
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

fn no_answer(error: impl std::error::Error) -> NoAnswer {
    let source = error.source().map(|source| format!(" ({source})")).unwrap_or_default();
    NoAnswer(format!("{error}{source}"))
}

const MOST_REDIRECTS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(60);
