//! The access rules of a Danish GP clinic's patient portal, with no I/O in them: registration confirmed with MitID, login
//! with MitID or with a security code, recovery, membership, and the question whether a session may use a function now.
//!
//! [`Portal`](portal::Portal) is what an embedding program sees: one method a use case. What it needs from outside are
//! [`ports`] and a [`store`]; adapters for them stand beside this crate. Inside, a command loads, decides
//! with a pure function, and commits one [`ChangeSet`](store::ChangeSet).
//!
//! A whole registration, with no HTTP and no database (the ports come from `patientportal-testkit`):
//!
//! ```
//! use patientportal_core::clinic::FunctionKind;
//! use patientportal_core::policy::Deed;
//! use patientportal_testkit::person::Person;
//! use patientportal_testkit::world::{AUTOMATIC, World};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let world = World::new();
//! let mut browser = world.browser(AUTOMATIC);
//!
//! // The form is sent, and the browser leaves for MitID.
//! let departure = browser.submit_registration(&Person::NANCY.form()).await.unwrap();
//! // MitID vouches for the same person: the account exists, and she is logged in.
//! browser.come_back(&departure, Ok(browser.identity(&Person::NANCY))).await.unwrap();
//!
//! let principal = browser.principal().await.unwrap();
//! let clinic = world.portal.clinics().by_slug(AUTOMATIC).unwrap();
//! assert!(principal.may(clinic, FunctionKind::Booking, Deed::Act).is_ok());
//! world.mail("Din bruger er oprettet").await;
//! # }
//! ```

pub mod account;
pub mod audit;
pub mod clinic;
mod decision;
mod device;
mod draw;
pub mod fault;
mod flow;
pub mod ids;
pub mod language;
mod mail;
pub mod measures;
pub mod moment;
pub mod policy;
pub mod portal;
pub mod ports;
mod record;
pub mod refusal;
pub mod sealing;
pub mod session;
mod staff;
pub mod store;
pub mod throttle;
pub mod value;
