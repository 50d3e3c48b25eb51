//! How a change set is applied, within the writer's transaction. Its caller undoes what a refusal leaves.

use patientportal_core::account::Account;
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CounterKey, CprIndex, JobId, Lease, Revision, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::session::Session;
use patientportal_core::store::{Change, ChangeSet, FlowRecord, KeyProof, NewJob, NotCommitted, Outcome, Tending};
use patientportal_core::throttle::{Counter, Ladder};
use rusqlite::{Connection, params};

use crate::columns::{at, execute, first, id};
use crate::members;
use crate::read;
use crate::statements as sql;

type Applied = Result<(), NotCommitted>;

/// Applies a set, unless its command was committed before.
pub(crate) fn commit(connection: &Connection, set: &ChangeSet) -> Applied {
    if execute(connection, sql::NEW_COMMAND, (id(set.id().0)?, set.at().0))? == 0 {
        return Ok(());
    }
    for change in set.changes() {
        apply(connection, change, set.at())?;
    }
    set.audit().iter().try_for_each(|entry| anyway(insert_entry(connection, sql::NEW_AUDIT, entry)))
}

/// Writes a session and its token, unless its number is in use; answers how many sessions that were.
pub(crate) fn insert_session(
    connection: &Connection,
    session: &Session,
    provider: Option<&Sealed>,
) -> Result<usize, Fault> {
    let (account, no) = (id(session.account.0)?, id(session.no.0)?);
    let columns = params![
        account,
        no,
        session.secret.0,
        session.epoch.0,
        session.proof.to_column(),
        session.opened.0,
        session.ends.0,
        session.seen.0,
    ];
    let written = execute(connection, sql::OPEN_SESSION, columns)?;
    if let Some(token) = provider.filter(|_| written > 0) {
        execute(connection, sql::KEEP_PROVIDER_SESSION, (account, no, &token.0))?;
    }
    Ok(written)
}

/// Writes an audit entry by a statement that takes its columns.
pub(crate) fn insert_entry(connection: &Connection, statement: &str, entry: &AuditEntry) -> Result<usize, Fault> {
    let AuditEntry { id: number, at, account, clinic, record, mac } = entry;
    let account = account.map(|account| id(account.0)).transpose()?;
    let clinic = clinic.map(|clinic| id(clinic.0)).transpose()?;
    execute(connection, statement, (id(*number)?, at.0, account, clinic, record, mac))
}

fn apply(connection: &Connection, change: &Change, now: Timestamp) -> Applied {
    match change {
        Change::Count { key, ladder } => count(connection, *key, ladder, now),
        Change::Uncount(key) => uncount(connection, *key),
        Change::Forget(key) => anyway(execute(connection, sql::FORGET_COUNTER, [key.0])),
        Change::Account { expect, to } => write_account(connection, *expect, to),
        Change::Expect { account, revision } => expect(connection, *account, *revision),
        Change::ClaimCpr { index, account } => claim(connection, index, *account),
        Change::ReleaseCpr { index, account } => {
            anyway(execute(connection, sql::RELEASE_CPR, (index.key.0, index.hash, id(account.0)?)))
        }
        Change::Flow { expect, to } => write_flow(connection, *expect, to),
        Change::OpenSession { session, provider } => open_session(connection, session, provider.as_ref()),
        Change::EndSession { account, no } => {
            anyway(execute(connection, sql::END_SESSION, (id(account.0)?, id(no.0)?)))
        }
        Change::Enqueue(job) => enqueue(connection, job),
        Change::RegisterKey(key) => register_key(connection, *key),
        Change::SealAudit { batch, entries } => seal(connection, batch, entries),
        Change::Finish { job, lease, outcome } => finish(connection, *job, *lease, *outcome),
        Change::Tend { job, tending } => tend(connection, *job, tending),
    }
}

fn count(connection: &Connection, key: CounterKey, ladder: &Ladder, now: Timestamp) -> Applied {
    let before = read::counter(connection, key)?;
    let counter = ladder.count(before, now).map_err(|until| NotCommitted::Blocked { key, until })?;
    set_counter(connection, key, &counter)
}

fn uncount(connection: &Connection, key: CounterKey) -> Applied {
    match read::counter(connection, key)? {
        Some(counter) => set_counter(connection, key, &counter.uncounted()),
        None => Ok(()),
    }
}

fn set_counter(connection: &Connection, key: CounterKey, counter: &Counter) -> Applied {
    let Counter { count, since, blocked_until, expires } = counter;
    anyway(execute(connection, sql::SET_COUNTER, (key.0, count, since.0, blocked_until.0, expires.0)))
}

