//! The token endpoint: a code, once, for the client that asked, with the proof that it is the same one.

use http::{HeaderMap, StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::claims::id_token;
use crate::reply::{self, Reply};
use crate::request::{Parameters, client};
use crate::signing::encode;
use crate::state::Simulation;

/// POST: exchanges a code for tokens.
pub(crate) fn exchange(simulation: &Simulation, headers: &HeaderMap, form: &Parameters) -> Reply {
    let known = client(headers, form).is_some_and(|(id, secret)| {
        let right = secret.as_bytes().ct_eq(simulation.config.client_secret.as_bytes());
        id == simulation.config.client_id && bool::from(right)
    });
    if !known {
        return reply::error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if form.value("grant_type") != Some("authorization_code") {
        return reply::error(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let (Some(code), Some(redirect), Some(verifier)) =
        (form.value("code"), form.value("redirect_uri"), form.value("code_verifier"))
    else {
        return reply::error(StatusCode::BAD_REQUEST, "invalid_request");
    };
    let challenge = encode(Sha256::digest(verifier.as_bytes()));
    let fits = |grant: &crate::state::Grant| grant.redirect_url == redirect && grant.challenge == challenge;
    let Some((grant, access)) = simulation.redeem(code, fits) else {
        return reply::error(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    reply::json(&json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": grant.scopes.join(" "),
        "id_token": simulation.key.sign(&id_token(simulation, &grant)),
    }))
}
