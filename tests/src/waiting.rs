//! Waiting for what other processes do: looked at again and again, with a limit, never a fixed pause.

use std::time::{Duration, Instant};

/// Looks until there is something, a little longer apart each time.
///
/// # Panics
/// When there is nothing within half a minute.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begin.elapsed() < LIMIT, "waited in vain for {what}");
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(Duration::from_millis(200));
    }
}

const LIMIT: Duration = Duration::from_secs(30);
