//! Keys and what they protect: person data sealed at rest, CPR numbers found by keyed hash, tokens and codes stored hashed (I7).

mod aead;
mod past;
mod ring;
mod tokens;

pub(crate) use aead::{Header, key_of, open_with, seal_with};
pub use past::PastKey;
pub(crate) use ring::{CounterKind, Purpose};
pub use ring::{KeyError, KeyRing, MasterKey};
pub use tokens::{BrowserKey, FlowToken, TokenError};
pub(crate) use tokens::{SessionToken, hash_secret};
