//! Somebody at a browser when there is no answer: reloads, or presses the button again, for as long as can be asked of
//! them; and how often and how long that was.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::StatusCode;
use http::header::RETRY_AFTER;

use crate::client::NoAnswer;
use crate::page::Page;

/// One person's patience. Clones share what was borne.
#[derive(Debug, Clone)]
pub struct Patience {
    limit: Duration,
    borne: Arc<Borne>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The connection ended, or was refused.
    NoAnswer,
    /// 503, with how long to wait.
    Unavailable(Duration),
}

#[derive(Debug, Default)]
struct Borne {
    no_answer: AtomicU64,
    unavailable: AtomicU64,
    worst_wait: Mutex<Duration>,
    last: Mutex<Option<Instant>>,
}

impl Patience {
    /// Of somebody who gives up on a request after `limit`.
    #[must_use]
    pub fn of(limit: Duration) -> Self {
        Self { limit, borne: Arc::default() }
    }

    /// How many requests had no answer.
    #[must_use]
    pub fn no_answers(&self) -> u64 {
        self.borne.no_answer.load(Ordering::Relaxed)
    }

    /// How many were answered with 503.
    #[must_use]
    pub fn unavailable(&self) -> u64 {
        self.borne.unavailable.load(Ordering::Relaxed)
    }

    /// How often there was no answer of either kind.
    #[must_use]
    pub fn troubles(&self) -> u64 {
        self.no_answers() + self.unavailable()
    }

    /// When there was no answer for the last time.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn last_trouble(&self) -> Option<Instant> {
        *self.borne.last.lock().unwrap()
    }

    /// The longest that one request took, with all its repetitions.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn worst_wait(&self) -> Duration {
        *self.borne.worst_wait.lock().unwrap()
    }

    /// An answer came after that long.
    pub(crate) fn waited(&self, length: Duration) {
        let mut worst = self.borne.worst_wait.lock().unwrap();
        *worst = (*worst).max(length);
    }

    /// Waits before trying again; `false` when patience is at its end.
    pub(crate) async fn bear(&self, trouble: &Trouble, begin: Instant) -> bool {
        let (count, pause) = match trouble {
            Trouble::NoAnswer => (&self.borne.no_answer, REACH_FOR_RELOAD),
            Trouble::Unavailable(pause) => (&self.borne.unavailable, (*pause).min(LONGEST_PAUSE)),
        };
        count.fetch_add(1, Ordering::Relaxed);
        *self.borne.last.lock().unwrap() = Some(Instant::now());
        self.waited(begin.elapsed());
        let goes_on = begin.elapsed() < self.limit;
        if goes_on {
            tokio::time::sleep(pause).await;
        }
        goes_on
    }
}

impl Trouble {
    /// What is wrong with an answer, if it is none.
    ///
    /// # Panics
    /// When it is 503 and does not say when to come again.
    #[must_use]
    pub fn of(outcome: &Result<Page, NoAnswer>) -> Option<Self> {
        match outcome {
            Err(_) => Some(Self::NoAnswer),
            Ok(page) if page.status == StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = page.header(RETRY_AFTER.as_str()).parse();
                let seconds = seconds.unwrap_or_else(|_| panic!("503 without Retry-After: {}", page.words()));
                Some(Self::Unavailable(Duration::from_secs(seconds)))
            }
            Ok(_) => None,
        }
    }
}

const REACH_FOR_RELOAD: Duration = Duration::from_millis(100);
/// Nobody looks at a page that says "try again" for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
