//! [`OidcProvider`]: the port, put together from the steps of a journey.

use std::fmt;

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::ports::{
    Departure, IdentityCallback, IdentityFailure, IdentityProvider, IdentityRequest, VouchedIdentity,
};
use patientportal_core::value::Cpr;

use crate::claims::Claims;
use crate::config::{ConfigError, OidcConfig};
use crate::departure::Asked;
use crate::judgement::{Judged, judge};
use crate::mapping::{CprSource, Logout};
use crate::matching::compare;
use crate::relying_party::{Arrived, RelyingParty};

/// MitID, or another identity, through an OpenID Connect provider.
pub struct OidcProvider {
    config: OidcConfig,
    party: RelyingParty,
}

impl OidcProvider {
    /// A provider that has not been asked anything yet.
    ///
    /// # Errors
    /// [`ConfigError`] when a setting cannot work.
    pub fn new(config: OidcConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let party = RelyingParty::new(
            (&config.issuer, &config.redirect_url),
            (&config.client_id, &config.client_secret),
            config.extra_root_certificates.as_deref(),
            &config.limits,
        )?;
        Ok(Self { config, party })
    }

    /// Asks the provider for its description and keys. To be called at the start and then every few minutes: that is
    /// what keeps [`available`](IdentityProvider::available) true to life. Calls within five seconds ask once.
    ///
    /// # Errors
    /// A [`Fault`] when the provider cannot be reached or describes itself wrongly; logins by it are then off.
    pub async fn refresh(&self) -> Result<(), Fault> {
        self.party.refresh().await
    }

    async fn vouch(&self, callback: &IdentityCallback<'_>) -> Result<VouchedIdentity, IdentityFailure> {
        let arrived = self.party.arrive(callback).await?;
        self.identify(callback, arrived).await
    }

    async fn identify(
        &self,
        callback: &IdentityCallback<'_>,
        arrived: Arrived,
    ) -> Result<VouchedIdentity, IdentityFailure> {
        let mapping = &self.config.broker;
        let userinfo = match mapping.needs_userinfo() {
            true => Some(self.party.userinfo(&arrived).await?),
            false => None,
        };
        let verified = arrived.verified;
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
        compare(self.party.http(), &address, access_token, typed).await?;
        Ok(typed.clone())
    }
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure> {
        let Self { config, party } = self;
        let asked = Asked { scopes: &config.broker.scopes, parameters: &config.broker.parameters };
        party.depart(asked, request).await
    }

    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedIdentity, IdentityFailure> {
        let outcome = self.vouch(callback).await;
        self.party.note(&outcome);
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
        self.party.end_session(hint, &self.config.post_logout_redirect_url)
    }

    fn compares_typed_cpr(&self) -> bool {
        matches!(self.config.broker.cpr, CprSource::Match(_))
    }

    fn available(&self) -> bool {
        self.party.is_available()
    }
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider").field("config", &self.config).finish_non_exhaustive()
    }
}
