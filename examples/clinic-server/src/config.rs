//! The server's configuration: read from a file, judged as a whole before anything is touched.

mod addresses;
mod clinics;
mod database;
mod error;
mod file;
mod identity;
mod limits;
mod mail;
mod messages;
mod staff;
mod system;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use patientportal_argon2::Argon2Settings;
use patientportal_clinicsystem::ClinicSystemSettings;
use patientportal_core::clinic::ClinicDirectory;
use patientportal_core::policy::Policy;
use patientportal_http::{Bilingual, TrustedProxies};
use patientportal_oidc::{OidcConfig, StaffOidcConfig};

pub(crate) use database::{Database, PostgresConfig, holds_password};
pub(crate) use error::ConfigError;
#[cfg(feature = "demo")]
pub(crate) use identity::{logged_out_url, return_url};
pub(crate) use mail::MailConfig;
#[cfg(feature = "demo")]
pub(crate) use staff::{staff_return_url, staff_signed_out_url};

use crate::tls::TlsFiles;

use error::Source;
use file::{BothLanguages, ConfigFile};
use limits::Limits;

/// Everything that an operator decides, in the types of the parts that want it.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// The files for TLS, if this server speaks it.
    pub(crate) tls: Option<TlsFiles>,
    /// Where metrics are read, if anywhere.
    pub(crate) metrics: Option<SocketAddr>,
    /// The portal's address as patients see it, without a slash at its end.
    pub(crate) public_url: String,
    /// Where everything is kept.
    pub(crate) database: Database,
    /// The file of master keys.
    pub(crate) keys: PathBuf,
    /// Proxies whose word on the client's address counts.
    pub(crate) trusted_proxies: TrustedProxies,
    /// Whether requests are answered whatever host they name.
    pub(crate) any_host: bool,
    /// MitID.
    pub(crate) identity: OidcConfig,
    /// Who vouches for staff, where they have pages.
    pub(crate) staff: Option<StaffOidcConfig>,
    /// Where mails go.
    pub(crate) mail: MailConfig,
    /// The portal's numbers.
    pub(crate) policy: Policy,
    /// What hashing a password costs.
    pub(crate) hashing: Argon2Settings,
    /// The file that gets the roots of the audit trail.
    pub(crate) audit_roots: Option<PathBuf>,
    /// The clinics.
    pub(crate) clinics: ClinicDirectory,
    /// The clinics' own systems.
    pub(crate) systems: ClinicSystemSettings,
    /// The words on the pages, and whose terms are accepted.
    pub(crate) words: Words,
}

/// Words on the pages that an operator may choose.
#[derive(Debug)]
pub(crate) struct Words {
    /// Whose terms they are.
    pub(crate) operator: String,
    /// The terms.
    pub(crate) terms: Bilingual,
    /// What the MitID card calls the provider.
    pub(crate) provider: Option<Bilingual>,
    /// Doctors out of hours.
    pub(crate) out_of_hours: Option<Bilingual>,
}

