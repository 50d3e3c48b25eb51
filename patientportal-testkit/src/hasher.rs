//! A hasher that costs nothing, for tests that are not about hashing. Never for a server: it is one SHA-256.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use patientportal_core::ports::{HashError, Hasher, Lane, PasswordHash, Verdict};
use patientportal_core::value::Password;
use sha2::{Digest, Sha256};

/// A cheap hasher that counts its work.
#[derive(Debug, Default)]
pub struct CheapHasher {
    verified: AtomicU64,
    hashed: AtomicU64,
    busy: AtomicBool,
    outdated: AtomicBool,
}

impl CheapHasher {
    /// How often a password was verified, with or without a hash to verify against.
    #[must_use]
    pub fn verified(&self) -> u64 {
        self.verified.load(Ordering::SeqCst)
    }

    /// How often a password was hashed.
    #[must_use]
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::SeqCst)
    }

    /// Whether everybody is turned away.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    /// Whether hashes count as made under weaker parameters.
    pub fn set_outdated(&self, outdated: bool) {
        self.outdated.store(outdated, Ordering::SeqCst);
    }

    fn admit(&self) -> Result<(), HashError> {
        let busy = self.busy.load(Ordering::SeqCst);
        if busy { Err(HashError::Busy { retry_after: Duration::from_secs(2) }) } else { Ok(()) }
    }
}

#[async_trait]
impl Hasher for CheapHasher {
    async fn verify(&self, password: Password, hash: Option<PasswordHash>, _: Lane) -> Result<Verdict, HashError> {
        self.admit()?;
        self.verified.fetch_add(1, Ordering::SeqCst);
        let right = hash.is_some_and(|hash| hash == digest(&password));
        Ok(Verdict { right, outdated: right && self.outdated.load(Ordering::SeqCst) })
    }

    async fn hash(&self, password: Password, _: Lane) -> Result<PasswordHash, HashError> {
        self.admit()?;
        self.hashed.fetch_add(1, Ordering::SeqCst);
        Ok(digest(&password))
    }
}

fn digest(password: &Password) -> PasswordHash {
    let hex: String = Sha256::digest(password.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    PasswordHash(format!("cheap${hex}"))
}
