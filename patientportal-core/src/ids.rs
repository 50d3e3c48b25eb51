//! Identifiers. Account and flow ids are random, so that no key is hot and none can be counted up.

use minicbor::{Decode, Encode};

/// An account. 63 random bits, so that it fits a signed column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct AccountId(#[n(0)] pub u64);

/// One of an account's sessions. 63 random bits; unique within the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct SessionNo(#[n(0)] pub u64);

/// A clinic. Derived from its slug unless the operator sets it, so that a renamed slug can keep its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct ClinicId(#[n(0)] pub u64);

/// A flow: something that waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct FlowId(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

/// A job in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// One lease of a job: who holds it may finish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease(pub u64);

/// One command, so that a commit whose outcome is unknown can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// A member of a clinic's staff, as its own system knows them. Never a CPR number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct StaffId(#[n(0)] pub String);

/// How often an account or flow row was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

/// Raised to end all of an account's sessions, links and half-finished logins at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Epoch(#[n(0)] pub u32);

/// A key of the key ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct KeyId(#[n(0)] pub u16);

/// What a counter counts for: a keyed hash, opaque to stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterKey(pub [u8; 16]);

/// The keyed hash under which a CPR number is found, and the key it was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct CprIndex {
    /// The key of the hash.
    #[n(0)]
    pub key: KeyId,
    /// The hash.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: [u8; 16],
}

/// What is stored of a random token: the first half of its SHA-256. Tokens have 128 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct SecretHash(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

/// Bytes that only the portal's key ring can open.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Sealed(#[cbor(n(0), with = "minicbor::bytes")] pub Vec<u8>);
