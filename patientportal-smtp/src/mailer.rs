//! [`SmtpMailer`]: the port, with a few connections kept between mails.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use patientportal_core::ports::{MailFailure, Mailer, Message};

use crate::connection::{Connection, Route};
use crate::failure::Failure;
use crate::render::{Rendered, render};
use crate::sender::Sender;
use crate::settings::{SmtpConfigError, SmtpSettings};

/// Hands mails to a mail server. Many may be sent at once, each over a connection of its own.
pub struct SmtpMailer {
    route: Route,
    idle: Mutex<Vec<(Connection, Instant)>>,
}

impl SmtpMailer {
    /// A mailer to the server at `url`; see [`SmtpSettings::from_url`].
    ///
    /// # Errors
    /// As [`SmtpMailer::new`].
    pub fn from_url(url: &str, from: Sender) -> Result<Self, SmtpConfigError> {
        Self::new(SmtpSettings::from_url(url, from)?)
    }

    /// A mailer by `settings`. It connects when there is a mail to send.
    ///
    /// # Errors
    /// [`SmtpConfigError`] says which setting is wrong.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpConfigError> {
        Ok(Self { route: Route::new(settings)?, idle: Mutex::new(Vec::new()) })
    }

    async fn deliver(&self, mail: &Rendered) -> Result<(), Failure> {
        if let Some(kept) = self.take_idle() {
            match self.deliver_over(kept, mail).await {
                Err(failure) if failure.is_stale_connection() => {}
                outcome => return outcome,
            }
        }
        let fresh = self.route.open().await?;
        self.deliver_over(fresh, mail).await
    }

    async fn deliver_over(&self, mut connection: Connection, mail: &Rendered) -> Result<(), Failure> {
        let outcome = connection.deliver(mail).await;
        match &outcome {
            Ok(()) => self.keep(connection),
            Err(failure) if failure.is_reply() => connection.quit().await,
            Err(_) => {}
        }
        outcome
    }

    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT_AT_MOST {
            idle.push((connection, Instant::now()));
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        let settings = self.route.settings();
        let mail = render(&settings.sender, message)?;
        self.deliver(&mail).await.map_err(|failure| failure.report(&settings.host))
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").field("settings", self.route.settings()).finish_non_exhaustive()
    }
}

/// Servers hang up on an idle connection after minutes; long before that it is not used again.
const KEPT_FOR: Duration = Duration::from_secs(30);
const KEPT_AT_MOST: usize = 4;
