//! An identity provider that answers as a test scripts it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::ports::{
    Departure, IdentityCallback, IdentityFailure, IdentityProvider, IdentityRequest, VouchedIdentity,
};

/// Vouches for whomever a test says. An answer is fetched once, as a real provider's code is.
#[derive(Debug, Default)]
pub struct ScriptedIdentityProvider {
    answers: Mutex<HashMap<String, Result<VouchedIdentity, IdentityFailure>>>,
    codes: AtomicU64,
    down: AtomicBool,
    compares: AtomicBool,
}

impl ScriptedIdentityProvider {
    /// The query of a browser that comes back to `departure` with this answer.
    pub fn answer(&self, departure: &str, answer: Result<VouchedIdentity, IdentityFailure>) -> Vec<(String, String)> {
        let state = departure.rsplit_once("state=").map_or("", |(_, state)| state);
        let code = self.codes.fetch_add(1, Ordering::SeqCst).to_string();
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), answer);
        vec![("code".to_owned(), code), ("state".to_owned(), state.to_owned())]
    }

    /// Whether it cannot be reached.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Whether it only compares a typed CPR number.
    pub fn set_comparing(&self, compares: bool) {
        self.compares.store(compares, Ordering::SeqCst);
    }
}

#[async_trait]
impl IdentityProvider for ScriptedIdentityProvider {
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure> {
        if self.down.load(Ordering::SeqCst) {
            return Err(IdentityFailure::Unavailable(Fault::new("scripted to be down")));
        }
        let url = format!("https://mitid.invalid/authorize?state={}", request.state);
        Ok(Departure { url, remember: request.state.clone().into_bytes() })
    }

    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedIdentity, IdentityFailure> {
        let find = |name: &str| callback.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        if find("state").map(str::as_bytes) != Some(callback.remembered) {
            return Err(IdentityFailure::Refused("state-differs"));
        }
        let code = find("code").unwrap_or_default();
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
        let identity = answer.unwrap_or(Err(IdentityFailure::Refused("code-used")))?;
        let compares = self.compares.load(Ordering::SeqCst);
        if compares && callback.typed_cpr != Some(&identity.cpr) {
            return Err(IdentityFailure::OtherPerson);
        }
        Ok(identity)
    }

    async fn end_session(&self, session: Option<&[u8]>) -> Option<String> {
        let session = String::from_utf8_lossy(session?).into_owned();
        Some(format!("https://mitid.invalid/logout?hint={session}"))
    }

    fn compares_typed_cpr(&self) -> bool {
        self.compares.load(Ordering::SeqCst)
    }

    fn available(&self) -> bool {
        !self.down.load(Ordering::SeqCst)
    }
}
