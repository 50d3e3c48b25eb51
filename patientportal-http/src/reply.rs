//! Answers in the making: a page, a redirect, an asset.

use askama::Template;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use patientportal_core::refusal::Failure;

use crate::assets::Asset;
use crate::cookies::Cookie;

/// What a handler comes to: an answer, or why there is none.
pub(crate) type Handled = Result<Reply, Failure>;

/// An answer in the making.
#[derive(Debug)]
pub(crate) struct Reply(Response<Bytes>);

impl Reply {
    /// A page.
    pub(crate) fn page(page: &impl Template) -> Self {
        match page.render() {
            Ok(html) => Self::of(StatusCode::OK, "text/html; charset=utf-8", Bytes::from(html)),
            Err(error) => {
                tracing::error!(error = %error, "a page could not be rendered");
                Self::empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// Sends the browser to `location`, to be fetched with GET.
    pub(crate) fn see_other(location: &str) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::SEE_OTHER;
        Self(response).with(LOCATION, location)
    }

    /// A static file, which browsers may keep for ever: its name changes with its content.
    pub(crate) fn asset(asset: &'static Asset) -> Self {
        Self::of(StatusCode::OK, asset.content_type(), Bytes::from_static(asset.content()))
            .with(CACHE_CONTROL, "public, max-age=31536000, immutable")
    }

    /// A file for the visitor to keep. Its name is plain ASCII.
    pub(crate) fn download(name: &str, content_type: &'static str, body: Bytes) -> Self {
        Self::of(StatusCode::OK, content_type, body)
            .with(CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""))
    }

    /// An answer with nothing to show.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::of(status, "text/plain; charset=utf-8", Bytes::new())
    }

    /// The same with another status.
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        *self.0.status_mut() = status;
        self
    }

    /// The same with a header.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.0.headers_mut().insert(name, value);
            }
            Err(_) => tracing::error!(header = %name, "a header's value was not sendable"),
        }
        self
    }

    /// The same with one more cookie.
    pub(crate) fn cookie(mut self, cookie: &str) -> Self {
        match HeaderValue::from_str(cookie) {
            Ok(value) => {
                self.0.headers_mut().append(SET_COOKIE, value);
            }
            Err(_) => tracing::error!("a cookie was not sendable"),
        }
        self
    }

    /// The same, saying after how many seconds to try again.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        self.with(RETRY_AFTER, &seconds.max(1).to_string())
    }

    /// Whether it sets or clears this cookie.
    pub(crate) fn sets(&self, cookie: Cookie) -> bool {
        let mut lines = self.0.headers().get_all(SET_COOKIE).into_iter();
        lines.any(|line| line.as_bytes().starts_with(cookie.name().as_bytes()))
    }

    pub(crate) fn is_redirect(&self) -> bool {
        self.0.status().is_redirection()
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        self.0
    }

    fn of(status: StatusCode, content_type: &str, body: Bytes) -> Self {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Self(response).with(CONTENT_TYPE, content_type)
    }
}
