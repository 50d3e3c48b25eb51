//! Evidence: finished facts, each made in one place only, and demanded by what they allow (I1 as a type).

use crate::ids::{AccountId, Epoch, FlowId};
use crate::moment::Timestamp;
use crate::ports::{Assurance, VouchedIdentity};
use crate::value::Cpr;

/// An account's password was typed, when the account was at this epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProved {
    account: AccountId,
    epoch: Epoch,
}

/// The code that a flow mailed to the account's address was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeProved {
    account: AccountId,
    flow: FlowId,
}

/// MitID vouched for a person, for one flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityVouched {
    cpr: Cpr,
    assurance: Assurance,
    at: Timestamp,
    flow: FlowId,
}

/// The only two ways to a session (I1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionProof {
    /// Two proofs of one account.
    PasswordAndCode(PasswordProved, CodeProved),
    /// One identity at Substantial or above.
    MitId(IdentityVouched),
}

impl PasswordProved {
    /// Made from the hasher's verdict, and again from the flow that remembers it.
    pub(crate) fn new(account: AccountId, epoch: Epoch) -> Self {
        Self { account, epoch }
    }

    /// Whose password.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The account's epoch at that moment: if it has moved since, a right password counts as a wrong one.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }
}

impl CodeProved {
    /// Made where the code is judged.
    pub(super) fn new(account: AccountId, flow: FlowId) -> Self {
        Self { account, flow }
    }

    /// Which flow's code.
    #[must_use]
    pub fn flow(&self) -> FlowId {
        self.flow
    }
}

impl IdentityVouched {
    /// Made from what the identity provider's adapter has checked; `None` below Substantial.
    pub(super) fn new(identity: &VouchedIdentity, flow: FlowId) -> Option<Self> {
        let (Assurance::Substantial | Assurance::High) = identity.assurance else { return None };
        Some(Self { cpr: identity.cpr.clone(), assurance: identity.assurance, at: identity.authenticated_at, flow })
    }

    /// Made again from a flow that kept it (L2).
    pub(super) fn kept(cpr: Cpr, assurance: Assurance, at: Timestamp, flow: FlowId) -> Self {
        Self { cpr, assurance, at, flow }
    }

    /// The vouched number.
    #[must_use]
    pub fn cpr(&self) -> &Cpr {
        &self.cpr
    }

    /// How sure the provider is.
    #[must_use]
    pub fn assurance(&self) -> Assurance {
        self.assurance
    }

    /// When the person authenticated.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// For which flow.
    #[must_use]
    pub fn flow(&self) -> FlowId {
        self.flow
    }
}

impl SessionProof {
    /// Whether it is a proof for this account: of a password and code both of it, or of its owner's number,
    /// which the caller has looked up.
    #[must_use]
    pub fn is_of(&self, account: AccountId) -> bool {
        match self {
            Self::PasswordAndCode(password, code) => password.account == account && code.account == account,
            Self::MitId(_) => true,
        }
    }
}
