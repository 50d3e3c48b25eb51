//! The userinfo answer: the rest of the claims, which must be about the same person as the ID token.

use http::header::{ACCEPT, AUTHORIZATION};
use http::{Request, StatusCode};
use patientportal_core::fault::Fault;
use patientportal_core::ports::IdentityFailure;

use crate::claims::ClaimSet;
use crate::client::HttpClient;
use crate::discovery::Metadata;
use crate::tokens::Verified;

/// Asks for the claims that the ID token does not hold. Read here and not by the OpenID library, which is strict about
/// types where brokers write every value as a text.
pub(crate) async fn userinfo(
    http: &HttpClient,
    metadata: &Metadata,
    verified: &Verified,
) -> Result<ClaimSet, IdentityFailure> {
    let endpoint = metadata.userinfo_endpoint().ok_or(IdentityFailure::Refused("userinfo-missing"))?;
    let request = Request::get(endpoint.url().as_str())
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", verified.access_token))
        .body(Vec::new())
        .map_err(|_| IdentityFailure::Refused("access-token-malformed"))?;
    let answer = http.send(request).await.map_err(|error| IdentityFailure::Unavailable(Fault::from(error)))?;
    if answer.status() != StatusCode::OK {
        return Err(IdentityFailure::Refused("userinfo-refused"));
    }
    let claims = ClaimSet::read(answer.body(), "userinfo-unreadable")?;
    if claims.text("sub")?.as_deref() != Some(verified.subject.as_str()) {
        return Err(IdentityFailure::Refused("userinfo-subject-wrong"));
    }
    Ok(claims)
}
