//! What the memory store keeps, and how each change is applied to it.

use std::time::Duration;

use patientportal_core::account::{Access, Account, AccountRecord, MembershipState};
use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::fault::Fault;
use patientportal_core::ids::{
    AccountId, ClinicId, CommandId, CounterKey, CprIndex, FlowId, JobId, KeyId, Lease, Revision, Sealed, SessionNo,
};
use patientportal_core::moment::{Minute, Timestamp};
use patientportal_core::session::Session;
use patientportal_core::store::{
    Change, ChangeSet, Cursor, FlowRecord, Job, KeyProof, LeasedJob, List, Listed, NewJob, NotCommitted, Outcome, Page,
    SessionView, Tending, Versioned,
};
use patientportal_core::throttle::{Counter, Ladder};

use super::table::Table;

#[derive(Default)]
pub(super) struct Tables {
    pub(super) accounts: Table<AccountId, Versioned<AccountRecord>>,
    pub(super) cpr: Table<CprIndex, AccountId>,
    pub(super) flows: Table<FlowId, Versioned<FlowRecord>>,
    pub(super) counters: Table<CounterKey, Counter>,
    pub(super) sessions: Table<(AccountId, SessionNo), (Session, Option<Sealed>)>,
    pub(super) jobs: Table<JobId, QueuedJob>,
    pub(super) keys: Table<KeyId, KeyProof>,
    pub(super) commands: Table<CommandId, Timestamp>,
    /// Entries, with the number of the batch of each that is sealed.
    pub(super) audit: Table<u64, (AuditEntry, Option<u64>)>,
    pub(super) batches: Table<u64, AuditBatch>,
}

/// A job, and until when it is leased. Its tries are counted, so their number names the lease.
#[derive(Clone)]
pub(super) struct QueuedJob {
    pub(super) job: Job,
    pub(super) leased_until: Option<Timestamp>,
}

type Applied = Result<(), NotCommitted>;

impl Tables {
    pub(super) fn session(&self, of: AccountId, no: SessionNo) -> Result<Option<SessionView>, Fault> {
        let Some((session, _)) = self.sessions.row(&(of, no)) else { return Ok(None) };
        let Some(account) = self.accounts.row(&of) else { return Ok(None) };
        let access = Access::from_record(&account.value.access)?;
        Ok(Some(SessionView { session: session.clone(), access }))
    }

    pub(super) fn provider_session(&self, of: AccountId, no: SessionNo) -> Option<Sealed> {
        self.sessions.row(&(of, no)).and_then(|(_, provider)| provider.clone())
    }

    pub(super) fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, Fault> {
        let Some(Versioned { revision, value }) = self.accounts.row(&id) else { return Ok(None) };
        let value = Account::from_record(id, &value.access, &value.details)?;
        Ok(Some(Versioned { revision: *revision, value }))
    }

    pub(super) fn account_by_cpr(&self, indexes: &[CprIndex]) -> Result<Option<Versioned<Account>>, Fault> {
        let holder = indexes.iter().find_map(|index| self.cpr.row(index));
        holder.map_or(Ok(None), |account| self.account(*account))
    }

    pub(super) fn flow(&self, id: FlowId) -> Option<Versioned<FlowRecord>> {
        self.flows.row(&id).cloned()
    }

    pub(super) fn counter(&self, key: CounterKey, now: Timestamp) -> Option<Timestamp> {
        self.counters.row(&key).and_then(|counter| counter.blocked(now))
    }

