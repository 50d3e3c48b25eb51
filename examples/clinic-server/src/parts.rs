//! The parts put together: what each port is filled with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use patientportal_argon2::Argon2Hasher;
use patientportal_clinicsystem::HttpClinicSystem;
use patientportal_core::portal::{KeyCheck, Portal, Ports, Settings};
use patientportal_core::ports::{
    ClinicSystem, Clock, CustodyRegistry, MailFailure, Mailer, Message, NoClinicSystem, NoCustodyRegistry,
    NoStaffIdentityProvider, StaffIdentityProvider,
};
use patientportal_core::store::transfer::CopySource;
use patientportal_http::WebSettings;
use patientportal_oidc::{OidcProvider, StaffOidcProvider};
use patientportal_smtp::{FileMailer, SmtpMailer};
use tokio::sync::Notify;

use crate::audit::roots::RootsFile;
use crate::config::{Config, ConfigError, MailConfig};
use crate::keys::{Keys, KeysError};
use crate::machine::{SystemClock, SystemEntropy};
use crate::store::{self, Opened};
use crate::tls::TlsError;
use crate::watched::Watched;

/// A portal with everything behind it. The store closes when the last clone of the portal goes.
pub(crate) struct Parts {
    /// The portal.
    pub(crate) portal: Portal,
    /// MitID, to be asked now and then whether it is there.
    pub(crate) identity: Arc<OidcProvider>,
    /// Notified when there is work.
    pub(crate) woken: Arc<Notify>,
    /// The file that gets the roots of audit batches, if there is one.
    pub(crate) roots: Option<RootsFile>,
    /// The store's rows, to look through.
    pub(crate) rows: Arc<dyn CopySource>,
}

/// Why the server did not start. Each is one sentence that names the place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The configuration file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys.
    #[error("{}: {cause}", .file.display())]
    Keys {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: KeysError,
    },
    /// The database.
    #[error("{place}: {cause}")]
    Database {
        /// The file, or host and name.
        place: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A database in which the next start of a server will make what is missing.
    #[error("{place}: {what}")]
    NotYet {
        /// Host and name.
        place: String,
        /// What is missing.
        what: String,
    },
    /// The address.
    #[error("{address}: this address cannot be listened on: {cause}")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        cause: std::io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The demonstration.
    #[cfg(feature = "demo")]
    #[error("the demonstration cannot begin: {0}")]
    Demo(String),
    /// A part that judged its own settings.
    #[error("{0} cannot be set up: {1}")]
    Part(&'static str, String),
    /// A file that the audit trail is written to or compared with.
    #[error("{}: {cause}", .file.display())]
    AuditFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Somebody has tampered with the audit trail.
    #[error("the audit trail was tampered with: {0} flaws were told above")]
    Flaws(u64),
}

/// What the portal is put together for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// To serve. On SQLite it is the only process that does the jobs of its database; on PostgreSQL it is one of many.
    Server,
    /// To look into a database whose server may be running.
    Onlooker,
}

/// What the portal reaches outside, beside MitID.
pub(crate) struct Outside {
    /// Takes the mails.
    pub(crate) mailer: Arc<dyn Mailer>,
    /// Knows who answers for a child.
    pub(crate) custody: Arc<dyn CustodyRegistry>,
    /// The clinics' own systems.
    pub(crate) clinic_system: Arc<dyn ClinicSystem>,
    /// Tells the time.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Outside {
    /// As the configuration has it.
    ///
    /// # Errors
    /// [`StartError::Part`].
    pub(crate) fn of(config: &Config) -> Result<Self, StartError> {
        let clinic_system = HttpClinicSystem::new(config.systems.clone());
        let clinic_system = clinic_system.map_err(|error| part("the way to the clinics' systems", &error))?;
        Ok(Self {
            mailer: mailer(config)?,
            custody: Arc::new(NoCustodyRegistry),
            clinic_system: Arc::new(clinic_system),
            clock: Arc::new(SystemClock),
        })
    }

    /// Nothing: who only looks tells nobody.
    fn nothing() -> Self {
        Self {
            mailer: Arc::new(NoMailer),
            custody: Arc::new(NoCustodyRegistry),
            clinic_system: Arc::new(NoClinicSystem),
            clock: Arc::new(SystemClock),
        }
    }
}

