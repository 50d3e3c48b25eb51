//! The pool with jobs that wait at a gate, so that nothing depends on time.

use std::sync::mpsc;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const A_HANG: Duration = Duration::from_secs(30);

/// One thread that is held until the gate is dropped.
fn held(max_wait: Duration) -> (Pool, mpsc::Sender<()>, oneshot::Receiver<&'static str>) {
    let pool = Pool::start(1, max_wait, SECOND).unwrap();
    let (gate, opened) = mpsc::channel::<()>();
    let (begun, has_begun) = mpsc::channel();
    let running = pool.submit(Lane::Login, move |_| {
        begun.send(()).unwrap();
        let _open = opened.recv();
        "finished"
    });
    has_begun.recv_timeout(A_HANG).unwrap();
    (pool, gate, running.unwrap())
}

#[test]
fn jobs_run_in_the_order_of_the_lanes() {
    let (pool, gate, _running) = held(SECOND * 100);
    let (ran, order) = mpsc::channel();
    let mut answers = Vec::new();
    for (lane, name) in
        [(Lane::Low, "z"), (Lane::Low, "y")].into_iter().chain(["A", "B", "C", "D"].map(|n| (Lane::Login, n)))
    {
        let ran = ran.clone();
        answers.push(pool.submit(lane, move |_| ran.send(name).unwrap()).unwrap());
    }
    drop((gate, ran));
    assert_eq!(order.iter().collect::<String>(), "ABCzDy");
}

#[test]
fn a_queue_longer_than_the_longest_wait_lets_nobody_in() {
    let (pool, _gate, _running) = held(SECOND * 2);
    let waiting: Vec<_> = (0..3).map(|_| pool.submit(Lane::Login, |_| ()).unwrap()).collect();
    assert_eq!(pool.submit(Lane::Login, |_| ()).unwrap_err(), TooLong(SECOND * 3));
    drop(waiting);
}

#[test]
fn a_full_low_lane_shuts_no_login_out() {
    let (pool, _gate, _running) = held(SECOND * 2);
    let low: Vec<_> = (0..3).map(|_| pool.submit(Lane::Low, |_| ()).unwrap()).collect();
    assert_eq!(pool.submit(Lane::Low, |_| ()).unwrap_err(), TooLong(SECOND * 3));
    assert!(pool.submit(Lane::Login, |_| ()).is_ok());
    drop(low);
}

#[test]
fn more_threads_shorten_the_wait() {
    let pool = Pool::start(2, SECOND, SECOND).unwrap();
    let mut state = pool.shared.lock();
    state.average = SECOND;
    for _ in 0..6 {
        state.lanes.push(Lane::Login, Box::new(Task { work: |_: &mut Memory| (), answer: oneshot::channel().0 }));
    }
    assert_eq!(pool.expected_wait(&state, Lane::Login), SECOND * 3);
}

#[test]
fn those_who_gave_up_waiting_make_room() {
    let (pool, _gate, _running) = held(SECOND);
    let waiting: Vec<_> = (0..2).map(|_| pool.submit(Lane::Login, |_| ()).unwrap()).collect();
    assert!(pool.submit(Lane::Login, |_| ()).is_err());
    drop(waiting);
    assert!(pool.submit(Lane::Login, |_| ()).is_ok());
}

#[test]
fn a_job_whose_caller_has_gone_is_not_run() {
    let (pool, gate, _running) = held(SECOND * 100);
    let (ran, order) = mpsc::channel();
    let also_ran = ran.clone();
    let abandoned = pool.submit(Lane::Login, move |_| ran.send("abandoned").unwrap()).unwrap();
    let wanted = pool.submit(Lane::Login, move |_| also_ran.send("wanted").unwrap()).unwrap();
    drop(abandoned);
    drop(gate);
    assert!(wanted.blocking_recv().is_ok());
    assert_eq!(order.iter().collect::<Vec<_>>(), ["wanted"]);
}

#[test]
fn a_panic_reaches_its_caller_only_and_the_thread_goes_on() {
    let pool = Pool::start(1, SECOND * 100, SECOND).unwrap();
    let fails = pool.submit(Lane::Login, |memory| -> usize {
        memory.push(argon2::Block::new());
        panic!("as the test wants it")
    });
    let works = pool.submit(Lane::Login, |memory| memory.len());
    assert!(fails.unwrap().blocking_recv().is_err());
    assert_eq!(works.unwrap().blocking_recv(), Ok(0), "with fresh memory");
}

#[test]
fn a_thread_keeps_its_memory_between_jobs() {
    let pool = Pool::start(1, SECOND * 100, SECOND).unwrap();
    let first = pool.submit(Lane::Login, |memory| memory.resize(8, argon2::Block::new())).unwrap();
    let second = pool.submit(Lane::Low, |memory| memory.len()).unwrap();
    assert_eq!((first.blocking_recv(), second.blocking_recv()), (Ok(()), Ok(8)));
}

#[test]
fn the_average_follows_what_is_measured() {
    let pool = Pool::start(1, SECOND, SECOND * 8).unwrap();
    pool.shared.measured(SECOND * 16);
    assert_eq!(pool.shared.lock().average, SECOND * 9);
    pool.shared.measured(SECOND);
    assert_eq!(pool.shared.lock().average, SECOND * 8);
}

#[test]
fn dropping_the_pool_finishes_the_running_job_drops_the_rest_and_ends_the_thread() {
    struct TellsItsEnd(mpsc::Sender<()>);
    impl Drop for TellsItsEnd {
        fn drop(&mut self) {
            let _nobody_listens = self.0.send(());
        }
    }
    thread_local!(static AT_THREAD_END: std::cell::RefCell<Option<TellsItsEnd>> = const { std::cell::RefCell::new(None) });

    let pool = Pool::start(1, SECOND * 100, SECOND).unwrap();
    let (end, ended) = mpsc::channel();
    let (gate, opened) = mpsc::channel::<()>();
    let (begun, has_begun) = mpsc::channel();
    let running = pool.submit(Lane::Login, move |_| {
        AT_THREAD_END.set(Some(TellsItsEnd(end)));
        begun.send(()).unwrap();
        let _open = opened.recv();
        "finished"
    });
    has_begun.recv_timeout(A_HANG).unwrap();
    let waiting = pool.submit(Lane::Low, |_| "not run").unwrap();
    drop(pool);
    assert!(waiting.blocking_recv().is_err());
    drop(gate);
    assert_eq!(running.unwrap().blocking_recv(), Ok("finished"));
    ended.recv_timeout(A_HANG).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn only_the_hash_threads_run_at_lower_priority() {
    let niceness = || rustix::process::getpriority_process(None).unwrap();
    let before = niceness();
    let pool = Pool::start(1, SECOND, SECOND).unwrap();
    let inside = pool.submit(Lane::Login, move |_| niceness()).unwrap().blocking_recv().unwrap();
    assert_eq!(inside, before.max(NICENESS));
    assert_eq!(niceness(), before);
}
