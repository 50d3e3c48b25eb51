//! What a change set asks of the database, and what each answer must be for the set to stand.

use std::collections::BTreeMap;

use patientportal_core::account::Account;
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::fault::Fault;
use patientportal_core::ids::{AccountId, CprIndex, JobId, Lease, Revision, Sealed};
use patientportal_core::session::Session;
use patientportal_core::store::{Change, ChangeSet, FlowRecord, KeyProof, NewJob, NotCommitted, Outcome, Tending};

use crate::columns::{at, id, values};
use crate::connection::{Answer, Ask};
use crate::error::{Cause, Remedy};
use crate::shard;
use crate::statements as sql;

/// What must hold of an answer.
pub(crate) enum Demand {
    /// Nothing: the statement does what there is to do.
    Nothing,
    /// A row was written or found, or the set is stale.
    Row,
    /// So many rows were written, or the set is stale.
    Rows(u64),
    /// The account holds the index, or the set is refused because another does.
    Holder(CprIndex, AccountId),
}

/// Statements with their demands, in the order of the set.
#[derive(Default)]
pub(crate) struct Steps {
    pub(crate) asks: Vec<Ask>,
    pub(crate) demands: Vec<Demand>,
}

/// Why a set does not stand, or not yet.
pub(crate) enum Unmet {
    /// It is refused.
    Refused(NotCommitted),
    /// It must be tried again.
    Unclear(Cause),
}

/// What a set writes besides its counters.
pub(crate) fn steps(set: &ChangeSet) -> Result<Steps, Fault> {
    let mut steps = Steps::default();
    for change in set.changes() {
        steps.add(change)?;
    }
    for entry in set.audit() {
        steps.push(Demand::Nothing, audit(sql::NEW_AUDIT, entry)?);
    }
    Ok(steps)
}

/// An audit entry as a statement writes it.
pub(crate) fn audit(statement: &'static str, entry: &AuditEntry) -> Result<Ask, Fault> {
    let AuditEntry { id: number, at, account, clinic, record, mac } = entry;
    let account = account.map(|account| id(account.0)).transpose()?;
    let clinic = clinic.map(|clinic| id(clinic.0)).transpose()?;
    let shard = shard::of_audit(entry);
    Ok(Ask::new(statement, values![shard, id(*number)?, at.0, account, clinic, record.clone(), mac.to_vec()]))
}

/// A batch of audit entries as a statement writes it.
pub(crate) fn audit_batch(statement: &'static str, batch: &AuditBatch) -> Result<Ask, Fault> {
    let AuditBatch { number, record, mac } = batch;
    Ok(Ask::new(statement, values![shard::SINGLE, id(*number)?, record.clone(), mac.to_vec()]))
}

/// An account's memberships, as they are noted for the clinics' staff. Those that are as they were are not written.
pub(crate) fn memberships(account: &Account) -> Result<Vec<Ask>, Fault> {
    let (shard, number) = (shard::of_account(account.id), id(account.id.0)?);
    let memberships = &account.access.memberships;
    let clinics = memberships.iter().map(|here| id(here.clinic.0)).collect::<Result<Vec<i64>, Fault>>()?;
    let mut asks = vec![Ask::new(sql::FORGET_MEMBERSHIPS, values![shard, number, clinics.clone()])];
    for (here, clinic) in memberships.iter().zip(clinics) {
        let state = i16::from(here.state.to_column());
        asks.push(Ask::new(sql::NOTE_MEMBERSHIP, values![shard, number, clinic, state, here.since.0]));
    }
    Ok(asks)
}

/// A session as a statement writes it.
pub(crate) fn session(statement: &'static str, session: &Session) -> Result<Ask, Fault> {
    let values = values![
        shard::of_account(session.account),
        id(session.account.0)?,
        id(session.no.0)?,
        session.secret.0.to_vec(),
        i64::from(session.epoch.0),
        i16::from(session.proof.to_column()),
        session.opened.0,
        session.ends.0,
        session.seen.0,
    ];
    Ok(Ask::new(statement, values))
}

/// What the identity provider needs to end its own session.
pub(crate) fn provider_session(statement: &'static str, session: &Session, token: &Sealed) -> Result<Ask, Fault> {
    let shard = shard::of_account(session.account);
    let values = values![shard, id(session.account.0)?, id(session.no.0)?, token.0.clone()];
    Ok(Ask::new(statement, values))
}

