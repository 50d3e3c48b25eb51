//! Counters that slow guessing down and cap mail (L3, L6, F1). A ladder is data, so that every store counts alike.

use std::time::Duration;

use crate::moment::Timestamp;

/// How a counter turns counts into waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ladder {
    /// The first `from - 1` counts cost nothing; from the `from`th each makes the next wait: `first`,
    /// doubling, `longest` at most. Forgotten when nothing was counted for `forgotten_after`.
    Backoff {
        /// The count from which waiting begins.
        from: u32,
        /// The first wait.
        first: Duration,
        /// The longest wait.
        longest: Duration,
        /// How long until it is forgotten.
        forgotten_after: Duration,
    },
    /// `limit` counts within `window`, at least `spacing` apart. Past the limit one may count again
    /// after `past_limit`, or at the window's end when that is `None`.
    Window {
        /// Counts within the window.
        limit: u32,
        /// The window's length, from its first count.
        window: Duration,
        /// The least time between two counts.
        spacing: Duration,
        /// The time between two counts past the limit.
        past_limit: Option<Duration>,
    },
}

/// A counter's state, as stores keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counter {
    /// How many were counted since `since`.
    pub count: u32,
    /// When the counting began.
    pub since: Timestamp,
    /// Nothing is counted before this.
    pub blocked_until: Timestamp,
    /// When the row means nothing any more and may be purged.
    pub expires: Timestamp,
}

impl Ladder {
    /// One more count at `now`.
    ///
    /// # Errors
    /// The time until which the counter is blocked; then nothing was counted.
    pub fn count(&self, before: Option<Counter>, now: Timestamp) -> Result<Counter, Timestamp> {
        let before =
            before.filter(|counter| counter.expires > now).unwrap_or(Counter { since: now, ..Counter::default() });
        if before.blocked_until > now {
            return Err(before.blocked_until);
        }
        let count = before.count.saturating_add(1);
        let counter = match *self {
            Self::Backoff { from, first, longest, forgotten_after } => Counter {
                count,
                since: before.since,
                blocked_until: count.checked_sub(from).map_or(Timestamp(0), |over| now + doubled(first, over, longest)),
                expires: now + forgotten_after,
            },
            Self::Window { limit, window, spacing, past_limit } => {
                let end = before.since + window;
                let wait = match past_limit {
                    // Not even until now: another caller may have read the clock a moment earlier.
                    _ if count < limit && spacing.is_zero() => Timestamp(0),
                    _ if count < limit => now + spacing,
                    Some(wait) => now + wait,
                    None => end,
                };
                Counter { count, since: before.since, blocked_until: wait, expires: end.max(wait) }
            }
        };
        Ok(counter)
    }
}

impl Counter {
    /// Takes one count back: the try turned out right (design: the password step).
    #[must_use]
    pub fn uncounted(self) -> Self {
        Self { count: self.count.saturating_sub(1), blocked_until: Timestamp(0), ..self }
    }

    /// Until when it is blocked, if it is at `now`.
    #[must_use]
    pub fn blocked(&self, now: Timestamp) -> Option<Timestamp> {
        (self.expires > now && self.blocked_until > now).then_some(self.blocked_until)
    }
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    let factor = 2u32.checked_pow(times).unwrap_or(u32::MAX);
    first.checked_mul(factor).map_or(longest, |wait| wait.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3600);

    fn backoff() -> Ladder {
        Ladder::Backoff { from: 5, first: 30 * SECOND, longest: 15 * MINUTE, forgotten_after: 24 * HOUR }
    }

    #[test]
    fn l6_waits_thirty_seconds_from_the_fifth_doubling_to_fifteen_minutes() {
        let mut now = Timestamp(1_000_000);
        let mut counter = None;
        let mut waits = Vec::new();
        for _ in 0..12 {
            let after = backoff().count(counter, now).unwrap();
            waits.push(after.blocked_until.since(now).as_secs());
            assert_eq!(backoff().count(Some(after), now).err(), after.blocked(now), "refused unchecked and uncounted");
            now = after.blocked_until.max(now);
            counter = Some(after);
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn l6_is_forgotten_after_a_day_without_failure_and_a_right_password_is_no_failure() {
        let start = Timestamp(0);
        let mut counter = None;
        for _ in 0..5 {
            counter = Some(backoff().count(counter, start).unwrap());
        }
        assert_eq!(counter.unwrap().uncounted().count, 4);
        assert_eq!(counter.unwrap().uncounted().blocked(start), None);
        let next_day = start + 24 * HOUR;
        assert_eq!(backoff().count(counter, next_day).unwrap().count, 1);
    }

    #[test]
    fn l3_codes_are_sixty_seconds_apart_and_five_an_hour() {
        let ladder = Ladder::Window { limit: 5, window: HOUR, spacing: MINUTE, past_limit: None };
        let mut now = Timestamp(0);
        let mut counter = None;
        for sent in 1..=5 {
            let after = ladder.count(counter, now).unwrap();
            assert_eq!(ladder.count(Some(after), now + 59 * SECOND), Err(after.blocked_until), "after {sent}");
            counter = Some(after);
            now = now + MINUTE;
        }
        assert_eq!(ladder.count(counter, now), Err(Timestamp(0) + HOUR));
        assert_eq!(ladder.count(counter, Timestamp(0) + HOUR).unwrap().count, 1);
    }

    #[test]
    fn a_caller_whose_clock_is_a_moment_behind_is_not_blocked_by_one_who_was_counted_first() {
        let ladder = Ladder::Window { limit: 5, window: HOUR, spacing: Duration::ZERO, past_limit: None };
        let counter = ladder.count(None, Timestamp(1000)).unwrap();
        assert_eq!(ladder.count(Some(counter), Timestamp(999)).map(|counter| counter.count), Ok(2));
    }

    #[test]
    fn l6_an_address_gets_a_hundred_failures_and_then_one_try_a_second() {
        let ladder =
            Ladder::Window { limit: 100, window: 15 * MINUTE, spacing: Duration::ZERO, past_limit: Some(SECOND) };
        let now = Timestamp(5);
        let counter = (0..100).fold(None, |counter, _| Some(ladder.count(counter, now).unwrap()));
        assert_eq!(ladder.count(counter, now), Err(now + SECOND));
        assert_eq!(ladder.count(counter, now + SECOND).unwrap().blocked_until, now + 2 * SECOND);
    }
}
