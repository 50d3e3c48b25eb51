//! What all requests share: the portal, the operator's settings and where pages are.

use patientportal_core::clinic::Clinic;
use patientportal_core::portal::Portal;

use crate::csrf::origin_of;
use crate::links::{Links, is_reserved_slug};
use crate::settings::WebSettings;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) portal: Portal,
    pub(crate) settings: WebSettings,
    pub(crate) links: Links,
    /// Scheme, host and port of the public address.
    pub(crate) origin: String,
}

/// A clinic has a slug that the portal's own pages stand at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a clinic cannot have the slug {0:?}: a page of the portal stands there")]
#[non_exhaustive]
pub struct ReservedSlug(pub String);

impl Site {
    pub(crate) fn new(portal: Portal, settings: WebSettings) -> Result<Self, ReservedSlug> {
        if let Some(clinic) = portal.clinics().iter().find(|clinic| is_reserved_slug(&clinic.slug)) {
            return Err(ReservedSlug(clinic.slug.clone()));
        }
        let url = portal.public_url();
        let origin = origin_of(url).to_owned();
        let links = Links::under(url.get(origin.len()..).unwrap_or_default());
        Ok(Self { portal, settings, links, origin })
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

    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Host and port of the public address.
    pub(crate) fn authority(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, authority)| authority)
    }
}