/// An index that becomes an account's.
pub(crate) fn claim(statement: &'static str, index: CprIndex, account: AccountId) -> Result<Ask, Fault> {
    let values = values![shard::of_cpr(index), i32::from(index.key.0), index.hash.to_vec(), id(account.0)?];
    Ok(Ask::new(statement, values))
}

/// A master key that is in use.
pub(crate) fn master_key(statement: &'static str, key: KeyProof) -> Ask {
    Ask::new(statement, values![shard::of_key(key.id), i32::from(key.id.0), key.proof.to_vec()])
}

impl Steps {
    /// Judges the answers in their order: the first that is not as demanded says why.
    pub(crate) fn judge(&self, answers: impl IntoIterator<Item = Result<Answer, Cause>>) -> Result<(), Unmet> {
        let mut judged = answers.into_iter().zip(&self.demands);
        judged.try_for_each(|(answer, demand)| demand.judge(&answer?))
    }

    fn push(&mut self, demand: Demand, ask: Ask) {
        self.asks.push(ask);
        self.demands.push(demand);
    }

    fn add(&mut self, change: &Change) -> Result<(), Fault> {
        match change {
            // Locked and counted before anything else is written.
            Change::Count { .. } | Change::Uncount(_) | Change::Forget(_) => {}
            Change::Account { expect, to } => {
                self.push(Demand::Row, write_account(*expect, to)?);
                for ask in memberships(to)? {
                    self.push(Demand::Nothing, ask);
                }
            }
            Change::Expect { account, revision } => {
                let values = values![shard::of_account(*account), id(account.0)?, id(revision.0)?];
                self.push(Demand::Row, Ask::new(sql::EXPECT_ACCOUNT, values));
            }
            Change::ClaimCpr { index, account } => self.claim(index, *account)?,
            Change::ReleaseCpr { index, account } => {
                let (key, hash) = (i32::from(index.key.0), index.hash.to_vec());
                let values = values![shard::of_cpr(*index), key, hash, id(account.0)?];
                self.push(Demand::Nothing, Ask::new(sql::RELEASE_CPR, values));
            }
            Change::Flow { expect, to } => self.push(Demand::Row, write_flow(*expect, to)?),
            Change::OpenSession { session: opened, provider } => {
                self.push(Demand::Row, session(sql::OPEN_SESSION, opened)?);
                if let Some(token) = provider {
                    self.push(Demand::Nothing, provider_session(sql::KEEP_PROVIDER_SESSION, opened, token)?);
                }
            }
            Change::EndSession { account, no } => {
                let values = values![shard::of_account(*account), id(account.0)?, id(no.0)?];
                self.push(Demand::Nothing, Ask::new(sql::END_SESSION, values));
            }
            Change::Enqueue(job) => self.push(Demand::Row, enqueue(job)?),
            Change::RegisterKey(key) => {
                self.push(Demand::Nothing, master_key(sql::NEW_KEY, *key));
                self.push(Demand::Row, master_key(sql::EXPECT_KEY, *key));
            }
            Change::SealAudit { batch, entries } => self.seal(batch, entries)?,
            Change::Finish { job, lease, outcome } => self.push(Demand::Row, finish(*job, *lease, *outcome)?),
            Change::Tend { job, tending } => self.push(Demand::Row, tend(*job, tending)?),
        }
        Ok(())
    }

    /// Moves entries from those in no batch to those in this one, shard by shard.
    fn seal(&mut self, batch: &AuditBatch, entries: &[AuditEntry]) -> Result<(), Fault> {
        let number = id(batch.number)?;
        self.push(Demand::Row, audit_batch(sql::NEW_BATCH, batch)?);
        let mut shards: BTreeMap<i16, Vec<i64>> = BTreeMap::new();
        for entry in entries {
            shards.entry(shard::of_audit(entry)).or_default().push(id(entry.id)?);
        }
        for (shard, ids) in shards {
            let all = Demand::Rows(ids.len() as u64);
            self.push(all, Ask::new(sql::SEAL_ENTRIES, values![shard, number, ids.clone()]));
            self.push(Demand::Nothing, Ask::new(sql::REMOVE_UNSEALED, values![shard, ids]));
        }
        Ok(())
    }

