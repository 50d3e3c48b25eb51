//! What is remembered of an account that was closed (A7, S1), found by the number of whoever comes anew.

use crate::account::{Account, FormerAccount};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::store::Versioned;
use crate::value::Cpr;

use super::Portal;

impl Portal {
    /// The account that was closed under this number last, if one was. Asked after it is known that the number has none: a
    /// closing that was on disk by then is remembered.
    pub(super) async fn former_of(&self, cpr: &Cpr, clinic: ClinicId) -> Result<Option<FormerAccount>, Fault> {
        Ok(self.keeper_of(cpr, clinic).await?.and_then(|keeper| keeper.value.details.former))
    }

    /// The erased account that remembers what was closed under this number.
    pub(super) async fn keeper_of(&self, cpr: &Cpr, clinic: ClinicId) -> Result<Option<Versioned<Account>>, Fault> {
        self.store().account_by_cpr(&self.ring().former_indexes_ever(cpr, Some(clinic))).await
    }
}