    pub(super) fn list(&self, what: List, after: Option<Cursor>, limit: u16) -> Result<Page, Fault> {
        let mut rows: Vec<Listed> = match what {
            List::DeadJobs => self.jobs_where(|job| job.dead).collect(),
            List::Sessions(account) => self.sessions_of(account).collect(),
            List::Audit(account) | List::LatestAudit(account) => {
                self.audit_where(|entry| entry.account == Some(account)).collect()
            }
            List::MemberAudit { clinic, account } => {
                self.audit_where(|entry| entry.account == Some(account) && entry.clinic == Some(clinic)).collect()
            }
            List::ClinicAudit(clinic) => self.audit_where(|entry| entry.clinic == Some(clinic)).collect(),
            List::JobsOf(account) => self.jobs_where(|job| job.account == Some(account)).collect(),
            List::Unsealed => {
                let unsealed = self.audit.rows().filter(|(_, (_, batch))| batch.is_none());
                unsealed.map(|(_, (entry, _))| Listed::Unsealed(entry.clone())).collect()
            }
            List::Sealed { from, to } => self.sealed(from, to).collect(),
            List::Batches => self.batches.rows().map(|(_, batch)| Listed::Batch(batch.clone())).collect(),
            List::Keys => self.keys.rows().map(|(_, key)| Listed::Key(*key)).collect(),
            List::Members { clinic, state } => self.members(clinic, state)?,
            _ => return Err(Fault::new("the memory store does not know this list")),
        };
        rows.sort_by_key(Listed::place);
        if what.is_newest_first() {
            rows.retain(|row| after.is_none_or(|after| row.place() < after));
            rows.reverse();
        } else {
            rows.retain(|row| after.is_none_or(|after| row.place() > after));
        }
        Ok(Page::of(rows, limit))
    }

    /// Applies all of a set or nothing.
    pub(super) fn commit(&mut self, set: &ChangeSet) -> Applied {
        if self.commands.row(&set.id()).is_some() {
            return Ok(());
        }
        self.commands.put(set.id(), set.at());
        let outcome = set.changes().iter().try_for_each(|change| self.apply(change, set.at()));
        if outcome.is_err() {
            self.undo();
        } else {
            set.audit().iter().for_each(|entry| self.audit.put(entry.id, (entry.clone(), None)));
        }
        self.keep();
        outcome
    }

    pub(super) fn lease(&mut self, now: Timestamp, until: Timestamp, limit: u16) -> Vec<LeasedJob> {
        let free = |queued: &QueuedJob| queued.leased_until.is_none_or(|until| until <= now);
        let due = self.jobs.rows().map(|(_, queued)| queued);
        let due = due.filter(|queued| !queued.job.dead && queued.job.due <= now && free(queued));
        let mut due: Vec<Job> = due.map(|queued| queued.job.clone()).collect();
        due.sort_by_key(|job| (job.due, job.id));
        due.truncate(usize::from(limit));
        for job in &mut due {
            job.attempts = job.attempts.saturating_add(1);
            self.jobs.put(job.id, QueuedJob { job: job.clone(), leased_until: Some(until) });
        }
        self.keep();
        due.into_iter().map(|job| LeasedJob { lease: lease_of(&job), job }).collect()
    }

    pub(super) fn touch(&mut self, seen: &[(AccountId, SessionNo, Minute)]) {
        for &(account, no, minute) in seen {
            if let Some((session, provider)) = self.sessions.row(&(account, no)).cloned() {
                let seen = session.seen.max(minute);
                self.sessions.put((account, no), (Session { seen, ..session }, provider));
            }
        }
        self.keep();
    }

    pub(super) fn purge(&mut self, now: Timestamp, limit: u32) -> u32 {
        let mut left = limit;
        left -= self.sessions.remove_where(left, |(session, _)| session.ends <= now);
        left -= self.flows.remove_where(left, |flow| flow.value.expires <= now);
        left -= self.counters.remove_where(left, |counter| counter.expires <= now);
        left -= self.commands.remove_where(left, |at| *at + COMMANDS_ARE_KEPT <= now);
        self.keep();
        limit - left
    }

