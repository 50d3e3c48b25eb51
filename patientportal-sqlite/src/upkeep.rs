//! What is written without a command: when sessions were seen, and what is swept away.

use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};
use rusqlite::Connection;

use crate::columns::{execute, known_id};
use crate::statements as sql;

pub(crate) fn touch(connection: &Connection, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
    for (account, no, minute) in seen {
        if let (Some(account), Some(no)) = (known_id(account.0), known_id(no.0)) {
            execute(connection, sql::TOUCH_SESSION, (account, no, minute.0))?;
        }
    }
    Ok(())
}

pub(crate) fn purge(connection: &Connection, now: Timestamp, limit: u32) -> Result<u32, Fault> {
    let command_end = Timestamp(now.0.saturating_sub(COMMANDS_ARE_KEPT_MILLISECONDS));
    let purges = [
        (sql::PURGE_SESSIONS, now),
        (sql::PURGE_FLOWS, now),
        (sql::PURGE_COUNTERS, now),
        (sql::PURGE_COMMANDS, command_end),
    ];
    let mut left = limit;
    for (purge, end) in purges {
        let removed = execute(connection, purge, (end.0, left))?;
        left = left.saturating_sub(u32::try_from(removed).unwrap_or(u32::MAX));
    }
    Ok(limit - left)
}

pub(crate) fn probe(connection: &Connection) -> Result<(), Fault> {
    match execute(connection, sql::PROBE, [])? {
        1 => Ok(()),
        _ => Err(Fault::new("the row that is written to probe the database is gone")),
    }
}

/// How long a command's id is kept to answer a repeated commit: a day.
const COMMANDS_ARE_KEPT_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;
