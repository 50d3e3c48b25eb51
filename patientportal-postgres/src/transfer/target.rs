//! Writing a portal in: rows and how far they reach in one transaction, which may be done twice.

use std::sync::Arc;

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::store::Job;
use patientportal_core::store::transfer::{CopyTarget, Place, Progress, Row as Copied, Table};

use super::source::copied;
use super::{count, portion, unknown};
use crate::PostgresStore;
use crate::apply::{audit, audit_batch, claim, master_key, memberships, provider_session, session};
use crate::columns::{at, id, known_id, values};
use crate::connection::{Answer, Ask, whole};
use crate::database::Database;
use crate::error::Remedy;
use crate::read::{account_ask, counter_ask, flow_ask, holder_ask, session_key};
use crate::shard;
use crate::statements as sql;

#[async_trait]
impl CopyTarget for PostgresStore {
    async fn progress(&self, table: Table) -> Result<Progress, Fault> {
        let rows = self.database.rows(Ask::new(sql::COPYING, values![shard::SINGLE])).await?;
        for row in rows {
            if at::<i16>(&row, 0)? == portion(table) {
                let place = at::<Option<Vec<u8>>>(&row, 1)?.map(Place);
                return Ok(if at(&row, 2)? { Progress::Done } else { Progress::At(place) });
            }
        }
        Err(not_begun())
    }

    async fn put(&self, table: Table, rows: &[Copied], progress: &Progress) -> Result<(), Fault> {
        let mut asks = vec![self.copy.as_ref().ok_or_else(not_begun)?.ask(sql::HOLD_COPY), reached(table, progress)?];
        for row in rows {
            put(row, &mut asks)?;
        }
        let database = Arc::clone(&self.database);
        let writing = tokio::spawn(async move { write(&database, &asks).await });
        writing.await.map_err(|error| Fault::permanent("writing rows came to no end", error))?
    }

