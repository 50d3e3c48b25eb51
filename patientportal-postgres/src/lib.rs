//! The [`Store`](patientportal_core::store::Store) port of patientportal on PostgreSQL: for many nodes.

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
