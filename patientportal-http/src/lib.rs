//! The pages of the patient portal as one [`tower_service::Service`], in Danish and English, and a server around it.
//!
//! [`PortalService`] goes into any program that speaks `http` types; [`serve`] is for programs that have no server of
//! their own. The [`pages`] are plain data with templates, and can be rendered without either.
//!
//! ```no_run
//! use patientportal_core::portal::Portal;
//! use patientportal_http::{Bilingual, PortalService, ServerLimits, WebSettings, serve};
//!
//! async fn run(portal: Portal) -> Result<(), Box<dyn std::error::Error>> {
//!     let terms = Bilingual::new("# Brug\nLoginnet er personligt.", "# Use\nThe login is personal.");
//!     let pages = PortalService::new(portal, WebSettings::new("Havnens Drift", terms))?;
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     serve(listener, pages, ServerLimits::default(), async { drop(tokio::signal::ctrl_c().await) }).await?;
//!     Ok(())
//! }
//! ```

mod client_address;
mod cookies;
mod csrf;
mod fault_log;
mod forms;
mod handlers;
mod headers;
mod news;
mod reply;
mod router;
mod server;
mod service;
mod settings;
mod site;
mod staff;
mod visit;

pub mod assets;
pub mod links;
pub mod pages;
pub mod texts;

pub use client_address::{ForwardedHeader, PeerAddress, TrustedProxies};
pub use links::is_reserved_slug;
pub use router::StaffAddress;
pub use server::{Greeting, ServerLimits, serve, serve_greeting};
pub use service::PortalService;
pub use settings::{Banner, Bilingual, StaffDoor, WebSettings};
pub use site::SiteError;
pub use staff::{SignedInStaff, StaffAuthenticator};
