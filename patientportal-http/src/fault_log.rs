//! Faults of requests in the log: each that stays; of those that pass one a minute, so that a database that is away
//! does not fill it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use patientportal_core::fault::Fault;
use patientportal_core::moment::Timestamp;

/// What has been told.
#[derive(Debug, Default)]
pub(crate) struct FaultLog(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    last: Option<Timestamp>,
    /// How many were not told since.
    untold: u32,
}

impl FaultLog {
    /// Writes a request's fault into the log, unless one that passes was told within the minute.
    pub(crate) fn tell(&self, fault: &Fault, now: Timestamp) {
        match fault.is_transient() {
            false => tracing::error!(fault = fault.chain(), "a request failed"),
            true => {
                if let Some(untold) = self.is_due(now) {
                    tracing::error!(fault = fault.chain(), untold, "a request failed for now");
                }
            }
        }
    }

    /// How many were passed over since the last that was told, when it is time to tell again.
    fn is_due(&self, now: Timestamp) -> Option<u32> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.last.is_some_and(|last| now.since(last) < QUIET) {
            told.untold = told.untold.saturating_add(1);
            return None;
        }
        told.last = Some(now);
        Some(std::mem::take(&mut told.untold))
    }
}

const QUIET: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_once_a_minute_and_counted() {
        let (log, begin) = (FaultLog::default(), Timestamp(1_000_000));
        assert_eq!(log.is_due(begin), Some(0));
        assert_eq!(log.is_due(begin), None);
        assert_eq!(log.is_due(begin + Duration::from_secs(59)), None);
        assert_eq!(log.is_due(begin + QUIET), Some(2));
        assert_eq!(log.is_due(begin + QUIET * 2), Some(0));
    }
}
