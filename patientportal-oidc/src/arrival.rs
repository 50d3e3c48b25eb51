//! Reading the browser's return: is it this journey's, from this provider, and did it bring a code?

use patientportal_core::ports::{IdentityCallback, IdentityFailure};
use subtle::ConstantTimeEq;

use crate::departure::Remembered;
use crate::machine_code::machine_code;

/// A return that belongs to the journey and brings a code.
pub(crate) struct Arrival {
    pub(crate) code: String,
    /// Whether it named its issuer (RFC 9207).
    pub(crate) names_issuer: bool,
    pub(crate) remembered: Remembered,
}

/// Judges the query.
pub(crate) fn arrive(callback: &IdentityCallback<'_>, issuer: &str) -> Result<Arrival, IdentityFailure> {
    let remembered: Remembered =
        serde_json::from_slice(callback.remembered).map_err(|_| IdentityFailure::Refused("remembered-unreadable"))?;
    let state = single(callback, "state")?.ok_or(IdentityFailure::Refused("state-missing"))?;
    if !bool::from(state.as_bytes().ct_eq(remembered.state.as_bytes())) {
        return Err(IdentityFailure::Refused("state-wrong"));
    }
    let from = single(callback, "iss")?;
    if from.is_some_and(|from| from != issuer) {
        return Err(IdentityFailure::Refused("issuer-wrong"));
    }
    if let Some(error) = single(callback, "error")? {
        return Err(provider_error(error, single(callback, "error_description")?));
    }
    match single(callback, "code")? {
        None | Some("") => Err(IdentityFailure::Refused("code-missing")),
        Some(code) if code.len() > LONGEST_CODE => Err(IdentityFailure::Refused("code-too-long")),
        Some(code) if !code.bytes().all(is_visible) => Err(IdentityFailure::Refused("code-malformed")),
        Some(code) => Ok(Arrival { code: code.to_owned(), names_issuer: from.is_some(), remembered }),
    }
}

fn single<'a>(callback: &IdentityCallback<'a>, name: &str) -> Result<Option<&'a str>, IdentityFailure> {
    let mut values = callback.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(IdentityFailure::Refused("parameter-twice")),
        (value, None) => Ok(value),
    }
}

fn provider_error(error: &str, description: Option<&str>) -> IdentityFailure {
    if error == "access_denied" {
        return IdentityFailure::Aborted;
    }
    let description = description.map_or("", machine_code);
    tracing::warn!(error = machine_code(error), description, "the identity provider sent an error");
    IdentityFailure::Refused(match error {
        "login_required" => "login-required",
        "interaction_required" => "interaction-required",
        "temporarily_unavailable" => "temporarily-unavailable",
        "server_error" => "server-error",
        "invalid_request" | "invalid_scope" | "unauthorized_client" | "unsupported_response_type" => "request-refused",
        _ => "provider-error",
    })
}

/// What a code is made of: VSCHAR of RFC 6749.
fn is_visible(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// In bytes.
const LONGEST_CODE: usize = 4 * 1024;
