//! What a person may do at one clinic (A1, A9).

use minicbor::{Decode, Encode};

use crate::clinic::FunctionKind;
use crate::ids::ClinicId;
use crate::moment::Timestamp;

/// An account at a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Membership {
    /// The clinic.
    #[n(0)]
    pub clinic: ClinicId,
    /// Where it stands.
    #[n(1)]
    pub state: MembershipState,
    /// When it came to stand there.
    #[n(2)]
    pub since: Timestamp,
    /// What it may do while active.
    #[n(3)]
    pub rights: Rights,
}

/// Where a membership stands (A9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum MembershipState {
    /// The clinic has been asked.
    #[n(0)]
    Pending,
    /// The functions are open.
    #[n(1)]
    Active,
    /// The clinic closed it for now.
    #[n(2)]
    Suspended,
    /// The clinic said no.
    #[n(3)]
    Refused,
    /// The clinic did not answer in time.
    #[n(4)]
    Lapsed,
    /// It is over.
    #[n(5)]
    Ended,
}

/// The functions that staff have taken away; none at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Rights(#[n(0)] u8);

impl Membership {
    /// A membership that is active from `now`, with all rights.
    #[must_use]
    pub fn active(clinic: ClinicId, now: Timestamp) -> Self {
        Self { clinic, state: MembershipState::Active, since: now, rights: Rights::default() }
    }

    /// Whether the person may press `Registrer` here although there is this membership (J1).
    #[must_use]
    pub fn may_be_joined_anew(&self) -> bool {
        !matches!(self.state, MembershipState::Pending | MembershipState::Active | MembershipState::Suspended)
    }
}

impl Rights {
    /// Whether the function may be used.
    #[must_use]
    pub fn allows(self, function: FunctionKind) -> bool {
        self.0 & bit(function) == 0
    }

    /// The same without `function`.
    #[must_use]
    pub fn without(self, function: FunctionKind) -> Self {
        Self(self.0 | bit(function))
    }

    /// The same with `function`.
    #[must_use]
    pub fn with(self, function: FunctionKind) -> Self {
        Self(self.0 & !bit(function))
    }
}

fn bit(function: FunctionKind) -> u8 {
    match function {
        FunctionKind::Booking => 1,
        FunctionKind::EConsultation => 2,
        FunctionKind::PrescriptionRenewal => 4,
    }
}
