//! A clock that moves only when a test moves it, and randomness that repeats itself.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::{Clock, Entropy};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

/// Random bytes from a fixed seed.
#[derive(Debug)]
pub struct FixedEntropy(Mutex<StdRng>, AtomicU64);

impl FixedClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Lets time pass.
    pub fn wait(&self, length: Duration) {
        let passed = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(passed, Ordering::SeqCst);
    }

    /// Moves to a point in time, backwards too.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

impl FixedEntropy {
    /// Bytes that `seed` determines.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)), AtomicU64::new(0))
    }

    /// How often it was asked.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.1.load(Ordering::SeqCst)
    }
}

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let mut rng = self.0.lock().map_err(|_| Fault::new("a test panicked while drawing"))?;
        rng.fill_bytes(bytes);
        Ok(())
    }
}
