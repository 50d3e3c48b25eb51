//! The reads, and what stands in the columns that they select.

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
use tokio_postgres::Row;

use crate::columns::{at, bytes_at, id_at, known_id, number_at, unreadable, values};
use crate::connection::Ask;
use crate::database::Database;
use crate::shard;
use crate::statements as sql;

/// How a row of a list is read.
type ReadRow = fn(&Row) -> Result<Listed, Fault>;

pub(crate) async fn session(database: &Database, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
    let row = database.first(Ask::new(sql::SESSION, session_key(of, no))).await?;
    row.map(|row| Ok(SessionView { session: session_in(&row)?, access: Access::from_record(at(&row, 8)?)? }))
        .transpose()
}

pub(crate) async fn provider_session(
    database: &Database,
    of: AccountId,
    no: SessionNo,
) -> Result<Option<Sealed>, Fault> {
    let row = database.first(Ask::new(sql::PROVIDER_SESSION, session_key(of, no))).await?;
    row.map(|row| Ok(Sealed(at(&row, 0)?))).transpose()
}

pub(crate) async fn account(database: &Database, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
    let row = database.first(account_ask(id)).await?;
    row.map(|row| account_in(&row)).transpose()
}

/// Index and account are in different shards, so it takes two steps; the second is taken also when the first found
/// nothing, for an account that nobody has (I6).
pub(crate) async fn account_by_cpr(
    database: &Database,
    indexes: &[CprIndex],
) -> Result<Option<Versioned<Account>>, Fault> {
    let asks: Vec<Ask> = indexes.iter().map(|index| holder_ask(*index)).collect();
    let answers = database.ask(&asks).await?;
    let holder = answers.iter().find_map(|answer| answer.rows.first());
    let holder = holder.map(|row| id_at(row, 2).map(AccountId)).transpose()?;
    let account = account(database, holder.unwrap_or(NOBODY)).await?;
    Ok(account.filter(|_| holder.is_some()))
}

pub(crate) async fn flow(database: &Database, id: FlowId) -> Result<Option<Versioned<FlowRecord>>, Fault> {
    let row = database.first(flow_ask(id)).await?;
    row.map(|row| flow_in(&row)).transpose()
}

pub(crate) async fn counter(database: &Database, key: CounterKey) -> Result<Option<Counter>, Fault> {
    let row = database.first(counter_ask(key)).await?;
    row.map(|row| Ok(counter_in(&row)?.1)).transpose()
}

