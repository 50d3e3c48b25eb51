//! Answers: JSON for programs, pages for people, redirects for browsers.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

/// A whole answer.
pub(crate) type Reply = Response<Full<Bytes>>;

pub(crate) fn json(value: &Value) -> Reply {
    reply(StatusCode::OK, "application/json", value.to_string())
}

/// An OAuth error, with its machine code only.
pub(crate) fn error(status: StatusCode, code: &str) -> Reply {
    let mut reply = reply(status, "application/json", json!({ "error": code }).to_string());
    if status == StatusCode::UNAUTHORIZED {
        set(&mut reply, WWW_AUTHENTICATE, "Basic realm=\"MitID-simulator\", Bearer");
    }
    reply
}

/// A page. Its forms may go here and to `returns_to`, since browsers check the redirect after a form too.
pub(crate) fn page(status: StatusCode, html: String, returns_to: Option<&str>) -> Reply {
    let mut reply = reply(status, "text/html; charset=utf-8", html);
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        returns_to.unwrap_or_default()
    );
    set(&mut reply, CONTENT_SECURITY_POLICY, &policy);
    set(&mut reply, REFERRER_POLICY, "no-referrer");
    reply
}

pub(crate) fn style(css: &'static str) -> Reply {
    reply(StatusCode::OK, "text/css; charset=utf-8", css.to_owned())
}

/// On to another address, by GET.
pub(crate) fn see_other(address: &str) -> Reply {
    let mut reply = reply(StatusCode::SEE_OTHER, "text/plain", String::new());
    set(&mut reply, LOCATION, address);
    reply
}

pub(crate) fn bare(status: StatusCode) -> Reply {
    reply(status, "text/plain; charset=utf-8", status.to_string())
}

fn reply(status: StatusCode, kind: &'static str, body: String) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = status;
    set(&mut reply, CONTENT_TYPE, kind);
    set(&mut reply, CACHE_CONTROL, "no-store");
    set(&mut reply, X_CONTENT_TYPE_OPTIONS, "nosniff");
    reply
}

fn set(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}
