//! End to end: the real server as a process, asked over HTTP as a visitor's browser would, with real files under it.
//!
//! `cargo build --workspace` comes first. What needs more than Rust is ignored with its reason; `cargo xtask test` leaves
//! nothing out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that looks in the wrong place fails")]

mod attacks;
mod audit;
mod config_errors;
mod copy;
mod foreign_parts;
mod forgery;
mod headers;
mod journeys;
mod killed_server;
mod many_nodes;
mod metrics;
mod no_enumeration;
mod redaction;
mod restore;
mod rotation;
mod shutdown;
mod single_use;
mod smtp_peer;
mod unreachable_issuer;
mod whole_journey;
