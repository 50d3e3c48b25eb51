//! `check`: is the file good, and is what it names there? Nothing is made and nothing is changed.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use patientportal_core::clinic::Clinic;
use patientportal_postgres::PostgresStore;
use tokio::net::TcpStream;
use url::Url;

use crate::config::{Config, Database, MailConfig};
use crate::keys::{Keys, KeysError};
use crate::parts::{self, StartError, sentence};

/// Checks a file and writes what was found to `out`. That MitID or the mail server does not answer now is told, but no
/// fault of the file.
///
/// # Errors
/// [`StartError`] when the server would not start.
pub(crate) async fn check(file: &Path, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let config = Config::read(file)?;
    let identity = parts::identity(&config)?;
    let mut notes = vec![format!("{}: the file is good", file.display())];
    notes.extend(database(&config).await?);
    notes.push(match identity.refresh().await {
        Ok(()) => format!("mitid: {} is reached", config.identity.issuer),
        Err(fault) => format!(
            "mitid: {} cannot be reached, so that logging in by MitID and new accounts are closed: {}",
            config.identity.issuer,
            sentence(&fault)
        ),
    });
    notes.push(mail(&config.mail).await);
    for clinic in config.clinics.iter() {
        notes.extend(own_system(&config, clinic).await);
    }
    for note in notes {
        tell(out, &note);
    }
    Ok(())
}

/// What is said of the keys and of the database.
async fn database(config: &Config) -> Result<[String; 2], StartError> {
    let failed = |cause| StartError::Keys { file: config.keys.clone(), cause };
    let (file, place) = (config.keys.display(), &config.database);
    let is_there = Keys::find(&config.keys).map_err(failed)?.is_some();
    let keys = match is_there {
        true => format!("keys: {file} is good"),
        false => format!("keys: {file} is not there and will be made at the first start"),
    };
    match &config.database {
        Database::Sqlite(path) if !is_there && path.exists() => Err(failed(KeysError::Lost)),
        Database::Sqlite(path) => Ok([keys, sqlite(path)?]),
        Database::Postgres(_) => match parts::look_into(config).await {
            Ok(_) => Ok([
                format!("{keys} and the database's"),
                format!("database: {place} is reached and has schema version {}", PostgresStore::SCHEMA_VERSION),
            ]),
            Err(StartError::NotYet { what, .. }) => Ok([keys, format!("database: {place} is reached: {what}")]),
            Err(error) => Err(error),
        },
    }
}

/// Opening the database would bring it up to date, which is the server's to do.
fn sqlite(path: &Path) -> Result<String, StartError> {
    let place = path.display();
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(_) => Ok(format!("database: {place} is there")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(format!("database: {place} is not there and will be made at the first start"))
        }
        Err(error) => {
            let cause = format!("the database can be neither read nor written: {error}");
            Err(StartError::Database { place: place.to_string(), cause })
        }
    }
}

async fn mail(mail: &MailConfig) -> String {
    let (host, port) = match mail {
        MailConfig::Outbox { directory, .. } => return format!("mail: goes into {}", directory.display()),
        MailConfig::Smtp { server, .. } => server,
    };
    match knock(host, *port).await {
        Ok(()) => format!("mail: {host}:{port} is reached"),
        Err(error) => format!("mail: {host}:{port} cannot be reached, so that mail waits: {error}"),
    }
}

/// Only whether somebody is there: asking would tell of a patient.
async fn own_system(config: &Config, clinic: &Clinic) -> Option<String> {
    let url = Url::parse(&config.systems.clinics.get(&clinic.id)?.base_url).ok()?;
    let (slug, host, port) = (&clinic.slug, url.host_str()?, url.port_or_known_default()?);
    Some(match knock(host.trim_matches(['[', ']']), port).await {
        Ok(()) => format!("clinic {slug}: its own system at {host}:{port} is reached"),
        Err(error) => format!(
            "clinic {slug}: its own system at {host}:{port} cannot be reached, so that nobody is asked and news wait: \
             {error}"
        ),
    })
}

async fn knock(host: &str, port: u16) -> io::Result<()> {
    let knocked = tokio::time::timeout(KNOCK, TcpStream::connect((host, port))).await;
    knocked.map_err(io::Error::from).flatten().map(drop)
}

/// Who has closed the pipe does not want to be told.
fn tell(out: &mut (dyn Write + Send), line: &str) {
    let _closed = writeln!(out, "{line}");
}

const KNOCK: Duration = Duration::from_secs(5);
