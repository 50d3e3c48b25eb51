//! Comparing a typed CPR number at brokers that never tell it.

use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use patientportal_core::ports::IdentityFailure;
use patientportal_core::value::Cpr;
use serde::Deserialize;

use crate::client::HttpClient;

/// Whether `cpr` is the number of the person behind `access_token`.
pub(crate) async fn compare(
    http: &HttpClient,
    address: &str,
    access_token: &str,
    cpr: &Cpr,
) -> Result<(), IdentityFailure> {
    let request = Request::post(address)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {access_token}"))
        .body(serde_json::json!({ "cpr": cpr.digits() }).to_string().into_bytes())
        .map_err(|_| IdentityFailure::Refused("access-token-malformed"))?;
    let answer = http.send(request).await.map_err(|error| IdentityFailure::Unavailable(error.into()))?;
    let said: Answer =
        serde_json::from_slice(answer.body()).map_err(|_| IdentityFailure::Refused("cpr-match-unreadable"))?;
    match (answer.status().is_success(), said) {
        (true, Answer { cpr_number_match: Some(true), error_message: None }) => Ok(()),
        (true, Answer { cpr_number_match: Some(false), error_message: None }) => Err(IdentityFailure::OtherPerson),
        (_, Answer { error_message: Some(text), .. }) if text.to_ascii_lowercase().contains("exceeded") => {
            Err(IdentityFailure::Refused("cpr-match-exceeded"))
        }
        _ => Err(IdentityFailure::Refused("cpr-match-refused")),
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "cprNumberMatch")]
    cpr_number_match: Option<bool>,
    #[serde(rename = "errorMessage")]
    error_message: Option<String>,
}