pub(crate) async fn list(database: &Database, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
    let start = if what.is_newest_first() { (i64::MAX, i64::MAX) } else { (i64::MIN, -1) };
    let (at, id) = after.map_or(start, |after| (after.at.0, i64::try_from(after.id).unwrap_or(i64::MAX)));
    let one_more = i64::from(limit) + 1;
    let key = i32::try_from(id).unwrap_or(i32::MAX);
    let (asks, read): (Vec<Ask>, ReadRow) = match what {
        List::DeadJobs => {
            let ask = |shard| Ask::new(sql::LIST_DEAD_JOBS, values![shard, at, id, one_more]);
            (shard::all().map(ask).collect(), |row| job_in(row).map(Listed::Job))
        }
        List::Sessions(of) => {
            let values = values![shard::of_account(of), known_id(of.0), id, one_more];
            (vec![Ask::new(sql::LIST_SESSIONS, values)], |row| session_in(row).map(Listed::Session))
        }
        List::Audit(of) => {
            let values = values![shard::of_account(of), known_id(of.0), at, id, one_more];
            (vec![Ask::new(sql::LIST_AUDIT, values)], |row| audit_in(row).map(Listed::Audit))
        }
        List::LatestAudit(of) => {
            let values = values![shard::of_account(of), known_id(of.0), at, id, one_more];
            (vec![Ask::new(sql::LIST_LATEST_AUDIT, values)], |row| audit_in(row).map(Listed::Audit))
        }
        List::MemberAudit { clinic, account: of } => {
            let values = values![shard::of_account(of), known_id(of.0), known_id(clinic.0), at, id, one_more];
            (vec![Ask::new(sql::LIST_MEMBER_AUDIT, values)], |row| audit_in(row).map(Listed::Audit))
        }
        List::ClinicAudit(of) => {
            let ask = |shard| Ask::new(sql::LIST_CLINIC_AUDIT, values![shard, known_id(of.0), at, id, one_more]);
            (shard::all().map(ask).collect(), |row| audit_in(row).map(Listed::Audit))
        }
        List::JobsOf(of) => {
            let ask = |shard| Ask::new(sql::LIST_JOBS_OF, values![shard, known_id(of.0), at, id, one_more]);
            (shard::all().map(ask).collect(), |row| job_in(row).map(Listed::Job))
        }
        List::Unsealed => {
            let ask = |shard| Ask::new(sql::LIST_UNSEALED, values![shard, id, one_more]);
            (shard::all().map(ask).collect(), |row| audit_in(row).map(Listed::Unsealed))
        }
        List::Sealed { from, to } => {
            let (batch, id) = (at, id).max((lowest(from), -1));
            let to = i64::try_from(to).unwrap_or(i64::MAX);
            let ask = |shard| Ask::new(sql::LIST_SEALED, values![shard, batch, id, to, one_more]);
            let read: ReadRow = |row| Ok(Listed::Sealed { batch: id_at(row, 6)?, entry: audit_in(row)? });
            (shard::all().map(ask).collect(), read)
        }
        List::Batches => {
            let values = values![shard::SINGLE, id, one_more];
            (vec![Ask::new(sql::LIST_BATCHES, values)], |row| batch_in(row).map(Listed::Batch))
        }
        List::Keys => {
            let ask = |shard| Ask::new(sql::LIST_KEYS, values![shard, key, one_more]);
            (shard::all().map(ask).collect(), |row| key_in(row).map(Listed::Key))
        }
        List::Members { clinic, state } => {
            let (clinic, state) = (known_id(clinic.0), i16::from(state.to_column()));
            let ask = |shard| Ask::new(sql::LIST_MEMBERS, values![shard, clinic, state, at, id, one_more]);
            (shard::all().map(ask).collect(), member_in)
        }
        _ => return Err(Fault::new("this version of the PostgreSQL store does not know a list")),
    };
    let answers = database.ask(&asks).await?;
    let rows = answers.iter().flat_map(|answer| &answer.rows).map(read);
    let mut rows = rows.collect::<Result<Vec<Listed>, Fault>>()?;
    rows.sort_by_key(Listed::place);
    if what.is_newest_first() {
        rows.reverse();
    }
    Ok(Page::of(rows, limit))
}

pub(crate) fn account_ask(id: AccountId) -> Ask {
    Ask::new(sql::ACCOUNT, values![shard::of_account(id), known_id(id.0)])
}

pub(crate) fn holder_ask(index: CprIndex) -> Ask {
    Ask::new(sql::HOLDER_OF_CPR, values![shard::of_cpr(index), i32::from(index.key.0), index.hash.to_vec()])
}

pub(crate) fn flow_ask(id: FlowId) -> Ask {
    Ask::new(sql::FLOW, values![shard::of_flow(id), id.0.to_vec()])
}

pub(crate) fn counter_ask(key: CounterKey) -> Ask {
    Ask::new(sql::COUNTER, values![shard::of_counter(key), key.0.to_vec()])
}

/// The values that name a session.
pub(crate) fn session_key(of: AccountId, no: SessionNo) -> Vec<crate::columns::Value> {
    values![shard::of_account(of), known_id(of.0), known_id(no.0)]
}

pub(crate) fn account_in(row: &Row) -> Result<Versioned<Account>, Fault> {
    let value = Account::from_record(AccountId(id_at(row, 0)?), at(row, 2)?, at(row, 3)?)?;
    Ok(Versioned { revision: Revision(id_at(row, 1)?), value })
}

