//! Waiting for what other processes do: looked at again and again, with a limit, never a fixed pause.

use std::time::{Duration, Instant};

/// Looks until there is something, a little longer apart each time.
///
/// # Panics
/// When there is nothing within half a minute.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    until_within(LIMIT, what, look).await
}

/// The same with a limit of its own.
///
/// # Panics
/// When there is nothing within `limit`.
pub async fn until_within<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begin.elapsed() < limit, "waited in vain for {what}");
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(Duration::from_millis(200));
    }
}

/// The same where looking takes no waiting of its own: unlike the others, also in a task that moves between threads.
///
/// # Panics
/// When there is nothing within `limit`.
pub async fn until_there<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < limit, "waited in vain for {what}");
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// How long one waits for what ought to come.
pub const LIMIT: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
