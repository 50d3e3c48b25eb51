//! How rows are written into a copy: as they are, over what has their key.

use patientportal_core::account::Account;
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::fault::Fault;
use patientportal_core::ids::{CprIndex, Sealed};
use patientportal_core::session::Session;
use patientportal_core::store::transfer::Row;
use patientportal_core::store::{FlowRecord, Job, KeyProof, Versioned};
use patientportal_core::throttle::Counter;
use rusqlite::Connection;

use crate::apply;
use crate::columns::{execute, id};
use crate::members;
use crate::statements as served;

use super::statements::{self as sql, unknown};

pub(crate) fn put(connection: &Connection, row: &Row) -> Result<(), Fault> {
    match row {
        Row::Key(KeyProof { id, proof }) => execute(connection, sql::PUT_KEY, (id.0, proof)),
        Row::Account(account) => put_account(connection, account),
        Row::CprIndex(CprIndex { key, hash }, account) => {
            execute(connection, sql::PUT_CPR_INDEX, (key.0, hash, id(account.0)?))
        }
        Row::Session(session, provider) => put_session(connection, session, provider.as_ref()),
        Row::Flow(Versioned { revision, value }) => {
            let FlowRecord { id: flow, expires, consumed, body } = value;
            execute(connection, sql::PUT_FLOW, (flow.0, id(revision.0)?, expires.0, consumed, &body.0))
        }
        Row::Counter(key, Counter { count, since, blocked_until, expires }) => {
            execute(connection, served::SET_COUNTER, (key.0, count, since.0, blocked_until.0, expires.0))
        }
        Row::Job(Job { id: job, kind, due, give_up, attempts, dead, account, payload }) => {
            let account = account.map(|account| id(account.0)).transpose()?;
            let columns = (id(job.0)?, kind.to_column(), due.0, give_up.0, attempts, dead, &payload.0, account);
            execute(connection, sql::PUT_JOB, columns)
        }
        Row::Audit(entry, None) => apply::insert_entry(connection, sql::PUT_ENTRY, entry),
        Row::Audit(entry, Some(batch)) => put_sealed_entry(connection, *batch, entry),
        Row::Batch(AuditBatch { number, record, mac }) => {
            execute(connection, sql::PUT_BATCH, (id(*number)?, record, mac))
        }
        Row::Command(command, at) => execute(connection, sql::PUT_COMMAND, (id(command.0)?, at.0)),
        _ => return Err(unknown()),
    }
    .map(drop)
}

fn put_account(connection: &Connection, Versioned { revision, value }: &Versioned<Account>) -> Result<usize, Fault> {
    let record = value.to_record()?;
    let account = id(value.id.0)?;
    members::index(connection, account, &value.access)?;
    execute(connection, sql::PUT_ACCOUNT, (account, id(revision.0)?, record.access, record.details))
}

fn put_sealed_entry(connection: &Connection, batch: u64, entry: &AuditEntry) -> Result<usize, Fault> {
    let AuditEntry { id: number, at, account, clinic, record, mac } = entry;
    let account = account.map(|account| id(account.0)).transpose()?;
    let clinic = clinic.map(|clinic| id(clinic.0)).transpose()?;
    execute(connection, sql::PUT_SEALED_ENTRY, (id(batch)?, id(*number)?, at.0, account, clinic, record, mac))
}

/// Takes what there was away first, with its token.
fn put_session(connection: &Connection, session: &Session, provider: Option<&Sealed>) -> Result<usize, Fault> {
    execute(connection, served::END_SESSION, (id(session.account.0)?, id(session.no.0)?))?;
    apply::insert_session(connection, session, provider)
}
