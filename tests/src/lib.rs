//! What the end-to-end tests stand on: the real server as a process that can be killed, alone or as one of many nodes, a
//! visitor's HTTP client without scripts, the mails that arrived, and journeys through the pages as a patient makes them.
#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test kit fails by panicking")]

pub mod client;
pub mod cluster;
pub mod cookies;
pub mod folder;
pub mod html;
pub mod installation;
pub mod journey;
pub mod mail;
pub mod mail_server;
pub mod mailbox;
pub mod page;
pub mod patience;
pub mod patient;
pub mod peer;
pub mod round_robin;
pub mod server;
pub mod told;
pub mod waiting;

pub use client::{Client, NoAnswer};
pub use cluster::Cluster;
pub use installation::Installation;
pub use journey::Visitor;
pub use mailbox::Mailbox;
pub use page::Page;
pub use patience::Patience;
pub use patient::Patient;
pub use server::ServerProcess;
pub use told::Told;
