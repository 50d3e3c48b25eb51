//! The connections: so many and no more, thrown away when broken, tried again where that cannot do harm.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult};
use patientportal_core::fault::Fault;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use tokio_postgres::Row;

use crate::connect::Connector;
use crate::connection::{Answer, Ask, Connection, whole};
use crate::error::{Cause, Remedy};
use crate::open::PostgresOptions;

/// The database, as everything else asks it.
pub(crate) struct Database {
    pool: Pool<Connector>,
    writers: Semaphore,
    /// How long to wait for a free connection.
    pool_wait: Duration,
    /// How long an answer may take; the server itself gives up a little earlier.
    answer_within: Duration,
    /// How long a commit is tried.
    pub(crate) commit_patience: Duration,
    pub(crate) counts: Counts,
}

/// A connection that goes back to the others when it is dropped.
pub(crate) type Lent = Object<Connector>;

/// What has been done so far.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) commits: AtomicU64,
    pub(crate) attempts: AtomicU64,
    connections: AtomicU64,
}

impl Counts {
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = Cause;

    async fn create(&self) -> Result<Connection, Cause> {
        self.connect().await
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Cause> {
        if connection.is_closed() { Err(RecycleError::message("it was closed")) } else { Ok(()) }
    }
}

impl Database {
    pub(crate) fn new(connector: Connector, options: &PostgresOptions) -> Result<Self, Fault> {
        let pool = Pool::builder(connector).max_size(options.connections).runtime(Runtime::Tokio1);
        let pool = pool.wait_timeout(Some(options.pool_wait)).build();
        let pool = pool.map_err(|error| Fault::permanent("the connections could not be set up", error.to_string()))?;
        Ok(Self {
            pool,
            // A crowd that waits for one row must not keep the last connections from those who only read.
            writers: Semaphore::new(options.connections - options.connections / 4),
            pool_wait: options.pool_wait,
            answer_within: options.statement_timeout.saturating_add(GRACE),
            commit_patience: options.commit_patience,
            counts: Counts::default(),
        })
    }

    /// Asks statements that are read only, or may be done twice: whole, or a fault.
    pub(crate) async fn ask(&self, asks: &[Ask]) -> Result<Vec<Answer>, Fault> {
        let mut tries = 0;
        loop {
            tries += 1;
            let cause = match self.ask_once(asks).await.and_then(whole) {
                Ok(answers) => return Ok(answers),
                Err(cause) => cause,
            };
            let again = match cause.remedy {
                Remedy::Reconnect => tries == 1,
                Remedy::Again => tries < TRIES,
                Remedy::ReconnectLater | Remedy::GiveUp | Remedy::Mend => false,
            };
            if !again {
                return Err(cause.fault());
            }
            tracing::debug!(cause = cause.text(), "asking the database again");
        }
    }

    /// The rows of one statement.
    pub(crate) async fn rows(&self, ask: Ask) -> Result<Vec<Row>, Fault> {
        Ok(self.ask(&[ask]).await?.into_iter().flat_map(|answer| answer.rows).collect())
    }

    /// The first row of a statement, if it has one.
    pub(crate) async fn first(&self, ask: Ask) -> Result<Option<Row>, Fault> {
        Ok(self.rows(ask).await?.into_iter().next())
    }

    /// Asks statements each of which stands for itself.
    pub(crate) async fn ask_once(&self, asks: &[Ask]) -> Result<Vec<Result<Answer, Cause>>, Cause> {
        let connection = self.connection().await?;
        let answers = self.ask_on(&connection, &asks.iter().collect::<Vec<_>>()).await;
        let broken = match &answers {
            Ok(answers) => answers.iter().find_map(|answer| answer.as_ref().err().filter(|it| it.breaks_connection())),
            Err(cause) => Some(cause).filter(|cause| cause.breaks_connection()),
        };
        if let Some(cause) = broken {
            self.discard(connection, cause);
        }
        answers
    }

    /// The same on a connection that is the caller's. Whoever leaves a transaction open on it must discard it.
    pub(crate) async fn ask_on(&self, connection: &Lent, asks: &[&Ask]) -> Result<Vec<Result<Answer, Cause>>, Cause> {
        connection.ask(asks, self.answer_within).await
    }

    pub(crate) async fn connection(&self) -> Result<Lent, Cause> {
        match self.pool.get().await {
            Ok(connection) => {
                if Object::metrics(&connection).recycle_count == 0 {
                    self.counts.connections.fetch_add(1, Ordering::Relaxed);
                }
                Ok(connection)
            }
            Err(PoolError::Backend(cause)) => Err(cause),
            Err(_) => Err(Cause::busy()),
        }
    }

    /// The right to write, which not every connection's user has at the same time.
    pub(crate) async fn writer(&self) -> Result<SemaphorePermit<'_>, Cause> {
        match timeout(self.pool_wait, self.writers.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Cause::busy()),
        }
    }

    /// Throws a connection away, and those that lie idle: what it met, they have met too.
    pub(crate) fn discard(&self, connection: Lent, cause: &Cause) {
        tracing::warn!(cause = cause.text(), "a connection to the database was thrown away");
        drop(Object::take(connection));
        self.pool.retain(|_, _| false);
    }

    /// Closes what lies idle.
    #[cfg(test)]
    pub(crate) fn forget_connections(&self) {
        self.pool.retain(|_, _| false);
    }
}

/// How much longer than the server's own limit an answer may take.
const GRACE: Duration = Duration::from_secs(1);

/// How often statements are asked that others were in the way of.
const TRIES: u32 = 8;
