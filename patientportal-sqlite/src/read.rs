//! The reads: one indexed statement each.

use patientportal_core::account::{Access, Account};
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::fault::Fault;
use patientportal_core::ids::{
    AccountId, ClinicId, CounterKey, CprIndex, Epoch, FlowId, JobId, KeyId, Revision, Sealed, SecretHash, SessionNo,
};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::session::{Proof, Session};
use patientportal_core::store::{
    Cursor, FlowRecord, Job, JobKind, KeyProof, List, Listed, Page, SessionView, Versioned,
};
use patientportal_core::throttle::Counter;
use rusqlite::{Connection, Row};

use crate::columns::{all, at, bytes_at, first, id_at, known_id, unreadable};
use crate::statements as sql;

pub(crate) fn session(connection: &Connection, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
    let (Some(account), Some(number)) = (known_id(of.0), known_id(no.0)) else { return Ok(None) };
    first(connection, sql::SESSION, (account, number), |row| {
        let access = Access::from_record(bytes_at(row, 6)?)?;
        Ok(SessionView { session: session_in(row, of, no)?, access })
    })
}

pub(crate) fn provider_session(connection: &Connection, of: AccountId, no: SessionNo) -> Result<Option<Sealed>, Fault> {
    let (Some(account), Some(number)) = (known_id(of.0), known_id(no.0)) else { return Ok(None) };
    first(connection, sql::PROVIDER_SESSION, (account, number), |row| Ok(Sealed(at(row, 0)?)))
}

pub(crate) fn account(connection: &Connection, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
    let Some(column) = known_id(id.0) else { return Ok(None) };
    first(connection, sql::ACCOUNT, [column], account_in)
}

