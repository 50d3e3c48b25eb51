//! What outlives a closed account (A7, S1): that there was one under the number, and which clinics had closed their door to
//! its owner by then. It is found by a keyed hash of the number and says nothing of the person.
//!
//! The first account that is closed under a number keeps it, and whoever closes another later writes it down there.

use minicbor::{Decode, Encode};

use super::{Account, Details, MembershipState};
use crate::ids::{AccountId, ClinicId, CprIndex};
use crate::moment::Timestamp;
use crate::store::{Change, Versioned};

/// An account that was closed: remembered where it lay, and in the account that its owner makes anew.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct FormerAccount {
    /// Its id, by which the audit trail knows it.
    #[n(0)]
    pub account: AccountId,
    /// When it was closed.
    #[n(1)]
    pub closed: Timestamp,
    /// The clinics that had closed the membership, and have not let the person in since.
    #[n(2)]
    pub suspended_at: Vec<ClinicId>,
}

/// What there is under a number.
pub(crate) struct UnderNumber<'a> {
    pub(crate) account: Option<&'a Versioned<Account>>,
    /// Where there is no account: the one that was closed.
    pub(crate) former: Option<FormerAccount>,
}

impl FormerAccount {
    /// What is to be remembered of an account that is closed now. What it remembered itself goes on counting.
    pub(crate) fn of(account: &Account, now: Timestamp) -> Self {
        let suspended = account.access.memberships.iter().filter(|here| here.state == MembershipState::Suspended);
        let mut suspended_at = account.details.former.as_ref().map_or(Vec::new(), |before| before.suspended_at.clone());
        for clinic in suspended.map(|here| here.clinic) {
            if !suspended_at.contains(&clinic) {
                suspended_at.push(clinic);
            }
        }
        Self { account: account.id, closed: now, suspended_at }
    }

    /// Whether the clinic had closed the membership: nobody gets around that by registering anew.
    #[must_use]
    pub fn is_suspended_at(&self, clinic: ClinicId) -> bool {
        self.suspended_at.contains(&clinic)
    }

    /// Writes it down under `index`: in the account just erased, or in the `keeper`, which was closed under the same number
    /// before.
    pub(crate) fn keep(
        self,
        index: Vec<CprIndex>,
        erased: &mut Account,
        keeper: Option<&Versioned<Account>>,
    ) -> Vec<Change> {
        match keeper {
            None => {
                erased.details.also_claimed.clone_from(&index);
                erased.details.former = Some(self);
                vec![Change::ClaimCpr { index, account: erased.id }]
            }
            Some(Versioned { revision, value }) => {
                let mut keeper = value.clone();
                keeper.details.also_claimed.retain(|claimed| !index.contains(claimed));
                keeper.details.also_claimed.extend(&index);
                keeper.details.former = Some(self);
                let claim = Change::ClaimCpr { index, account: keeper.id };
                vec![claim, Change::Account { expect: Some(*revision), to: Box::new(keeper) }]
            }
        }
    }
}

impl Details {
    /// The clinic's staff have let the person in: that it had closed its door to an earlier account is over.
    pub(crate) fn let_in_again(&mut self, clinic: ClinicId) {
        if let Some(former) = &mut self.former {
            former.suspended_at.retain(|suspended| *suspended != clinic);
        }
    }
}
