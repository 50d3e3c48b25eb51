//! The [`Hasher`](patientportal_core::ports::Hasher) port of patientportal: argon2id with a pepper, on threads of its own.
//!
//! ```
//! use patientportal_argon2::{Argon2Hasher, Argon2Settings, Peppers};
//!
//! # fn main() -> Result<(), patientportal_argon2::Argon2ConfigError> {
//! let key = [7; 32]; // in earnest from a secret that is not in the database
//! let hasher = Argon2Hasher::new(Peppers::new(1, key), Argon2Settings::default())?;
//! # Ok(())
//! # }
//! ```
//!
//! - Each thread keeps its memory between jobs. Start the process with `GLIBC_TUNABLES=glibc.malloc.hugetlb=1` and it
//!   lies in 2 MiB pages, which is a quarter faster.
//! - Logins go first, yet every fourth job comes from the low lane when both wait. A job whose caller has gone is never
//!   started, and nobody is let into a queue that is longer than [`Argon2Settings::max_wait`].
//! - A hash is a PHC string whose `keyid` names its pepper, so that a new pepper can come while old hashes still verify.

mod hasher;
mod lanes;
mod peppers;
mod pool;
mod scheme;
mod settings;
mod stored;

pub use hasher::Argon2Hasher;
pub use peppers::Peppers;
pub use settings::{Argon2ConfigError, Argon2Settings};
