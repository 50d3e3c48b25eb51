//! The headers that every answer carries.

use http::header::{CACHE_CONTROL, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Puts on what every answer carries; what an answer has set itself stays.
pub(crate) fn protect(headers: &mut HeaderMap, hsts: Option<&'static str>) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Some(hsts) = hsts {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(hsts));
    }
}

const ALWAYS: [(HeaderName, &str); 8] = [
    (http::header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: under it Chromium sends `Origin: null` with forms.
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    // For browsers that do not know `frame-ancestors`.
    (HeaderName::from_static("x-frame-options"), "DENY"),
];

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                       form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PERMISSIONS_POLICY: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
