//! Whether a POST comes from the portal's own pages, as far as the browser tells. The form's token comes besides.

use http::HeaderMap;
use http::header::ORIGIN;

/// Whether a POST comes from a page of `origin` (`https://host`), by the headers that no page can forge.
pub(crate) fn is_from_own_page(headers: &HeaderMap, origin: &str) -> bool {
    let from_origin = headers.get(ORIGIN).is_some_and(|value| value.as_bytes() == origin.as_bytes());
    match headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes) {
        Some(b"same-origin") => true,
        Some(b"none") | None => from_origin,
        Some(_) => false,
    }
}

/// Scheme, host and port of an address.
pub(crate) fn origin_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(after_scheme..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| after_scheme + at);
    url.get(..end).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_the_own_pages_may_post() {
        let own = ("origin", "https://portal.dk");
        for good in [&[("sec-fetch-site", "same-origin")][..], &[own], &[("sec-fetch-site", "none"), own]] {
            assert!(is_from_own_page(&headers(good), "https://portal.dk"), "{good:?}");
        }
        for bad in [
            &[][..],
            &[("sec-fetch-site", "cross-site"), own],
            &[("sec-fetch-site", "same-site"), own],
            &[("sec-fetch-site", "none")],
            &[("origin", "null")],
            &[("origin", "https://portal.dk.evil.example")],
            &[("origin", "http://portal.dk")],
        ] {
            assert!(!is_from_own_page(&headers(bad), "https://portal.dk"), "{bad:?}");
        }
    }

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        assert_eq!(origin_of("https://portal.dk:8443/patient"), "https://portal.dk:8443");
        assert_eq!(origin_of("https://portal.dk"), "https://portal.dk");
    }
}
