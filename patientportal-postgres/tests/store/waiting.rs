//! Waiting for what others do: looked at again and again, with a limit, never a fixed pause.

use std::time::{Duration, Instant};

/// Looks until it is so, and answers how long that took.
pub(crate) async fn until(what: &str, mut look: impl AsyncFnMut() -> bool) -> Duration {
    let begin = Instant::now();
    while !look().await {
        assert!(begin.elapsed() < LIMIT, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    begin.elapsed()
}

const LIMIT: Duration = Duration::from_secs(60);