pub(crate) fn account_by_cpr(
    connection: &Connection,
    indexes: &[CprIndex],
) -> Result<Option<Versioned<Account>>, Fault> {
    for index in indexes {
        let found = first(connection, sql::ACCOUNT_BY_CPR, (index.key.0, index.hash), account_in)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

pub(crate) fn flow(connection: &Connection, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
    first(connection, sql::FLOW, [id.0], |row| flow_in(row, id))
}

pub(crate) fn counter(connection: &Connection, key: CounterKey) -> Result<Option<Counter>, Fault> {
    first(connection, sql::COUNTER, [key.0], counter_in)
}

pub(crate) fn list(connection: &Connection, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
    let start = if what.is_newest_first() { (i64::MAX, i64::MAX) } else { (i64::MIN, -1) };
    let after = after.map_or(start, |after| (after.at.0, i64::try_from(after.id).unwrap_or(i64::MAX)));
    let one_more = u32::from(limit) + 1;
    let rows = match what {
        List::DeadJobs => {
            all(connection, sql::LIST_DEAD_JOBS, (after.0, after.1, one_more), |row| Ok(Listed::Job(job_in(row)?)))?
        }
        List::Sessions(of) => match known_id(of.0) {
            Some(account) => all(connection, sql::LIST_SESSIONS, (account, after.1, one_more), |row| {
                Ok(Listed::Session(session_in(row, of, SessionNo(id_at(row, 6)?))?))
            })?,
            None => Vec::new(),
        },
        List::Audit(of) => match known_id(of.0) {
            Some(account) => all(connection, sql::LIST_AUDIT, (account, after.0, after.1, one_more), |row| {
                Ok(Listed::Audit(entry_in(row)?))
            })?,
            None => Vec::new(),
        },
        List::LatestAudit(of) => match known_id(of.0) {
            Some(account) => all(connection, sql::LIST_LATEST_AUDIT, (account, after.0, after.1, one_more), |row| {
                Ok(Listed::Audit(entry_in(row)?))
            })?,
            None => Vec::new(),
        },
        List::MemberAudit { clinic, account } => match (known_id(clinic.0), known_id(account.0)) {
            (Some(clinic), Some(account)) => {
                let values = (account, clinic, after.0, after.1, one_more);
                all(connection, sql::LIST_MEMBER_AUDIT, values, |row| Ok(Listed::Audit(entry_in(row)?)))?
            }
            _ => Vec::new(),
        },
        List::ClinicAudit(of) => match known_id(of.0) {
            Some(clinic) => all(connection, sql::LIST_CLINIC_AUDIT, (clinic, after.0, after.1, one_more), |row| {
                Ok(Listed::Audit(entry_in(row)?))
            })?,
            None => Vec::new(),
        },
        List::JobsOf(of) => match known_id(of.0) {
            Some(account) => all(connection, sql::LIST_JOBS_OF, (account, after.0, after.1, one_more), |row| {
                Ok(Listed::Job(job_in(row)?))
            })?,
            None => Vec::new(),
        },
        List::Unsealed => {
            all(connection, sql::LIST_UNSEALED, (after.1, one_more), |row| Ok(Listed::Unsealed(entry_in(row)?)))?
        }
        List::Sealed { from, to } => {
            let first = after.max((lowest(from), -1));
            let values = (first.0, first.1, i64::try_from(to).unwrap_or(i64::MAX), one_more);
            all(connection, sql::LIST_SEALED, values, |row| {
                Ok(Listed::Sealed { batch: id_at(row, 6)?, entry: entry_in(row)? })
            })?
        }
        List::Batches => {
            all(connection, sql::LIST_BATCHES, (after.1, one_more), |row| Ok(Listed::Batch(batch_in(row)?)))?
        }
        List::Keys => all(connection, sql::LIST_KEYS, (after.1, one_more), |row| {
            Ok(Listed::Key(KeyProof { id: KeyId(at(row, 0)?), proof: at(row, 1)? }))
        })?,
        List::Members { clinic, state } => match known_id(clinic.0) {
            Some(clinic) => {
                let values = (clinic, state.to_column(), after.0, after.1, one_more);
                all(connection, sql::LIST_MEMBERS, values, |row| {
                    Ok(Listed::Member { account: AccountId(id_at(row, 0)?), since: Timestamp(at(row, 1)?) })
                })?
            }
            None => Vec::new(),
        },
        _ => return Err(Fault::new("this version of the SQLite store does not know a list")),
    };
    Ok(Page::of(rows, limit))
}

// Rows in the columns that their statements select.

pub(crate) fn flow_in(row: &Row<'_>, id: FlowId) -> Result<Versioned<FlowRecord>, Fault> {
    let expires = Timestamp(at(row, 1)?);
    let value = FlowRecord { id, expires, consumed: at(row, 2)?, body: Sealed(at(row, 3)?) };
    Ok(Versioned { revision: Revision(id_at(row, 0)?), value })
}

pub(crate) fn counter_in(row: &Row<'_>) -> Result<Counter, Fault> {
    Ok(Counter {
        count: at(row, 0)?,
        since: Timestamp(at(row, 1)?),
        blocked_until: Timestamp(at(row, 2)?),
        expires: Timestamp(at(row, 3)?),
    })
}

pub(crate) fn job_in(row: &Row<'_>) -> Result<Job, Fault> {
    Ok(Job {
        id: JobId(id_at(row, 0)?),
        kind: JobKind::from_column(at(row, 1)?).ok_or_else(unreadable)?,
        due: Timestamp(at(row, 2)?),
        give_up: Timestamp(at(row, 3)?),
        attempts: at(row, 4)?,
        dead: at(row, 5)?,
        payload: Sealed(at(row, 6)?),
        account: known(at(row, 7)?)?.map(AccountId),
    })
}

pub(crate) fn session_in(row: &Row<'_>, account: AccountId, no: SessionNo) -> Result<Session, Fault> {
    Ok(Session {
        account,
        no,
        secret: SecretHash(at(row, 0)?),
        epoch: Epoch(at(row, 1)?),
        proof: Proof::from_column(at(row, 2)?).ok_or_else(unreadable)?,
        opened: Timestamp(at(row, 3)?),
        ends: Timestamp(at(row, 4)?),
        seen: Minute(at(row, 5)?),
    })
}

pub(crate) fn account_in(row: &Row<'_>) -> Result<Versioned<Account>, Fault> {
    let value = Account::from_record(AccountId(id_at(row, 0)?), bytes_at(row, 2)?, bytes_at(row, 3)?)?;
    Ok(Versioned { revision: Revision(id_at(row, 1)?), value })
}

pub(crate) fn entry_in(row: &Row<'_>) -> Result<AuditEntry, Fault> {
    Ok(AuditEntry {
        id: id_at(row, 0)?,
        at: Timestamp(at(row, 1)?),
        account: known(at(row, 2)?)?.map(AccountId),
        clinic: known(at(row, 3)?)?.map(ClinicId),
        record: at(row, 4)?,
        mac: at(row, 5)?,
    })
}

pub(crate) fn batch_in(row: &Row<'_>) -> Result<AuditBatch, Fault> {
    Ok(AuditBatch { number: id_at(row, 0)?, record: at(row, 1)?, mac: at(row, 2)? })
}

/// The column of the first batch that is asked for; what has a number below all, somebody has added.
fn lowest(from: u64) -> i64 {
    if from == 0 { i64::MIN } else { i64::try_from(from).unwrap_or(i64::MAX) }
}

fn known(column: Option<i64>) -> Result<Option<u64>, Fault> {
    column.map(u64::try_from).transpose().map_err(|_| unreadable())
}
