//! Leasing jobs: the oldest of all shards, none that another node takes at the same time.

use patientportal_core::fault::Fault;
use patientportal_core::ids::Lease;
use patientportal_core::moment::Timestamp;
use patientportal_core::store::LeasedJob;

use crate::columns::{at, values};
use crate::connection::Ask;
use crate::database::Database;
use crate::error::Remedy;
use crate::read::job_in;
use crate::shard;
use crate::statements as sql;

/// Leases up to `limit` jobs. Those that others were faster with make room for later ones.
pub(crate) async fn lease(
    database: &Database,
    now: Timestamp,
    until: Timestamp,
    limit: u16,
) -> Result<Vec<LeasedJob>, Fault> {
    let mut leased: Vec<LeasedJob> = Vec::new();
    for _ in 0..ROUNDS {
        let wanted = usize::from(limit).saturating_sub(leased.len());
        let shares = oldest(database, now, wanted).await?;
        if shares.is_empty() {
            break;
        }
        match take(database, now, until, &shares).await {
            Ok(taken) => leased.extend(taken),
            // What is leased already would lie until its lease ends.
            Err(fault) if leased.is_empty() => return Err(fault),
            Err(fault) => {
                tracing::warn!(fault = fault.chain(), "fewer jobs were leased than are due");
                break;
            }
        }
    }
    leased.sort_by_key(|leased| (leased.job.due, leased.job.id));
    Ok(leased)
}

/// How many of the oldest due jobs are in which shard.
async fn oldest(database: &Database, now: Timestamp, wanted: usize) -> Result<Vec<(i16, i64)>, Fault> {
    let most = i64::try_from(wanted).unwrap_or(i64::MAX);
    if most == 0 {
        return Ok(Vec::new());
    }
    let asks: Vec<Ask> = shard::all().map(|shard| Ask::new(sql::DUE_JOBS, values![shard, now.0, most])).collect();
    let answers = database.ask(&asks).await?;
    let mut due: Vec<(i64, i64, i16)> = Vec::new();
    for (shard, answer) in shard::all().zip(&answers) {
        for row in &answer.rows {
            due.push((at(row, 0)?, at(row, 1)?, shard));
        }
    }
    due.sort_unstable();
    due.truncate(wanted);
    let share = |shard| (shard, due.iter().filter(|(.., of)| *of == shard).count() as i64);
    Ok(shard::all().map(share).filter(|(_, count)| *count > 0).collect())
}

async fn take(
    database: &Database,
    now: Timestamp,
    until: Timestamp,
    shares: &[(i16, i64)],
) -> Result<Vec<LeasedJob>, Fault> {
    let ask = |(shard, count): &(i16, i64)| Ask::new(sql::LEASE_JOBS, values![*shard, now.0, until.0, *count]);
    let asks: Vec<Ask> = shares.iter().map(ask).collect();
    let answers = database.ask_once(&asks).await.map_err(|cause| cause.fault())?;
    let mut leased = Vec::new();
    let mut failed = None;
    for answer in answers {
        match answer {
            Ok(answer) => {
                for row in &answer.rows {
                    let job = job_in(row)?;
                    leased.push(LeasedJob { lease: Lease(u64::from(job.attempts)), job });
                }
            }
            Err(cause) if cause.remedy == Remedy::Again => {}
            Err(cause) => failed = Some(cause),
        }
    }
    match failed {
        Some(cause) if leased.is_empty() => Err(cause.fault()),
        _ => Ok(leased),
    }
}

/// How often to look again after others were faster.
const ROUNDS: u8 = 3;
