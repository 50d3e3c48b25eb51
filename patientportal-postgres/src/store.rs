//! The store: what is asked of it, and who answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use patientportal_core::account::Account;
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, FlowId, Sealed, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::store::{
    ChangeSet, Committed, Cursor, FlowRecord, LeasedJob, List, NotCommitted, Page, SessionView, Store, Versioned,
};

use crate::address::hosts;
use crate::commit::commit;
use crate::connect::Connector;
use crate::database::Database;
use crate::open::{OpenError, PostgresOptions};
use crate::schema::{VERSION, migrate};
use crate::{jobs, read, transfer, upkeep};

/// A patient portal's store in a schema of a PostgreSQL database, for as many nodes as open it.
///
/// Dropping it closes its connections. Commits that are under way then are finished first, if the runtime lives on.
pub struct PostgresStore {
    pub(crate) database: Arc<Database>,
    /// That a portal is being copied into it.
    pub(crate) copy: Option<transfer::Mark>,
}

/// What a store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostgresStats {
    /// Change sets that were to be committed.
    pub commits: u64,
    /// Transactions that they took: more than one where others were in the way, or a connection broke.
    pub attempts: u64,
    /// Connections that were made.
    pub connections: u64,
}

impl PostgresStore {
    /// The version of the schema that this program works on.
    pub const SCHEMA_VERSION: i64 = VERSION;

    /// Connects to the database at `url`, makes the schema if there is none, and brings it up to date.
    ///
    /// The URL is `postgres://user:password@host:port/database`. Several hosts, `a:5432,b:5432`, are tried in their
    /// order; with `target_session_attrs=read-write` the one that writes is found, so that a standby can take over.
    /// Whatever is not on this machine is reached by TLS and must prove who it is.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong, and what to do.
    pub async fn open(url: &str, options: PostgresOptions) -> Result<Self, OpenError> {
        let store = Self::connect(url, &options).await?;
        if transfer::is_underway(&store.database).await? { Err(OpenError::HalfCopied) } else { Ok(store) }
    }

    /// The same to copy a portal into: a database without one, or one that a copy was broken off into. It is opened
    /// for nothing else until the copy is [finished](patientportal_core::store::transfer::CopyTarget::finish). Whoever
    /// opened it to copy before can write to it no more.
    ///
    /// # Errors
    /// [`OpenError::NotEmpty`] when it holds a portal, and as [`open`](Self::open).
    pub async fn open_for_copy(url: &str, options: PostgresOptions) -> Result<Self, OpenError> {
        let store = Self::connect(url, &options).await?;
        match transfer::begin(&store.database).await? {
            None => Err(OpenError::NotEmpty),
            copy => Ok(Self { copy, ..store }),
        }
    }

    /// What it has done since it was opened.
    #[must_use]
    pub fn stats(&self) -> PostgresStats {
        let counts = &self.database.counts;
        PostgresStats {
            commits: counts.commits.load(Ordering::Relaxed),
            attempts: counts.attempts.load(Ordering::Relaxed),
            connections: counts.connections(),
        }
    }

    /// What time it is for the database server: nodes whose clocks are near its clock are near each other's.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn clock(&self) -> Result<Timestamp, Fault> {
        upkeep::clock(&self.database).await
    }

    async fn connect(url: &str, options: &PostgresOptions) -> Result<Self, OpenError> {
        options.check()?;
        let connector = Connector::new(hosts(url, options)?, options)?;
        migrate(&connector, &options.schema, options.migrate).await?;
        Ok(Self { database: Arc::new(Database::new(connector, options)?), copy: None })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        read::session(&self.database, of, no).await
    }

    async fn provider_session(&self, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
        read::provider_session(&self.database, of, no).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        read::account(&self.database, id).await
    }

    async fn account_by_cpr(&self, under_each_key: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        read::account_by_cpr(&self.database, under_each_key).await
    }

    async fn flow(&self, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
        read::flow(&self.database, id).await
    }

    async fn counter(&self, key: CounterKey, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let counter = read::counter(&self.database, key).await?;
        Ok(counter.and_then(|counter| counter.blocked(now)))
    }

    async fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        read::list(&self.database, what, after, limit).await
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Committed, NotCommitted> {
        commit(Arc::clone(&self.database), changes.clone()).await?;
        Ok(Committed::on_disk())
    }

    async fn lease(&self, now: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<LeasedJob>, Fault> {
        jobs::lease(&self.database, now, until, limit).await
    }

    async fn touch(&self, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
        upkeep::touch(&self.database, seen).await
    }

    async fn purge(&self, now: Timestamp, limit: u32) -> Result<u32, Fault> {
        upkeep::purge(&self.database, now, limit).await
    }

    async fn ready(&self) -> Result<(), Fault> {
        upkeep::probe(&self.database).await
    }
}
