//! The store: what goes to the writer, what is read where.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store, Versioned,
};
use tokio::sync::oneshot;

use crate::backup::Existing;
use crate::open::{OpenError, SqliteOptions, create, reading, writing};
use crate::readers::{Inline, Readers};
use crate::writer::Writer;
use crate::{apply, backup, jobs, read, transfer, upkeep};

/// A patient portal's store in one SQLite file.
///
/// Dropping it waits until everything that was asked is done, and closes the file.
pub struct SqliteStore {
    path: PathBuf,
    options: SqliteOptions,
    // In the order to close them: the writer is the last, so that it can empty the log.
    inline: Inline,
    readers: Readers,
    writer: Writer,
}

/// What a store has written since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteStats {
    /// Transactions, an fsync each.
    pub transactions: u64,
    /// Change sets, leases, touches, purges and probes, which share the transactions.
    pub writes: u64,
}

impl SqliteStore {
    /// Opens the database at `path`, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file; it is then left as it was.
    pub fn open(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Self, OpenError> {
        let path = create(path.as_ref())?;
        let writer = writing(&path, &options)?;
        transfer::refuse_unfinished(&writer)?;
        if options.only_worker {
            jobs::free(&writer).map_err(OpenError::Failed)?;
        }
        let count = options.readers.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
        let connections = || (0..count).map(|_| reading(&path, &options)).collect::<Result<Vec<_>, _>>();
        let (inline, readers) = (Inline::new(connections()?), connections()?);
        let readers = Readers::start(readers).map_err(OpenError::Threads)?;
        let writer = Writer::start(writer).map_err(OpenError::Threads)?;
        Ok(Self { path, options, inline, readers, writer })
    }

    /// Copies the database, as it is at one moment, into a new file at `to`, while it is in use. The copy is a
    /// database to open or to put in the place of a lost one. Dropping the future ends the copying.
    ///
    /// # Errors
    /// When there is a file at `to` already, or it cannot be written, or the database cannot be read.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), Fault> {
        let (path, options, to) = (self.path.clone(), self.options.clone(), to.as_ref().to_owned());
        let (caller, answer) = oneshot::channel();
        let thread = std::thread::Builder::new().name("sqlite-backup".into());
        let copy = move || {
            let from = reading(&path, &options).map_err(|error| Fault::transient("the backup cannot read", error));
            let copied = from.and_then(|from| backup::copy(&from, &to, Existing::Stays, || !caller.is_closed()));
            if caller.send(copied).is_err() {
                tracing::warn!("nobody waited for a backup");
            }
        };
        thread.spawn(copy).map_err(|error| Fault::transient("the backup's thread could not be started", error))?;
        answer.await.unwrap_or_else(|_| Err(Fault::new("the backup's thread is gone")))
    }

    /// What it has written since it was opened.
    #[must_use]
    pub fn stats(&self) -> SqliteStats {
        let counts = self.writer.counts();
        SqliteStats {
            transactions: counts.transactions.load(Ordering::Relaxed),
            writes: counts.writes.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn readers(&self) -> &Readers {
        &self.readers
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        self.inline.read(|connection| read::session(connection, of, no))
    }

    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
        self.readers.read(move |connection| read::provider_session(connection, of, no)).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        self.readers.read(move |connection| read::account(connection, id)).await
    }

    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        let indexes = under_each_key.to_vec();
        self.readers.read(move |connection| read::account_by_cpr(connection, &indexes)).await
    }

    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
        self.readers.read(move |connection| read::flow(connection, id)).await
    }

    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let counter = self.readers.read(move |connection| read::counter(connection, key)).await?;
        Ok(counter.and_then(|counter| counter.blocked(now)))
    }

    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        self.readers.read(move |connection| read::list(connection, what, after, limit)).await
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        let changes = changes.clone();
        self.writer.write(move |connection| apply::commit(connection, &changes)).await?;
        Ok(Committed::on_disk())
    }

    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault> {
        self.writer.write(move |connection| jobs::lease(connection, now, until, limit)).await
    }

    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
        if seen.is_empty() {
            return Ok(());
        }
        let seen = seen.to_vec();
        self.writer.write(move |connection| upkeep::touch(connection, &seen)).await
    }

    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault> {
        self.writer.write(move |connection| upkeep::purge(connection, now, limit)).await
    }

    async fn ready(&self) -> Result<(), Fault> {
        self.writer.write(upkeep::probe).await
    }
}
