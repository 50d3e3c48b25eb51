//! Waiting for what other processes do: looked at again and again, with a limit, never a fixed pause.

use std::time::{Duration, Instant};

/// Looks until there is something, a little longer apart each time.
///
/// # Panics
/// When there is nothing within a minute.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < LIMIT, "waited in vain for {what}");
        #[expect(clippy::disallowed_methods, reason = "between two looks at another process")]
        std::thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_millis(100));
    }
}

const LIMIT: Duration = Duration::from_secs(60);
