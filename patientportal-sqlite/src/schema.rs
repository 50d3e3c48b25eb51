//! The schema, step by step: each step is a file that is never changed again, and its checksum is kept to prove it.

use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::members;
use crate::open::OpenError;

/// Brings the schema up to date, or says why this is not a database for us.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    if check(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let version = check(&transaction)?;
    if version == 0 {
        transaction.execute_batch(LEDGER)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    for (number, migration) in (1..).zip(MIGRATIONS).filter(|(number, _)| *number > version) {
        transaction.execute_batch(migration)?;
        transaction
            .execute("INSERT INTO migration (version, checksum) VALUES (?1, ?2)", (number, checksum(migration)))?;
    }
    if version < MEMBERS_SINCE {
        members::index_all(&transaction).map_err(OpenError::Unreadable)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Whether the file holds nothing at all yet.
pub(crate) fn is_empty(connection: &Connection) -> Result<bool, OpenError> {
    Ok(check(connection)? == 0)
}

/// The version of the schema; nought for an empty file.
pub(crate) fn check(connection: &Connection) -> Result<i64, OpenError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, tables) {
        (APPLICATION_ID, _) => {}
        (0, 0) => return Ok(0),
        _ => return Err(OpenError::OtherProgram),
    }
    if version > VERSION {
        return Err(OpenError::Newer { found: version, known: VERSION });
    }
    check_history(connection, version)?;
    Ok(version)
}

fn check_history(connection: &Connection, version: i64) -> Result<(), OpenError> {
    let mut statement = connection.prepare("SELECT version, checksum FROM migration ORDER BY version")?;
    let history = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let history: Vec<(i64, Vec<u8>)> = history.collect::<Result<_, _>>()?;
    let expected = (1..=version).zip(MIGRATIONS).map(|(number, migration)| (number, checksum(migration)));
    if history.into_iter().eq(expected) { Ok(()) } else { Err(OpenError::OtherHistory) }
}

fn checksum(migration: &str) -> Vec<u8> {
    Sha256::digest(migration).to_vec()
}

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_master_keys.sql"),
    include_str!("../migrations/0003_copying.sql"),
    include_str!("../migrations/0004_members.sql"),
    include_str!("../migrations/0005_staff.sql"),
    include_str!("../migrations/0006_sealed_audit.sql"),
];

/// The version from which memberships are kept for staff beside the accounts.
const MEMBERS_SINCE: i64 = 4;

/// The version that this build writes.
const VERSION: i64 = MIGRATIONS.len() as i64;

/// "PPor", so that another program's file is not taken for ours.
const APPLICATION_ID: i64 = 0x5050_6f72;

const LEDGER: &str = "CREATE TABLE migration (version INTEGER PRIMARY KEY, checksum BLOB NOT NULL) STRICT;";
