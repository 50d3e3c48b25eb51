//! Who of a clinic's staff a request is from: a port, and the portal's own sign-in as what fills it by default.

use async_trait::async_trait;
use http::HeaderMap;
use patientportal_core::fault::Fault;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{Portal, Staff};

use crate::cookies::Cookie;

/// Says which member of staff a request is from. An embedding program that knows its staff provides its own; the pages take
/// no other word for it.
#[async_trait]
pub trait StaffAuthenticator: Send + Sync {
    /// Who it is, by the request's headers; `None`: nobody, or nobody who has chosen a clinic yet. Asked at every
    /// request, so that a session that was ended is over at the next.
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, Fault>;

    /// Where somebody who is not signed in is sent; `None`: to the portal's own page.
    fn sign_in(&self) -> Option<String> {
        None
    }

    /// Where they sign out, as a link; `None`: by the portal's own button.
    fn sign_out(&self) -> Option<String> {
        None
    }
}

/// A member of staff at a request. `Debug` prints no name.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever authenticates staff makes it")]
pub struct SignedInStaff {
    /// As what they act.
    pub staff: Staff,
    /// What the pages call them.
    pub name: String,
    /// Whether they may choose another clinic at the portal's own page.
    pub has_other_clinics: bool,
    /// When the session ends if nothing more is asked, if that is known.
    pub ends: Option<Timestamp>,
}

/// The portal's own sign-in: a cookie that names a session in the store.
pub(crate) struct OwnSignIn(pub(crate) Portal);

#[async_trait]
impl StaffAuthenticator for OwnSignIn {
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<SignedInStaff>, Fault> {
        let Some(cookie) = Cookie::Staff.read(headers) else { return Ok(None) };
        let session = self.0.staff_session(cookie).await?;
        Ok(session.and_then(|session| {
            let (staff, has_other_clinics) = (session.staff()?, session.clinics.len() > 1);
            Some(SignedInStaff { staff, name: session.name, has_other_clinics, ends: Some(session.ends) })
        }))
    }
}

impl std::fmt::Debug for SignedInStaff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedInStaff").field("clinic", &self.staff.clinic).finish_non_exhaustive()
    }
}
