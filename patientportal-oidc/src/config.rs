//! The provider's configuration and its checks, so that a mistake is told at the start and not at the first login.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use url::{Host, Url};

use crate::mapping::{ClaimMapping, CprSource};

/// Which provider is asked, as whom, and how it speaks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OidcConfig {
    /// The provider's issuer identifier, letter for letter as it says it itself: `https`, or `http` on loopback.
    pub issuer: String,
    /// The client id registered at the provider.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret,
    /// The address that the browser returns to: one for all clinics.
    pub redirect_url: String,
    /// The address that the browser returns to after logging out.
    pub post_logout_redirect_url: String,
    /// Where this provider puts what: a preset's name, or a table.
    pub broker: ClaimMapping,
    /// Certificates in PEM to trust besides the platform's.
    #[serde(default)]
    pub extra_root_certificates: Option<String>,
    /// How long and how much is waited for. Not in the config file.
    #[serde(skip)]
    pub limits: Limits,
}

/// How long and how much is waited for when talking to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The longest wait for a connection.
    pub connect: Duration,
    /// The longest wait for a whole answer.
    pub total: Duration,
    /// The largest answer, in bytes.
    pub body: usize,
    /// The shortest pause between two tries to fetch the provider's description or keys.
    pub pause: Duration,
}

/// A secret text. `Debug` prints nothing of it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A setting is empty.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// An address cannot be used.
    #[error("`{field}`: {reason}")]
    Address {
        /// The setting.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A broker parameter that the adapter sets itself.
    #[error("`broker.parameters` may not set `{0}`: the adapter sets it")]
    ReservedParameter(String),
    /// A claim with no name in the mapping.
    #[error("`broker.{0}` names no claim")]
    NoClaimName(&'static str),
    /// No value counts as Substantial or High, so that nobody could ever log in.
    #[error("`broker.assurance_values` has no value for substantial or high")]
    NoSufficientAssurance,
    /// Both roles of staff have one name, so that nobody could tell them apart.
    #[error("`secretary` and `administrator` are one name")]
    OneRoleName,
    /// The extra root certificates are not PEM certificates.
    #[error("`extra_root_certificates` is not a list of PEM certificates")]
    RootCertificates,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl OidcConfig {
    /// A configuration with the usual limits. It is checked by [`OidcProvider::new`](crate::OidcProvider::new).
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
        redirect_url: impl Into<String>,
        post_logout_redirect_url: impl Into<String>,
        broker: ClaimMapping,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret: Secret::new(client_secret),
            redirect_url: redirect_url.into(),
            post_logout_redirect_url: post_logout_redirect_url.into(),
            broker,
            extra_root_certificates: None,
            limits: Limits::default(),
        }
    }

    /// Whether every setting can work; nothing is asked over the network.
    ///
    /// # Errors
    /// [`ConfigError`] names the first setting that cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_registration(
            (&self.issuer, &self.redirect_url, &self.post_logout_redirect_url),
            (&self.client_id, &self.client_secret),
            &self.broker.parameters,
        )?;
        check_mapping(&self.broker)
    }
}

impl Secret {
    /// Takes a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
            body: 1024 * 1024,
            pause: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(•••)")
    }
}

/// What is checked of every registration at a provider: its addresses, its credentials, the parameters added to requests.
pub(crate) fn check_registration(
    (issuer, redirect, post_logout_redirect): (&str, &str, &str),
    (client_id, client_secret): (&str, &Secret),
    parameters: &BTreeMap<String, String>,
) -> Result<(), ConfigError> {
    let issuer = address("issuer", issuer)?;
    if issuer.query().is_some() || issuer.fragment().is_some() {
        return Err(ConfigError::Address { field: "issuer", reason: "has a query or a fragment" });
    }
    address("redirect_url", redirect)?;
    address("post_logout_redirect_url", post_logout_redirect)?;
    for (field, value) in [("client_id", client_id), ("client_secret", client_secret.reveal())] {
        if value.trim().is_empty() {
            return Err(ConfigError::Empty(field));
        }
    }
    match parameters.keys().find(|name| RESERVED.contains(&name.as_str())) {
        Some(name) => Err(ConfigError::ReservedParameter(name.clone())),
        None => Ok(()),
    }
}

/// Whether a host is this machine itself, so that plain http is no risk.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn address(field: &'static str, text: &str) -> Result<Url, ConfigError> {
    let wrong = |reason| ConfigError::Address { field, reason };
    let url = Url::parse(text).map_err(|_| wrong("is not an absolute address"))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(wrong("must be https (http is for loopback only)")),
        _ => return Err(wrong("must be https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or password"));
    }
    Ok(url)
}

fn check_mapping(mapping: &ClaimMapping) -> Result<(), ConfigError> {
    let cpr = match &mapping.cpr {
        CprSource::Claim(claim) => Some(claim),
        CprSource::Match(path) if path.trim_matches('/').is_empty() => {
            return Err(ConfigError::Empty("broker.cpr.match"));
        }
        CprSource::Match(_) => None,
    };
    let claims = [
        ("cpr.claim", cpr),
        ("subject", Some(&mapping.subject)),
        ("name", mapping.name.as_ref()),
        ("assurance", Some(&mapping.assurance)),
        ("has_cpr", mapping.has_cpr.as_ref()),
    ];
    let private = mapping.private.iter().map(|demand| ("private", Some(&demand.claim)));
    for (field, claim) in claims.into_iter().chain(private) {
        if claim.is_some_and(|claim| claim.names.is_empty() || claim.names.iter().any(String::is_empty)) {
            return Err(ConfigError::NoClaimName(field));
        }
    }
    if !mapping.assurance_values.values().any(|level| level.is_sufficient()) {
        return Err(ConfigError::NoSufficientAssurance);
    }
    Ok(())
}

/// What a mapping may not set, since safety hangs on the adapter's own values.
const RESERVED: [&str; 14] = [
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "request",
    "request_uri",
    "client_secret",
];