    fn apply(&mut self, change: &Change, at: Timestamp) -> Applied {
        match change {
            Change::Count { key, ladder } => self.count(*key, ladder, at),
            Change::Uncount(key) => self.uncount(*key),
            Change::Forget(key) => self.forget(*key),
            Change::Account { expect, to } => self.write_account(*expect, to),
            Change::Expect { account, revision } => fresh(self.revision_of(*account) == Some(*revision)),
            Change::ClaimCpr { index, account } => self.claim(index, *account),
            Change::ReleaseCpr { index, account } => self.release(*index, *account),
            Change::Flow { expect, to } => self.write_flow(*expect, to),
            Change::OpenSession { session, provider } => {
                let key = (session.account, session.no);
                fresh(self.sessions.row(&key).is_none())?;
                self.sessions.put(key, (Session::clone(session), provider.clone()));
                Ok(())
            }
            Change::EndSession { account, no } => {
                self.sessions.remove(&(*account, *no));
                Ok(())
            }
            Change::Enqueue(new) => {
                fresh(self.jobs.row(&new.id).is_none())?;
                self.jobs.put(new.id, QueuedJob { job: queued(new), leased_until: None });
                Ok(())
            }
            Change::RegisterKey(key) => {
                fresh(self.keys.row(&key.id).is_none_or(|known| known == key))?;
                self.keys.put(key.id, *key);
                Ok(())
            }
            Change::SealAudit { batch, entries } => self.seal(batch, entries),
            Change::Finish { job, lease, outcome } => self.finish(*job, *lease, *outcome),
            Change::Tend { job, tending } => self.tend(*job, tending),
        }
    }

    fn count(&mut self, key: CounterKey, ladder: &Ladder, at: Timestamp) -> Applied {
        let before = self.counters.row(&key).copied();
        let blocked = |until| NotCommitted::Blocked { key, until };
        let counter = ladder.count(before, at).map_err(blocked)?;
        self.counters.put(key, counter);
        Ok(())
    }

    fn uncount(&mut self, key: CounterKey) -> Applied {
        if let Some(counter) = self.counters.row(&key).copied() {
            self.counters.put(key, counter.uncounted());
        }
        Ok(())
    }

    fn forget(&mut self, key: CounterKey) -> Applied {
        self.counters.remove(&key);
        Ok(())
    }

    fn revision_of(&self, account: AccountId) -> Option<Revision> {
        self.accounts.row(&account).map(|account| account.revision)
    }

    fn write_account(&mut self, expect: Option<Revision>, to: &Account) -> Applied {
        fresh(self.revision_of(to.id) == expect)?;
        let row = Versioned { revision: after(expect), value: to.to_record()? };
        self.accounts.put(to.id, row);
        Ok(())
    }

    fn claim(&mut self, indexes: &[CprIndex], account: AccountId) -> Applied {
        for index in indexes {
            if self.cpr.row(index).is_some_and(|holder| *holder != account) {
                return Err(NotCommitted::Taken(*index));
            }
            self.cpr.put(*index, account);
        }
        Ok(())
    }

    fn release(&mut self, index: CprIndex, account: AccountId) -> Applied {
        if self.cpr.row(&index) == Some(&account) {
            self.cpr.remove(&index);
        }
        Ok(())
    }

    fn write_flow(&mut self, expect: Option<Revision>, to: &FlowRecord) -> Applied {
        let found = self.flows.row(&to.id).map(|flow| flow.revision);
        fresh(found == expect)?;
        self.flows.put(to.id, Versioned { revision: after(expect), value: to.clone() });
        Ok(())
    }

    fn seal(&mut self, batch: &AuditBatch, entries: &[AuditEntry]) -> Applied {
        fresh(self.batches.row(&batch.number).is_none())?;
        self.batches.put(batch.number, batch.clone());
        for AuditEntry { id, .. } in entries {
            let unsealed = self.audit.row(id).filter(|(_, batch)| batch.is_none());
            let (entry, _) = unsealed.cloned().ok_or(NotCommitted::Stale)?;
            self.audit.put(*id, (entry, Some(batch.number)));
        }
        Ok(())
    }

    fn finish(&mut self, id: JobId, lease: Lease, outcome: Outcome) -> Applied {
        let held = self.jobs.row(&id).filter(|queued| queued.leased_until.is_some() && lease_of(&queued.job) == lease);
        let mut job = held.map(|queued| queued.job.clone()).ok_or(NotCommitted::Stale)?;
        let mut leased_until = None;
        match outcome {
            Outcome::Done => {
                self.jobs.remove(&id);
                return Ok(());
            }
            Outcome::RetryAt(due) => job.due = due,
            Outcome::UnderwayUntil(until) => leased_until = Some(until),
            Outcome::Dead => job.dead = true,
        }
        self.jobs.put(id, QueuedJob { job, leased_until });
        Ok(())
    }

