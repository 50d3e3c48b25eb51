//! The sealer: entries that are in no batch yet are put into one, under a root that is also told outside (I9).

use std::sync::{Mutex, PoisonError};

use crate::audit::{AuditBatch, AuditEntry, AuditRecord, BatchRecord, SealedBatch};
use crate::decision::{Note, Step};
use crate::draw::Draw;
use crate::fault::Fault;
use crate::moment::Timestamp;
use crate::record::encode;
use crate::store::{Change, Cursor, List, Listed};

use super::{Portal, Settled};

/// The last batch that this portal has seen: the trail never ends before it again, unless somebody has cut it off.
#[derive(Default)]
pub(super) struct TrailEnd(Mutex<Option<SealedBatch>>);

impl Portal {
    /// Puts every audit entry that is in no batch yet into one, a thousand at most in each. Answers the batches, for a file
    /// that nobody can write anew; their roots are in the log besides. Call it every
    /// [`Policy::audit_sealing`](crate::policy::Policy::audit_sealing), on every node: one of them seals, and where there
    /// is nothing to seal, nothing is written.
    ///
    /// # Errors
    /// Only faults of the store, when nothing was sealed; what is left is sealed by the next call.
    pub async fn seal_audit(&self) -> Result<Vec<SealedBatch>, Fault> {
        let mut sealed = Vec::new();
        loop {
            match self.seal_once(sealed.is_empty()).await {
                Ok(Sealing { batch, more }) => {
                    sealed.extend(batch);
                    if !more {
                        return Ok(sealed);
                    }
                }
                Err(fault) if sealed.is_empty() => return Err(fault),
                Err(fault) => {
                    tracing::warn!(fault = fault.chain(), "fewer audit entries were sealed than there are");
                    return Ok(sealed);
                }
            }
        }
    }

    /// The newest batch.
    pub(super) async fn newest_batch(&self) -> Result<Option<AuditBatch>, Fault> {
        Ok(self.batches_before(None, 1).await?.pop())
    }

    /// Batches from the newest on, or from the one before a number.
    pub(super) async fn batches_before(&self, number: Option<u64>, limit: u16) -> Result<Vec<AuditBatch>, Fault> {
        let after = number.map(|id| Cursor { at: Timestamp(0), id });
        let page = self.store().list(List::Batches, after, limit).await?;
        let batch = |row| match row {
            Listed::Batch(batch) => Some(batch),
            _ => None,
        };
        Ok(page.rows.into_iter().filter_map(batch).collect())
    }

    /// An entry as it is written in the commit of the deed.
    pub(super) fn audit_entry(&self, note: &Note, at: Timestamp, draw: &mut Draw) -> Result<AuditEntry, Fault> {
        let (key, staff, check) = (self.ring().current_id(), note.staff.clone(), note.check);
        let record = encode(&AuditRecord { actor: note.actor, event: note.event, key, staff, check, mail: note.mail })?;
        let (account, clinic) = (note.account, note.clinic);
        let unsigned = AuditEntry { id: draw.id(), at, account, clinic, record, mac: [0; 16] };
        Ok(AuditEntry { mac: self.ring().audit_mac(&unsigned), ..unsigned })
    }

    async fn seal_once(&self, is_first: bool) -> Result<Sealing, Fault> {
        let page = self.store().list(List::Unsealed, None, ENTRIES_A_BATCH).await?;
        let more = page.next.is_some();
        let entry = |row| match row {
            Listed::Unsealed(entry) => Some(entry),
            _ => None,
        };
        let entries: Vec<AuditEntry> = page.rows.into_iter().filter_map(entry).collect();
        if entries.is_empty() {
            return Ok(Sealing::NOTHING);
        }
        let now = self.now();
        let last = self.newest_batch().await?.as_ref().map(as_told);
        self.watch_end(last);
        // Another node has just sealed, and will again.
        let pause = self.policy().audit_sealing / 2;
        if is_first && last.is_some_and(|last| now.since(last.at) < pause) {
            return Ok(Sealing::NOTHING);
        }
        self.tell_of_forged(&entries);
        let record = BatchRecord::of(&entries, last, now, self.ring().current_id());
        let sealed = record.sealed();
        let record = record.encoded()?;
        let batch = AuditBatch { number: sealed.number, mac: self.ring().batch_mac(&record), record };
        let step = Step::answering(Ok(())).with([Change::SealAudit { batch, entries }]);
        match self.commit(step, now, &mut self.draw()?).await? {
            Settled::Answer(_) => {
                self.0.trail_end.set(sealed);
                tracing::info!(batch = %sealed, "audit entries were sealed");
                Ok(Sealing { batch: Some(sealed), more })
            }
            // Another node was faster; what it left, it takes next.
            Settled::Again => Ok(Sealing::NOTHING),
        }
    }

    /// Looks whether the trail still has the end that it had.
    fn watch_end(&self, last: Option<SealedBatch>) {
        let Some(seen) = self.0.trail_end.seen() else { return };
        let number = seen.number;
        match last {
            Some(last) if last.number > number || last == seen => {}
            Some(last) if last.number == number => {
                tracing::error!(number, "the last audit batch is another one than was sealed: verify the audit trail");
            }
            last => {
                let now_last = last.map_or(0, |last| last.number);
                tracing::error!(number, now_last, "audit batches that were sealed are gone: verify the audit trail");
            }
        }
    }

    /// What was put there past the portal is sealed too, so that it stays to be found; and told at once.
    fn tell_of_forged(&self, entries: &[AuditEntry]) {
        for entry in entries.iter().filter(|entry| !self.ring().wrote(entry)) {
            tracing::error!(entry = format!("{:016x}", entry.id), "an audit entry was not written under these keys");
        }
    }
}

impl TrailEnd {
    fn seen(&self) -> Option<SealedBatch> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, batch: SealedBatch) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch);
    }
}

/// What came of sealing once.
struct Sealing {
    batch: Option<SealedBatch>,
    /// Whether there were more entries than one batch takes.
    more: bool,
}

impl Sealing {
    const NOTHING: Self = Self { batch: None, more: false };
}

/// What a batch says, as far as the next one goes on from it. One that cannot be read is told of, and does not keep the
/// next from being sealed.
fn as_told(batch: &AuditBatch) -> SealedBatch {
    let number = batch.number;
    let told = BatchRecord::read(batch).map(|record| SealedBatch { number, ..record.sealed() });
    told.unwrap_or_else(|_| {
        tracing::error!(number, "the last audit batch cannot be read: verify the audit trail");
        SealedBatch { number, at: Timestamp(0), count: 0, previous: [0; 32], root: [0; 32] }
    })
}

/// So many that a rush is sealed soon, and so few that a store is not kept long.
const ENTRIES_A_BATCH: u16 = 1000;
