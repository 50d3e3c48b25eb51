//! Connections to read with: some for the caller's own thread, some with threads of their own.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;

use patientportal_core::fault::Fault;
use rusqlite::Connection;
use tokio::sync::oneshot;

/// Connections for reads that are short enough for an async worker.
pub(crate) struct Inline {
    connections: Vec<Mutex<Connection>>,
}

impl Inline {
    pub(crate) fn new(connections: Vec<Connection>) -> Self {
        Self { connections: connections.into_iter().map(Mutex::new).collect() }
    }

    /// Reads here and now. Each thread has its favourite connection and takes any that is free before it waits.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let favourite = THREAD_NUMBER.get().checked_rem(self.connections.len()).unwrap_or(0);
        let (before, from) = self.connections.split_at(favourite);
        let free = from.iter().chain(before).find_map(try_lock);
        let waited = || from.first().map(|mine| mine.lock().unwrap_or_else(PoisonError::into_inner));
        let connection = free.or_else(waited).ok_or(Fault::new("the store has no connection to read with"))?;
        work(&connection)
    }
}

/// Threads for every other read. Dropping them finishes what was asked.
pub(crate) struct Readers {
    queue: Option<Sender<Task>>,
    threads: Vec<JoinHandle<()>>,
}

type Task = Box<dyn FnOnce(&Connection) + Send>;

impl Readers {
    pub(crate) fn start(connections: Vec<Connection>) -> std::io::Result<Self> {
        let (queue, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut readers = Self { queue: Some(queue), threads: Vec::new() };
        for connection in connections {
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name("sqlite-reader".into());
            readers.threads.push(thread.spawn(move || serve(&connection, &waiting))?);
        }
        Ok(readers)
    }

    /// Reads on the next free thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (caller, answer) = oneshot::channel();
        let task: Task = Box::new(move |connection| {
            if !caller.is_closed() && caller.send(work(connection)).is_err() {
                tracing::debug!("a caller did not wait for its read");
            }
        });
        let sent = self.queue.as_ref().is_some_and(|queue| queue.send(task).is_ok());
        if !sent {
            return Err(gone());
        }
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.queue.take());
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that reads the database had panicked");
            }
        }
    }
}

fn serve(connection: &Connection, waiting: &Mutex<Receiver<Task>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else { return };
        task(connection);
    }
}

fn try_lock(connection: &Mutex<Connection>) -> Option<MutexGuard<'_, Connection>> {
    match connection.try_lock() {
        Ok(free) => Some(free),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

fn gone() -> Fault {
    Fault::new("the threads that read the database are gone")
}

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static THREAD_NUMBER: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
}
