//! Who of a clinic's staff may do what (S1). One table for every way in: calls in process, pages, the HTTP API.

pub(crate) mod sign_in;

pub use sign_in::{StaffSession, StaffSignedIn};

use crate::account::MembershipCommand;
use crate::ids::{ClinicId, StaffId};
use crate::refusal::Refusal;

/// A member of a clinic's staff, as the embedding program has authenticated them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever authenticates staff makes it")]
pub struct Staff {
    /// The clinic that they act for.
    pub clinic: ClinicId,
    /// Who it is: what the audit trail names.
    pub id: StaffId,
    /// What they are at the clinic.
    pub role: Role,
}

/// What a member of staff is at a clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever authenticates staff must say which")]
pub enum Role {
    /// Sees and decides all that concerns patients.
    Secretary,
    /// The same, and what concerns the clinic itself: its settings, its API keys, its part of the audit trail.
    Administrator,
}

/// Everything that staff can do. Closed, so that whoever offers operations must look at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever offers operations must look at each")]
pub enum StaffOperation {
    /// The requests that wait.
    SeeRequests,
    /// Those whose membership is in a state.
    SeeMembers,
    /// A person by CPR number.
    FindPerson,
    /// One person's page.
    SeePerson,
    /// Which mails to a person went, waited or failed.
    SeeMails,
    /// Saying yes to a request.
    Approve,
    /// Saying no to a request.
    Refuse,
    /// What a member may do.
    ChangeRights,
    /// Closing a membership for now.
    Suspend,
    /// Opening what was suspended or refused.
    Reopen,
    /// Ending a membership.
    End,
    /// Creating a user, or giving somebody who has an account access.
    CreateUser,
    /// Another activation link.
    ResendActivation,
    /// Recording that a person cannot use MitID.
    Exempt,
    /// Taking that back.
    WithdrawExemption,
    /// Renewing the account of somebody who cannot use MitID (S4).
    RenewAccount,
    /// Moving such an account to a new CPR number (A11).
    ChangeNumber,
    /// What happened to one person here.
    ReadPersonsTrail,
    /// All that happened here.
    ReadTrail,
    /// The clinic's settings, wherever the embedding program keeps them.
    ChangeSettings,
    /// The keys of the clinic's own programs, wherever the embedding program keeps them.
    ManageApiKeys,
}

impl Role {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Secretary, Self::Administrator];

    /// Whether somebody of this role may do it, at their own clinic.
    #[must_use]
    pub fn may(self, operation: StaffOperation) -> bool {
        use StaffOperation as Operation;
        match operation {
            Operation::SeeRequests
            | Operation::SeeMembers
            | Operation::FindPerson
            | Operation::SeePerson
            | Operation::SeeMails
            | Operation::Approve
            | Operation::Refuse
            | Operation::ChangeRights
            | Operation::Suspend
            | Operation::Reopen
            | Operation::End
            | Operation::CreateUser
            | Operation::ResendActivation
            | Operation::Exempt
            | Operation::WithdrawExemption
            | Operation::RenewAccount
            | Operation::ChangeNumber => true,
            Operation::ReadPersonsTrail
            | Operation::ReadTrail
            | Operation::ChangeSettings
            | Operation::ManageApiKeys => self == Self::Administrator,
        }
    }

    /// Its name in configuration, tables and addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Secretary => "secretary",
            Self::Administrator => "administrator",
        }
    }
}

impl StaffOperation {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::SeeRequests,
        Self::SeeMembers,
        Self::FindPerson,
        Self::SeePerson,
        Self::SeeMails,
        Self::Approve,
        Self::Refuse,
        Self::ChangeRights,
        Self::Suspend,
        Self::Reopen,
        Self::End,
        Self::CreateUser,
        Self::ResendActivation,
        Self::Exempt,
        Self::WithdrawExemption,
        Self::RenewAccount,
        Self::ChangeNumber,
        Self::ReadPersonsTrail,
        Self::ReadTrail,
        Self::ChangeSettings,
        Self::ManageApiKeys,
    ];

    /// Its name in tables and addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SeeRequests => "see-requests",
            Self::SeeMembers => "see-members",
            Self::FindPerson => "find-person",
            Self::SeePerson => "see-person",
            Self::SeeMails => "see-mails",
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::ChangeRights => "change-rights",
            Self::Suspend => "suspend",
            Self::Reopen => "reopen",
            Self::End => "end",
            Self::CreateUser => "create-user",
            Self::ResendActivation => "resend-activation",
            Self::Exempt => "exempt",
            Self::WithdrawExemption => "withdraw-exemption",
            Self::RenewAccount => "renew-account",
            Self::ChangeNumber => "change-number",
            Self::ReadPersonsTrail => "read-persons-trail",
            Self::ReadTrail => "read-trail",
            Self::ChangeSettings => "change-settings",
            Self::ManageApiKeys => "manage-api-keys",
        }
    }

    /// The operation that a decision on a membership is; a lapse is none, time decides it.
    #[must_use]
    pub fn of(command: MembershipCommand) -> Option<Self> {
        Some(match command {
            MembershipCommand::Approve(_) => Self::Approve,
            MembershipCommand::Refuse(_) => Self::Refuse,
            MembershipCommand::Lapse => return None,
            MembershipCommand::End => Self::End,
            MembershipCommand::Suspend => Self::Suspend,
            MembershipCommand::Reopen => Self::Reopen,
            MembershipCommand::SetRights(_) => Self::ChangeRights,
        })
    }
}

impl Staff {
    /// Whether they may do it, at their own clinic.
    ///
    /// # Errors
    /// [`Refusal::NotYourRole`].
    pub fn may(&self, operation: StaffOperation) -> Result<(), Refusal> {
        if self.role.may(operation) { Ok(()) } else { Err(Refusal::NotYourRole) }
    }
}