    async fn holds(&self, table: Table, rows: &[Copied]) -> Result<bool, Fault> {
        let asks = rows.iter().map(look_up).collect::<Result<Vec<Ask>, Fault>>()?;
        let answers = self.database.ask(&asks).await?;
        for (row, answer) in rows.iter().zip(&answers) {
            let Some(found) = answer.rows.first() else { return Ok(false) };
            if copied(table, found)? != *row {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        count(&self.database, table).await
    }

    async fn finish(&self) -> Result<(), Fault> {
        for table in Table::ALL {
            if self.progress(table).await? != Progress::Done {
                return Err(Fault::new("a copy is to be finished before every table is whole"));
            }
        }
        let end = self.copy.as_ref().ok_or_else(not_begun)?.ask(sql::END_COPYING);
        match self.database.ask(&[end]).await?.first() {
            Some(answer) if answer.touched > 0 => Ok(()),
            _ => Err(not_begun()),
        }
    }
}

/// One transaction.
async fn write(database: &Database, asks: &[Ask]) -> Result<(), Fault> {
    let connection = database.connection().await.map_err(|cause| cause.fault())?;
    let asks: Vec<&Ask> = asks.iter().collect();
    // Sent along with a `BEGIN` that fails, each statement would be applied by itself.
    let written = match database.ask_on(&connection, &[&Ask::bare(sql::BEGIN)]).await.and_then(whole) {
        Ok(_) => database.ask_on(&connection, &asks).await.and_then(whole),
        Err(cause) => Err(cause),
    };
    // The first two of them hold the copy and note how far it is, where it is under way and this one's.
    let begun = |answers: &Vec<Answer>| answers.iter().take(2).filter(|held| held.touched == 1).count() == 2;
    let begun = written.as_ref().is_ok_and(begun);
    let end = Ask::bare(if begun { sql::COMMIT } else { sql::ROLLBACK });
    let ended = database.ask_on(&connection, &[&end]).await.and_then(whole);
    let failed = ended.err().map(|cause| cause.with(Remedy::Reconnect));
    if let Some(cause) = &failed {
        database.discard(connection, cause);
    }
    match (written, failed) {
        (Err(cause), _) | (_, Some(cause)) => Err(cause.fault()),
        _ if begun => Ok(()),
        _ => Err(not_begun()),
    }
}

fn reached(table: Table, progress: &Progress) -> Result<Ask, Fault> {
    let (place, done) = match progress {
        Progress::At(place) => (place.clone().map(|place| place.0), false),
        Progress::Done => (None, true),
        _ => return Err(unknown()),
    };
    Ok(Ask::new(sql::COPIED_UP_TO, values![shard::SINGLE, portion(table), place, done]))
}

fn put(row: &Copied, asks: &mut Vec<Ask>) -> Result<(), Fault> {
    let ask = match row {
        Copied::Key(key) => master_key(sql::PUT_KEY, *key),
        Copied::Account(account) => {
            asks.extend(memberships(&account.value)?);
            let record = account.value.to_record()?;
            let (shard, number) = (shard::of_account(account.value.id), id(account.value.id.0)?);
            let values = values![shard, number, id(account.revision.0)?, record.access, record.details];
            Ask::new(sql::PUT_ACCOUNT, values)
        }
        Copied::CprIndex(index, account) => claim(sql::PUT_CPR, *index, *account)?,
        Copied::Session(opened, provider) => {
            asks.push(session(sql::PUT_SESSION, opened)?);
            match provider {
                Some(token) => provider_session(sql::PUT_PROVIDER_SESSION, opened, token)?,
                None => Ask::new(sql::PUT_NO_PROVIDER_SESSION, session_key(opened.account, opened.no)),
            }
        }
        Copied::Flow(flow) => {
            let (key, value) = (flow.value.id, &flow.value);
            let (revision, body) = (id(flow.revision.0)?, value.body.0.clone());
            let values = values![shard::of_flow(key), key.0.to_vec(), revision, value.expires.0, value.consumed, body];
            Ask::new(sql::PUT_FLOW, values)
        }
        Copied::Counter(key, counter) => {
            let (count, since) = (i64::from(counter.count), counter.since.0);
            let (blocked, expires) = (counter.blocked_until.0, counter.expires.0);
            let values = values![shard::of_counter(*key), key.0.to_vec(), count, since, blocked, expires];
            Ask::new(sql::PUT_COUNTER, values)
        }
        Copied::Job(job) => put_job(job)?,
        Copied::Audit(entry, None) => audit(sql::PUT_AUDIT, entry)?,
        Copied::Audit(entry, Some(batch)) => audit(sql::PUT_SEALED_AUDIT, entry)?.with(id(*batch)?),
        Copied::Batch(batch) => audit_batch(sql::PUT_BATCH, batch)?,
        Copied::Command(command, at) => {
            Ask::new(sql::PUT_COMMAND, values![shard::of_command(*command), id(command.0)?, at.0])
        }
        _ => return Err(unknown()),
    };
    asks.push(ask);
    Ok(())
}

fn put_job(job: &Job) -> Result<Ask, Fault> {
    let Job { id: number, kind, due, give_up, attempts, dead, account, payload } = job;
    let (kind, attempts) = (i16::from(kind.to_column()), i64::from(*attempts));
    let (shard, number) = (shard::of_job(*number), id(number.0)?);
    let account = account.map(|account| id(account.0)).transpose()?;
    let payload = payload.0.clone();
    let values = values![shard, number, kind, due.0, give_up.0, attempts, *dead, payload, account];
    Ok(Ask::new(sql::PUT_JOB, values))
}

/// What finds the row again by its key.
fn look_up(row: &Copied) -> Result<Ask, Fault> {
    Ok(match row {
        Copied::Key(key) => Ask::new(sql::COPIED_KEY, values![shard::of_key(key.id), i32::from(key.id.0)]),
        Copied::Account(account) => account_ask(account.value.id),
        Copied::CprIndex(index, _) => holder_ask(*index),
        Copied::Session(session, _) => Ask::new(sql::COPIED_SESSION, session_key(session.account, session.no)),
        Copied::Flow(flow) => flow_ask(flow.value.id),
        Copied::Counter(key, _) => counter_ask(*key),
        Copied::Job(job) => Ask::new(sql::COPIED_JOB, values![shard::of_job(job.id), known_id(job.id.0)]),
        Copied::Audit(entry, batch) => {
            let (shard, number) = (shard::of_audit(entry), known_id(entry.id));
            match batch {
                None => Ask::new(sql::COPIED_AUDIT, values![shard, number]),
                Some(batch) => Ask::new(sql::COPIED_SEALED_AUDIT, values![shard, known_id(*batch), number]),
            }
        }
        Copied::Batch(batch) => Ask::new(sql::COPIED_BATCH, values![shard::SINGLE, known_id(batch.number)]),
        Copied::Command(command, _) => {
            Ask::new(sql::COPIED_COMMAND, values![shard::of_command(*command), known_id(command.0)])
        }
        _ => return Err(unknown()),
    })
}

fn not_begun() -> Fault {
    Fault::new(
        "the database was not opened to copy into it, the copy is finished, or another copying has taken it over",
    )
}
