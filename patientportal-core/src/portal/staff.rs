//! Who acts for a clinic (S1–S3). Every staff command takes one, so that none reaches another clinic's patients.

use crate::ids::{ClinicId, StaffId};

/// A member of a clinic's staff, as the embedding program has authenticated them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever authenticates staff makes it")]
pub struct Staff {
    /// The clinic that they act for.
    pub clinic: ClinicId,
    /// Who it is: what the audit trail names.
    pub id: StaffId,
}
