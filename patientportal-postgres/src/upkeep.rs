//! What is asked without a command: when sessions were seen, what is swept away, whether the database is well.

use std::collections::BTreeMap;

use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, SessionNo};
use patientportal_core::moment::{Minute, Timestamp};

use crate::columns::{at, id, unreadable, values};
use crate::connection::Ask;
use crate::database::Database;
use crate::error::Remedy;
use crate::shard;
use crate::statements as sql;

/// Columns of one shard's sessions: account, number, minute.
type Seen = (Vec<i64>, Vec<i64>, Vec<i64>);

pub(crate) async fn touch(database: &Database, seen: &[(AccountId, SessionNo, Minute)]) -> Result<(), Fault> {
    // In order, so that two nodes do not wait for each other in a circle; the latest of each.
    let mut latest: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (account, no, minute) in seen {
        if let (Ok(account), Ok(no)) = (id(account.0), id(no.0)) {
            let known = latest.entry((account, no)).or_insert(minute.0);
            *known = minute.0.max(*known);
        }
    }
    let mut shards: BTreeMap<i16, Seen> = BTreeMap::new();
    for ((account, no), minute) in latest {
        let (accounts, numbers, minutes) =
            shards.entry(shard::of_account(AccountId(account.unsigned_abs()))).or_default();
        accounts.push(account);
        numbers.push(no);
        minutes.push(minute);
    }
    let ask = |(shard, (accounts, numbers, minutes)): (i16, Seen)| {
        Ask::new(sql::TOUCH_SESSIONS, values![shard, accounts, numbers, minutes])
    };
    let asks: Vec<Ask> = shards.into_iter().map(ask).collect();
    database.ask(&asks).await.map(drop)
}

/// Looks how much is over where, and removes that much and no more.
pub(crate) async fn purge(database: &Database, now: Timestamp, limit: u32) -> Result<u32, Fault> {
    let command_end = now.0.saturating_sub(COMMANDS_ARE_KEPT_MILLISECONDS);
    let purges = [
        (sql::OVER_SESSIONS, sql::PURGE_SESSIONS, now.0),
        (sql::OVER_FLOWS, sql::PURGE_FLOWS, now.0),
        (sql::OVER_COUNTERS, sql::PURGE_COUNTERS, now.0),
        (sql::OVER_COMMANDS, sql::PURGE_COMMANDS, command_end),
    ];
    let places: Vec<_> = purges.into_iter().flat_map(|purge| shard::all().map(move |shard| (purge, shard))).collect();
    let over = places.iter().map(|((over, _, end), shard)| Ask::new(over, values![*shard, *end, i64::from(limit)]));
    let over = database.ask(&over.collect::<Vec<_>>()).await?;
    let mut left = i64::from(limit);
    let mut asks = Vec::new();
    for (((_, purge, end), shard), over) in places.iter().zip(&over) {
        let over: i64 = over.rows.first().map_or(Ok(0), |row| at(row, 0))?;
        let share = over.min(left);
        if share > 0 {
            asks.push(Ask::new(purge, values![*shard, *end, share]));
            left -= share;
        }
    }
    remove(database, &asks).await
}

async fn remove(database: &Database, asks: &[Ask]) -> Result<u32, Fault> {
    let mut removed = 0;
    for answer in database.ask_once(asks).await.map_err(|cause| cause.fault())? {
        match answer {
            Ok(answer) => removed += u32::try_from(answer.touched).unwrap_or(u32::MAX),
            // Another node is at it.
            Err(cause) if cause.remedy == Remedy::Again => {}
            Err(cause) => return Err(cause.fault()),
        }
    }
    Ok(removed)
}

pub(crate) async fn probe(database: &Database) -> Result<(), Fault> {
    let answers = database.ask(&[Ask::new(sql::PROBE, values![shard::SINGLE])]).await?;
    match answers.first().map(|answer| answer.touched) {
        Some(1) => Ok(()),
        _ => Err(Fault::new("the row that is written to probe the database is gone")),
    }
}

pub(crate) async fn clock(database: &Database) -> Result<Timestamp, Fault> {
    let row = database.first(Ask::bare(sql::CLOCK)).await?;
    Ok(Timestamp(at(&row.ok_or_else(unreadable)?, 0)?))
}

/// How long a command's id is kept to answer a repeated commit: a day.
const COMMANDS_ARE_KEPT_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;
