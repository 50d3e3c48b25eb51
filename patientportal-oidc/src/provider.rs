//! [`OidcProvider`]: the port, put together from the steps of a journey.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use openidconnect::{IssuerUrl, OAuth2TokenResponse, RedirectUrl};
use patientportal_core::fault::Fault;
use patientportal_core::ports::{
    Departure, IdentityCallback, IdentityFailure, IdentityProvider, IdentityRequest, VouchedIdentity,
};
use patientportal_core::value::Cpr;
use url::Url;

use crate::arrival::arrive;
use crate::claims::Claims;
use crate::client::{HttpClient, is_out_of_reach};
use crate::config::{ConfigError, OidcConfig};
use crate::departure::depart;
use crate::discovery::{Discovery, Metadata};
use crate::judgement::{Judged, judge};
use crate::mapping::{CprSource, Logout};
use crate::matching::compare;
use crate::tokens::{Check, Verified, client, exchange, verify};
use crate::userinfo::userinfo;

/// MitID, or another identity, through an OpenID Connect provider.
pub struct OidcProvider {
    config: OidcConfig,
    redirect: RedirectUrl,
    http: HttpClient,
    discovery: Discovery,
}

impl OidcProvider {
    /// A provider that has not been asked anything yet.
    ///
    /// # Errors
    /// [`ConfigError`] when a setting cannot work.
    pub fn new(config: OidcConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let unusable = |field| ConfigError::Address { field, reason: "is not an absolute address" };
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|_| unusable("issuer"))?;
        let redirect = RedirectUrl::new(config.redirect_url.clone()).map_err(|_| unusable("redirect_url"))?;
        let https = issuer.url().scheme() == "https";
        let http = HttpClient::new(https, config.extra_root_certificates.as_deref(), &config.limits)?;
        let discovery = Discovery::new(issuer, config.limits.pause);
        Ok(Self { config, redirect, http, discovery })
    }

    /// Asks the provider for its description and keys. To be called at the start and then every few minutes: that is
    /// what keeps [`available`](IdentityProvider::available) true to life. Calls within five seconds ask once.
    ///
    /// # Errors
    /// A [`Fault`] when the provider cannot be reached or describes itself wrongly; logins by it are then off.
    pub async fn refresh(&self) -> Result<(), Fault> {
        self.discovery.refresh(&self.http).await
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, IdentityFailure> {
        self.discovery.metadata(&self.http).await.map_err(IdentityFailure::Unavailable)
    }

    async fn vouch(&self, callback: &IdentityCallback<'_>) -> Result<VouchedIdentity, IdentityFailure> {
        let arrival = arrive(callback, &self.config.issuer)?;
        let metadata = self.metadata().await?;
        // Brokers that announce `iss` leave it out of error answers, so it is demanded of a success only.
        if metadata.additional_metadata().authorization_response_iss_parameter_supported && !arrival.names_issuer {
            return Err(IdentityFailure::Refused("issuer-missing"));
        }
        let client = client(&metadata, &self.config, &self.redirect);
        let response = exchange(&client, &self.http, &arrival).await?;
        let check = Check {
            config: &self.config,
            redirect: &self.redirect,
            remembered: &arrival.remembered,
            access_token: response.access_token(),
            now: callback.now,
        };
        let verified = verify(&response, &check, &self.discovery, &self.http, &metadata).await?;
        self.identify(callback, &metadata, verified).await
    }

    async fn identify(
        &self,
        callback: &IdentityCallback<'_>,
        metadata: &Metadata,
        verified: Verified,
    ) -> Result<VouchedIdentity, IdentityFailure> {
        let mapping = &self.config.broker;
        let userinfo = match mapping.needs_userinfo() {
            true => Some(userinfo(&self.http, metadata, &verified).await?),
            false => None,
        };
        let claims = Claims { id_token: verified.claims, userinfo };
        let Judged { cpr, subject, name, assurance } = judge(mapping, &claims, callback.now)?;
        let cpr = match cpr {
            Some(cpr) => cpr,
            None => self.matched(callback.typed_cpr, &verified.access_token).await?,
        };
        let session = (mapping.logout == Logout::WithIdToken).then(|| verified.id_token.into_bytes());
        let authenticated_at = verified.authenticated_at;
        Ok(VouchedIdentity { cpr, subject, name, assurance, authenticated_at, session })
    }

    async fn matched(&self, typed: Option<&Cpr>, access_token: &str) -> Result<Cpr, IdentityFailure> {
        let CprSource::Match(path) = &self.config.broker.cpr else { return Err(IdentityFailure::NoCpr) };
        let typed = typed.ok_or(IdentityFailure::NoCpr)?;
        let issuer = self.config.issuer.trim_end_matches('/');
        let address = format!("{issuer}/{}", path.trim_start_matches('/'));
        compare(&self.http, &address, access_token, typed).await?;
        Ok(typed.clone())
    }
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure> {
        let metadata = self.metadata().await?;
        depart(&client(&metadata, &self.config, &self.redirect), &self.config.broker, request)
    }

    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedIdentity, IdentityFailure> {
        let outcome = self.vouch(callback).await;
        // A bad answer to one visitor closes nothing for the others: whoever brings a code could ask for it.
        if let Err(IdentityFailure::Unavailable(fault)) = &outcome
            && is_out_of_reach(fault)
        {
            self.discovery.unreachable();
        }
        outcome
    }

    async fn end_session(&self, session: Option<&[u8]>) -> Option<String> {
        let hint = match (self.config.broker.logout, session) {
            (Logout::None, _) => return None,
            (Logout::WithoutIdToken, _) => None,
            // Without its hint such a broker leaves the visitor stranded on a page of its own.
            (Logout::WithIdToken, None) => return None,
            (Logout::WithIdToken, Some(token)) => Some(std::str::from_utf8(token).ok()?),
        };
        let metadata = self.discovery.known()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.as_deref()?;
        let mut url = Url::parse(endpoint).ok()?;
        let mut query = url.query_pairs_mut();
        if let Some(hint) = hint {
            query.append_pair("id_token_hint", hint);
        }
        query.append_pair("client_id", &self.config.client_id);
        query.append_pair("post_logout_redirect_uri", &self.config.post_logout_redirect_url);
        drop(query);
        Some(url.into())
    }

    fn compares_typed_cpr(&self) -> bool {
        matches!(self.config.broker.cpr, CprSource::Match(_))
    }

    fn available(&self) -> bool {
        self.discovery.is_available()
    }
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider").field("config", &self.config).finish_non_exhaustive()
    }
}
