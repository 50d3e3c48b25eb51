//! The memory store as one to copy from or to.

use std::collections::HashMap;

use async_trait::async_trait;
use patientportal_core::fault::Fault;
use patientportal_core::store::Versioned;
use patientportal_core::store::transfer::{CopySource, CopyTarget, Place, Progress, Row, Rows, Table};

use super::MemoryStore;
use super::tables::{QueuedJob, Tables};

/// How far copying into the store is.
#[derive(Default)]
pub(super) struct Copying {
    progress: HashMap<Table, Progress>,
    finished: bool,
}

#[async_trait]
impl CopySource for MemoryStore {
    async fn rows(&self, table: Table, after: Option<Place>, limit: u32) -> Result<Rows, Fault> {
        let before = after.map_or(Ok(0), |place| count_of(&place))?;
        let after_page = before + usize::try_from(limit).unwrap_or(usize::MAX);
        let all = self.inside().tables.rows(table)?;
        let next = (all.len() > after_page).then(|| Place(after_page.to_be_bytes().to_vec()));
        Ok(Rows { rows: all.into_iter().take(after_page).skip(before).collect(), next })
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        Ok(self.inside().tables.rows(table)?.len() as u64)
    }
}

#[async_trait]
impl CopyTarget for MemoryStore {
    async fn progress(&self, table: Table) -> Result<Progress, Fault> {
        Ok(self.inside().copying.progress.get(&table).cloned().unwrap_or(Progress::At(None)))
    }

    async fn put(&self, table: Table, rows: &[Row], progress: &Progress) -> Result<(), Fault> {
        let mut inside = self.inside();
        if inside.copying.finished {
            return Err(Fault::new("the memory store is no copy any more"));
        }
        for row in rows {
            inside.tables.put(row)?;
        }
        inside.copying.progress.insert(table, progress.clone());
        Ok(())
    }

    async fn holds(&self, _: Table, rows: &[Row]) -> Result<bool, Fault> {
        let inside = self.inside();
        for row in rows {
            if inside.tables.same(row)?.as_ref() != Some(row) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn count(&self, table: Table) -> Result<u64, Fault> {
        CopySource::count(self, table).await
    }

    async fn finish(&self) -> Result<(), Fault> {
        let copying = &mut self.inside().copying;
        if Table::ALL.iter().any(|table| copying.progress.get(table) != Some(&Progress::Done)) {
            return Err(Fault::new("a table of the copy is not whole"));
        }
        copying.finished = true;
        Ok(())
    }
}

impl Tables {
    /// Every row of a table, sorted by its key.
    fn rows(&self, table: Table) -> Result<Vec<Row>, Fault> {
        Ok(match table {
            Table::Keys => self.keys.rows().map(|(_, key)| Row::Key(*key)).collect(),
            Table::Accounts => {
                let accounts = self.accounts.rows().filter_map(|(id, _)| self.account(*id).transpose());
                accounts
                    .map(|account| account.map(|account| Row::Account(Box::new(account))))
                    .collect::<Result<_, _>>()?
            }
            Table::CprIndexes => self.cpr.rows().map(|(index, account)| Row::CprIndex(*index, *account)).collect(),
            Table::Sessions => {
                let sessions = self.sessions.rows().map(|(_, row)| row.clone());
                sessions.map(|(session, provider)| Row::Session(Box::new(session), provider)).collect()
            }
            Table::Flows => self.flows.rows().map(|(_, flow)| Row::Flow(flow.clone())).collect(),
            Table::Counters => self.counters.rows().map(|(key, counter)| Row::Counter(*key, *counter)).collect(),
            Table::Jobs => self.jobs.rows().map(|(_, queued)| Row::Job(queued.job.clone())).collect(),
            Table::Audit => self.audit.rows().map(|(_, (entry, batch))| Row::Audit(entry.clone(), *batch)).collect(),
            Table::Batches => self.batches.rows().map(|(_, batch)| Row::Batch(batch.clone())).collect(),
            Table::Commands => self.commands.rows().map(|(id, at)| Row::Command(*id, *at)).collect(),
            _ => return Err(unknown()),
        })
    }

    /// The row with the key of this one.
    fn same(&self, row: &Row) -> Result<Option<Row>, Fault> {
        Ok(match row {
            Row::Key(key) => self.keys.row(&key.id).map(|key| Row::Key(*key)),
            Row::Account(account) => self.account(account.value.id)?.map(|account| Row::Account(Box::new(account))),
            Row::CprIndex(index, _) => self.cpr.row(index).map(|account| Row::CprIndex(*index, *account)),
            Row::Session(session, _) => {
                let found = self.sessions.row(&(session.account, session.no)).cloned();
                found.map(|(session, provider)| Row::Session(Box::new(session), provider))
            }
            Row::Flow(flow) => self.flows.row(&flow.value.id).map(|flow| Row::Flow(flow.clone())),
            Row::Counter(key, _) => self.counters.row(key).map(|counter| Row::Counter(*key, *counter)),
            Row::Job(job) => self.jobs.row(&job.id).map(|queued| Row::Job(queued.job.clone())),
            Row::Audit(entry, _) => self.audit.row(&entry.id).map(|(entry, batch)| Row::Audit(entry.clone(), *batch)),
            Row::Batch(batch) => self.batches.row(&batch.number).map(|batch| Row::Batch(batch.clone())),
            Row::Command(id, _) => self.commands.row(id).map(|at| Row::Command(*id, *at)),
            _ => return Err(unknown()),
        })
    }

    fn put(&mut self, row: &Row) -> Result<(), Fault> {
        match row.clone() {
            Row::Key(key) => self.keys.put(key.id, key),
            Row::Account(account) => {
                let Versioned { revision, value } = *account;
                self.accounts.put(value.id, Versioned { revision, value: value.to_record()? });
            }
            Row::CprIndex(index, account) => self.cpr.put(index, account),
            Row::Session(session, provider) => self.sessions.put((session.account, session.no), (*session, provider)),
            Row::Flow(flow) => self.flows.put(flow.value.id, flow),
            Row::Counter(key, counter) => self.counters.put(key, counter),
            Row::Job(job) => self.jobs.put(job.id, QueuedJob { job, leased_until: None }),
            Row::Audit(entry, batch) => self.audit.put(entry.id, (entry, batch)),
            Row::Batch(batch) => self.batches.put(batch.number, batch),
            Row::Command(id, at) => self.commands.put(id, at),
            _ => return Err(unknown()),
        }
        self.keep();
        Ok(())
    }
}

/// A place is how many rows lie before it.
fn count_of(place: &Place) -> Result<usize, Fault> {
    let bytes = place.0.as_slice().try_into().map_err(|_| Fault::new("this is no place of a memory store"))?;
    Ok(usize::from_be_bytes(bytes))
}

fn unknown() -> Fault {
    Fault::new("the memory store does not know this table")
}
