//! How the mail server is reached: read from an URL and checked at start.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::sender::Sender;

/// Where mails are handed over, and as whom. `Debug` prints no credentials.
#[derive(Clone)]
pub struct SmtpSettings {
    pub(crate) sender: Sender,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) hello: ClientId,
    pub(crate) timeout: Duration,
    user: Option<String>,
    password: Option<String>,
    roots: Vec<Certificate>,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS from the first byte.
    Implicit,
    /// TLS after `STARTTLS`, or nothing is sent.
    StartTls,
    /// None, on this machine only.
    Loopback,
}

/// Why the mail settings cannot be used. Holds nothing of the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpConfigError {
    /// Not an URL at all.
    #[error("the mail server's URL cannot be read; it looks like smtp+starttls://user:password@host:587")]
    Url,
    /// Another scheme than the three.
    #[error("the mail server's URL must begin with smtps://, smtp+starttls:// or, on this machine only, smtp://")]
    Scheme,
    /// No host.
    #[error("the mail server's URL names no host")]
    Host,
    /// A path, query or fragment.
    #[error("the mail server's URL must end after the port")]
    Trailing,
    /// Plain SMTP to another machine.
    #[error("smtp:// without TLS is for loopback hosts only; use smtps:// or smtp+starttls://")]
    PlainBeyondLoopback,
    /// A user without a password, a password without a user, or escapes that are not UTF-8.
    #[error("the mail server needs user and password, or neither, percent-encoded in UTF-8")]
    Credentials,
    /// The sender's address or name.
    #[error("the sender of mails needs an e-mail address, and a name without control characters")]
    Sender,
    /// The name for `EHLO`.
    #[error("the name to greet the mail server with is not a host name")]
    Hello,
    /// A root certificate that is none.
    #[error("the extra root certificate is not a certificate in PEM form")]
    Certificate,
    /// TLS cannot be set up: a broken certificate, or no roots on this machine.
    #[error("TLS to the mail server cannot be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SmtpSettings {
    /// Reads `smtps://user:password@host:465` (TLS at once), `smtp+starttls://user:password@host:587` (TLS demanded
    /// before anything is said) or `smtp://host:25` (no TLS, loopback hosts only). User and password may be left out,
    /// and so may the port.
    ///
    /// # Errors
    /// [`SmtpConfigError`] says what is wrong with the URL.
    pub fn from_url(url: &str, from: Sender) -> Result<Self, SmtpConfigError> {
        let url = Url::parse(url).map_err(|_| SmtpConfigError::Url)?;
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Implicit, 465),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::Loopback, 25),
            _ => return Err(SmtpConfigError::Scheme),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(SmtpConfigError::Trailing);
        }
        let host = url.host_str().filter(|host| is_host(host)).ok_or(SmtpConfigError::Host)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if security == Security::Loopback && !is_loopback(&host) {
            return Err(SmtpConfigError::PlainBeyondLoopback);
        }
        let user = Some(decoded(url.username())?).filter(|user| !user.is_empty());
        Ok(Self {
            hello: ClientId::Domain(from.domain().to_owned()),
            sender: from,
            host,
            port: url.port().unwrap_or(port),
            security,
            timeout: TIMEOUT,
            user,
            password: url.password().map(decoded).transpose()?,
            roots: Vec::new(),
        })
    }

    /// With a password that is kept elsewhere than in the URL; it is taken as it is, not decoded.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// With one or more root certificates in PEM form that are trusted beside the machine's.
    ///
    /// # Errors
    /// [`SmtpConfigError::Certificate`] when there is none in it.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, SmtpConfigError> {
        let begins = pem.windows(PEM_BEGIN.len()).any(|window| window == PEM_BEGIN);
        let root = Certificate::from_pem(pem).ok().filter(|_| begins);
        self.roots.push(root.ok_or(SmtpConfigError::Certificate)?);
        Ok(self)
    }

    /// With a name of this machine to greet the server with, instead of the sender's domain.
    ///
    /// # Errors
    /// [`SmtpConfigError::Hello`] when it is no host name.
    pub fn with_hello_name(mut self, name: &str) -> Result<Self, SmtpConfigError> {
        if !is_host(name) || name.contains(['[', ':']) {
            return Err(SmtpConfigError::Hello);
        }
        self.hello = ClientId::Domain(name.to_owned());
        Ok(self)
    }

    /// With another time-out than ten seconds for connecting and for each command. The server's answer to a whole
    /// mail is waited for six times as long.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    pub(crate) fn credentials(&self) -> Result<Option<Credentials>, SmtpConfigError> {
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => Ok(Some(Credentials::new(user.clone(), password.clone()))),
            (None, None) => Ok(None),
            _ => Err(SmtpConfigError::Credentials),
        }
    }

    pub(crate) fn tls(&self) -> Result<Option<TlsParameters>, SmtpConfigError> {
        if self.security == Security::Loopback {
            return Ok(None);
        }
        let builder = self
            .roots
            .iter()
            .cloned()
            .fold(TlsParameters::builder(self.host.clone()), |builder, root| builder.add_root_certificate(root));
        builder.build().map(Some).map_err(|error| SmtpConfigError::Tls(error.into()))
    }
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

fn decoded(part: &str) -> Result<String, SmtpConfigError> {
    Ok(percent_decode_str(part).decode_utf8().map_err(|_| SmtpConfigError::Credentials)?.into_owned())
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

const TIMEOUT: Duration = Duration::from_secs(10);
const PEM_BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

#[cfg(test)]
mod tests;
