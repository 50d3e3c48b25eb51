//! The breaker's phases, at moments that the test chooses.

use super::*;

fn breaker() -> Breaker {
    Breaker::new(ClinicId(1), BreakerSettings::default())
}

fn fail(breaker: &Breaker, times: u32, now: Instant) {
    for _ in 0..times {
        breaker.admit(now).unwrap().settle(false, now);
    }
}

#[test]
fn k1_five_failures_in_a_row_open_it_and_four_do_not() {
    let (breaker, now) = (breaker(), Instant::now());
    fail(&breaker, 4, now);
    breaker.admit(now).unwrap().settle(true, now);
    fail(&breaker, 4, now);
    assert!(breaker.admit(now).is_some_and(|pass| {
        pass.settle(false, now);
        true
    }));
    assert!(breaker.admit(now).is_none());
    assert!(breaker.admit(now + Duration::from_millis(29_999)).is_none());
    assert!(breaker.admit(now + Duration::from_secs(30)).is_some());
}

#[test]
fn k1_half_open_lets_one_through_and_its_success_closes() {
    let (breaker, mut now) = (breaker(), Instant::now());
    fail(&breaker, 5, now);
    now += Duration::from_secs(30);
    let trial = breaker.admit(now).unwrap();
    assert!(breaker.admit(now).is_none(), "one at a time");
    assert!(breaker.admit(now + Duration::from_hours(1)).is_none(), "also when it takes long");
    trial.settle(true, now);
    fail(&breaker, 4, now);
    assert!(breaker.admit(now).is_some(), "it begins to count anew");
}

#[test]
fn k1_the_pause_doubles_to_five_minutes_and_is_short_again_after_a_success() {
    let (breaker, mut now) = (breaker(), Instant::now());
    fail(&breaker, 5, now);
    for pause in [30, 60, 120, 240, 300, 300] {
        let pause = Duration::from_secs(pause);
        assert!(breaker.admit(now + pause - Duration::from_millis(1)).is_none(), "{pause:?}");
        now += pause;
        breaker.admit(now).unwrap().settle(false, now);
    }
    now += Duration::from_mins(5);
    breaker.admit(now).unwrap().settle(true, now);
    fail(&breaker, 5, now);
    assert!(breaker.admit(now + Duration::from_secs(30)).is_some());
}

#[test]
fn k1_what_was_begun_before_a_turn_changes_nothing_after_it() {
    let (breaker, mut now) = (breaker(), Instant::now());
    let [early, late, later]: [Pass<'_>; 3] = std::array::from_fn(|_| breaker.admit(now).unwrap());
    fail(&breaker, 5, now);
    early.settle(true, now);
    assert!(breaker.admit(now).is_none(), "an old success does not close it");
    now += Duration::from_secs(30);
    let trial = breaker.admit(now).unwrap();
    late.settle(false, now);
    assert!(breaker.admit(now).is_none(), "an old failure does not end the trial");
    trial.settle(true, now);
    fail(&breaker, 4, now);
    later.settle(false, now);
    assert!(breaker.admit(now).is_some(), "an old failure is not counted");
}

#[test]
fn k1_a_pass_that_is_dropped_counts_as_a_failure_and_blocks_nothing() {
    let (breaker, now) = (breaker(), Instant::now());
    fail(&breaker, 4, now);
    drop(breaker.admit(now).unwrap());
    assert!(breaker.admit(now).is_none());
    // A dropped pass is settled by the real clock, a little later than `now`.
    let now = Instant::now() + Duration::from_secs(30);
    drop(breaker.admit(now).unwrap());
    assert!(breaker.admit(Instant::now() + Duration::from_secs(61)).is_some());
}
