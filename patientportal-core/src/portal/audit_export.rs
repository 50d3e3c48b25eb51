//! The audit trail for somebody outside: entries in plain words, each with the proof that it is under its batch's root.

use crate::audit::tree::{entry_leaf, leaves_of, proof, root_of};
use crate::audit::{AuditBatch, AuditEntry, AuditRecord, BatchRecord, SealedBatch, TreeHash};
use crate::fault::Fault;
use crate::ids::ClinicId;
use crate::moment::Timestamp;
use crate::record::decode;
use crate::store::{Cursor, List, Listed};

use super::Portal;
use super::audit_check::ENTRIES_AT_ONCE;

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what an auditor asks for")]
pub struct AuditSpan {
    /// Those at this clinic; `None`: all.
    pub clinic: Option<ClinicId>,
    /// Those of this moment and later.
    pub from: Option<Timestamp>,
    /// Those before this moment.
    pub until: Option<Timestamp>,
}

/// One thing that is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditLine {
    /// A batch, before the entries of it that are wanted.
    Batch(SealedBatch),
    /// An entry.
    Entry {
        /// The entry.
        entry: AuditEntry,
        /// What it says; `None` where a newer program wrote it.
        record: Option<AuditRecord>,
        /// Its place among the leaves of its batch, and what proves it; `None` where it is in no batch yet, or where the
        /// batch does not come to its root.
        proof: Option<(usize, Vec<TreeHash>)>,
    },
}

/// What was exported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditExport {
    /// Entries.
    pub entries: u64,
    /// Of these, those in no batch yet.
    pub unsealed: u64,
    /// Batches with wanted entries that do not come to their roots: somebody has tampered with them.
    pub unproved: u64,
}

impl Portal {
    /// Gives out the entries of a span, the oldest batches first and those that are in none yet last. `write` answers
    /// whether to go on.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn export_audit(
        &self,
        span: AuditSpan,
        write: &mut (dyn FnMut(AuditLine) -> bool + Send),
    ) -> Result<AuditExport, Fault> {
        let mut exported = AuditExport::default();
        let Some(newest) = self.newest_batch().await?.map(|batch| batch.number) else {
            self.export_unsealed(span, &mut exported, write).await?;
            return Ok(exported);
        };
        let mut from = self.first_batch_since(span.from, newest).await?;
        while from <= newest {
            let to = from.saturating_add(u64::from(BATCHES_AT_ONCE)).saturating_sub(1).min(newest);
            let mut batches = self.batches_before(Some(to.saturating_add(1)), BATCHES_AT_ONCE).await?;
            batches.retain(|batch| batch.number >= from);
            for batch in batches.iter().rev() {
                if !self.export_batch(batch, span, &mut exported, write).await? {
                    return Ok(exported);
                }
            }
            from = to.saturating_add(1);
        }
        self.export_unsealed(span, &mut exported, write).await?;
        Ok(exported)
    }

    /// A page of the entries that are in batches, with their batches' numbers.
    pub(super) async fn sealed_entries(
        &self,
        from: u64,
        to: u64,
        after: Option<Cursor>,
    ) -> Result<(Vec<(u64, AuditEntry)>, Option<Cursor>), Fault> {
        let page = self.store().list(List::Sealed { from, to }, after, ENTRIES_AT_ONCE).await?;
        let sealed = |row| match row {
            Listed::Sealed { batch, entry } => Some((batch, entry)),
            _ => None,
        };
        Ok((page.rows.into_iter().filter_map(sealed).collect(), page.next))
    }

    /// A batch from which on all that was written since a moment is sealed: no batch is older than its entries.
    async fn first_batch_since(&self, since: Option<Timestamp>, newest: u64) -> Result<u64, Fault> {
        let Some(since) = since else { return Ok(1) };
        let (mut low, mut high) = (1, newest);
        while low < high {
            let middle = low + (high - low) / 2;
            let batch = self.batches_before(Some(middle.saturating_add(1)), 1).await?.pop();
            let at = batch.and_then(|batch| BatchRecord::read(&batch).ok()).map(|record| record.at);
            match at {
                // Two nodes' clocks may be a little apart.
                Some(at) if at + CLOCKS_APART < since => low = middle.saturating_add(1),
                _ => high = middle,
            }
        }
        Ok(low)
    }

    async fn export_batch(
        &self,
        batch: &AuditBatch,
        span: AuditSpan,
        exported: &mut AuditExport,
        write: &mut (dyn FnMut(AuditLine) -> bool + Send),
    ) -> Result<bool, Fault> {
        let (mut leaves, mut wanted, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let (entries, next) = self.sealed_entries(batch.number, batch.number, after).await?;
            for (_, entry) in entries {
                leaves.push(entry_leaf(&entry));
                if span.wants(&entry) {
                    // The first leaf is the batch's head.
                    wanted.push((leaves.len(), entry));
                }
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        if wanted.is_empty() {
            return Ok(true);
        }
        let record = BatchRecord::read(batch).ok().filter(|_| self.ring().sealed(batch));
        let record = record.filter(|record| record.number == batch.number && root_of(record, &leaves) == record.root);
        exported.unproved += u64::from(record.is_none());
        let tree = record.as_ref().map(|record| leaves_of(record, &leaves));
        if let Some(record) = &record
            && !write(AuditLine::Batch(record.sealed()))
        {
            return Ok(false);
        }
        for (place, entry) in wanted {
            let proof = tree.as_ref().map(|tree| (place, proof(tree, place)));
            exported.entries += 1;
            if !write(AuditLine::of(entry, proof)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn export_unsealed(
        &self,
        span: AuditSpan,
        exported: &mut AuditExport,
        write: &mut (dyn FnMut(AuditLine) -> bool + Send),
    ) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let page = self.store().list(List::Unsealed, after, ENTRIES_AT_ONCE).await?;
            for row in page.rows {
                let Listed::Unsealed(entry) = row else { continue };
                if span.wants(&entry) {
                    (exported.entries, exported.unsealed) = (exported.entries + 1, exported.unsealed + 1);
                    if !write(AuditLine::of(entry, None)) {
                        return Ok(());
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

impl AuditSpan {
    fn wants(&self, entry: &AuditEntry) -> bool {
        self.clinic.is_none_or(|clinic| entry.clinic == Some(clinic))
            && self.from.is_none_or(|from| entry.at >= from)
            && self.until.is_none_or(|until| entry.at < until)
    }
}

impl AuditLine {
    fn of(entry: AuditEntry, proof: Option<(usize, Vec<TreeHash>)>) -> Self {
        let record = decode(&entry.record).ok();
        Self::Entry { entry, record, proof }
    }
}

const BATCHES_AT_ONCE: u16 = 200;
const CLOCKS_APART: std::time::Duration = std::time::Duration::from_secs(60);
