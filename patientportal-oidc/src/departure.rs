//! Sending the browser off: the authorization request, and what is remembered until it returns.

use std::collections::BTreeMap;

use openidconnect::core::{CoreAuthPrompt, CoreResponseType};
use openidconnect::{AuthenticationFlow, CsrfToken, LanguageTag, Nonce, PkceCodeChallenge, Scope};
use patientportal_core::fault::Fault;
use patientportal_core::ports::{Departure, IdentityFailure, IdentityRequest};
use serde::{Deserialize, Serialize};

use crate::tokens::OidcClient;

/// What the return is judged against. The portal keeps it sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Remembered {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    /// When the journey began, in milliseconds since 1970.
    pub(crate) began: i64,
}

/// What is asked of the provider beyond what every journey asks.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) scopes: &'a [String],
    pub(crate) parameters: &'a BTreeMap<String, String>,
}

/// The address to send the browser to.
pub(crate) fn depart(
    client: &OidcClient,
    asked: Asked<'_>,
    request: &IdentityRequest,
) -> Result<Departure, IdentityFailure> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let nonce = Nonce::new_random();
    let (state, sent_nonce) = (CsrfToken::new(request.state.clone()), nonce.clone());
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let mut address = client
        .authorize_url(flow, move || state, move || sent_nonce)
        .add_scopes(asked.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge)
        .add_prompt(CoreAuthPrompt::Login)
        .set_max_age(MAX_AGE)
        .add_ui_locale(LanguageTag::new(request.language.tag().to_owned()));
    for (name, value) in asked.parameters {
        address = address.add_extra_param(name, value);
    }
    let (url, _, _) = address.url();
    let remembered = Remembered {
        state: request.state.clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.into_secret(),
        began: request.now.0,
    };
    let remember = serde_json::to_vec(&remembered)
        .map_err(|error| IdentityFailure::Unavailable(Fault::permanent("the journey could not be kept", error)))?;
    Ok(Departure { url: url.into(), remember })
}

/// `max_age` obliges the provider to send `auth_time`. Zero would say it strictest, but several providers then ask for
/// login for ever; freshness comes from `prompt=login` and from comparing `auth_time` with the journey's begin.
const MAX_AGE: std::time::Duration = std::time::Duration::from_secs(15 * 60);
