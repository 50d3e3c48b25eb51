//! MitID-simulator: a small OpenID provider with test persons, for the demo and the tests. Never for real people.
//!
//! It listens on loopback only, calls itself `http://localhost:PORT` (to a browser another site than a portal on
//! `127.0.0.1`, as in life), and speaks like one of the brokers ([`Shape`]). Its page lists MedCom's test persons; a
//! press on one logs in, and a few boxes make the login one that a portal must refuse. Below a path of its own it is
//! another provider, at which the demo's clinics' staff sign in ([`SimulatorConfig::staff`]).
//!
//! ```
//! # use mitid_simulator::{Simulator, SimulatorConfig, Shape};
//! # use patientportal_core::{moment::Timestamp, ports::Clock};
//! # struct Noon;
//! # impl Clock for Noon { fn now(&self) -> Timestamp { Timestamp(1_795_348_800_000) } }
//! # #[tokio::main]
//! # async fn main() {
//! let mut config = SimulatorConfig::new("portal", "secret", std::sync::Arc::new(Noon));
//! config.redirect_urls = vec!["http://127.0.0.1:8080/return".to_owned()];
//! config.shape = Shape::Idura;
//! let simulator = Simulator::start(config).await.unwrap();
//! assert!(simulator.issuer().starts_with("http://localhost:"));
//! simulator.shutdown().await;
//! # }
//! ```

mod authorize;
mod claims;
mod config;
mod logout;
mod pages;
mod persons;
mod reply;
mod request;
mod server;
mod signing;
mod staff;
mod state;
mod token;
mod userinfo;

pub use config::{Client, Shape, SimulatorConfig, StartError};
pub use persons::{PERSONS, Person};
pub use server::{RunningSimulator, Simulator};
pub use staff::{Post, STAFF};
