//! Rotating the master key while serving: what older keys have sealed is sealed anew, page by page, beside everybody's
//! requests; and it is counted what is left under each.

use std::collections::BTreeMap;

use crate::account::Account;
use crate::account::rewrapped::{is_indexed, rewrap};
use crate::decision::Step;
use crate::fault::Fault;
use crate::ids::{AccountId, KeyId, Sealed};
use crate::sealing::{Purpose, key_of};
use crate::store::transfer::{CopySource, Place, Row, Table};
use crate::store::{Change, FlowRecord, Job, Tending, Versioned};

use super::{ATTEMPTS, Portal, Settled, TOO_CONTENDED};

/// A page of a store that was brought under the current key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rewrapped {
    /// How many rows were looked at.
    pub seen: u64,
    /// How many of them were written.
    pub written: u64,
    /// Where the next page begins; `None` at the end.
    pub next: Option<RewrapPlace>,
}

/// A place between two pages. The default is the beginning; what is under the current key already is passed over, so that
/// beginning anew loses nothing but reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RewrapPlace {
    part: Part,
    after: Option<Place>,
}

/// What is brought under the current key, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    #[default]
    Accounts,
    Jobs,
    Flows,
}

/// What a key is still needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeftUnder {
    /// Accounts whose data key it has sealed.
    pub accounts: u64,
    /// Jobs that it has sealed, dead ones too.
    pub jobs: u64,
    /// Flows that it has sealed and that are not over yet.
    pub flows: u64,
    /// Sessions not over yet whose identity provider's token it has sealed. Nothing seals them anew: they end by
    /// themselves within [`Policy::session_life`](crate::policy::Policy::session_life).
    pub sessions: u64,
    /// Indexes under which numbers are claimed by its hash.
    pub indexes: u64,
}

/// What is left under each key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct KeysLeft {
    /// By the key's id.
    pub under: BTreeMap<KeyId, LeftUnder>,
    /// Accounts that are not found under the current key.
    pub not_indexed: u64,
}

impl Part {
    fn table(self) -> Table {
        match self {
            Self::Accounts => Table::Accounts,
            Self::Jobs => Table::Jobs,
            Self::Flows => Table::Flows,
        }
    }

    fn next(self) -> Option<Self> {
        match self {
            Self::Accounts => Some(Self::Jobs),
            Self::Jobs => Some(Self::Flows),
            Self::Flows => None,
        }
    }
}

impl KeysLeft {
    fn under(&mut self, key: Option<KeyId>) -> &mut LeftUnder {
        self.under.entry(key.unwrap_or(NO_KEY)).or_default()
    }
}

impl LeftUnder {
    /// Whether nothing would be lost without the key. Indexes under it are then of no use, and are removed later.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.accounts + self.jobs + self.flows + self.sessions == 0
    }
}

impl Portal {
    /// Brings a page of accounts, and after them of jobs and flows, under the current key: what they hold is sealed by it,
    /// CPR numbers are claimed under every key of the ring and under no other. Every row is guarded as if its owner wrote
    /// it, and nobody's request is lost. `rows` shows the rows of the portal's own store. Call it again with `next`; how
    /// fast is the caller's to say.
    ///
    /// Only after every node has the current key, and writes with it: what a node without it would meet here, it could
    /// not read.
    ///
    /// # Errors
    /// Faults of the store, and records that no key opens.
    pub async fn rewrap(&self, rows: &dyn CopySource, from: RewrapPlace, limit: u32) -> Result<Rewrapped, Fault> {
        let page = rows.rows(from.part.table(), from.after, limit).await?;
        let mut written = 0;
        for row in &page.rows {
            let is_written = match row {
                Row::Account(account) => self.rewrap_account(account.value.id).await?,
                Row::Job(job) => self.reseal_job(job).await?,
                Row::Flow(flow) => self.reseal_flow(flow).await?,
                _ => false,
            };
            written += u64::from(is_written);
        }
        let next = match page.next {
            None => from.part.next().map(|part| RewrapPlace { part, after: None }),
            after => Some(RewrapPlace { part: from.part, after }),
        };
        Ok(Rewrapped { seen: page.rows.len() as u64, written, next })
    }

