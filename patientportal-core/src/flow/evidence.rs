//! Evidence: finished facts, each made in one place only, and demanded by what they allow (I1 as a type).

use crate::ids::{AccountId, Epoch};
use crate::ports::{Assurance, VouchedIdentity};
use crate::value::Cpr;

/// An account's password was typed, when the account was at this epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PasswordProved {
    account: AccountId,
    epoch: Epoch,
}

/// The code that a flow mailed to the account's address was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeProved {
    account: AccountId,
}

/// MitID vouched for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdentityVouched {
    cpr: Cpr,
    assurance: Assurance,
}

/// The only two ways to a session (I1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SessionProof {
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
    pub(crate) fn account(&self) -> AccountId {
        self.account
    }

    /// The account's epoch at that moment: if it has moved since, a right password counts as a wrong one.
    #[must_use]
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }
}

impl CodeProved {
    /// Made where the code is judged.
    pub(super) fn new(account: AccountId) -> Self {
        Self { account }
    }

    /// Whose code.
    #[must_use]
    pub(crate) fn account(&self) -> AccountId {
        self.account
    }
}

impl IdentityVouched {
    /// Made from what the identity provider's adapter has checked; `None` below Substantial.
    pub(super) fn new(identity: &VouchedIdentity) -> Option<Self> {
        let (Assurance::Substantial | Assurance::High) = identity.assurance else { return None };
        Some(Self { cpr: identity.cpr.clone(), assurance: identity.assurance })
    }

    /// The vouched number.
    #[must_use]
    pub(crate) fn cpr(&self) -> &Cpr {
        &self.cpr
    }

    /// How sure the provider is.
    #[must_use]
    pub(crate) fn assurance(&self) -> Assurance {
        self.assurance
    }
}
