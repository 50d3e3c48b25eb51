//! The portal's four cookies and the short-lived one of a reset link. All are `__Host-`: secure, for this host alone.

use http::HeaderMap;
use http::header::COOKIE;

/// One of the portal's cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// What a browser is known by before anybody logs in.
    Browser,
    /// The session.
    Session,
    /// Which accounts this browser has logged in to.
    Device,
    /// The session of somebody of a clinic's staff.
    Staff,
    /// The language chosen.
    Language,
    /// The token of a mail's link to choose a password (F1, R7), so that it leaves the address bar.
    Reset,
}

impl Cookie {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Browser => "__Host-pp-browser",
            Self::Session => "__Host-pp-session",
            Self::Device => "__Host-pp-device",
            Self::Staff => "__Host-pp-staff",
            Self::Language => "__Host-pp-language",
            Self::Reset => "__Host-pp-reset",
        }
    }

    /// Its value in a request.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        let pairs = headers.get_all(COOKIE).into_iter().filter_map(|header| header.to_str().ok());
        let mut pairs = pairs.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name()).map(|(_, value)| value)
    }

    /// The `Set-Cookie` that gives it `value`, which must be plain ASCII without separators.
    pub(crate) fn set(self, value: &str) -> String {
        let life = match self {
            Self::Device | Self::Language => "; Max-Age=31536000",
            Self::Browser | Self::Session | Self::Staff | Self::Reset => "",
        };
        format!("{}={value}{ATTRIBUTES}{life}", self.name())
    }

    /// The `Set-Cookie` that takes it away.
    pub(crate) fn clear(self) -> String {
        format!("{}={ATTRIBUTES}; Max-Age=0", self.name())
    }
}

const ATTRIBUTES: &str = "; Path=/; Secure; HttpOnly; SameSite=Lax";

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, http::HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn cookies_are_found_among_others_and_over_several_lines() {
        let headers = headers(&["a=1; __Host-pp-language=en", "__Host-pp-session=abc=="]);
        assert_eq!(Cookie::Language.read(&headers), Some("en"));
        assert_eq!(Cookie::Session.read(&headers), Some("abc=="));
        assert_eq!(Cookie::Device.read(&headers), None);
    }

    #[test]
    fn malformed_cookies_are_no_cookies() {
        for line in ["", ";;;", "=", "__Host-pp-session", "x__Host-pp-session=1"] {
            assert_eq!(Cookie::Session.read(&headers(&[line])), None, "{line}");
        }
    }

    #[test]
    fn the_page_on_cookies_names_them_all() {
        for page in
            [include_str!("../templates/help/cookies.da.html"), include_str!("../templates/help/cookies.en.html")]
        {
            for cookie in
                [Cookie::Browser, Cookie::Session, Cookie::Staff, Cookie::Device, Cookie::Language, Cookie::Reset]
            {
                assert!(page.contains(cookie.name()), "{cookie:?}");
            }
        }
    }

    #[test]
    fn every_cookie_is_bound_to_host_and_hidden_from_scripts() {
        for cookie in [Cookie::Browser, Cookie::Session, Cookie::Staff, Cookie::Device, Cookie::Language, Cookie::Reset]
        {
            for line in [cookie.set("v"), cookie.clear()] {
                assert!(
                    line.starts_with("__Host-pp-") && line.contains("; Path=/; Secure; HttpOnly; SameSite=Lax"),
                    "{line}"
                );
            }
        }
        for cookie in [Cookie::Browser, Cookie::Session, Cookie::Staff, Cookie::Reset] {
            assert!(!cookie.set("v").contains("Max-Age"), "{cookie:?} does not outlive the browser");
        }
    }
}
