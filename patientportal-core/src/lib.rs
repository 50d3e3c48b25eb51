//! The access rules of a Danish GP clinic's patient portal, with no I/O in them.

pub mod account;
pub mod audit;
pub mod clinic;
mod decision;
mod device;
pub mod draw;
pub mod fault;
pub mod flow;
pub mod ids;
pub mod language;
mod login;
mod mail;
pub mod moment;
pub mod policy;
pub mod portal;
pub mod ports;
pub mod refusal;
pub mod sealing;
pub mod session;
pub mod store;
pub mod throttle;
pub mod value;
