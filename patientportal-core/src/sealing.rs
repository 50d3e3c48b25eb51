//! Keys and what they protect: person data sealed at rest, CPR numbers found by keyed hash, tokens and codes stored hashed (I7).

mod ring;
mod tokens;

pub(crate) use ring::{CounterKind, Header, Purpose, open_with, seal_with};
pub use ring::{KeyError, KeyRing, MasterKey};
pub use tokens::{BrowserKey, FlowToken, TokenError};
pub(crate) use tokens::{SessionToken, hash_secret};
