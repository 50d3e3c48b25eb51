//! What the provider says about itself, fetched when needed and kept: its addresses and its keys.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, JsonWebKeySet, ProviderMetadata};
use patientportal_core::fault::Fault;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::client::{HttpClient, HttpError};
use crate::config::is_loopback;

/// The provider's description with its keys.
pub(crate) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is read of the description beyond the core of OpenID Discovery.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Extra {
    pub(crate) end_session_endpoint: Option<String>,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Extra {}

/// Fetches and keeps the description; tries are spaced by a pause, and only one runs at a time.
pub(crate) struct Discovery {
    issuer: IssuerUrl,
    pause: Duration,
    current: RwLock<Option<Arc<Metadata>>>,
    available: AtomicBool,
    tried: Mutex<Tried>,
}

#[derive(Default)]
struct Tried {
    description: Option<Instant>,
    keys: Option<Instant>,
}

impl Discovery {
    pub(crate) fn new(issuer: IssuerUrl, pause: Duration) -> Self {
        Self {
            issuer,
            pause,
            current: RwLock::new(None),
            // Nothing has failed yet.
            available: AtomicBool::new(true),
            tried: Mutex::new(Tried::default()),
        }
    }

    pub(crate) fn is_available(&self) -> bool {
        self.available.load(Ordering::Relaxed)
    }

    /// Notes that the provider could not be reached just now.
    pub(crate) fn unreachable(&self) {
        self.available.store(false, Ordering::Relaxed);
    }

    /// The description as last fetched.
    pub(crate) fn known(&self) -> Option<Arc<Metadata>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The description; asked for first if there is none, or if the provider could not be reached when last tried.
    pub(crate) async fn metadata(&self, http: &HttpClient) -> Result<Arc<Metadata>, Fault> {
        if !self.is_available() || self.known().is_none() {
            self.refresh(http).await?;
        }
        self.known().ok_or(Fault::new("the identity provider has not been reached"))
    }

    /// Fetches the description and keys anew, unless that was tried within the pause.
    pub(crate) async fn refresh(&self, http: &HttpClient) -> Result<(), Fault> {
        let mut tried = self.tried.lock().await;
        if self.is_recent(tried.description) {
            return if self.is_available() { Ok(()) } else { Err(Fault::transient("the identity provider", TOO_SOON)) };
        }
        let fetched = self.fetch(http).await;
        tried.description = Some(Instant::now());
        self.available.store(fetched.is_ok(), Ordering::Relaxed);
        self.keep(fetched?);
        Ok(())
    }

    /// The description with keys fetched anew, for a token that none of the keys in `stale` fits.
    /// `None` when they were fetched within the pause.
    pub(crate) async fn with_new_keys(
        &self,
        http: &HttpClient,
        stale: &Arc<Metadata>,
    ) -> Result<Option<Arc<Metadata>>, Fault> {
        let mut tried = self.tried.lock().await;
        if let Some(known) = self.known().filter(|known| !Arc::ptr_eq(known, stale)) {
            return Ok(Some(known));
        }
        if self.is_recent(tried.keys) {
            return Ok(None);
        }
        let fetched = JsonWebKeySet::fetch_async(stale.jwks_uri(), http).await;
        tried.keys = Some(Instant::now());
        let keys = fetched.map_err(|error| {
            self.unreachable();
            fault(error)
        })?;
        Ok(Some(self.keep(Metadata::clone(stale).set_jwks(keys))))
    }

    async fn fetch(&self, http: &HttpClient) -> Result<Metadata, Fault> {
        let asking = Metadata::discover_async(self.issuer.clone(), http);
        // Two requests, but somebody may be waiting at a button: no longer than for one.
        let Ok(metadata) = tokio::time::timeout(http.patience(), asking).await else {
            return Err(HttpError::Late.into());
        };
        let metadata = metadata.map_err(fault)?;
        self.check_endpoints(&metadata)?;
        Ok(metadata)
    }

    /// No endpoint may be less protected than the issuer itself.
    fn check_endpoints(&self, metadata: &Metadata) -> Result<(), Fault> {
        let token = metadata.token_endpoint().ok_or(Fault::new("the identity provider has no token endpoint"))?;
        let logout = metadata.additional_metadata().end_session_endpoint.as_deref().map(Url::parse).transpose();
        let logout = logout.map_err(|error| Fault::permanent("the end session endpoint is no address", error))?;
        let others = [metadata.userinfo_endpoint().map(|endpoint| endpoint.url()), logout.as_ref()];
        let endpoints = [metadata.authorization_endpoint().url(), token.url(), metadata.jwks_uri().url()];
        let local = self.issuer.url().scheme() == "http";
        for endpoint in endpoints.into_iter().chain(others.into_iter().flatten()) {
            let safe = endpoint.scheme() == "https" || (local && endpoint.scheme() == "http" && is_loopback(endpoint));
            if !safe {
                return Err(Fault::new("an endpoint of the identity provider is not https"));
            }
        }
        Ok(())
    }

    fn keep(&self, metadata: Metadata) -> Arc<Metadata> {
        let metadata = Arc::new(metadata);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(metadata.clone());
        metadata
    }

    fn is_recent(&self, tried: Option<Instant>) -> bool {
        tried.is_some_and(|at| at.elapsed() < self.pause)
    }
}

fn fault(error: DiscoveryError<HttpError>) -> Fault {
    match error {
        DiscoveryError::Request(error) => error.into(),
        // The rest would carry the whole answer into the log.
        DiscoveryError::Parse(_) => Fault::new("the identity provider's description could not be read"),
        DiscoveryError::Validation(_) => Fault::new("the identity provider calls itself another issuer"),
        _ => Fault::new("the identity provider's description could not be fetched"),
    }
}

const TOO_SOON: &str = "could not be reached a moment ago";
