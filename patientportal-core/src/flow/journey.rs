//! A browser's journey to the identity provider: what is remembered until it comes back.

use minicbor::{Decode, Encode};

use crate::ids::SecretHash;

/// A journey that is under way.
#[derive(Clone, PartialEq, Encode, Decode)]
pub(crate) struct Journey {
    /// The hash of the `state`'s secret.
    #[n(0)]
    pub(crate) secret: SecretHash,
    /// What the identity provider's adapter wants back.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) remembered: Vec<u8>,
}
