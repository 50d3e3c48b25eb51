//! Everything to test a patient portal with: ports in memory, a world to script journeys in, and the conformance suite
//! that every store runs.

pub mod clinic_system;
pub mod clock;
pub mod conformance;
pub mod crowd;
pub mod custody;
pub mod hasher;
pub mod identity;
pub mod mailer;
pub mod memory;
pub mod person;
pub mod staff_identity;
pub mod staff_table;
pub mod world;
pub mod wrapped_store;
