//! Everything to test a patient portal with: ports in memory, a world to script journeys in, and the conformance suite
//! that every store runs.

pub mod clock;
pub mod conformance;
pub mod hasher;
pub mod identity;
pub mod mailer;
pub mod memory;
pub mod person;
pub mod surroundings;
pub mod world;
