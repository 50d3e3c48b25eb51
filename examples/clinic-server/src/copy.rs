//! `copy`: moves a portal from one database to another and verifies that all of it arrived.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use patientportal_core::sealing::KeyRing;
use patientportal_core::store::transfer::{self, CopyError, CopySource, CopyTarget, Told};
use patientportal_postgres::{PostgresOptions, PostgresStore};
use patientportal_sqlite::{SqliteOptions, SqliteSource, SqliteTarget};

use crate::config::{Config, Database, PostgresConfig, holds_password};
use crate::keys::{Keys, KeysError};
use crate::parts::{StartError, sentence};

/// What is to be copied where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The portal.
    pub(crate) from: NamedDatabase,
    /// Where there is none yet.
    pub(crate) to: NamedDatabase,
    /// The portal's keys.
    pub(crate) keys: PathBuf,
}

/// A database on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NamedDatabase {
    /// A file.
    Sqlite(PathBuf),
    /// An address without a password.
    Postgres(String),
    /// That of a configuration file, with its `[postgres]`.
    Config(PathBuf),
}

impl NamedDatabase {
    /// Reads one.
    ///
    /// # Errors
    /// What it must look like.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() && !path.starts_with("//") => Ok(Self::Sqlite(path.into())),
            // Who is on this machine sees its command lines.
            Some(("postgres" | "postgresql", _)) if holds_password(text) => {
                Err("holds a password, which everybody on this machine can see: say config:FILE, with a password_file")
            }
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(Self::Postgres(text.to_owned())),
            Some(("config", file)) if !file.is_empty() => Ok(Self::Config(file.into())),
            _ => Err("must be sqlite:FILE, postgres://…, or config:FILE for the database of a configuration file"),
        }
    }

    fn database(&self) -> Result<Database, StartError> {
        Ok(match self {
            Self::Sqlite(path) => Database::Sqlite(path.clone()),
            Self::Postgres(url) => {
                Database::Postgres(PostgresConfig { url: url.clone(), options: PostgresOptions::default() })
            }
            Self::Config(file) => Config::read(file)?.database,
        })
    }
}

/// Copies, or goes on with a copy that was broken off. Tells `out` of each table, and at the end what was verified.
///
/// # Errors
/// [`StartError`] says which database, or the keys, and why. The copy is then not used by any server.
pub(crate) async fn copy(order: &Order, out: &mut (dyn Write + Send)) -> Result<(), StartError> {
    let ring = ring(&order.keys)?;
    let (from, to) = (order.from.database()?, order.to.database()?);
    if is_same(&from, &to) {
        return Err(StartError::Part("the copy", format!("--from and --to are both {from}")));
    }
    let source = source(&from).await.map_err(|cause| failed(&from, cause))?;
    let target = target(&to).await.map_err(|cause| failed(&to, cause))?;
    let mut verified = Vec::new();
    let tell = |told: Told| match told {
        Told::Moved { table, rows } => {
            // Who has closed the pipe does not want to be told.
            let _closed = writeln!(out, "{table}: {rows} copied");
        }
        Told::Verified { table, rows } => verified.push(format!("{rows} {table}")),
        _ => {}
    };
    transfer::copy(&*source, &*target, &ring, tell).await.map_err(|error| match &error {
        CopyError::Target(_) => failed(&to, sentence(&error)),
        _ => failed(&from, sentence(&error)),
    })?;
    let _closed = writeln!(
        out,
        "verified, each alike in both and every audit entry by its MAC: {}\n\
         {to} is whole. Serve it with the same file of keys, and {from} never again.",
        verified.join(", ")
    );
    Ok(())
}

fn ring(file: &Path) -> Result<KeyRing, StartError> {
    let failed = |cause| StartError::Keys { file: file.to_owned(), cause };
    let keys = Keys::find(file).map_err(failed)?;
    let keys = keys.ok_or_else(|| failed(KeysError::File(std::io::ErrorKind::NotFound.into())))?;
    keys.ring().map_err(|_| failed(KeysError::Twice))
}

async fn source(database: &Database) -> Result<Arc<dyn CopySource>, String> {
    match database {
        Database::Sqlite(path) => match SqliteSource::open(path, &SqliteOptions::default()) {
            Ok(source) => Ok(Arc::new(source)),
            Err(error) => Err(sentence(&error)),
        },
        Database::Postgres(config) => {
            let mut options = config.options.clone();
            options.migrate = false;
            match PostgresStore::open(&config.url, options).await {
                Ok(store) => Ok(Arc::new(store)),
                Err(error) => Err(sentence(&error)),
            }
        }
    }
}

async fn target(database: &Database) -> Result<Arc<dyn CopyTarget>, String> {
    match database {
        Database::Sqlite(path) => match SqliteTarget::open(path, &SqliteOptions::default()) {
            Ok(target) => Ok(Arc::new(target)),
            Err(error) => Err(sentence(&error)),
        },
        Database::Postgres(config) => match PostgresStore::open_for_copy(&config.url, config.options.clone()).await {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => Err(sentence(&error)),
        },
    }
}

/// Whether two are one, as far as that is known without asking them.
fn is_same(from: &Database, to: &Database) -> bool {
    match (from, to) {
        (Database::Sqlite(from), Database::Sqlite(to)) => match (from.canonicalize(), to.canonicalize()) {
            (Ok(from), Ok(to)) => from == to,
            _ => from == to,
        },
        (Database::Postgres(one), Database::Postgres(other)) => {
            from.to_string() == to.to_string() && one.options.schema == other.options.schema
        }
        _ => false,
    }
}

fn failed(database: &Database, cause: String) -> StartError {
    StartError::Database { place: database.to_string(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_understood() {
        assert_eq!(NamedDatabase::parse("sqlite:a:b.db"), Ok(NamedDatabase::Sqlite("a:b.db".into())));
        assert_eq!(
            NamedDatabase::parse("postgres://p@h/d"),
            Ok(NamedDatabase::Postgres("postgres://p@h/d".to_owned()))
        );
        assert_eq!(
            NamedDatabase::parse("postgresql://p@h/d"),
            Ok(NamedDatabase::Postgres("postgresql://p@h/d".to_owned()))
        );
        assert_eq!(NamedDatabase::parse("config:portal.toml"), Ok(NamedDatabase::Config("portal.toml".into())));
        for wrong in ["postgres://p:x@h/d", "postgres://p@h/d?password=x", "postgres://p:x@y@h/d"] {
            assert!(NamedDatabase::parse(wrong).unwrap_err().starts_with("holds"), "{wrong}");
        }
        for wrong in ["", "portal.db", "sqlite:", "sqlite://portal.db", "postgres:p", "config:", "mysql://h/d"] {
            assert!(NamedDatabase::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_database_is_told_from_another() {
        let database = |text: &str| NamedDatabase::parse(text).unwrap().database().unwrap();
        let same = |from: &str, to: &str| is_same(&database(from), &database(to));
        let here = std::env::current_exe().unwrap();
        let (here, by_way) = (here.display().to_string(), format!("{}/../", here.parent().unwrap().display()));
        let by_way = by_way + here.rsplit('/').nth(1).unwrap() + "/" + here.rsplit('/').next().unwrap();
        assert!(same(&format!("sqlite:{here}"), &format!("sqlite:{by_way}")));
        assert!(same("sqlite:none.db", "sqlite:none.db") && !same("sqlite:none.db", "sqlite:other.db"));
        assert!(same("postgres://a@h:1/d", "postgresql://b@h:1/d") && !same("postgres://a@h/d", "postgres://a@h/e"));
        assert!(!same("sqlite:none.db", "postgres://a@h/d"));
    }
}
