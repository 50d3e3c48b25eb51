//! Leasing jobs: the number of the try names the lease, so a lease is never another's.

use patientportal_core::fault::Fault;
use patientportal_core::ids::Lease;
use patientportal_core::moment::Timestamp;
use patientportal_core::store::LeasedJob;
use rusqlite::Connection;

use crate::columns::{all, execute, id};
use crate::read::job_in;
use crate::statements as sql;

pub(crate) fn lease(
    connection: &Connection,
    now: Timestamp,
    until: Timestamp,
    limit: u16,
) -> Result<Vec<LeasedJob>, Fault> {
    let mut due = all(connection, sql::DUE_JOBS, (now.0, limit), job_in)?;
    for job in &mut due {
        job.attempts = job.attempts.saturating_add(1);
        execute(connection, sql::LEASE_JOB, (id(job.id.0)?, job.attempts, until.0))?;
    }
    Ok(due.into_iter().map(|job| LeasedJob { lease: Lease(u64::from(job.attempts)), job }).collect())
}

/// Frees every job that is leased.
pub(crate) fn free(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute(sql::FREE_JOBS, []).map(|_| ())
}
