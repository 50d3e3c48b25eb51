//! The gate between login and functions (L8), and the one policy question (P1). Both are derived each time they are asked,
//! never a flag that somebody must clear.

use crate::account::{Access, IdentityStanding, Membership, MembershipState};
use crate::clinic::{Clinic, FunctionKind, MitIdDemand, RegistrationMode};
use crate::moment::Timestamp;
use crate::session::{Proof, Session};

use super::Policy;

/// A step that stands between a logged-in user and the functions, in the order of L8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OutstandingStep {
    /// A clinic created the user: MitID must confirm who it is (R7).
    ConfirmIdentity,
    /// The user was a child and has come of age (L7).
    Renew,
    /// No password has been chosen (A10).
    ChoosePassword,
    /// The terms have a new version.
    AcceptTerms,
    /// Not a member at this clinic: `Registrer`.
    Join,
    /// The clinic's system holds another e-mail or mobile (K1).
    ConfirmContact,
}

/// What somebody wants to do in a function (P1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// See own earlier matters.
    Read,
    /// Do something new.
    Act,
}

/// Why the answer to the policy question is no: the first reason that applies (P1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// Nobody is logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// A step of L8 comes first.
    #[error("a step is outstanding")]
    StepOutstanding(OutstandingStep),
    /// No membership at this clinic.
    #[error("not a member")]
    NotAMember,
    /// The clinic has not decided yet.
    #[error("awaiting approval")]
    AwaitingApproval,
    /// The clinic has suspended the membership.
    #[error("suspended")]
    Suspended,
    /// The clinic has taken the function from this person.
    #[error("right removed")]
    RightRemoved,
    /// The clinic does not offer the function, or has closed it.
    #[error("function closed")]
    FunctionClosed,
    /// The clinic demands MitID for the function.
    #[error("higher assurance needed")]
    AssuranceNeeded,
    /// The clinic demands MitID, and this person has none to use (P2).
    #[error("closed to those without MitID")]
    MitIdOnly,
}

/// The first step that stands between this user and the clinic's functions (L8).
#[must_use]
pub fn outstanding_step(
    session: &Session,
    access: &Access,
    clinic: &Clinic,
    policy: &Policy,
) -> Option<OutstandingStep> {
    let mitid = session.proof.is_mitid();
    if access.identity == IdentityStanding::Unconfirmed && !access.ward && !mitid {
        return Some(OutstandingStep::ConfirmIdentity);
    }
    if awaits_renewal(session, access) {
        return Some(OutstandingStep::Renew);
    }
    if access.password_missing {
        return Some(OutstandingStep::ChoosePassword);
    }
    if access.terms != policy.terms_version {
        return Some(OutstandingStep::AcceptTerms);
    }
    let membership = access.membership(clinic.id);
    let may_ask = clinic.registration != RegistrationMode::Off;
    if may_ask && membership.is_none_or(Membership::may_be_joined_anew) {
        return Some(OutstandingStep::Join);
    }
    membership.is_some_and(|here| is_to_confirm_contact(session, here)).then_some(OutstandingStep::ConfirmContact)
}

/// Whether the clinic's system holds another e-mail or mobile, and the owner has not been asked since this session began.
fn is_to_confirm_contact(session: &Session, here: &Membership) -> bool {
    let is_new_login = here.contact_put_off.is_none_or(|at| session.opened > at);
    here.state == MembershipState::Active && here.contact_differs && is_new_login
}

/// Whether the account waits for its owner to take it over (L7). A ward with a MitID of their own has come of age: nobody
/// younger gets such a session (I2).
pub(crate) fn awaits_renewal(session: &Session, access: &Access) -> bool {
    session.proof == Proof::CodeToRenew || (access.ward && session.proof.is_mitid())
}

/// May this session read or act in this function at this clinic now (P1)? Asked at every request.
///
/// # Errors
/// The first reason that applies against it.
pub fn may(
    session: Option<(&Session, &Access)>,
    clinic: &Clinic,
    function: FunctionKind,
    deed: Deed,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), Denial> {
    let (session, access) = session.ok_or(Denial::NotLoggedIn)?;
    if let Some(step) = outstanding_step(session, access, clinic, policy) {
        return Err(Denial::StepOutstanding(step));
    }
    let membership = access.membership(clinic.id).ok_or(Denial::NotAMember)?;
    match membership.state {
        MembershipState::Active => {}
        MembershipState::Pending => return Err(Denial::AwaitingApproval),
        MembershipState::Suspended => return Err(Denial::Suspended),
        MembershipState::Refused | MembershipState::Lapsed | MembershipState::Ended => return Err(Denial::NotAMember),
    }
    if deed == Deed::Act && !membership.rights.allows(function) {
        return Err(Denial::RightRemoved);
    }
    if deed == Deed::Act && !clinic.is_open(function, now) {
        return Err(Denial::FunctionClosed);
    }
    let demand = clinic.function(function).map_or(MitIdDemand::None, |offered| offered.mitid);
    let cannot = access.ward || access.identity == IdentityStanding::Exempt;
    match demand {
        _ if session.proof.is_mitid() => Ok(()),
        MitIdDemand::None => Ok(()),
        MitIdDemand::WhereItCanBeUsed if cannot => Ok(()),
        MitIdDemand::OfEverybody if cannot => Err(Denial::MitIdOnly),
        MitIdDemand::WhereItCanBeUsed | MitIdDemand::OfEverybody => Err(Denial::AssuranceNeeded),
    }
}