/// Puts a portal together over a database that these keys belong to. Who serves makes keys and database when they are not
/// there.
///
/// # Errors
/// [`StartError`] names the part that cannot be.
pub(crate) async fn assemble(config: &Config, outside: Outside, role: Role) -> Result<Parts, StartError> {
    let identity = Arc::new(identity(config)?);
    let Opened { store, rows, keys } = store::open(config, role).await?;
    let woken = Arc::new(Notify::new());
    let ports = Ports {
        store: Arc::new(Watched::new(store)),
        hasher: Arc::new(hasher(config, &keys)?),
        identity: identity.clone(),
        mailer: outside.mailer,
        custody: outside.custody,
        clinic_system: outside.clinic_system,
        staff: staff(config)?,
        clock: outside.clock,
        entropy: Arc::new(SystemEntropy),
    };
    let settings = Settings {
        keys: keys.ring().map_err(|error| part("the key ring", &error))?,
        clinics: config.clinics.clone(),
        policy: config.policy.clone(),
        public_url: config.public_url.clone(),
    };
    let wake = woken.clone();
    let portal = Portal::new(ports, settings, move || wake.notify_one());
    let checked = match role {
        Role::Server => portal.check_keys().await,
        Role::Onlooker => portal.new_keys().await.map(drop),
    };
    checked.map_err(|check| foreign_keys(config, check))?;
    let roots = config.audit_roots.as_deref().filter(|_| role == Role::Server);
    let roots = roots.map(open_roots).transpose()?;
    Ok(Parts { portal, identity, woken, roots, rows })
}

fn open_roots(file: &Path) -> Result<RootsFile, StartError> {
    RootsFile::open(file).map_err(|error| {
        let cause = format!("the roots of the audit trail cannot be written there: {error}");
        StartError::AuditFile { file: file.to_owned(), cause }
    })
}

/// The same to look into a database, in which nothing is made or changed.
///
/// # Errors
/// [`StartError`] names the part that cannot be.
pub(crate) async fn look_into(config: &Config) -> Result<Portal, StartError> {
    look(config).await.map(|parts| parts.portal)
}

/// The same with its rows.
///
/// # Errors
/// [`StartError`] names the part that cannot be.
pub(crate) async fn look(config: &Config) -> Result<Parts, StartError> {
    assemble(config, Outside::nothing(), Role::Onlooker).await
}

/// MitID, not yet asked anything.
///
/// # Errors
/// [`StartError::Part`].
pub(crate) fn identity(config: &Config) -> Result<OidcProvider, StartError> {
    OidcProvider::new(config.identity.clone()).map_err(|error| part("MitID", &error))
}

/// Who vouches for staff, not yet asked anything.
///
/// # Errors
/// [`StartError::Part`].
pub(crate) fn staff(config: &Config) -> Result<Arc<dyn StaffIdentityProvider>, StartError> {
    Ok(match &config.staff {
        Some(staff) => {
            Arc::new(StaffOidcProvider::new(staff.clone()).map_err(|error| part("the staff's sign-in", &error))?)
        }
        None => Arc::new(NoStaffIdentityProvider),
    })
}

/// What the configuration sends mails by.
///
/// # Errors
/// [`StartError::Part`].
fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, StartError> {
    Ok(match &config.mail {
        MailConfig::Smtp { settings, .. } => {
            Arc::new(SmtpMailer::new(settings.clone()).map_err(|error| part("mail", &error))?)
        }
        MailConfig::Outbox { directory, from } => {
            Arc::new(FileMailer::new(directory, from.clone()).map_err(|error| part("the outbox", &error))?)
        }
    })
}

/// What the pages say, and to whom.
pub(crate) fn web_settings(config: &Config) -> WebSettings {
    let words = &config.words;
    let mut settings = WebSettings::new(words.operator.clone(), words.terms.clone());
    settings.trusted_proxies = config.trusted_proxies.clone();
    settings.only_own_host = !config.any_host;
    settings.out_of_hours = words.out_of_hours.clone();
    if let Some(provider) = &words.provider {
        settings.identity_provider = provider.clone();
    }
    settings
}

/// Who only looks sends nothing.
struct NoMailer;

#[async_trait]
impl Mailer for NoMailer {
    async fn send(&self, _: &Message) -> Result<(), MailFailure> {
        Err(MailFailure::Temporary("this process sends no mail".to_owned()))
    }
}

/// What is said of keys that are not the database's.
pub(crate) fn foreign_keys(config: &Config, check: KeyCheck) -> StartError {
    match check {
        KeyCheck::Fault(_) => StartError::Database { place: config.database.to_string(), cause: sentence(&check) },
        check => StartError::Keys { file: config.keys.clone(), cause: KeysError::Foreign(check) },
    }
}

fn hasher(config: &Config, keys: &Keys) -> Result<Argon2Hasher, StartError> {
    let peppers = keys.peppers().map_err(|error| part("password hashing", &error))?;
    Argon2Hasher::new(peppers, config.hashing.clone()).map_err(|error| part("password hashing", &error))
}

fn part(what: &'static str, error: &dyn std::error::Error) -> StartError {
    StartError::Part(what, sentence(error))
}

/// An error and what lies below it, in one line.
pub(crate) fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        below = cause.source();
    }
    text.replace('\n', " ")
}
