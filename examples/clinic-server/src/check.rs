//! `check`: is the file good, and is what it names there? Nothing is made and nothing is changed.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use tokio::net::TcpStream;

use crate::config::{Config, MailConfig};
use crate::keys::Keys;
use crate::parts::{self, StartError, sentence};

/// Checks a file and writes what was found to `out`. That MitID or the mail server does not answer now is told, but no
/// fault of the file.
///
/// # Errors
/// [`StartError`] when the server would not start.
pub(crate) async fn check(file: &Path, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let identity = parts::identity(&config)?;
    let mut notes = vec![format!("{}: the file is good", file.display()), keys(&config)?, database(&config)?];
    notes.push(match identity.refresh().await {
        Ok(()) => format!("mitid: {} is reached", config.identity.issuer),
        Err(fault) => format!(
            "mitid: {} cannot be reached, so that logging in by MitID and new accounts are closed: {}",
            config.identity.issuer,
            sentence(&fault)
        ),
    });
    notes.push(mail(&config.mail).await);
    for note in notes {
        tell(out, &note);
    }
    Ok(())
}

fn keys(config: &Config) -> Result<String, StartError> {
    let place = config.keys.display();
    let failed = |cause| StartError::Keys { file: config.keys.clone(), cause };
    if config.keys.exists() {
        return Keys::read(&config.keys).map(|_| format!("keys: {place} is good")).map_err(failed);
    }
    match config.database.exists() {
        true => Err(failed(crate::keys::KeysError::Lost)),
        false => Ok(format!("keys: {place} is not there and will be made at the first start")),
    }
}

/// Opening the database would bring it up to date, which is the server's to do.
fn database(config: &Config) -> Result<String, StartError> {
    let place = config.database.display();
    match OpenOptions::new().read(true).write(true).open(&config.database) {
        Ok(_) => Ok(format!("database: {place} is there")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(format!("database: {place} is not there and will be made at the first start"))
        }
        Err(error) => {
            let cause = format!("the database can be neither read nor written: {error}");
            Err(StartError::Database { file: config.database.clone(), cause })
        }
    }
}

async fn mail(mail: &MailConfig) -> String {
    let (host, port) = match mail {
        MailConfig::Outbox { directory, .. } => return format!("mail: goes into {}", directory.display()),
        MailConfig::Smtp { server, .. } => server,
    };
    let knocked = tokio::time::timeout(KNOCK, TcpStream::connect((host.as_str(), *port))).await;
    match knocked.map_err(io::Error::from).flatten() {
        Ok(_) => format!("mail: {host}:{port} is reached"),
        Err(error) => format!("mail: {host}:{port} cannot be reached, so that mail waits: {error}"),
    }
}

/// Who has closed the pipe does not want to be told.
fn tell(out: &mut (dyn Write + Send), line: &str) {
    let _closed = writeln!(out, "{line}");
}

const KNOCK: Duration = Duration::from_secs(5);
