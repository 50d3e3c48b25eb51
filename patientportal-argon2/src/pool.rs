//! Threads that take jobs from the two lanes, each with memory of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use patientportal_core::measures;
use patientportal_core::ports::Lane;
use tokio::sync::oneshot;

use crate::lanes::Lanes;
use crate::scheme::Memory;

/// The threads and their queue. Dropping it drops the jobs that wait and ends each thread after its running job.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    threads: u32,
    max_wait: Duration,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    lanes: Lanes<Box<dyn Job>>,
    /// Running average of how long a job takes.
    average: Duration,
    closed: bool,
}

trait Job: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    fn run(self: Box<Self>, memory: &mut Memory);
}

struct Task<W, T> {
    work: W,
    answer: oneshot::Sender<T>,
}

/// The queue is too long; the time is how long the wait would be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) Duration);

impl Pool {
    /// Starts the threads. `first_guess` is how long a job takes, until one was measured.
    pub(crate) fn start(threads: usize, max_wait: Duration, first_guess: Duration) -> std::io::Result<Self> {
        let state = State { lanes: Lanes::new(), average: first_guess, closed: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let threads = u32::try_from(threads.max(1)).unwrap_or(u32::MAX);
        let pool = Self { shared, threads, max_wait };
        for number in 0..threads {
            let shared = Arc::clone(&pool.shared);
            thread::Builder::new().name(format!("password-hash-{number}")).spawn(move || shared.work_off())?;
        }
        Ok(pool)
    }

    /// Queues `work`. The receiver fails when the work panics or the pool is dropped before its turn.
    pub(crate) fn submit<T, W>(&self, lane: Lane, work: W) -> Result<oneshot::Receiver<T>, TooLong>
    where
        T: Send + 'static,
        W: FnOnce(&mut Memory) -> T + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let mut state = self.shared.lock();
        if self.expected_wait(&state, lane) > self.max_wait {
            state.lanes.retain(|job| !job.is_abandoned());
            let wait = self.expected_wait(&state, lane);
            if wait > self.max_wait {
                metrics::counter!(measures::HASHES_REFUSED, "lane" => name(lane)).increment(1);
                return Err(TooLong(wait));
            }
        }
        let queued = Instant::now();
        let work = move |memory: &mut Memory| {
            metrics::histogram!(measures::HASH_WAIT, "lane" => name(lane)).record(queued.elapsed().as_secs_f64());
            work(memory)
        };
        state.lanes.push(lane, Box::new(Task { work, answer }));
        drop(state);
        self.shared.changed.notify_one();
        Ok(receiver)
    }

    fn expected_wait(&self, state: &State, lane: Lane) -> Duration {
        let ahead = u32::try_from(state.lanes.ahead(lane)).unwrap_or(u32::MAX);
        state.average.saturating_mul(ahead) / self.threads
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        let waiting = std::mem::replace(&mut state.lanes, Lanes::new());
        drop(state);
        self.shared.changed.notify_all();
        drop(waiting);
    }
}

impl Shared {
    /// What a thread does, until the pool is dropped.
    fn work_off(&self) {
        lower_priority();
        let mut memory = Memory::new();
        while let Some(job) = self.next() {
            let started = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| job.run(&mut memory))).is_ok() {
                self.measured(started.elapsed());
            } else {
                tracing::error!("a hash thread panicked; its caller gets a fault and the thread goes on");
                memory = Memory::new();
            }
        }
    }

    /// Waits for the next job that somebody still wants.
    fn next(&self) -> Option<Box<dyn Job>> {
        let mut state = self.lock();
        loop {
            match state.lanes.pop() {
                Some(job) if job.is_abandoned() => {}
                Some(job) => return Some(job),
                None if state.closed => return None,
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn measured(&self, took: Duration) {
        let mut state = self.lock();
        state.average = (state.average * (AVERAGED_OVER - 1) + took) / AVERAGED_OVER;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W, T> Job for Task<W, T>
where
    T: Send,
    W: FnOnce(&mut Memory) -> T + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(self: Box<Self>, memory: &mut Memory) {
        let Self { work, answer } = *self;
        // A caller that has gone meanwhile needs no answer.
        let _gone = answer.send(work(memory));
    }
}

fn name(lane: Lane) -> &'static str {
    match lane {
        Lane::Login => "login",
        Lane::Low => "low",
    }
}

/// Lets the threads that answer requests go first. Linux counts niceness by thread; elsewhere it would slow down the
/// whole process, so there it is left alone.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "hash threads run at normal priority");
    }
}

#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;
const AVERAGED_OVER: u32 = 8;

#[cfg(test)]
mod tests;
