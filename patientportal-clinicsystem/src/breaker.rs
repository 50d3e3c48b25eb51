//! The circuit breaker: a system that fails again and again is left alone for a while, so that nobody waits for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use patientportal_core::ids::ClinicId;
use tokio::time::Instant;

use crate::settings::BreakerSettings;

/// One clinic's breaker.
pub(crate) struct Breaker {
    clinic: ClinicId,
    settings: BreakerSettings,
    state: Mutex<State>,
}

/// The right to make one request; it must be settled. Dropping it counts as a failure.
pub(crate) struct Pass<'a> {
    breaker: &'a Breaker,
    /// The phase it was given in: what was begun in an earlier one says nothing about this one.
    number: u64,
    settled: bool,
}

struct State {
    phase: Phase,
    /// Counts the phases.
    number: u64,
}

enum Phase {
    /// Requests go through.
    Closed { failures: u32 },
    /// None goes through.
    Open { until: Instant, pause: Duration },
    /// One is under way; the others do not go through.
    HalfOpen { pause: Duration },
}

impl Breaker {
    pub(crate) fn new(clinic: ClinicId, settings: BreakerSettings) -> Self {
        Self { clinic, settings, state: Mutex::new(State { phase: Phase::Closed { failures: 0 }, number: 0 }) }
    }

    /// A pass for one request, unless the system is left alone.
    pub(crate) fn admit(&self, now: Instant) -> Option<Pass<'_>> {
        let mut state = self.state();
        match state.phase {
            Phase::Closed { .. } => {}
            Phase::Open { until, pause } if now >= until => state.turn(Phase::HalfOpen { pause }),
            Phase::Open { .. } | Phase::HalfOpen { .. } => return None,
        }
        Some(Pass { breaker: self, number: state.number, settled: false })
    }

    fn settle(&self, number: u64, works: bool, now: Instant) {
        let mut state = self.state();
        if state.number != number {
            return;
        }
        match (&mut state.phase, works) {
            (Phase::Closed { failures }, true) => *failures = 0,
            (Phase::Closed { failures }, false) => {
                *failures = failures.saturating_add(1);
                if *failures >= self.settings.failures {
                    self.open(&mut state, self.settings.pause, now);
                }
            }
            (Phase::HalfOpen { .. }, true) => {
                state.turn(Phase::Closed { failures: 0 });
                tracing::info!(clinic = self.clinic.0, "the clinic's system answers again");
            }
            (Phase::HalfOpen { pause }, false) => {
                let pause = pause.saturating_mul(2).min(self.settings.longest_pause);
                self.open(&mut state, pause, now);
            }
            // No pass is given in an open phase.
            (Phase::Open { .. }, _) => {}
        }
    }

    fn open(&self, state: &mut State, pause: Duration, now: Instant) {
        state.turn(Phase::Open { until: now + pause, pause });
        tracing::warn!(
            clinic = self.clinic.0,
            pause_seconds = pause.as_secs(),
            "the clinic's system does not answer and is left alone for a while"
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn turn(&mut self, phase: Phase) {
        self.phase = phase;
        self.number = self.number.wrapping_add(1);
    }
}

impl Pass<'_> {
    /// Says whether the system works, as far as this request has shown.
    pub(crate) fn settle(mut self, works: bool, now: Instant) {
        self.settled = true;
        self.breaker.settle(self.number, works, now);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.breaker.settle(self.number, false, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
