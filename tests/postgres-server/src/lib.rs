//! A real PostgreSQL server for tests: started, killed, paused, restarted, followed by a standby.
//!
//! Linux only. It listens on a loopback port of its own and on a socket in a folder of its own; its one user is
//! `portal`, who may do everything. It ends, and its folder is gone, when the value is dropped or the test's process
//! is no more, however that came.
#![expect(clippy::expect_used, clippy::panic, reason = "this crate is all test")]

mod config;
mod folder;
mod ports;
mod processes;
mod program;
mod server;
mod standby;
mod waiting;

pub use config::{PostgresConfig, Tls};
pub use ports::free_address;
pub use server::PostgresServer;
