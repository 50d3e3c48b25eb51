//! How a database is opened, and why one is not.

use std::fmt;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use crate::error::{Cause, Remedy};

/// How the database is used. The default suits a server with a few nodes.
#[derive(Clone)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// The schema that holds the portal's tables; made when there is none. Lower-case letters, digits and underscores.
    pub schema: String,
    /// Whether the schema is made, or brought up to date, when need be. If not, opening changes nothing, and ends in
    /// [`OpenError::Empty`] or [`OpenError::Older`] then.
    pub migrate: bool,
    /// How many connections there are at most, at least one. A quarter of them is kept for reading.
    pub connections: usize,
    /// How long connecting to a host may take.
    pub connect_timeout: Duration,
    /// How long to wait for a connection when all are in use.
    pub pool_wait: Duration,
    /// How long a statement may take, at least a millisecond. Waiting for a lock may take half of it.
    pub statement_timeout: Duration,
    /// How long a commit is tried again whose connection broke, or that others were in the way of.
    pub commit_patience: Duration,
    /// The password, instead of one in the URL.
    pub password: Option<String>,
    /// Certificates in PEM to trust besides the machine's.
    pub root_certificates: Option<String>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: "patientportal".into(),
            migrate: true,
            connections: 16,
            connect_timeout: Duration::from_secs(3),
            pool_wait: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            commit_patience: Duration::from_secs(8),
            password: None,
            root_certificates: None,
        }
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            schema, migrate, connections, connect_timeout, pool_wait, statement_timeout, commit_patience, ..
        } = self;
        f.debug_struct("PostgresOptions")
            .field("schema", schema)
            .field("migrate", migrate)
            .field("connections", connections)
            .field("connect_timeout", connect_timeout)
            .field("pool_wait", pool_wait)
            .field("statement_timeout", statement_timeout)
            .field("commit_patience", commit_patience)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("root_certificates", &self.root_certificates.as_ref().map(|_| "…"))
            .finish()
    }
}

impl PostgresOptions {
    /// Says what is wrong with them.
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
        let letters = self.schema.as_bytes();
        let named = (1..=63).contains(&letters.len()) && letters.iter().copied().all(plain);
        if !named || letters.starts_with(b"pg_") || letters.first().is_some_and(u8::is_ascii_digit) {
            return Err(OpenError::BadOption("the schema's name must be lower-case letters, digits and underscores"));
        }
        if self.connections == 0 {
            return Err(OpenError::BadOption("there must be at least one connection"));
        }
        if !(1..=LONGEST_MILLISECONDS).contains(&self.statement_timeout.as_millis()) {
            return Err(OpenError::BadOption("statements must be given between a millisecond and a day"));
        }
        Ok(())
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL cannot be read. It is not repeated, since it may hold a password.
    #[error("the database's URL cannot be read: write postgres://user:password@host:port/database, sslmode=require")]
    BadUrl,
    /// An option has a value that makes no sense.
    #[error("{0}")]
    BadOption(&'static str),
    /// The URL turns encryption off on the way to another machine.
    #[error("the database is on another machine and must be reached encrypted: leave sslmode=disable out of its URL")]
    InsecureTransport,
    /// The certificates to trust cannot be read.
    #[error("the root certificates for the database cannot be read: they must be in PEM")]
    RootCertificates,
    /// TLS cannot be set up on this machine.
    #[error("TLS to the database cannot be set up: check this machine's root certificates")]
    Tls(#[source] rustls::Error),
    /// The server's certificate is signed by nobody who is trusted, or is another host's.
    #[error("the database server does not prove who it is: add who signed its certificate to the root certificates")]
    Untrusted(#[source] Unwell),
    /// No server answers.
    #[error("the database server cannot be reached: check that it runs, and its host and port in the URL")]
    Unreachable(#[source] Unwell),
    /// The server refuses the login.
    #[error("the database server refuses the login: check user, password and database name in the URL")]
    Refused(#[source] Unwell),
    /// The server only reads, as a standby does.
    #[error("the database server does not write: name the primary, or both with target_session_attrs=read-write")]
    ReadOnly(#[source] Unwell),
    /// The user may not make what is missing.
    #[error("the database user may not make the portal's tables: grant it CREATE on the database, or on the schema")]
    NotPermitted(#[source] Unwell),
    /// There is no portal in the database, and none was to be made.
    #[error("there is no portal in the database yet: the first start of a server makes it")]
    Empty,
    /// The schema was made by an older version of the portal, and was not to be brought up to date.
    #[error("the database has schema version {found}: the next start of a server brings it to version {known}")]
    Older {
        /// The version in the database.
        found: i64,
        /// The version that this program wants.
        known: i64,
    },
    /// The schema was made by a newer version of the portal.
    #[error("the database has schema version {found}, this program knows {known}: install the newer program again")]
    Newer {
        /// The version in the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The schema was not made by the migrations of this program.
    #[error("the database was migrated by other steps than this program's: use the program that made it")]
    OtherHistory,
    /// The schema holds tables of something else.
    #[error("the schema holds another program's tables: name another schema")]
    OtherProgram,
    /// A portal was being copied into it, and the copy is not whole.
    #[error("a portal was copied into the database only by half: let the copy go on to its end")]
    HalfCopied,
    /// A portal is to be copied into it, and it is in use already.
    #[error("the database holds a portal already: copy into an empty database or another schema")]
    NotEmpty,
    /// The database failed otherwise.
    #[error("the database could not be opened")]
    Failed(#[source] Unwell),
}

/// What a database server said, or how it failed to. Holds no value of a row and no password.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unwell(String);

impl From<Cause> for OpenError {
    fn from(cause: Cause) -> Self {
        let told = |code: SqlState| cause.code() == Some(code.code());
        let class = cause.code().and_then(|code| code.get(..2)).unwrap_or_default();
        let unwell = Unwell(cause.text().to_owned());
        if told(SqlState::INSUFFICIENT_PRIVILEGE) {
            Self::NotPermitted(unwell)
        } else if told(SqlState::READ_ONLY_SQL_TRANSACTION) || cause.text().contains("does not allow writes") {
            Self::ReadOnly(unwell)
        } else if class == "28" || class == "3D" || cause.text().starts_with("invalid configuration") {
            Self::Refused(unwell)
        } else if cause.text().contains("invalid peer certificate") {
            Self::Untrusted(unwell)
        } else if cause.remedy == Remedy::Mend {
            Self::Failed(unwell)
        } else {
            Self::Unreachable(unwell)
        }
    }
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::from(Cause::from(error))
    }
}

impl From<patientportal_core::fault::Fault> for OpenError {
    fn from(fault: patientportal_core::fault::Fault) -> Self {
        let unwell = Unwell(fault.chain());
        if fault.is_transient() { Self::Unreachable(unwell) } else { Self::Failed(unwell) }
    }
}

const LONGEST_MILLISECONDS: u128 = 24 * 60 * 60 * 1000;
