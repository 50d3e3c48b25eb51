//! The one thread that writes: everything that waits goes into one transaction, a savepoint each, one fsync for all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use patientportal_core::fault::Fault;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::Cause;

/// The way to the writing thread. Dropping it finishes what was asked and closes the database.
pub(crate) struct Writer {
    queue: Option<Sender<Box<dyn Task>>>,
    thread: Option<JoinHandle<()>>,
    counts: Arc<Counts>,
}

/// What the writer has done so far.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) transactions: AtomicU64,
    pub(crate) writes: AtomicU64,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, waiting) = channel();
        let counts = Arc::new(Counts::default());
        let counting = Arc::clone(&counts);
        let thread = std::thread::Builder::new().name("sqlite-writer".into());
        let thread = thread.spawn(move || serve(connection, &waiting, &counting))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), counts })
    }

    /// Runs `work` in a transaction. An error of its own undoes `work` alone; `Ok` is answered when it is on disk.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let task = Box::new(Waiting { work: Some(work), outcome: None, caller });
        let sent = self.queue.as_ref().is_some_and(|queue| queue.send(task).is_ok());
        if !sent {
            return Err(gone().into());
        }
        answer.await.unwrap_or_else(|_| Err(gone().into()))
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes to the database had panicked");
        }
    }
}

/// Something to be done within a transaction, and somebody who waits for it.
trait Task: Send {
    /// Does it and answers whether to keep what it wrote.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Tells the caller, once it is known whether the transaction is on disk.
    fn answer(self: Box<Self>, on_disk: Result<(), Fault>);
}

struct Waiting<W, T, E> {
    work: Option<W>,
    outcome: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<W, T, E> Task for Waiting<W, T, E>
where
    W: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        self.outcome = self.work.take().map(|work| work(connection));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, on_disk: Result<(), Fault>) {
        let Self { outcome, caller, .. } = *self;
        let outcome = on_disk.map_err(E::from).and_then(|()| outcome.unwrap_or_else(|| Err(gone().into())));
        if caller.send(outcome).is_err() {
            tracing::debug!("a caller did not wait for its write");
        }
    }
}

fn serve(connection: Connection, waiting: &Receiver<Box<dyn Task>>, counts: &Counts) {
    while let Ok(first) = waiting.recv() {
        let mut group: Vec<_> = std::iter::once(first).chain(waiting.try_iter().take(LARGEST_GROUP - 1)).collect();
        let outcome = transact(&connection, &mut group);
        counts.transactions.fetch_add(1, Ordering::Relaxed);
        counts.writes.fetch_add(group.len() as u64, Ordering::Relaxed);
        if let Err(cause) = &outcome {
            tracing::error!(?cause, writes = group.len(), "a transaction failed");
        }
        for task in group {
            task.answer(outcome.as_ref().map_err(Cause::fault).copied());
        }
    }
    close(connection);
}

/// Runs a group in one transaction. What one of them was refused may rest on what another wrote, so nobody is
/// answered before the end.
fn transact(connection: &Connection, group: &mut [Box<dyn Task>]) -> Result<(), Cause> {
    run(connection, "BEGIN IMMEDIATE")?;
    let outcome = group.iter_mut().try_for_each(|task| within_savepoint(connection, task.as_mut()));
    let outcome = outcome.and_then(|()| run(connection, "COMMIT"));
    if outcome.is_err() && !connection.is_autocommit() {
        run(connection, "ROLLBACK")?;
    }
    outcome
}

fn within_savepoint(connection: &Connection, task: &mut dyn Task) -> Result<(), Cause> {
    run(connection, "SAVEPOINT one")?;
    let keep = task.run(connection);
    if connection.is_autocommit() {
        return Err(Cause::undone());
    }
    if !keep {
        run(connection, "ROLLBACK TO one")?;
    }
    run(connection, "RELEASE one")
}

fn run(connection: &Connection, statement: &str) -> Result<(), Cause> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}

/// Moves the log into the database file, so that the file alone is whole.
fn close(connection: Connection) {
    let checkpoint = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    let closed = connection.close().map_err(|(_, error)| error);
    if let Err(error) = checkpoint.and(closed) {
        tracing::warn!(%error, "the database was not closed cleanly; its log is read at the next start");
    }
}

fn gone() -> Fault {
    Fault::new("the thread that writes to the database is gone")
}

/// How many writes share a transaction at most, so that nobody waits long behind a crowd.
const LARGEST_GROUP: usize = 256;