    fn claim(&mut self, indexes: &[CprIndex], account: AccountId) -> Result<(), Fault> {
        for index in indexes {
            self.push(Demand::Nothing, claim(sql::CLAIM_CPR, *index, account)?);
            let values = values![shard::of_cpr(*index), i32::from(index.key.0), index.hash.to_vec()];
            self.push(Demand::Holder(*index, account), Ask::new(sql::LOCK_HOLDER, values));
        }
        Ok(())
    }
}

impl Demand {
    fn judge(&self, answer: &Answer) -> Result<(), Unmet> {
        match self {
            Self::Nothing => Ok(()),
            Self::Row if answer.touched > 0 => Ok(()),
            Self::Rows(count) if answer.touched == *count => Ok(()),
            Self::Row | Self::Rows(_) => Err(Unmet::Refused(NotCommitted::Stale)),
            Self::Holder(index, account) => {
                let Some(row) = answer.rows.first() else { return Err(Unmet::gave_way()) };
                let holder: i64 = at(row, 0)?;
                let theirs = u64::try_from(holder) == Ok(account.0);
                if theirs { Ok(()) } else { Err(Unmet::Refused(NotCommitted::Taken(*index))) }
            }
        }
    }
}

impl Unmet {
    /// A row that stood in the way was gone when it was looked at.
    pub(crate) fn gave_way() -> Self {
        Self::Unclear(Cause::new(Remedy::Again, "a row went away in between"))
    }
}

impl From<Cause> for Unmet {
    fn from(cause: Cause) -> Self {
        Self::Unclear(cause)
    }
}

impl From<Fault> for Unmet {
    fn from(fault: Fault) -> Self {
        Self::Refused(NotCommitted::Fault(fault))
    }
}

fn write_account(expect: Option<Revision>, to: &Account) -> Result<Ask, Fault> {
    let record = to.to_record()?;
    let (shard, account) = (shard::of_account(to.id), id(to.id.0)?);
    Ok(match expect {
        None => Ask::new(sql::NEW_ACCOUNT, values![shard, account, record.access, record.details]),
        Some(read) => Ask::new(sql::SET_ACCOUNT, values![shard, account, id(read.0)?, record.access, record.details]),
    })
}

fn write_flow(expect: Option<Revision>, to: &FlowRecord) -> Result<Ask, Fault> {
    let FlowRecord { id: flow, expires, consumed, body } = to;
    let (shard, key, consumed, body) = (shard::of_flow(*flow), flow.0.to_vec(), *consumed, body.0.clone());
    Ok(match expect {
        None => Ask::new(sql::NEW_FLOW, values![shard, key, expires.0, consumed, body]),
        Some(read) => Ask::new(sql::SET_FLOW, values![shard, key, id(read.0)?, expires.0, consumed, body]),
    })
}

fn enqueue(job: &NewJob) -> Result<Ask, Fault> {
    let NewJob { id: number, kind, due, give_up, account, payload } = job;
    let (shard, kind) = (shard::of_job(*number), i16::from(kind.to_column()));
    let account = account.map(|account| id(account.0)).transpose()?;
    Ok(Ask::new(sql::NEW_JOB, values![shard, id(number.0)?, kind, due.0, give_up.0, payload.0.clone(), account]))
}

fn finish(job: JobId, lease: Lease, outcome: Outcome) -> Result<Ask, Fault> {
    let (shard, job, lease) = (shard::of_job(job), id(job.0)?, id(lease.0)?);
    Ok(match outcome {
        Outcome::Done => Ask::new(sql::REMOVE_JOB, values![shard, job, lease]),
        Outcome::RetryAt(due) => Ask::new(sql::RETRY_JOB, values![shard, job, lease, due.0]),
        Outcome::UnderwayUntil(until) => Ask::new(sql::EXTEND_LEASE, values![shard, job, lease, until.0]),
        Outcome::Dead => Ask::new(sql::BURY_JOB, values![shard, job, lease]),
    })
}

fn tend(job: JobId, tending: &Tending) -> Result<Ask, Fault> {
    let (shard, job) = (shard::of_job(job), id(job.0)?);
    Ok(match tending {
        Tending::Reseal { from, to } => Ask::new(sql::RESEAL_JOB, values![shard, job, from.0.clone(), to.0.clone()]),
        Tending::Revive { due, give_up } => Ask::new(sql::REVIVE_JOB, values![shard, job, due.0, give_up.0]),
        Tending::Forget => Ask::new(sql::FORGET_JOB, values![shard, job]),
    })
}
