//! Counters follow their ladder exactly, whatever comes in between (L3, L6, F1).

use std::collections::HashMap;
use std::time::Duration;

use patientportal_core::ids::CounterKey;
use patientportal_core::store::{Change, NotCommitted};
use patientportal_core::throttle::{Counter, Ladder};

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{HOUR, MINUTE, NOW, SECOND, count, flow, window, write_flow};

/// Four hundred steps of counting, counting back, forgetting, waiting and purging end where the ladder itself does (I5).
pub async fn i5_counters_follow_their_ladder(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let mut expected: HashMap<CounterKey, Counter> = HashMap::new();
    let (mut now, mut dice, mut blocked) = (NOW, Dice(1), 0);
    for step in 0..400 {
        let ladder = ladders()[dice.throw(4)];
        let key = CounterKey([u8::try_from(dice.throw(3)).unwrap_or(0); 16]);
        match dice.throw(12) {
            0 => {
                clerk.commit_at(now, vec![Change::Uncount(key)]).await.expect("never refused");
                expected.entry(key).and_modify(|counter| *counter = counter.uncounted());
            }
            1 => {
                clerk.commit_at(now, vec![Change::Forget(key)]).await.expect("never refused");
                expected.remove(&key);
            }
            2 => now = now + WAITS[dice.throw(WAITS.len())],
            3 => drop(clerk.store.purge(now, 100).await.expect("purging works")),
            _ => {
                let answer = clerk.commit_at(now, vec![count(key, ladder)]).await;
                match (answer, ladder.count(expected.get(&key).copied(), now)) {
                    (Ok(()), Ok(counter)) => drop(expected.insert(key, counter)),
                    (Err(NotCommitted::Blocked { key: of, until }), Err(expected)) => {
                        assert_eq!((of, until), (key, expected), "step {step}");
                        blocked += 1;
                    }
                    (answer, expected) => panic!("step {step}: {answer:?}, not {expected:?}"),
                }
            }
        }
        let expected = expected.get(&key).and_then(|counter| counter.blocked(now));
        assert_eq!(clerk.blocked(key, now).await, expected, "step {step}");
    }
    assert!(blocked > 20, "the walk met waits: {blocked}");
}

/// A blocked try does not make the wait longer, and its set writes nothing (I5).
pub async fn i5_a_blocked_count_counts_nothing(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    for _ in 0..5 {
        clerk.write(vec![count(KEY, BACKOFF)]).await;
    }
    let until = clerk.blocked(KEY, NOW).await.expect("the fifth blocks");
    assert_eq!(until, NOW + 30 * SECOND);
    for second in 0..30 {
        let now = NOW + second * SECOND;
        let waiting = flow(patientportal_core::ids::FlowId([1; 16]));
        let id = waiting.id;
        let refused = clerk.commit_at(now, vec![count(KEY, BACKOFF), write_flow(None, waiting)]).await;
        assert!(matches!(refused, Err(NotCommitted::Blocked { until: told, .. }) if told == until));
        assert_eq!(clerk.flow(id).await, None);
    }
    assert_eq!(clerk.blocked(KEY, until).await, None, "the wait is over at its end");
    clerk.commit_at(until, vec![count(KEY, BACKOFF)]).await.expect("it may count again");
    assert_eq!(clerk.blocked(KEY, until).await, Some(until + MINUTE), "it was the sixth");
}

/// Taking back what was never counted is nothing.
pub async fn counting_back_and_forgetting_need_no_counter(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    clerk.write(vec![Change::Uncount(KEY), Change::Forget(KEY)]).await;
    assert_eq!(clerk.blocked(KEY, NOW).await, None);
    clerk.write(vec![count(KEY, window(2))]).await;
    clerk.write(vec![Change::Uncount(KEY)]).await;
    clerk.write(vec![count(KEY, window(2))]).await;
    assert_eq!(clerk.blocked(KEY, NOW).await, None, "one of two is counted");
    clerk.write(vec![count(KEY, window(2))]).await;
    assert_eq!(clerk.blocked(KEY, NOW).await, Some(NOW + HOUR));
    clerk.write(vec![Change::Forget(KEY)]).await;
    assert_eq!(clerk.blocked(KEY, NOW).await, None);
    let other = CounterKey([8; 16]);
    clerk.write(vec![count(other, window(1)), Change::Uncount(other)]).await;
    assert_eq!(clerk.blocked(other, NOW).await, None, "a set counts before it counts back");
}

/// A walk that is the same every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }
}

fn ladders() -> [Ladder; 4] {
    let past_limit = Some(SECOND);
    [
        BACKOFF,
        window(3),
        Ladder::Window { limit: 2, window: MINUTE, spacing: 10 * SECOND, past_limit: None },
        Ladder::Window { limit: 4, window: HOUR, spacing: Duration::ZERO, past_limit },
    ]
}

const KEY: CounterKey = CounterKey([7; 16]);
const BACKOFF: Ladder = Ladder::Backoff {
    from: 5,
    first: Duration::from_secs(30),
    longest: Duration::from_secs(900),
    forgotten_after: Duration::from_secs(7200),
};
const WAITS: [Duration; 4] = [Duration::from_millis(1), SECOND, Duration::from_secs(600), Duration::from_secs(7200)];
