//! What a person may do at one clinic (A1, A9): the states of a membership and what moves it from one to the next.

use minicbor::{Decode, Encode};

use crate::clinic::FunctionKind;
use crate::ids::{ClinicId, StaffId};
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
    /// Why the clinic said no, while it is refused (R4).
    #[n(4)]
    pub reason: Option<RefusalReason>,
    /// Whether the clinic's own system holds another e-mail or mobile than the portal, as last heard, and the owner has
    /// not yet confirmed which is right (K1).
    #[n(5)]
    #[cbor(default)]
    pub contact_differs: bool,
    /// Who of the clinic's staff brought it there, if one of them did (S1).
    #[n(6)]
    pub decided_by: Option<StaffId>,
    /// Since when the owner is to answer for the difference at the next login only: a code is on its way to a new address,
    /// and whoever does not type it goes on with the old one (K1).
    #[n(7)]
    #[cbor(default)]
    pub contact_put_off: Option<Timestamp>,
    /// Whether the person is a patient of the clinic's, as its own system said when the clinic was asked; `None`: it has
    /// not said (S1).
    #[n(8)]
    #[cbor(default)]
    pub own_patient: Option<bool>,
    /// Whether the clinic has given this access by itself to an account that there was, and the owner has not logged in
    /// here since: until then the clinic neither renews the account nor moves it (R7, S4).
    #[n(9)]
    #[cbor(default)]
    pub linked_unseen: bool,
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

/// What moves a membership (A9, S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MembershipCommand {
    /// The clinic says yes.
    Approve(Rights),
    /// The clinic says no.
    Refuse(RefusalReason),
    /// The clinic did not answer in time (R4).
    Lapse,
    /// The patient takes the request back, or leaves the clinic (A7).
    End,
    /// The clinic closes it for now.
    Suspend,
    /// The clinic opens it again: one that it suspended, or refused within thirty days (S1).
    Reopen,
    /// The clinic changes what it may do.
    SetRights(Rights),
}

/// Why a clinic said no: the closed list that a mail may name (R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum RefusalReason {
    /// Not a patient of this clinic.
    #[n(0)]
    NotAPatient,
    /// What was typed does not fit what the clinic knows.
    #[n(1)]
    DetailsDoNotFit,
    /// Who answers for the child could not be confirmed.
    #[n(2)]
    CustodyNotConfirmed,
    /// Something else: contact the clinic.
    #[n(3)]
    ContactClinic,
}

/// A command that a membership in this state does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a membership that is {state:?} cannot be moved by {command}")]
pub struct Illegal {
    /// Where it stands.
    pub state: MembershipState,
    /// What was to move it.
    pub command: &'static str,
}

/// The functions that staff have taken away; none at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Rights(#[n(0)] u8);

impl Membership {
    /// A membership that is active from `now`, with all rights.
    #[must_use]
    pub fn active(clinic: ClinicId, now: Timestamp) -> Self {
        Self::new(clinic, MembershipState::Active, now)
    }

    /// A request that waits for the clinic from `now` (R4, R8).
    #[must_use]
    pub fn pending(clinic: ClinicId, now: Timestamp) -> Self {
        Self::new(clinic, MembershipState::Pending, now)
    }

    /// Whether the person may press `Registrer` here although there is this membership (J1, A9).
    #[must_use]
    pub fn may_be_joined_anew(&self) -> bool {
        !matches!(self.state, MembershipState::Pending | MembershipState::Active | MembershipState::Suspended)
    }

    /// The membership after a command.
    ///
    /// # Errors
    /// [`Illegal`] when it stands where the command means nothing.
    pub fn after(&self, command: MembershipCommand, now: Timestamp) -> Result<Self, Illegal> {
        use MembershipCommand as Command;
        use MembershipState as State;
        let (state, rights, reason) = match (self.state, command) {
            (State::Pending, Command::Approve(rights)) => (State::Active, rights, None),
            (State::Pending, Command::Refuse(reason)) => (State::Refused, self.rights, Some(reason)),
            (State::Pending, Command::Lapse) => (State::Lapsed, self.rights, None),
            (State::Pending | State::Active | State::Suspended, Command::End) => (State::Ended, self.rights, None),
            (State::Active, Command::Suspend) => (State::Suspended, self.rights, None),
            (State::Suspended, Command::Reopen) => (State::Active, self.rights, None),
            (State::Refused, Command::Reopen) => (State::Pending, self.rights, None),
            (State::Active | State::Suspended, Command::SetRights(rights)) => {
                return Ok(Self { rights, ..self.clone() });
            }
            (state, command) => return Err(Illegal { state, command: command.name() }),
        };
        Ok(Self { state, rights, reason, since: now, decided_by: None, ..self.clone() })
    }

    /// A request, or an active membership where nobody need be asked.
    pub(crate) fn begun(clinic: ClinicId, asks: bool, now: Timestamp) -> Self {
        if asks { Self::pending(clinic, now) } else { Self::active(clinic, now) }
    }

    fn new(clinic: ClinicId, state: MembershipState, since: Timestamp) -> Self {
        let rights = Rights::default();
        Self {
            clinic,
            state,
            since,
            rights,
            reason: None,
            contact_differs: false,
            decided_by: None,
            contact_put_off: None,
            own_patient: None,
            linked_unseen: false,
        }
    }
}

impl MembershipState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Pending, Self::Active, Self::Suspended, Self::Refused, Self::Lapsed, Self::Ended];

    /// Its number in a store's column.
    #[must_use]
    pub fn to_column(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Active => 1,
            Self::Suspended => 2,
            Self::Refused => 3,
            Self::Lapsed => 4,
            Self::Ended => 5,
        }
    }
}

impl MembershipCommand {
    /// One of each, for tables and tests.
    pub const ALL: [Self; 7] = [
        Self::Approve(Rights(0)),
        Self::Refuse(RefusalReason::NotAPatient),
        Self::Lapse,
        Self::End,
        Self::Suspend,
        Self::Reopen,
        Self::SetRights(Rights(0)),
    ];

    /// Its name in tables and errors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve(_) => "approve",
            Self::Refuse(_) => "refuse",
            Self::Lapse => "lapse",
            Self::End => "end",
            Self::Suspend => "suspend",
            Self::Reopen => "reopen",
            Self::SetRights(_) => "set-rights",
        }
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
