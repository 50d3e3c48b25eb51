//! Many nodes, one database: journeys at random nodes behind a plain balancer, while nodes are killed, while PostgreSQL
//! goes away and comes back, while a standby takes over; and crowds that submit one thing to all nodes at once.
//!
//! The tests named `…_long` have a short form, and a long one with `PATIENTPORTAL_LONG=1` (`cargo xtask test --long`).

mod crowds;
mod database_away;
mod dice;
mod killed_nodes;
mod ledger;
mod load;
mod resident;
