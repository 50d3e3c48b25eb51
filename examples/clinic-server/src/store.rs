//! Opening the database with the keys that belong to it. Keys are made for a new database only: a second node that made
//! keys of its own would find nobody.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use patientportal_core::moment::Timestamp;
use patientportal_core::ports::Clock;
use patientportal_core::store::transfer::CopySource;
use patientportal_core::store::{List, Listed, Store};
use patientportal_postgres::{OpenError, PostgresStore};
use patientportal_sqlite::{SqliteOptions, SqliteStore};

use crate::config::{Config, Database, PostgresConfig};
use crate::keys::{Keys, KeysError};
use crate::machine::{SystemClock, SystemEntropy};
use crate::parts::{Role, StartError, sentence};

/// A database that was opened.
pub(crate) struct Opened {
    /// The store.
    pub(crate) store: Arc<dyn Store>,
    /// Its rows.
    pub(crate) rows: Arc<dyn CopySource>,
    /// The keys that belong to it.
    pub(crate) keys: Keys,
}

/// The database and its keys. Who serves makes both when they are not there.
///
/// # Errors
/// [`StartError::Keys`], [`StartError::Database`].
pub(crate) async fn open(config: &Config, role: Role) -> Result<Opened, StartError> {
    let failed = |cause| StartError::Keys { file: config.keys.clone(), cause };
    let found = Keys::find(&config.keys).map_err(failed)?;
    match &config.database {
        Database::Sqlite(path) => {
            let keys = match found {
                Some(keys) => keys,
                None if path.exists() => return Err(failed(KeysError::Lost)),
                None => Keys::make(&config.keys, &SystemEntropy).map_err(failed)?,
            };
            let store = Arc::new(sqlite(path, role).map_err(|cause| not_opened(&config.database, cause))?);
            Ok(Opened { rows: store.clone(), store, keys })
        }
        Database::Postgres(postgres) => {
            let store = Arc::new(self::postgres(postgres, &config.database, role).await?);
            let keys = match found {
                Some(keys) => keys,
                None => first_keys(config, store.as_ref(), role).await?,
            };
            Ok(Opened { rows: store.clone(), store, keys })
        }
    }
}

/// The first node of a new database makes the keys; all others get a copy of its file.
async fn first_keys(config: &Config, store: &dyn Store, role: Role) -> Result<Keys, StartError> {
    let failed = |cause| StartError::Keys { file: config.keys.clone(), cause };
    let page = store.list(List::Keys, None, KEYS_TOLD).await;
    let page = page.map_err(|fault| not_opened(&config.database, sentence(&fault)))?;
    let ids = page.rows.iter().filter_map(|row| match row {
        Listed::Key(key) => Some(key.id.0.to_string()),
        _ => None,
    });
    let ids: Vec<_> = ids.collect();
    if !ids.is_empty() {
        return Err(failed(KeysError::Elsewhere(ids.join(", "))));
    }
    match role {
        Role::Server => Keys::make(&config.keys, &SystemEntropy).map_err(failed),
        Role::Onlooker => Err(not_yet(&config.database, "no server has been started on it yet".to_owned())),
    }
}

fn sqlite(path: &Path, role: Role) -> Result<SqliteStore, String> {
    if role == Role::Onlooker && !path.exists() {
        return Err("it is not there".to_owned());
    }
    let mut options = SqliteOptions::default();
    options.only_worker = role == Role::Server;
    SqliteStore::open(path, options).map_err(|error| sentence(&error))
}

async fn postgres(config: &PostgresConfig, place: &Database, role: Role) -> Result<PostgresStore, StartError> {
    let mut options = config.options.clone();
    options.migrate = role == Role::Server;
    let store = PostgresStore::open(&config.url, options).await.map_err(|error| match &error {
        OpenError::Empty | OpenError::Older { .. } => not_yet(place, sentence(&error)),
        _ => not_opened(place, sentence(&error)),
    })?;
    if role == Role::Server {
        compare_clocks(&store).await.map_err(|cause| not_opened(place, cause))?;
    }
    Ok(store)
}

/// A node whose clock is half a lease ahead of the others' would take the mail that they are sending for left behind,
/// and send it too.
async fn compare_clocks(store: &PostgresStore) -> Result<(), String> {
    let before = SystemClock.now();
    let there = store.clock().await.map_err(|fault| sentence(&fault))?;
    let apart = apart(before, there, SystemClock.now());
    if apart <= CLOCKS_MAY_BE_APART {
        return Ok(());
    }
    Err(format!("its clock and this machine's are {} seconds apart: run NTP on both", apart.as_secs()))
}

/// How far a clock is away from another one that was read before and after it.
fn apart(before: Timestamp, there: Timestamp, after: Timestamp) -> Duration {
    there.since(after).max(before.since(there))
}

fn not_opened(database: &Database, cause: String) -> StartError {
    StartError::Database { place: database.to_string(), cause }
}

fn not_yet(database: &Database, what: String) -> StartError {
    StartError::NotYet { place: database.to_string(), what }
}

const KEYS_TOLD: u16 = 20;
/// Two nodes are then no further apart than a third of the usual lease, which is extended when half of it has passed.
const CLOCKS_MAY_BE_APART: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_whichever_is_ahead_and_however_long_the_asking_took() {
        let apart = |before, there, after| apart(Timestamp(before), Timestamp(there), Timestamp(after)).as_millis();
        assert_eq!(apart(1000, 1000, 1000), 0);
        assert_eq!(apart(1000, 3000, 6000), 0);
        assert_eq!(apart(1000, 900, 6000), 100);
        assert_eq!(apart(1000, 6200, 6000), 200);
    }
}