pub(crate) fn holder_in(row: &Row) -> Result<(CprIndex, AccountId), Fault> {
    let index = CprIndex { key: KeyId(number_at::<i32, _>(row, 0)?), hash: bytes_at(row, 1)? };
    Ok((index, AccountId(id_at(row, 2)?)))
}

pub(crate) fn session_in(row: &Row) -> Result<Session, Fault> {
    Ok(Session {
        account: AccountId(id_at(row, 0)?),
        no: SessionNo(id_at(row, 1)?),
        secret: SecretHash(bytes_at(row, 2)?),
        epoch: Epoch(number_at::<i64, _>(row, 3)?),
        proof: Proof::from_column(number_at::<i16, _>(row, 4)?).ok_or_else(unreadable)?,
        opened: Timestamp(at(row, 5)?),
        ends: Timestamp(at(row, 6)?),
        seen: Minute(at(row, 7)?),
    })
}

pub(crate) fn flow_in(row: &Row) -> Result<Versioned<FlowRecord>, Fault> {
    let (id, expires) = (FlowId(bytes_at(row, 0)?), Timestamp(at(row, 2)?));
    let value = FlowRecord { id, expires, consumed: at(row, 3)?, body: Sealed(at(row, 4)?) };
    Ok(Versioned { revision: Revision(id_at(row, 1)?), value })
}

pub(crate) fn counter_in(row: &Row) -> Result<(CounterKey, Counter), Fault> {
    let counter = Counter {
        count: number_at::<i64, _>(row, 1)?,
        since: Timestamp(at(row, 2)?),
        blocked_until: Timestamp(at(row, 3)?),
        expires: Timestamp(at(row, 4)?),
    };
    Ok((CounterKey(bytes_at(row, 0)?), counter))
}

pub(crate) fn job_in(row: &Row) -> Result<Job, Fault> {
    Ok(Job {
        id: JobId(id_at(row, 0)?),
        kind: JobKind::from_column(number_at::<i16, _>(row, 1)?).ok_or_else(unreadable)?,
        due: Timestamp(at(row, 2)?),
        give_up: Timestamp(at(row, 3)?),
        attempts: number_at::<i64, _>(row, 4)?,
        dead: at(row, 5)?,
        payload: Sealed(at(row, 6)?),
        account: known(at(row, 7)?)?.map(AccountId),
    })
}

pub(crate) fn audit_in(row: &Row) -> Result<AuditEntry, Fault> {
    Ok(AuditEntry {
        id: id_at(row, 0)?,
        at: Timestamp(at(row, 1)?),
        account: known(at(row, 2)?)?.map(AccountId),
        clinic: known(at(row, 3)?)?.map(ClinicId),
        record: at(row, 4)?,
        mac: bytes_at(row, 5)?,
    })
}

fn known(column: Option<i64>) -> Result<Option<u64>, Fault> {
    column.map(u64::try_from).transpose().map_err(|_| unreadable())
}

pub(crate) fn batch_in(row: &Row) -> Result<AuditBatch, Fault> {
    Ok(AuditBatch { number: id_at(row, 0)?, record: at(row, 1)?, mac: bytes_at(row, 2)? })
}

/// The column of the first batch that is asked for; what has a number below all, somebody has added.
fn lowest(from: u64) -> i64 {
    if from == 0 { i64::MIN } else { i64::try_from(from).unwrap_or(i64::MAX) }
}

fn member_in(row: &Row) -> Result<Listed, Fault> {
    Ok(Listed::Member { account: AccountId(id_at(row, 0)?), since: Timestamp(at(row, 1)?) })
}

pub(crate) fn key_in(row: &Row) -> Result<KeyProof, Fault> {
    Ok(KeyProof { id: KeyId(number_at::<i32, _>(row, 0)?), proof: bytes_at(row, 1)? })
}

/// Account ids have 63 bits.
const NOBODY: AccountId = AccountId(u64::MAX);
