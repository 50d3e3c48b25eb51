//! The schema, step by step: each step is a file that is never changed again, and its checksum is kept to prove it.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use crate::connect::Connector;
use crate::open::OpenError;

/// Brings the schema up to date if it `may`, or says why this is not a database for us. Of several nodes that start at
/// once, one does it and the others wait.
pub(crate) async fn migrate(connector: &Connector, schema: &str, may: bool) -> Result<(), OpenError> {
    let connection = connector.connect().await?;
    let client = connection.client();
    match check(client, schema).await? {
        VERSION => return Ok(()),
        0 if !may => return Err(OpenError::Empty),
        found if !may => return Err(OpenError::Older { found, known: VERSION }),
        _ => {}
    }
    client.batch_execute(PATIENCE).await?;
    client.execute("SELECT pg_advisory_lock($1)", &[&lock_of(schema)]).await?;
    // Who fails gives the lock back with the connection, and tells why; a transaction that failed would not unlock.
    migrate_alone(client, schema).await?;
    client.execute("SELECT pg_advisory_unlock($1)", &[&lock_of(schema)]).await?;
    Ok(())
}

async fn migrate_alone(client: &Client, schema: &str) -> Result<(), OpenError> {
    // Another node may have been faster.
    let version = check(client, schema).await?;
    if version == 0 {
        begin(client, schema).await?;
    }
    for (number, migration) in (1..).zip(MIGRATIONS).filter(|(number, _)| *number > version) {
        client.batch_execute("BEGIN").await?;
        client.batch_execute(migration).await?;
        let note = "INSERT INTO migration (version, checksum) VALUES ($1, $2)";
        client.execute(note, &[&number, &checksum(migration)]).await?;
        client.batch_execute("COMMIT").await?;
    }
    Ok(())
}

/// Makes the schema, unless the operator has, and the ledger in it.
async fn begin(client: &Client, schema: &str) -> Result<(), OpenError> {
    let there = "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1";
    let there: i64 = client.query_one(there, &[&schema]).await?.try_get(0)?;
    if there == 0 {
        client.batch_execute(&format!("CREATE SCHEMA \"{schema}\"")).await?;
    }
    client.batch_execute(LEDGER).await?;
    Ok(())
}

/// The version of the schema; nought where there is none.
async fn check(client: &Client, schema: &str) -> Result<i64, OpenError> {
    let tables = "SELECT c.relname = 'migration' FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
    let tables = client.query(tables, &[&schema]).await?;
    let ledgers = tables.iter().map(|row| row.try_get::<_, bool>(0)).collect::<Result<Vec<_>, _>>()?;
    match (ledgers.is_empty(), ledgers.contains(&true)) {
        (true, _) => return Ok(0),
        (_, false) => return Err(OpenError::OtherProgram),
        _ => {}
    }
    let history = client.query("SELECT version, checksum FROM migration ORDER BY version", &[]).await;
    let history = history.map_err(|error| match error.code().map(|code| code.code()) {
        Some(UNDEFINED_COLUMN) => OpenError::OtherProgram,
        _ => error.into(),
    })?;
    let read = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    let history = history.iter().map(read).collect::<Result<Vec<(i64, Vec<u8>)>, tokio_postgres::Error>>();
    let history = history.map_err(|_| OpenError::OtherProgram)?;
    let version = history.last().map_or(0, |(version, _)| *version);
    if version > VERSION {
        return Err(OpenError::Newer { found: version, known: VERSION });
    }
    let expected = (1..=version).zip(MIGRATIONS).map(|(number, migration)| (number, checksum(migration)));
    if history.into_iter().eq(expected) { Ok(version) } else { Err(OpenError::OtherHistory) }
}

fn checksum(migration: &str) -> Vec<u8> {
    Sha256::digest(migration).to_vec()
}

/// The number of the lock that whoever migrates this schema holds.
fn lock_of(schema: &str) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(format!("patientportal schema {schema}")));
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_staff.sql"),
    include_str!("../migrations/0003_sealed_audit.sql"),
];

/// The version that this build writes.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, checksum BYTEA NOT NULL)";

/// Changing a large table, and waiting for the node that does it, takes its time.
const PATIENCE: &str = "SET statement_timeout TO '10min'; SET lock_timeout TO '10min';
    SET idle_in_transaction_session_timeout TO '10min'";

const UNDEFINED_COLUMN: &str = "42703";
