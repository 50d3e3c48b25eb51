//! [`RelyingParty`]: what all journeys through a provider have in common, whoever is vouched for at their end.

use std::sync::Arc;

use openidconnect::{IssuerUrl, OAuth2TokenResponse, RedirectUrl};
use patientportal_core::fault::Fault;
use patientportal_core::ports::{Departure, IdentityCallback, IdentityFailure, IdentityRequest};
use url::Url;

use crate::arrival::arrive;
use crate::claims::ClaimSet;
use crate::client::{HttpClient, is_out_of_reach};
use crate::config::{ConfigError, Limits, Secret};
use crate::departure::{Asked, depart};
use crate::discovery::{Discovery, Metadata};
use crate::tokens::{Check, Verified, client, exchange, verify};
use crate::userinfo::userinfo;

/// As what the portal is registered at a provider.
pub(crate) struct Registration {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) redirect: RedirectUrl,
}

/// A provider as one of its clients sees it.
pub(crate) struct RelyingParty {
    registration: Registration,
    http: HttpClient,
    discovery: Discovery,
}

/// A return that the provider stands by.
pub(crate) struct Arrived {
    pub(crate) verified: Verified,
    metadata: Arc<Metadata>,
}

impl RelyingParty {
    /// A client that has not asked anything yet.
    pub(crate) fn new(
        (issuer, redirect_url): (&str, &str),
        (client_id, client_secret): (&str, &Secret),
        extra_roots: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, ConfigError> {
        let unusable = |field| ConfigError::Address { field, reason: "is not an absolute address" };
        let url = IssuerUrl::new(issuer.to_owned()).map_err(|_| unusable("issuer"))?;
        let redirect = RedirectUrl::new(redirect_url.to_owned()).map_err(|_| unusable("redirect_url"))?;
        let http = HttpClient::new(url.url().scheme() == "https", extra_roots, limits)?;
        let (client_id, client_secret) = (client_id.to_owned(), client_secret.clone());
        let registration = Registration { issuer: issuer.to_owned(), client_id, client_secret, redirect };
        Ok(Self { registration, http, discovery: Discovery::new(url, limits.pause) })
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.http
    }

    /// Asks for description and keys.
    pub(crate) async fn refresh(&self) -> Result<(), Fault> {
        self.discovery.refresh(&self.http).await
    }

    pub(crate) fn is_available(&self) -> bool {
        self.discovery.is_available()
    }

    /// Where the browser is sent, and what is remembered until it returns.
    pub(crate) async fn depart(
        &self,
        asked: Asked<'_>,
        request: &IdentityRequest,
    ) -> Result<Departure, IdentityFailure> {
        let metadata = self.metadata().await?;
        depart(&client(&metadata, &self.registration), asked, request)
    }

    /// Judges a return: this journey's, from this provider, with a code that gives a good ID token.
    pub(crate) async fn arrive(&self, callback: &IdentityCallback<'_>) -> Result<Arrived, IdentityFailure> {
        let arrival = arrive(callback, &self.registration.issuer)?;
        let metadata = self.metadata().await?;
        // Brokers that announce `iss` leave it out of error answers, so it is demanded of a success only.
        if metadata.additional_metadata().authorization_response_iss_parameter_supported && !arrival.names_issuer {
            return Err(IdentityFailure::Refused("issuer-missing"));
        }
        let response = exchange(&client(&metadata, &self.registration), &self.http, &arrival).await?;
        let check = Check {
            registration: &self.registration,
            remembered: &arrival.remembered,
            access_token: response.access_token(),
            now: callback.now,
        };
        let verified = verify(&response, &check, &self.discovery, &self.http, &metadata).await?;
        Ok(Arrived { verified, metadata })
    }

    /// The claims that the ID token does not hold.
    pub(crate) async fn userinfo(&self, arrived: &Arrived) -> Result<ClaimSet, IdentityFailure> {
        userinfo(&self.http, &arrived.metadata, &arrived.verified).await
    }

    /// Notes an outcome that says that the provider cannot be reached.
    pub(crate) fn note<T>(&self, outcome: &Result<T, IdentityFailure>) {
        // A bad answer to one visitor closes nothing for the others: whoever brings a code could ask for it.
        if let Err(IdentityFailure::Unavailable(fault)) = outcome
            && is_out_of_reach(fault)
        {
            self.discovery.unreachable();
        }
    }

    /// The address that ends the provider's own session, from which the browser comes `back`.
    pub(crate) fn end_session(&self, hint: Option<&str>, back: &str) -> Option<String> {
        let metadata = self.discovery.known()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.as_deref()?;
        let mut url = Url::parse(endpoint).ok()?;
        let mut query = url.query_pairs_mut();
        if let Some(hint) = hint {
            query.append_pair("id_token_hint", hint);
        }
        query.append_pair("client_id", &self.registration.client_id);
        query.append_pair("post_logout_redirect_uri", back);
        drop(query);
        Some(url.into())
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, IdentityFailure> {
        self.discovery.metadata(&self.http).await.map_err(IdentityFailure::Unavailable)
    }
}
