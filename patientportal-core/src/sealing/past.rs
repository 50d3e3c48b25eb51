//! What stays of a master key that was dropped: it opens nothing and seals nothing, finds no patient and counts no try.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::ids::KeyId;
use crate::store::KeyProof;

/// What stays of a master key that was dropped, for as long as the portal lives: it proves that this was the key, verifies
/// the audit entries written under it (I9), checks the passwords hashed with its pepper until their owners have logged in,
/// and finds again what a closed account has left under its number, which nobody can index anew. `Debug` prints its id
/// only.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PastKey {
    #[zeroize(skip)]
    pub(super) id: KeyId,
    pub(super) proof: [u8; 16],
    pub(super) audit: [u8; 32],
    pub(super) index: [u8; 32],
    pub(super) pepper: [u8; 32],
}

impl PastKey {
    /// How many bytes it has.
    pub const LENGTH: usize = 112;

    /// The key that these bytes are what is left of.
    #[must_use]
    pub fn from_bytes(id: KeyId, bytes: &[u8; Self::LENGTH]) -> Self {
        let mut past = Self { id, proof: [0; 16], audit: [0; 32], index: [0; 32], pepper: [0; 32] };
        let parts = past.proof.iter_mut().chain(&mut past.audit).chain(&mut past.index).chain(&mut past.pepper);
        parts.zip(bytes).for_each(|(to, from)| *to = *from);
        past
    }

    /// It as bytes, to be kept as secret as a key.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        let parts = self.proof.iter().chain(&self.audit).chain(&self.index).chain(&self.pepper);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// The id of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The pepper of the passwords hashed while it was current.
    #[must_use]
    pub fn pepper(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.pepper)
    }

    pub(super) fn proof(&self) -> KeyProof {
        KeyProof { id: self.id, proof: self.proof }
    }
}

impl fmt::Debug for PastKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastKey").field("id", &self.id).finish_non_exhaustive()
    }
}
