//! A provider that vouches for the staff that a test scripts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::portal::Role;
use patientportal_core::ports::{
    Departure, IdentityCallback, IdentityFailure, IdentityRequest, StaffIdentityProvider, VouchedStaff,
};

/// A provider that answers what it is told to.
#[derive(Default)]
pub struct ScriptedStaffIdentityProvider {
    answers: Mutex<HashMap<String, Result<VouchedStaff, IdentityFailure>>>,
}

impl ScriptedStaffIdentityProvider {
    /// The query that a browser sent to `departure` brings back, with this answer behind its code.
    pub fn answer(&self, departure: &str, answer: Result<VouchedStaff, IdentityFailure>) -> Vec<(String, String)> {
        let state = departure.split_once("state=").map_or("", |(_, state)| state).to_owned();
        let code = format!("code-of-{state}");
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), answer);
        vec![("code".to_owned(), code), ("state".to_owned(), state)]
    }
}

#[async_trait]
impl StaffIdentityProvider for ScriptedStaffIdentityProvider {
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure> {
        let url = format!("https://staff.invalid/authorize?state={}", request.state);
        Ok(Departure { url, remember: request.state.clone().into_bytes() })
    }

    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedStaff, IdentityFailure> {
        let find = |name: &str| callback.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        if find("state").map(str::as_bytes) != Some(callback.remembered) {
            return Err(IdentityFailure::Refused("state-differs"));
        }
        let code = find("code").unwrap_or_default();
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
        answer.unwrap_or(Err(IdentityFailure::Unavailable(Fault::new("scripted to answer nothing"))))
    }

    async fn end_session(&self, session: Option<&[u8]>) -> Option<String> {
        let session = String::from_utf8_lossy(session?).into_owned();
        Some(format!("https://staff.invalid/logout?hint={session}"))
    }
}

/// Somebody who works at the clinics with these slugs.
#[must_use]
pub fn vouched_staff(id: &str, clinics: &[&str], role: Role) -> VouchedStaff {
    VouchedStaff {
        id: id.to_owned(),
        name: Some(format!("{id} Test")),
        clinics: clinics.iter().map(ToString::to_string).collect(),
        role: Some(role),
        session: Some(format!("id-token-of-{id}").into_bytes()),
    }
}
