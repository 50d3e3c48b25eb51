//! A register of custody in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use patientportal_core::account::Custody;
use patientportal_core::fault::Fault;
use patientportal_core::ports::CustodyRegistry;
use patientportal_core::value::Cpr;

/// Says of who holds custody what it was told, and of all others that nobody can tell.
#[derive(Debug, Default)]
pub struct MemoryCustodyRegistry {
    known: Mutex<HashMap<(Cpr, Cpr), Custody>>,
    asked: AtomicUsize,
    down: AtomicBool,
}

impl MemoryCustodyRegistry {
    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Writes down whether `adult` holds custody of `child`.
    pub fn set(&self, child: &Cpr, adult: &Cpr, custody: Custody) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((child.clone(), adult.clone()), custody);
    }

    /// Whether it cannot be reached.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }
}

#[async_trait]
impl CustodyRegistry for MemoryCustodyRegistry {
    async fn custody(&self, child: &Cpr, adult: &Cpr) -> Result<Custody, Fault> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return Err(Fault::transient("the custody register cannot be reached", "scripted to be down"));
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(known.get(&(child.clone(), adult.clone())).copied().unwrap_or(Custody::Unknown))
    }
}
