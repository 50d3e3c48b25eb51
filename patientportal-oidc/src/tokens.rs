//! From the code to a verified ID token.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreTokenResponse,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError,
    SignatureVerificationError, StandardErrorResponse, TokenResponse,
};
use patientportal_core::fault::Fault;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::IdentityFailure;

use crate::arrival::Arrival;
use crate::claims::ClaimSet;
use crate::client::{HttpClient, HttpError};
use crate::departure::Remembered;
use crate::discovery::{Discovery, Metadata};
use crate::machine_code::machine_code;
use crate::relying_party::Registration;

/// A client as the provider's description makes it. Made per journey: the description may have changed.
pub(crate) type OidcClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// An ID token that has been verified, with what came along.
pub(crate) struct Verified {
    pub(crate) claims: ClaimSet,
    pub(crate) subject: String,
    pub(crate) authenticated_at: Timestamp,
    pub(crate) id_token: String,
    pub(crate) access_token: String,
}

/// The client for a description.
pub(crate) fn client(metadata: &Metadata, registration: &Registration) -> OidcClient {
    let secret = ClientSecret::new(registration.client_secret.reveal().to_owned());
    let id = ClientId::new(registration.client_id.clone());
    let methods = metadata.token_endpoint_auth_methods_supported();
    let in_body = methods.is_some_and(|methods| {
        methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
    });
    CoreClient::from_provider_metadata(metadata.clone(), id, Some(secret))
        .set_redirect_uri(registration.redirect.clone())
        .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
}

/// Exchanges the code.
pub(crate) async fn exchange(
    client: &OidcClient,
    http: &HttpClient,
    arrival: &Arrival,
) -> Result<CoreTokenResponse, IdentityFailure> {
    let no_endpoint = |error| IdentityFailure::Unavailable(Fault::permanent("no token endpoint", error));
    client
        .exchange_code(AuthorizationCode::new(arrival.code.clone()))
        .map_err(no_endpoint)?
        .set_pkce_verifier(PkceCodeVerifier::new(arrival.remembered.verifier.clone()))
        .request_async(http)
        .await
        .map_err(exchange_failure)
}

/// Verifies the ID token of `response`, with new keys when those at hand do not fit.
pub(crate) async fn verify(
    response: &CoreTokenResponse,
    check: &Check<'_>,
    discovery: &Discovery,
    http: &HttpClient,
    metadata: &Arc<Metadata>,
) -> Result<Verified, IdentityFailure> {
    let token = response.id_token().ok_or(IdentityFailure::Refused("id-token-missing"))?;
    let claims = match check.claims(token, metadata) {
        Err(ClaimsVerificationError::SignatureVerification(error)) if keys_may_be_old(&error) => {
            let renewed = discovery.with_new_keys(http, metadata).await.map_err(IdentityFailure::Unavailable)?;
            renewed.map_or(Err(ClaimsVerificationError::SignatureVerification(error)), |metadata| {
                check.claims(token, &metadata)
            })
        }
        verdict => verdict,
    };
    let claims = claims.map_err(|error| IdentityFailure::Refused(refusal(&error)))?;
    let id_token = token.to_string();
    let all = payload(&id_token)?;
    check.remaining(&all)?;
    Ok(Verified {
        subject: claims.subject().to_string(),
        authenticated_at: check.fresh(claims)?,
        claims: all,
        access_token: response.access_token().secret().clone(),
        id_token,
    })
}

/// What an ID token is checked against.
pub(crate) struct Check<'a> {
    pub(crate) registration: &'a Registration,
    pub(crate) remembered: &'a Remembered,
    pub(crate) access_token: &'a AccessToken,
    pub(crate) now: Timestamp,
}

