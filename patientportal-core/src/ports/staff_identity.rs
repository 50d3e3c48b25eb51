//! Who vouches for a clinic's staff, where they sign in at the portal's own pages (S2).

use async_trait::async_trait;

use super::{Departure, IdentityCallback, IdentityFailure, IdentityRequest};
use crate::fault::Fault;
use crate::portal::Role;

/// The clinics' own sign-in, or anything else that vouches for their staff.
#[async_trait]
pub trait StaffIdentityProvider: Send + Sync {
    /// Whether staff sign in here at all.
    fn is_there(&self) -> bool {
        true
    }

    /// Where to send the browser, and what must be remembered until it returns.
    async fn begin(&self, request: &IdentityRequest) -> Result<Departure, IdentityFailure>;

    /// Judges the browser's return: who is vouched for.
    async fn complete(&self, callback: &IdentityCallback<'_>) -> Result<VouchedStaff, IdentityFailure>;

    /// The address that ends the provider's own session, if it has one. `session` is [`VouchedStaff::session`]. The
    /// browser comes back to the portal.
    async fn end_session(&self, session: Option<&[u8]>) -> Option<String>;
}

/// A member of staff that the provider vouches for, freshly authenticated. `Debug` prints nothing of who it is.
#[derive(Clone, PartialEq, Eq)]
pub struct VouchedStaff {
    /// The provider's stable id of them: what the audit trail will name. Never a CPR number.
    pub id: String,
    /// What pages call them.
    pub name: Option<String>,
    /// The slugs of the clinics that they work at.
    pub clinics: Vec<String>,
    /// What they are there, if anything that the portal knows.
    pub role: Option<Role>,
    /// What [`StaffIdentityProvider::end_session`] needs (an ID token). Kept sealed beside the session.
    pub session: Option<Vec<u8>>,
}

/// For portals whose staff do not sign in here: an embedding program knows its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStaffIdentityProvider;

#[async_trait]
impl StaffIdentityProvider for NoStaffIdentityProvider {
    fn is_there(&self) -> bool {
        false
    }

    async fn begin(&self, _: &IdentityRequest) -> Result<Departure, IdentityFailure> {
        Err(IdentityFailure::Unavailable(Fault::new(NOT_HERE)))
    }

    async fn complete(&self, _: &IdentityCallback<'_>) -> Result<VouchedStaff, IdentityFailure> {
        Err(IdentityFailure::Unavailable(Fault::new(NOT_HERE)))
    }

    async fn end_session(&self, _: Option<&[u8]>) -> Option<String> {
        None
    }
}

impl std::fmt::Debug for VouchedStaff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VouchedStaff").field("clinics", &self.clinics).field("role", &self.role).finish_non_exhaustive()
    }
}

const NOT_HERE: &str = "staff do not sign in here";
