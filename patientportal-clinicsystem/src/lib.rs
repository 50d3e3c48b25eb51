//! [`ClinicSystem`](patientportal_core::ports::ClinicSystem) over HTTP and JSON: a clinic's own system tells how its
//! patients are reached, and is told.
//!
//! [`HttpClinicSystem`] asks each clinic's system at its own address with its own token. A clinic that is not in the
//! settings has no system: nothing is known there, and nothing is sent. For tests and demonstrations the testkit has one in
//! memory.
//!
//! ```
//! use patientportal_clinicsystem::{ClinicEndpoint, ClinicSystemSettings, HttpClinicSystem};
//! use patientportal_core::ids::ClinicId;
//!
//! # if std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
//! let endpoint = ClinicEndpoint::new("https://journal.example.dk/portal/v1", "the-clinics-token");
//! let settings = ClinicSystemSettings::new().with_clinic(ClinicId(7), endpoint);
//! assert!(HttpClinicSystem::new(settings).is_ok());
//! # }
//! ```
//!
//! # What a clinic's system must offer
//!
//! Three addresses below the clinic's base address. Each request carries `Authorization: Bearer` with the token and a
//! body of type `application/json`. A CPR number is ten characters without a hyphen, and only ever in a body.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST {base}/patient/lookup` | `{"cpr": "2512489996"}` | 200 with `{"email": "…", "mobile": "…", "own_patient": true}`, each of the three null where nothing is held; or 404 |
//! | `PUT {base}/patient/contact` | `{"cpr": "2512489996", "email": "…", "mobile": null}` | 204, or 404 |
//! | `POST {base}/patient/left` | `{"cpr": "2512489996"}` | 204, or 404 |
//!
//! 404 says that nobody of this number is known: a lookup then gives nothing, and there is nobody to update. Any other
//! answer is a fault:
//!
//! | answer | fault | the breaker |
//! |---|---|---|
//! | no connection, no trust in the certificate, too late, broken off | transient | counts it |
//! | 429, 5xx | transient | counts it |
//! | a redirect (none is followed), another 2xx, not `application/json`, over 64 KiB | transient | counts it |
//! | 401, 403 | permanent: the portal's token is refused | does not |
//! | another 4xx | permanent | does not |
//! | JSON of another shape | permanent | does not |
//!
//! All three may come again with the same content, also after they were carried out and only the answer was lost; a
//! repetition must change nothing more and be answered in the same way. Unknown members of an answer are ignored. An
//! address or number that cannot be read counts as missing, and the log says so without telling it.
//!
//! After five failures in a row a clinic's system is left alone: calls fail at once, for 30 seconds, then one is let
//! through. If that one fails too, the pause doubles, to five minutes at most. At most eight requests are under way to
//! a clinic at a time; more wait their turn for a third of the whole patience, and then fail.

mod breaker;
mod client;
mod failure;
mod line;
mod settings;
mod system;
mod wire;

pub use settings::{BreakerSettings, ClinicEndpoint, ClinicSystemSettings, ConfigError, Limits, Token};
pub use system::HttpClinicSystem;