impl Check<'_> {
    /// Signature, issuer, audience, expiry, issue time, nonce, and that the access token came with this ID token.
    fn claims<'t>(
        &self,
        token: &'t CoreIdToken,
        metadata: &Metadata,
    ) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
        let client = client(metadata, self.registration);
        let (earliest, latest) = (self.began_seconds() - SKEW, self.now_seconds() + SKEW);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(|| DateTime::from_timestamp(self.now_seconds() - SKEW, 0).unwrap_or(DateTime::<Utc>::MAX_UTC))
            .set_issue_time_verifier_fn(move |at| {
                let fits = (earliest..=latest).contains(&at.timestamp());
                if fits { Ok(()) } else { Err("not issued during the journey".to_owned()) }
            });
        let claims = token.claims(&verifier, &Nonce::new(self.remembered.nonce.clone()))?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let algorithm = token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
            let found = AccessTokenHash::from_token(self.access_token, algorithm, key);
            if !found.is_ok_and(|found| found == *expected) {
                return Err(ClaimsVerificationError::Other("the access token is not this ID token's".to_owned()));
            }
        }
        Ok(claims)
    }

    /// What the OpenID library leaves to its caller: `nbf` and `azp`.
    fn remaining(&self, claims: &ClaimSet) -> Result<(), IdentityFailure> {
        let latest = self.now_seconds() + SKEW;
        if claims.number("nbf")?.is_some_and(|from| from > seconds(latest)) {
            return Err(IdentityFailure::Refused("token-not-yet-valid"));
        }
        match claims.text("azp")? {
            Some(party) if party != self.registration.client_id => {
                Err(IdentityFailure::Refused("authorized-party-wrong"))
            }
            _ => Ok(()),
        }
    }

    /// The person must have authenticated during this journey (L1).
    fn fresh(&self, claims: &CoreIdTokenClaims) -> Result<Timestamp, IdentityFailure> {
        let at = claims.auth_time().ok_or(IdentityFailure::NotFresh)?.timestamp();
        let during = self.began_seconds() - SKEW..=self.now_seconds() + SKEW;
        if during.contains(&at) { Ok(Timestamp(at.saturating_mul(1000))) } else { Err(IdentityFailure::NotFresh) }
    }

    fn now_seconds(&self) -> i64 {
        self.now.0.div_euclid(1000)
    }

    fn began_seconds(&self) -> i64 {
        self.remembered.began.div_euclid(1000)
    }
}

fn payload(token: &str) -> Result<ClaimSet, IdentityFailure> {
    let unreadable = IdentityFailure::Refused("id-token-unreadable");
    let Some(bytes) = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()) else {
        return Err(unreadable);
    };
    ClaimSet::read(&bytes, "id-token-unreadable")
}

/// Also a signature that is wrong: a provider that sends no key id may have changed its key.
fn keys_may_be_old(error: &SignatureVerificationError) -> bool {
    matches!(error, SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_))
}

fn refusal(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "token-time-wrong",
        ClaimsVerificationError::InvalidAudience(_) => "audience-wrong",
        ClaimsVerificationError::InvalidIssuer(_) => "token-issuer-wrong",
        ClaimsVerificationError::InvalidNonce(_) => "nonce-wrong",
        ClaimsVerificationError::Other(_) => "access-token-wrong",
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::NoMatchingKey => "key-unknown",
            SignatureVerificationError::AmbiguousKeyId(_) => "key-ambiguous",
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::NoSignature
            | SignatureVerificationError::UnsupportedAlg(_) => "algorithm-refused",
            _ => "signature-wrong",
        },
        _ => "id-token-refused",
    }
}

type ExchangeError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;

fn exchange_failure(error: ExchangeError) -> IdentityFailure {
    match error {
        RequestTokenError::Request(error) => IdentityFailure::Unavailable(error.into()),
        RequestTokenError::ServerResponse(answer) => {
            let code = answer.error().to_string();
            tracing::warn!(error = machine_code(&code), "the identity provider refused the code");
            IdentityFailure::Refused("code-refused")
        }
        // The errors themselves carry the whole answer, tokens and all.
        RequestTokenError::Parse(..) => IdentityFailure::Refused("token-answer-unreadable"),
        RequestTokenError::Other(_) => IdentityFailure::Refused("token-answer-unexpected"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double exactly for millions of years")]
fn seconds(at: i64) -> f64 {
    at as f64
}

/// Never `none`, nor a MAC under the client secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];

/// How far the provider's clock may be off, in seconds.
const SKEW: i64 = 60;