impl Config {
    /// Reads and judges a file. Relative paths in it are relative to it. Nothing is made or opened for writing.
    ///
    /// # Errors
    /// The first mistake, as one sentence.
    pub(crate) fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ConfigError::of_file(file, format!("the file cannot be read: {error}")))?;
        let source = Source { file, text: &text };
        let table: ConfigFile = toml::from_str(&text).map_err(|error| source.unreadable(&error))?;
        Self::judge(&source, file.parent().unwrap_or(Path::new("")), table)
    }

    fn judge(source: &Source<'_>, folder: &Path, table: ConfigFile) -> Result<Self, ConfigError> {
        let public_url = addresses::public_url(source, &table.public_url)?;
        let database = database::database(source, folder, &table.database, table.postgres)?;
        let keys = folder.join(&table.keys);
        addresses::in_a_directory(&keys).map_err(|what| source.wrong("keys", what))?;
        let Limits { mut policy, hashing } = limits::read(source, &table.limits)?;
        policy.terms_version = filled(source, "terms.version", table.terms.version)?;
        let (clinics, systems) = clinics::clinics(source, folder, table.clinic, &public_url)?;
        let staff = table.staff.map(|table| staff::staff(source, folder, table, (&public_url, &clinics)));
        Ok(Self {
            listen: table
                .listen
                .parse()
                .map_err(|_| source.wrong("listen", "must be an address and a port, like 127.0.0.1:8080"))?,
            tls: table.tls.map(|tls| TlsFiles { certificate: folder.join(tls.certificate), key: folder.join(tls.key) }),
            metrics: table
                .metrics
                .map(|metrics| metrics.listen.parse())
                .transpose()
                .map_err(|_| source.wrong("metrics.listen", "must be an address and a port, like 127.0.0.1:9464"))?,
            trusted_proxies: addresses::proxies(source, &table.trusted_proxies, table.forwarded_header)?,
            any_host: table.web.any_host,
            identity: identity::identity(source, folder, table.mitid, &public_url)?,
            staff: staff.transpose()?,
            mail: mail::mail(source, folder, table.mail)?,
            policy,
            hashing,
            audit_roots: table.audit.roots.map(|roots| folder.join(roots)),
            clinics,
            systems,
            words: Words {
                operator: filled(source, "terms.operator", table.terms.operator)?,
                terms: terms(source, folder, table.terms.file, table.terms.file_en)?,
                provider: table.web.provider.map(both),
                out_of_hours: table.web.out_of_hours.map(both),
            },
            public_url,
            database,
            keys,
        })
    }
}

/// The operator's terms; without any the built-in ones.
fn terms(
    source: &Source<'_>,
    folder: &Path,
    file: Option<PathBuf>,
    english: Option<PathBuf>,
) -> Result<Bilingual, ConfigError> {
    let read = |key, path: PathBuf| read_text(source, folder, key, &path).and_then(|text| filled(source, key, text));
    match (file, english) {
        (None, None) => Ok(built_in_terms()),
        (None, Some(_)) => Err(source.wrong("terms.file_en", "stands without `file`")),
        (Some(file), english) => {
            let danish = read("terms.file", file)?;
            let english = english.map(|path| read("terms.file_en", path)).transpose()?;
            Ok(Bilingual::new(danish.clone(), english.unwrap_or(danish)))
        }
    }
}

/// The terms of an operator that has none.
pub(crate) fn built_in_terms() -> Bilingual {
    Bilingual::new(include_str!("../terms/da.md"), include_str!("../terms/en.md"))
}

fn both(texts: BothLanguages) -> Bilingual {
    Bilingual::new(texts.da, texts.en)
}

/// A text that says something.
fn filled(source: &Source<'_>, key: &str, text: String) -> Result<String, ConfigError> {
    if text.trim().is_empty() { Err(source.wrong(key, "is empty")) } else { Ok(text) }
}

/// A secret that stands in the file under `key`, or in a file of its own under `key` and `_file`.
fn secret(
    source: &Source<'_>,
    folder: &Path,
    key: &str,
    inline: Option<String>,
    file: Option<PathBuf>,
) -> Result<Option<String>, ConfigError> {
    let file_key = format!("{key}_file");
    match (inline, file) {
        (Some(_), Some(_)) => Err(source.wrong(&file_key, format_args!("stands beside `{key}`; keep one of them"))),
        (Some(secret), None) => filled(source, key, secret).map(Some),
        (None, Some(path)) => {
            let text = read_text(source, folder, &file_key, &path)?;
            filled(source, &file_key, text.trim_end_matches(['\r', '\n']).to_owned()).map(Some)
        }
        (None, None) => Ok(None),
    }
}

fn read_text(source: &Source<'_>, folder: &Path, key: &str, path: &Path) -> Result<String, ConfigError> {
    let path = folder.join(path);
    std::fs::read_to_string(&path).map_err(|error| source.unreadable_file(key, &path, &error))
}

#[cfg(test)]
mod tests;
