//! The [`Store`](patientportal_core::store::Store) port of patientportal on PostgreSQL: for as many nodes as you like.
//!
//! ```no_run
//! use patientportal_postgres::{OpenError, PostgresOptions, PostgresStore};
//!
//! # async fn open() -> Result<PostgresStore, OpenError> {
//! let mut options = PostgresOptions::default();
//! options.password = std::env::var("PORTAL_DATABASE_PASSWORD").ok();
//! let url = "postgres://portal@db1.example.dk,db2.example.dk/portal?target_session_attrs=read-write";
//! PostgresStore::open(url, options).await
//! # }
//! ```
//!
//! # What it promises
//! - What a commit acknowledges is on disk, also where `synchronous_commit` is off, and where the database waits for a
//!   synchronous standby, it is there too.
//! - A commit whose connection breaks is tried again under its command's id until it is known what came of it, for
//!   [`commit_patience`](PostgresOptions::commit_patience). It is applied once, and nobody is refused because of
//!   themselves.
//! - A request that goes away in the middle of a commit leaves nothing half done: what was begun is finished.
//! - No call hangs. A server that does not answer is given up a second after
//!   [`statement_timeout`](PostgresOptions::statement_timeout), connection and all, and the call fails with a fault that
//!   passes. When the database is back, or its standby has taken over, the next call finds it.
//! - Rows are locked in one order, so nodes do not wait for each other in a circle. Deadlocks and failed serializations,
//!   which other databases and stricter settings bring, are tried again.
//! - Whoever waits for a row that many want never takes the last connections: a quarter is for those who read.
//! - Several nodes that start at once migrate once.
//! - Personal data goes to the database sealed or hashed, and to another machine only encrypted, once that has proved
//!   who it is. The keys do not belong there.
//!
//! # What it costs
//! | call | round trips |
//! |---|---|
//! | session check, any lookup | 1 |
//! | lookup by CPR number, known or not | 2 |
//! | commit | 3 |
//! | lease of jobs | 1 when none is due, else 2 or more |
//! | purge | 1 when nothing is over, else 2 |
//!
//! The first use of a statement on a connection costs one more. A connection is used by one call at a time.
//!
//! # What it asks of the database
//! PostgreSQL 13 or newer, or what speaks its protocol and its SQL: there are no triggers, functions, sequences or
//! extensions, and an advisory lock only while migrating. Every table has a column `shard` of sixteen values, first in
//! each key and index; every statement names it, so tables can be spread by it. Connections keep settings and prepared
//! statements: a pooler in between must pool sessions, not transactions or statements.
//!
//! The user needs `CREATE` on the database, or on an empty schema of the right name, when the schema is made or
//! migrated; afterwards to select, insert, update and delete is enough.

mod address;
mod apply;
mod columns;
mod commit;
mod connect;
mod connection;
mod counters;
mod database;
mod error;
mod jobs;
mod open;
mod read;
mod schema;
mod shard;
mod statements;
mod store;
mod transfer;
mod upkeep;

#[cfg(test)]
mod tests;

pub use open::{OpenError, PostgresOptions, Unwell};
pub use store::{PostgresStats, PostgresStore};
