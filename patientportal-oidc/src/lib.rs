//! [`IdentityProvider`](patientportal_core::ports::IdentityProvider) over OpenID Connect: MitID through a broker.
//!
//! [`OidcConfig`] says which provider and, as data, where that provider puts what ([`ClaimMapping`], with presets for
//! the brokers in use). [`OidcProvider`] is built without network; it asks the provider for its description when it is
//! first needed or when [`OidcProvider::refresh`] is called, and keeps it.
//!
//! ```
//! use patientportal_oidc::{ClaimMapping, OidcConfig, OidcProvider};
//!
//! let provider = OidcProvider::new(OidcConfig::new(
//!     "https://clinic.idura.broker",
//!     "urn:clinic:portal",
//!     "the secret",
//!     "https://portal.example.dk/mitid/return",
//!     "https://portal.example.dk/",
//!     ClaimMapping::idura(),
//! ));
//! # if std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
//! assert!(provider.is_ok());
//! # }
//! ```
//!
//! [`StaffOidcProvider`] is the same for clinics' staff: the journey is shared (`relying_party`), the claims differ.
//!
//! A journey reads from top to bottom: `departure` makes the address, `arrival` reads what the browser brings back,
//! `tokens` exchanges the code and verifies the ID token, `userinfo` asks for the rest, `judgement` turns claims into a
//! vouched person, and `matching` compares a typed CPR number at brokers that never tell it.

mod arrival;
mod claims;
mod client;
mod config;
mod departure;
mod discovery;
mod judgement;
mod machine_code;
mod mapping;
mod matching;
mod provider;
mod relying_party;
mod staff_config;
mod staff_provider;
mod tokens;
mod userinfo;

pub use config::{ConfigError, Limits, OidcConfig, Secret};
pub use mapping::{Claim, ClaimMapping, ClaimSource, CprSource, Demand, Level, Logout};
pub use provider::OidcProvider;
pub use staff_config::{StaffClaims, StaffOidcConfig};
pub use staff_provider::StaffOidcProvider;