    fn tend(&mut self, id: JobId, tending: &Tending) -> Applied {
        let mut queued = self.jobs.row(&id).cloned().ok_or(NotCommitted::Stale)?;
        match tending {
            Tending::Reseal { from, to } => {
                fresh(queued.job.payload == *from)?;
                queued.job.payload = to.clone();
            }
            Tending::Revive { due, give_up } => {
                fresh(queued.job.dead)?;
                queued.job = Job { due: *due, give_up: *give_up, dead: false, ..queued.job };
            }
            Tending::Forget => {
                fresh(queued.job.dead)?;
                self.jobs.remove(&id);
                return Ok(());
            }
        }
        self.jobs.put(id, queued);
        Ok(())
    }

    fn jobs_where(&self, fits: impl Fn(&Job) -> bool) -> impl Iterator<Item = Listed> {
        let jobs = self.jobs.rows().map(|(_, queued)| &queued.job);
        jobs.filter(move |job| fits(job)).map(|job| Listed::Job(job.clone()))
    }

    fn sessions_of(&self, account: AccountId) -> impl Iterator<Item = Listed> {
        let sessions = self.sessions.rows().map(|(_, (session, _))| session);
        sessions.filter(move |session| session.account == account).map(|session| Listed::Session(session.clone()))
    }

    fn audit_where(&self, fits: impl Fn(&AuditEntry) -> bool) -> impl Iterator<Item = Listed> {
        let entries = self.audit.rows().map(|(_, (entry, _))| entry).filter(move |entry| fits(entry));
        entries.map(|entry| Listed::Audit(entry.clone()))
    }

    fn sealed(&self, from: u64, to: u64) -> impl Iterator<Item = Listed> {
        let sealed = self.audit.rows().filter_map(|(_, (entry, batch))| batch.map(|batch| (batch, entry)));
        let sealed = sealed.filter(move |(batch, _)| (from..=to).contains(batch));
        sealed.map(|(batch, entry)| Listed::Sealed { batch, entry: entry.clone() })
    }

    fn members(&self, clinic: ClinicId, state: MembershipState) -> Result<Vec<Listed>, Fault> {
        let mut members = Vec::new();
        for (account, row) in self.accounts.rows() {
            let access = Access::from_record(&row.value.access)?;
            let here = access.membership(clinic).filter(|here| here.state == state);
            members.extend(here.map(|here| Listed::Member { account: *account, since: here.since }));
        }
        Ok(members)
    }

    pub(super) fn keep(&mut self) {
        let Self { accounts, cpr, flows, counters, sessions, jobs, keys, commands, audit, batches } = self;
        accounts.keep();
        cpr.keep();
        flows.keep();
        counters.keep();
        sessions.keep();
        jobs.keep();
        keys.keep();
        commands.keep();
        audit.keep();
        batches.keep();
    }

    fn undo(&mut self) {
        let Self { accounts, cpr, flows, counters, sessions, jobs, keys, commands, audit, batches } = self;
        accounts.undo();
        cpr.undo();
        flows.undo();
        counters.undo();
        sessions.undo();
        jobs.undo();
        keys.undo();
        commands.undo();
        audit.undo();
        batches.undo();
    }
}

fn fresh(as_read: bool) -> Applied {
    if as_read { Ok(()) } else { Err(NotCommitted::Stale) }
}

fn after(revision: Option<Revision>) -> Revision {
    Revision(revision.map_or(1, |revision| revision.0.saturating_add(1)))
}

fn lease_of(job: &Job) -> Lease {
    Lease(u64::from(job.attempts))
}

fn queued(new: &NewJob) -> Job {
    let NewJob { id, kind, due, give_up, account, payload } = new.clone();
    Job { id, kind, due, give_up, attempts: 0, dead: false, account, payload }
}

/// How long a command's id is kept to answer a repeated commit.
const COMMANDS_ARE_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