    /// Looks through the whole store and counts what each key is still needed for. Audit entries, passwords and what
    /// closed accounts have left are not counted: they need no more than a [`PastKey`](crate::sealing::PastKey).
    ///
    /// # Errors
    /// Faults of the store.
    pub async fn keys_left(&self, rows: &dyn CopySource) -> Result<KeysLeft, Fault> {
        let mut left = KeysLeft::default();
        for table in [Table::Accounts, Table::CprIndexes, Table::Sessions, Table::Flows, Table::Jobs] {
            let mut after = None;
            loop {
                let page = rows.rows(table, after, ROWS_A_PAGE).await?;
                page.rows.iter().for_each(|row| self.count_left(row, &mut left));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(left)
    }

    fn count_left(&self, row: &Row, left: &mut KeysLeft) {
        let now = self.now();
        match row {
            Row::Account(account) => {
                if !account.value.is_erased() {
                    left.under(key_of(account.value.details.person.sealed_key())).accounts += 1;
                }
                left.not_indexed += u64::from(!is_indexed(self.ring(), &account.value));
            }
            Row::CprIndex(index, _) => left.under(Some(index.key)).indexes += 1,
            Row::Session(session, Some(token)) if session.ends > now => left.under(key_of(token)).sessions += 1,
            Row::Flow(flow) if flow.value.expires > now => left.under(key_of(&flow.value.body)).flows += 1,
            Row::Job(job) => left.under(key_of(&job.payload)).jobs += 1,
            _ => {}
        }
    }

    /// Answers whether there was something to write.
    async fn rewrap_account(&self, id: AccountId) -> Result<bool, Fault> {
        let mut draw = self.draw()?;
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let account: Option<Versioned<Account>> = self.store().account(id).await?;
            let Some(account) = account else { return Ok(false) };
            let Some(step) = rewrap(&mut self.facts(now, &mut draw), &account)? else { return Ok(false) };
            if let Settled::Answer(_) = self.commit(step, now, &mut draw).await? {
                return Ok(true);
            }
        }
        Err(Fault::transient(TOO_CONTENDED, TOO_CONTENDED))
    }

    /// A job that is done meanwhile needs no key any more.
    async fn reseal_job(&self, job: &Job) -> Result<bool, Fault> {
        if self.ring().is_current(&job.payload) {
            return Ok(false);
        }
        let mut draw = self.draw()?;
        let from = job.payload.clone();
        let to: Sealed = self.ring().reseal(Purpose::Job, &job.id.0.to_be_bytes(), &from, &mut draw)?;
        let tend = Change::Tend { job: job.id, tending: Tending::Reseal { from, to } };
        let settled = self.commit(Step::answering(Ok(())).with([tend]), self.now(), &mut draw).await?;
        Ok(matches!(settled, Settled::Answer(_)))
    }

    /// A flow that is used meanwhile is written under the current key by whoever uses it.
    async fn reseal_flow(&self, flow: &Versioned<FlowRecord>) -> Result<bool, Fault> {
        let Versioned { revision, value } = flow;
        if self.ring().is_current(&value.body) || value.expires <= self.now() {
            return Ok(false);
        }
        let mut draw = self.draw()?;
        let mut reseal = |purpose| self.ring().reseal(purpose, &value.id.0, &value.body, &mut draw);
        let body = reseal(Purpose::Flow).or_else(|_| reseal(Purpose::StaffSignIn))?;
        let to = Box::new(FlowRecord { body, ..value.clone() });
        let write = Change::Flow { expect: Some(*revision), to };
        let settled = self.commit(Step::answering(Ok(())).with([write]), self.now(), &mut draw).await?;
        Ok(matches!(settled, Settled::Answer(_)))
    }
}

const ROWS_A_PAGE: u32 = 500;
/// What no key has sealed that can be read.
const NO_KEY: KeyId = KeyId(0);
