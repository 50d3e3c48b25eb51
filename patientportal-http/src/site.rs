//! What all requests share: the portal, the operator's settings and where pages are.

use std::sync::Arc;

use http::Uri;
use patientportal_core::clinic::Clinic;
use patientportal_core::portal::Portal;

use crate::csrf::origin_of;
use crate::fault_log::FaultLog;
use crate::links::{Links, is_reserved_slug};
use crate::settings::WebSettings;
use crate::staff::{OwnSignIn, StaffAuthenticator};

/// What all requests share.
pub(crate) struct Site {
    pub(crate) portal: Portal,
    pub(crate) settings: WebSettings,
    pub(crate) links: Links,
    /// Who says which member of staff a request is from, where staff have pages.
    pub(crate) staff: Option<Arc<dyn StaffAuthenticator>>,
    /// Scheme, host and port of the public address.
    pub(crate) origin: String,
    pub(crate) faults: FaultLog,
}

/// Why a portal's clinics cannot have pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// A clinic has a slug that the portal's own pages stand at.
    #[error("a clinic cannot have the slug {0:?}: a page of the portal stands there")]
    ReservedSlug(String),
    /// A function is at an address that browsers cannot be sent to.
    #[error(
        "a function cannot be at {0:?}: it takes a path, or an http or https address, in ASCII with the rest \
         percent-encoded"
    )]
    Target(String),
}

impl Site {
    pub(crate) fn new(portal: Portal, settings: WebSettings) -> Result<Self, SiteError> {
        for clinic in portal.clinics().iter() {
            if is_reserved_slug(&clinic.slug) {
                return Err(SiteError::ReservedSlug(clinic.slug.clone()));
            }
            let mut targets = clinic.functions.iter().filter_map(|function| function.target.as_deref());
            if let Some(target) = targets.find(|target| !is_target(target)) {
                return Err(SiteError::Target(target.to_owned()));
            }
        }
        let url = portal.public_url();
        let origin = origin_of(url).to_owned();
        let links = Links::under(url.get(origin.len()..).unwrap_or_default());
        let own = || -> Arc<dyn StaffAuthenticator> { Arc::new(OwnSignIn(portal.clone())) };
        let staff = settings.staff.clone().map(|staff| staff.0);
        let staff = staff.or_else(|| portal.staff_sign_in_here().then(own));
        Ok(Self { portal, settings, links, staff, origin, faults: FaultLog::default() })
    }

    pub(crate) fn clinic(&self, slug: &str) -> Option<&Clinic> {
        self.portal.clinics().by_slug(slug)
    }

    /// The path below the portal's prefix, whether or not a router above has taken the prefix off.
    pub(crate) fn path_below_prefix<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix(self.links.prefix()) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
            _ => path,
        }
    }

    /// What browsers are told of HTTPS, where the portal has it.
    pub(crate) fn hsts(&self) -> Option<&'static str> {
        let value = if self.settings.hsts_include_subdomains { HSTS_SUBDOMAINS } else { HSTS };
        self.origin.starts_with("https://").then_some(value)
    }

    /// Host and port of the public address.
    pub(crate) fn authority(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, authority)| authority)
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Whether a browser can be sent there: a path of this host, or an address of the web.
fn is_target(target: &str) -> bool {
    let Ok(uri) = target.parse::<Uri>() else { return false };
    let is_of_web =
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty());
    target.bytes().all(|byte| byte.is_ascii_graphic()) && (is_of_web || target.starts_with('/'))
}

const HSTS: &str = "max-age=31536000";
const HSTS_SUBDOMAINS: &str = "max-age=31536000; includeSubDomains";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_29_functions_are_at_addresses_that_can_be_sent() {
        for good in
            ["/booking", "https://booking.dk", "http://127.0.0.1:8080/a?b=c#d", "https://booking.dk/%C3%B8?x={y}"]
        {
            assert!(is_target(good), "{good}");
        }
        for bad in [
            "",
            "booking",
            "booking.dk",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://booking.dk/",
            "https://",
            "https:///x",
            "https://b\u{f8}ger.dk/",
            "https://booking.dk/\u{f8}",
            "https://booking.dk/ x",
            "/x\r\ny: z",
        ] {
            assert!(!is_target(bad), "{bad:?}");
        }
    }
}
