//! One connection: statements are prepared once on it, and many are asked in one round trip.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::stream::{FuturesOrdered, StreamExt};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use crate::columns::Value;
use crate::error::{Cause, Remedy};

/// A statement to run, and its values.
pub(crate) struct Ask {
    statement: &'static str,
    values: Vec<Value>,
}

/// What came of it.
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    /// How many rows it wrote, or read when it wrote none.
    pub(crate) touched: u64,
}

/// A connection to the database. Dropping it closes it, whatever is under way.
pub(crate) struct Connection {
    client: Client,
    transport: JoinHandle<()>,
    prepared: Mutex<HashMap<&'static str, Statement>>,
}

impl Ask {
    pub(crate) fn new(statement: &'static str, values: Vec<Value>) -> Self {
        Self { statement, values }
    }

    /// The same with one more value.
    pub(crate) fn with(mut self, value: impl ToSql + Sync + Send + 'static) -> Self {
        self.values.push(Box::new(value));
        self
    }

    /// One without values.
    pub(crate) fn bare(statement: &'static str) -> Self {
        Self::new(statement, Vec::new())
    }
}

impl Connection {
    pub(crate) fn new(client: Client, transport: JoinHandle<()>) -> Self {
        Self { client, transport, prepared: Mutex::default() }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// For what is not prepared: settings and schema.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs the statements in their order, without waiting for one before the next is sent. Each may take `patience`.
    pub(crate) async fn ask(&self, asks: &[&Ask], patience: Duration) -> Result<Vec<Result<Answer, Cause>>, Cause> {
        let prepared = timeout(patience, self.prepare(asks)).await;
        let statements = prepared.unwrap_or_else(|_| Err(Cause::unanswered()))?;
        // They are sent in the order in which they are first polled, which is the order of the queue.
        let mut waiting = FuturesOrdered::new();
        for (ask, statement) in asks.iter().zip(statements) {
            waiting.push_back(self.run(statement, &ask.values));
        }
        let mut answers = Vec::with_capacity(asks.len());
        while let Some(answer) = timeout(patience, waiting.next()).await.map_err(|_| Cause::unanswered())? {
            answers.push(answer);
        }
        Ok(answers)
    }

    async fn run(&self, statement: Statement, values: &[Value]) -> Result<Answer, Cause> {
        let values = values.iter().map(|value| value.as_ref() as &(dyn ToSql + Sync));
        let mut stream = std::pin::pin!(self.client.query_raw(&statement, values).await?);
        let mut rows = Vec::new();
        while let Some(row) = stream.as_mut().try_next().await? {
            rows.push(row);
        }
        Ok(Answer { rows, touched: stream.rows_affected().unwrap_or(0) })
    }

    /// The statements of the asks. Those that are new to this connection cost one round trip together.
    async fn prepare(&self, asks: &[&Ask]) -> Result<Vec<Statement>, Cause> {
        let mut missing: Vec<&'static str> = asks.iter().map(|ask| ask.statement).collect();
        missing.sort_unstable();
        missing.dedup();
        missing.retain(|statement| self.prepared(statement).is_none());
        let mut preparing = FuturesOrdered::new();
        for statement in &missing {
            preparing.push_back(self.client.prepare(statement));
        }
        for statement in &missing {
            if let Some(prepared) = preparing.next().await.transpose()? {
                self.prepared.lock().unwrap_or_else(PoisonError::into_inner).insert(statement, prepared);
            }
        }
        let known = asks.iter().map(|ask| self.prepared(ask.statement));
        known.collect::<Option<_>>().ok_or_else(|| Cause::new(Remedy::Mend, "a statement was not prepared"))
    }

    fn prepared(&self, statement: &str) -> Option<Statement> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(statement).cloned()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.transport.abort();
    }
}

/// All the answers, or the first cause why there is none.
pub(crate) fn whole(answers: impl IntoIterator<Item = Result<Answer, Cause>>) -> Result<Vec<Answer>, Cause> {
    answers.into_iter().collect()
}
