//! A checkup that anybody may ask for: made at most once a second, and never twice at a time.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// The last checkup.
#[derive(Default)]
pub(crate) struct Checkup(Mutex<Option<Made>>);

struct Made {
    at: Instant,
    well: bool,
}

impl Checkup {
    /// The last outcome, or that of `look` when the last has become old. Who asks meanwhile waits for the same outcome.
    pub(crate) async fn is_well(&self, look: impl Future<Output = bool>) -> bool {
        let mut last = self.0.lock().await;
        match &*last {
            Some(made) if made.at.elapsed() < KEPT => made.well,
            _ => {
                let well = look.await;
                *last = Some(Made { at: Instant::now(), well });
                well
            }
        }
    }
}

const KEPT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outcome_is_kept_for_a_second() {
        let checkup = Checkup::default();
        assert!(!checkup.is_well(async { false }).await);
        tokio::time::advance(KEPT - Duration::from_millis(1)).await;
        assert!(!checkup.is_well(async { true }).await);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(checkup.is_well(async { true }).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_at_the_same_time_waits_for_the_one_look() {
        let (checkup, looks) = (Checkup::default(), AtomicU32::new(0));
        let look = || async {
            looks.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(5)).await;
            true
        };
        let outcomes = tokio::join!(checkup.is_well(look()), checkup.is_well(look()), checkup.is_well(look()));
        assert_eq!((outcomes, looks.into_inner()), ((true, true, true), 1));
    }
}
