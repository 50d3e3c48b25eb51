//! The [`Mailer`](patientportal_core::ports::Mailer) port of patientportal: [`SmtpMailer`] hands mails to a mail server,
//! [`FileMailer`] puts them into a directory.
//!
//! ```no_run
//! use patientportal_smtp::{Sender, SmtpMailer};
//!
//! # fn main() -> Result<(), patientportal_smtp::SmtpConfigError> {
//! let from = Sender::new("no-reply@clinic.example", Some("Patientportal"))?;
//! let mailer = SmtpMailer::from_url("smtp+starttls://portal:s%C3%A6sam@mail.clinic.example", from)?;
//! # Ok(())
//! # }
//! ```
//!
//! A mail may arrive twice, with one `Message-ID`, when the connection breaks between its last byte and the server's
//! answer; it is never lost. What the server says is told on by its codes only, for servers repeat addresses.

mod connection;
mod failure;
mod mailer;
mod outbox;
mod render;
mod sender;
mod settings;

pub use mailer::SmtpMailer;
pub use outbox::FileMailer;
pub use sender::Sender;
pub use settings::{SmtpConfigError, SmtpSettings};
