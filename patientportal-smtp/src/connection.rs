//! One connection to the mail server: opened, logged in, and used for one mail after another.

use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::response::Response;

use crate::failure::{Cause, Failure, Step};
use crate::render::Rendered;
use crate::settings::{Security, SmtpConfigError, SmtpSettings};

/// All that is needed to open a connection.
pub(crate) struct Route {
    settings: SmtpSettings,
    credentials: Option<Credentials>,
    tls: Option<TlsParameters>,
}

pub(crate) struct Connection {
    smtp: AsyncSmtpConnection,
    timeout: Duration,
}

impl Route {
    pub(crate) fn new(settings: SmtpSettings) -> Result<Self, SmtpConfigError> {
        Ok(Self { credentials: settings.credentials()?, tls: settings.tls()?, settings })
    }

    pub(crate) fn settings(&self) -> &SmtpSettings {
        &self.settings
    }

    /// Connects, encrypts and logs in. Nothing is said before TLS but the greeting.
    pub(crate) async fn open(&self) -> Result<Connection, Failure> {
        let SmtpSettings { host, port, hello, timeout, security, .. } = &self.settings;
        let at_once = self.tls.clone().filter(|_| *security == Security::Implicit);
        let address = (host.as_str(), *port);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(*timeout), hello, at_once, None);
        let smtp = limited(*timeout, Step::Connect, connecting).await?;
        let mut connection = Connection { smtp, timeout: *timeout };
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            if !connection.smtp.can_starttls() {
                return Err(Failure::new(Step::StartTls, Cause::Protocol("the server offers no TLS")));
            }
            limited(*timeout, Step::StartTls, connection.smtp.starttls(tls.clone(), hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            let login = connection.smtp.auth(DEFAULT_MECHANISMS, credentials);
            expect(&limited(*timeout, Step::Login, login).await?, LOGGED_IN, Step::Login)?;
        }
        Ok(connection)
    }
}

impl Connection {
    /// Hands one mail over. After a failure the connection is not to be used again.
    pub(crate) async fn deliver(&mut self, mail: &Rendered) -> Result<(), Failure> {
        let sender = Mail::new(mail.envelope.from().cloned(), Vec::new());
        limited(self.timeout, Step::Sender, self.smtp.command(sender)).await?;
        for recipient in mail.envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            limited(self.timeout, Step::Recipient, self.smtp.command(recipient)).await?;
        }
        // The codes are compared so that answers which somebody slipped in before STARTTLS, or a server that is out
        // of step, are never taken for the answer to the mail.
        expect(&limited(self.timeout, Step::Data, self.smtp.command(Data)).await?, SEND_IT, Step::Data)?;
        let taken =
            limited(self.timeout * TIMES_LONGER_FOR_A_MAIL, Step::Content, self.smtp.message(&mail.bytes)).await?;
        expect(&taken, TAKEN, Step::Content)
    }

    /// Says goodbye, as far as anybody listens.
    pub(crate) async fn quit(mut self) {
        let _whatever = limited(GOODBYE, Step::Connect, self.smtp.quit()).await;
    }
}

async fn limited<T>(
    limit: Duration,
    step: Step,
    doing: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, doing).await {
        Ok(outcome) => outcome.map_err(|error| Failure::of(step, &error)),
        Err(_) => Err(Failure::new(step, Cause::Timeout)),
    }
}

fn expect(response: &Response, code: u16, step: Step) -> Result<(), Failure> {
    if response.has_code(code) {
        return Ok(());
    }
    Err(Failure::new(step, Cause::Protocol("an answer out of step")))
}

const LOGGED_IN: u16 = 235;
const SEND_IT: u16 = 354;
const TAKEN: u16 = 250;
const GOODBYE: Duration = Duration::from_secs(1);
const TIMES_LONGER_FOR_A_MAIL: u32 = 6;
