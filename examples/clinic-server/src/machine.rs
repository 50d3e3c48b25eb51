//! What only the machine can say: the time and random bytes. Nothing else in the server asks it.

use std::time::{SystemTime, UNIX_EPOCH};

use patientportal_core::fault::Fault;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::{Clock, Entropy};
use rand::TryRng;
use rand::rngs::SysRng;

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

/// The operating system's randomness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemEntropy;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        SysRng.try_fill_bytes(bytes).map_err(|error| Fault::transient("the system gives no randomness", error))
    }
}
