//! `[mail]`: a mail server or a directory, and who the mails come from.

use std::path::{Path, PathBuf};

use patientportal_smtp::{Sender, SmtpConfigError, SmtpSettings};
use url::Url;

use super::error::{ConfigError, Source};
use super::file::Mail;
use super::{read_text, secret};

/// Where mails go.
#[derive(Debug, Clone)]
pub(crate) enum MailConfig {
    /// To a mail server.
    Smtp {
        /// How it is reached.
        settings: SmtpSettings,
        /// Its host and port, for `check` to knock at.
        server: (String, u16),
    },
    /// Into a directory.
    Outbox {
        /// The directory.
        directory: PathBuf,
        /// Who they come from.
        from: Sender,
    },
}

/// Where mails go, checked.
pub(super) fn mail(source: &Source<'_>, folder: &Path, table: Mail) -> Result<MailConfig, ConfigError> {
    let from = sender(&table.from).ok_or_else(|| {
        source.wrong("mail.from", "must be an e-mail address, or a name and one: Patientportalen <no-reply@example.dk>")
    })?;
    match (&table.smtp, &table.outbox) {
        (Some(_), Some(_)) => Err(source.wrong("mail.outbox", "stands beside `smtp`; keep one of them")),
        (None, None) => Err(source.wrong("mail", "needs `smtp` or `outbox`")),
        (Some(url), None) => smtp(source, folder, &table, url, from),
        (None, Some(directory)) => outbox(source, folder, &table, directory, from),
    }
}

/// What the adapter says of the mail server's settings.
pub(super) fn refused(source: &Source<'_>, error: &SmtpConfigError) -> ConfigError {
    let key = match error {
        SmtpConfigError::Sender => "mail.from",
        SmtpConfigError::Certificate => "mail.root_certificates",
        _ => "mail.smtp",
    };
    source.wrong(key, format_args!("cannot be used: {error}"))
}

fn smtp(source: &Source<'_>, folder: &Path, table: &Mail, url: &str, from: Sender) -> Result<MailConfig, ConfigError> {
    let refused = |error: SmtpConfigError| refused(source, &error);
    let mut settings = SmtpSettings::from_url(url, from).map_err(refused)?;
    let password = secret(source, folder, "mail.password", table.password.clone(), table.password_file.clone())?;
    if let Some(password) = password {
        settings = settings.with_password(&password);
    }
    if let Some(path) = &table.root_certificates {
        let pem = read_text(source, folder, "mail.root_certificates", path)?;
        settings = settings.with_root_certificates(pem.as_bytes()).map_err(refused)?;
    }
    let server = server(url).ok_or_else(|| refused(SmtpConfigError::Host))?;
    Ok(MailConfig::Smtp { settings, server })
}

fn outbox(
    source: &Source<'_>,
    folder: &Path,
    table: &Mail,
    directory: &Path,
    from: Sender,
) -> Result<MailConfig, ConfigError> {
    let only_smtp = [
        ("mail.password", table.password.is_some()),
        ("mail.password_file", table.password_file.is_some()),
        ("mail.root_certificates", table.root_certificates.is_some()),
    ];
    if let Some((key, _)) = only_smtp.iter().find(|(_, there)| *there) {
        return Err(source.wrong(key, "is for `smtp` only"));
    }
    let directory = folder.join(directory);
    if directory.exists() && !directory.is_dir() {
        return Err(source.wrong("mail.outbox", format_args!("names {}, which is a file", directory.display())));
    }
    Ok(MailConfig::Outbox { directory, from })
}

/// `Name <address>`, or an address alone.
fn sender(text: &str) -> Option<Sender> {
    let text = text.trim();
    match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => Sender::new(address, Some(name.trim().trim_matches('"'))).ok(),
        None => Sender::new(text, None).ok(),
    }
}

fn server(url: &str) -> Option<(String, u16)> {
    let url = Url::parse(url).ok()?;
    let port = match url.scheme() {
        "smtps" => 465,
        "smtp+starttls" => 587,
        _ => 25,
    };
    let host = url.host_str()?.trim_matches(['[', ']']);
    Some((host.to_owned(), url.port().unwrap_or(port)))
}