fn write_account(connection: &Connection, expect: Option<Revision>, to: &Account) -> Applied {
    let record = to.to_record()?;
    let account = id(to.id.0)?;
    let written = match expect {
        None => execute(connection, sql::NEW_ACCOUNT, (account, record.access, record.details)),
        Some(read) => execute(connection, sql::SET_ACCOUNT, (account, id(read.0)?, record.access, record.details)),
    };
    or_stale(written)?;
    Ok(members::index(connection, account, &to.access)?)
}

fn expect(connection: &Connection, account: AccountId, revision: Revision) -> Applied {
    let found = first(connection, sql::EXPECT_ACCOUNT, (id(account.0)?, id(revision.0)?), |_| Ok(()))?;
    found.ok_or(NotCommitted::Stale)
}

fn claim(connection: &Connection, indexes: &[CprIndex], account: AccountId) -> Applied {
    let account = id(account.0)?;
    for index in indexes {
        if execute(connection, sql::CLAIM_CPR, (index.key.0, index.hash, account))? == 0 {
            let holder = first(connection, sql::HOLDER_OF_CPR, (index.key.0, index.hash), |row| at::<i64>(row, 0))?;
            if holder != Some(account) {
                return Err(NotCommitted::Taken(*index));
            }
        }
    }
    Ok(())
}

fn write_flow(connection: &Connection, expect: Option<Revision>, to: &FlowRecord) -> Applied {
    let FlowRecord { id: flow, expires, consumed, body } = to;
    let written = match expect {
        None => execute(connection, sql::NEW_FLOW, (flow.0, expires.0, consumed, &body.0)),
        Some(read) => execute(connection, sql::SET_FLOW, (flow.0, id(read.0)?, expires.0, consumed, &body.0)),
    };
    or_stale(written)
}

fn open_session(connection: &Connection, session: &Session, provider: Option<&Sealed>) -> Applied {
    or_stale(insert_session(connection, session, provider))
}

fn enqueue(connection: &Connection, job: &NewJob) -> Applied {
    let NewJob { id: number, kind, due, give_up, account, payload } = job;
    let account = account.map(|account| id(account.0)).transpose()?;
    let columns = (id(number.0)?, kind.to_column(), due.0, give_up.0, &payload.0, account);
    or_stale(execute(connection, sql::NEW_JOB, columns))
}

fn finish(connection: &Connection, job: JobId, lease: Lease, outcome: Outcome) -> Applied {
    let (job, lease) = (id(job.0)?, id(lease.0)?);
    or_stale(match outcome {
        Outcome::Done => execute(connection, sql::REMOVE_JOB, (job, lease)),
        Outcome::RetryAt(due) => execute(connection, sql::RETRY_JOB, (job, lease, due.0)),
        Outcome::UnderwayUntil(until) => execute(connection, sql::EXTEND_LEASE, (job, lease, until.0)),
        Outcome::Dead => execute(connection, sql::BURY_JOB, (job, lease)),
    })
}

fn tend(connection: &Connection, job: JobId, tending: &Tending) -> Applied {
    let job = id(job.0)?;
    or_stale(match tending {
        Tending::Reseal { from, to } => execute(connection, sql::RESEAL_JOB, (job, &from.0, &to.0)),
        Tending::Revive { due, give_up } => execute(connection, sql::REVIVE_JOB, (job, due.0, give_up.0)),
        Tending::Forget => execute(connection, sql::FORGET_JOB, [job]),
    })
}

fn register_key(connection: &Connection, key: KeyProof) -> Applied {
    execute(connection, sql::NEW_KEY, (key.id.0, key.proof))?;
    let found = first(connection, sql::EXPECT_KEY, (key.id.0, key.proof), |_| Ok(()))?;
    found.ok_or(NotCommitted::Stale)
}

/// Moves entries from those in no batch to those in this one.
fn seal(connection: &Connection, batch: &AuditBatch, entries: &[AuditEntry]) -> Applied {
    let number = id(batch.number)?;
    or_stale(execute(connection, sql::NEW_BATCH, (number, &batch.record, batch.mac)))?;
    for entry in entries {
        or_stale(execute(connection, sql::SEAL_ENTRY, (number, id(entry.id)?)))?;
        execute(connection, sql::REMOVE_UNSEALED, [id(entry.id)?])?;
    }
    Ok(())
}

fn anyway(written: Result<usize, Fault>) -> Applied {
    written.map(drop).map_err(NotCommitted::Fault)
}

fn or_stale(written: Result<usize, Fault>) -> Applied {
    match written? {
        0 => Err(NotCommitted::Stale),
        _ => Ok(()),
    }
}
