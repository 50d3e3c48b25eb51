//! Which clinic's system is where, and how patient the portal is with it; mistakes are told at the start.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use patientportal_core::ids::ClinicId;
use serde::Deserialize;
use url::{Host, Url};

/// The clinics that have a system of their own, and what holds for talking to any of them.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ClinicSystemSettings {
    /// Where each clinic's system is.
    pub clinics: BTreeMap<ClinicId, ClinicEndpoint>,
    /// How long and how much is waited for.
    pub limits: Limits,
    /// When a system is left alone.
    pub breaker: BreakerSettings,
}

/// Where one clinic's system is, and what it knows the portal by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClinicEndpoint {
    /// The address that the three paths are appended to: `https`, or `http` on loopback.
    pub base_url: String,
    /// The bearer token.
    pub token: Token,
    /// Certificates in PEM to trust besides the platform's.
    #[serde(default)]
    pub extra_root_certificates: Option<String>,
}

/// How long and how much is waited for when talking to a clinic's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The longest wait for a connection: 2 s.
    pub connect: Duration,
    /// The longest wait for a whole answer, waiting for one's turn included: 3 s.
    pub total: Duration,
    /// The largest answer, in bytes: 64 KiB.
    pub body: usize,
    /// How many requests are under way to one clinic at a time: 8.
    pub concurrent: usize,
}

/// When a clinic's system is left alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerSettings {
    /// After how many failures in a row: 5.
    pub failures: u32,
    /// For how long at first: 30 s. It doubles with each try that fails.
    pub pause: Duration,
    /// For how long at most: 5 min.
    pub longest_pause: Duration,
}

/// A bearer token. `Debug` prints nothing of it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

/// What is wrong with the settings. Holds nothing of a token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A clinic's address cannot be used.
    #[error("clinic {}: `base_url` {reason}", .clinic.0)]
    Address {
        /// The clinic.
        clinic: ClinicId,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A clinic's token is empty, or cannot stand in a header.
    #[error("clinic {}: `token` must be visible ASCII characters without spaces", .clinic.0)]
    Token {
        /// The clinic.
        clinic: ClinicId,
    },
    /// A clinic's extra root certificates are none.
    #[error("clinic {}: `extra_root_certificates` is not a list of PEM certificates", .clinic.0)]
    RootCertificates {
        /// The clinic.
        clinic: ClinicId,
    },
    /// A number with which nothing could ever be asked.
    #[error("`{0}`")]
    Number(&'static str),
    /// TLS could not be set up.
    #[error("TLS to the clinics' systems could not be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ClinicSystemSettings {
    /// No clinic yet, and the usual numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more clinic's system; the clinic's earlier one is replaced.
    #[must_use]
    pub fn with_clinic(mut self, clinic: ClinicId, endpoint: ClinicEndpoint) -> Self {
        self.clinics.insert(clinic, endpoint);
        self
    }

    /// Whether every setting can work; nothing is asked over the network.
    ///
    /// # Errors
    /// [`ConfigError`] names the first that cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        let Self { clinics, limits, breaker } = self;
        for (wrong, what) in [
            (limits.connect.is_zero(), "limits.connect is zero"),
            (limits.total.is_zero(), "limits.total is zero"),
            (limits.body == 0, "limits.body is zero"),
            (limits.concurrent == 0, "limits.concurrent is zero"),
            (limits.concurrent > MOST_CONCURRENT, "limits.concurrent is over 1024"),
            (breaker.failures == 0, "breaker.failures is zero"),
            (breaker.pause.is_zero(), "breaker.pause is zero"),
            (breaker.longest_pause < breaker.pause, "breaker.longest_pause is shorter than breaker.pause"),
            (breaker.longest_pause > A_DAY, "breaker.longest_pause is over a day"),
        ] {
            if wrong {
                return Err(ConfigError::Number(what));
            }
        }
        for (clinic, endpoint) in clinics {
            endpoint.address(*clinic)?;
            endpoint.authorization(*clinic)?;
        }
        Ok(())
    }
}

impl ClinicEndpoint {
    /// A system at an address, which knows the portal by a token.
    #[must_use]
    pub fn new(base_url: impl Into<String>, token: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), token: Token::new(token), extra_root_certificates: None }
    }

    /// With certificates in PEM form to trust besides the platform's.
    #[must_use]
    pub fn with_root_certificates(mut self, pem: impl Into<String>) -> Self {
        self.extra_root_certificates = Some(pem.into());
        self
    }

    /// The base address, checked.
    pub(crate) fn address(&self, clinic: ClinicId) -> Result<Url, ConfigError> {
        let wrong = |reason| ConfigError::Address { clinic, reason };
        let url = Url::parse(&self.base_url).map_err(|_| wrong("is not an absolute address"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(wrong("must be https (http is for loopback only)")),
            _ => return Err(wrong("must be https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has a query or a fragment"));
        }
        Ok(url)
    }

    /// The header that shows the token.
    pub(crate) fn authorization(&self, clinic: ClinicId) -> Result<HeaderValue, ConfigError> {
        let Token(token) = &self.token;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::Token { clinic });
        }
        let mut header = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| ConfigError::Token { clinic })?;
        header.set_sensitive(true);
        Ok(header)
    }
}

impl Token {
    /// Takes a token.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), total: Duration::from_secs(3), body: 64 * 1024, concurrent: 8 }
    }
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self { failures: 5, pause: Duration::from_secs(30), longest_pause: Duration::from_mins(5) }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(•••)")
    }
}

/// Whether a host is this machine itself, so that plain http is no risk.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

const MOST_CONCURRENT: usize = 1024;
const A_DAY: Duration = Duration::from_hours(24);
