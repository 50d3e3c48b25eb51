//! Verifying the audit trail while it is served: every batch and every entry, a page at a time (I9).

use std::collections::VecDeque;

use crate::audit::check::{BatchCheck, Tell, check_entry, read_batch};
use crate::audit::{AuditBatch, AuditEntry, AuditFlaw, BatchRecord, KnownRoot, SealedBatch};
use crate::fault::Fault;
use crate::moment::Timestamp;
use crate::store::{List, Listed};

use super::{ATTEMPTS, Portal};

/// What was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditTally {
    /// Batches.
    pub batches: u64,
    /// Of these, the ones without entries, sealed before what must be kept.
    pub emptied: u64,
    /// Entries in batches.
    pub entries: u64,
    /// Entries in no batch yet.
    pub unsealed: u64,
    /// When the oldest of those was written.
    pub oldest_unsealed: Option<Timestamp>,
    /// The newest batch, if what it says can be believed: its root stands for the whole trail.
    pub newest: Option<SealedBatch>,
}

impl Portal {
    /// Verifies the audit trail and tells each flaw, a batch's in the order of its entries' ids, the newest batches first.
    /// Whatever is sealed or written meanwhile is left to the next time. Batches that were sealed before `kept_from`
    /// may be without their entries, if they are without all.
    ///
    /// It cannot see that the end was cut off: [`compare_roots`](Self::compare_roots) does, with roots that are known
    /// outside.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn verify_audit(
        &self,
        kept_from: Option<Timestamp>,
        tell: &mut (dyn FnMut(AuditFlaw) + Send),
    ) -> Result<AuditTally, Fault> {
        let mut walk = Walk { portal: self, kept_from, tell, tally: AuditTally::default(), successor: None };
        let newest = walk.newest().await?;
        let mut above = newest.map_or(0, |newest| newest.saturating_add(1));
        while above > 0 {
            let batches = self.batches_before(Some(above), BATCHES_AT_ONCE).await?;
            let is_full = batches.len() == usize::from(BATCHES_AT_ONCE);
            // What lies below the first batch is looked for with it.
            let lowest = batches.last().map_or(0, |batch| batch.number);
            let from = if is_full && lowest > 1 { lowest } else { 0 };
            let checks = walk.batches(above, batches, from == 0);
            walk.entries(from, above.saturating_sub(1), checks).await?;
            above = from;
        }
        walk.unsealed().await?;
        Ok(walk.tally)
    }

    /// Compares roots that are known outside with the batches that are there, and tells of each that is gone or another.
    /// Roots may be in any order; a few thousand at a time are best.
    ///
    /// # Errors
    /// Only faults of the store.
    pub async fn compare_roots(
        &self,
        known: &[KnownRoot],
        tell: &mut (dyn FnMut(AuditFlaw) + Send),
    ) -> Result<(), Fault> {
        let mut known = known.to_vec();
        known.sort_unstable();
        known.dedup();
        let (mut missing, mut batches) = (Vec::new(), VecDeque::new());
        // The newest first, as the batches come.
        for KnownRoot { number, root } in known.into_iter().rev() {
            let above = number.saturating_add(1);
            while batches.front().is_some_and(|batch: &AuditBatch| batch.number > number) {
                batches.pop_front();
            }
            if batches.is_empty() {
                batches = self.batches_before(Some(above), BATCHES_AT_ONCE).await?.into();
            }
            match batches.front().filter(|batch| batch.number == number).map(BatchRecord::read) {
                None => missing.push(number),
                Some(Ok(record)) if record.root != root => tell(AuditFlaw::RootDiffers { number }),
                // One that cannot be read is told of by verifying.
                Some(_) => {}
            }
        }
        tell_of_missing(missing, tell);
        Ok(())
    }
}

/// One verification under way.
struct Walk<'a> {
    portal: &'a Portal,
    kept_from: Option<Timestamp>,
    tell: Tell<'a>,
    tally: AuditTally,
    /// The batch after the one that is looked at, if it can be believed.
    successor: Option<BatchRecord>,
}

impl Walk<'_> {
    /// The number of the newest batch. Entries that claim to be in newer ones are in none.
    async fn newest(&mut self) -> Result<Option<u64>, Fault> {
        let number = |batch: AuditBatch| batch.number;
        let mut newest = self.portal.newest_batch().await?.map(number);
        for _ in 0..ATTEMPTS {
            let from = newest.map_or(0, |newest| newest.saturating_add(1));
            if self.portal.sealed_entries(from, HIGHEST, None).await?.0.is_empty() {
                return Ok(newest);
            }
            // Perhaps they were sealed just now.
            let now = self.portal.newest_batch().await?.map(number);
            if now == newest {
                break;
            }
            newest = now;
        }
        let from = newest.map_or(0, |newest| newest.saturating_add(1));
        let mut after = None;
        loop {
            let (entries, next) = self.portal.sealed_entries(from, HIGHEST, after).await?;
            for (batch, entry) in entries {
                (self.tell)(AuditFlaw::EntryWithoutBatch { entry: entry.id, batch });
            }
            after = next;
            if after.is_none() {
                return Ok(newest);
            }
        }
    }

    /// Looks at batches, the newest first, and at what each says of the one before it; `to_the_first` where there are no
    /// more. Answers the checks of their entries, the oldest first.
    fn batches(&mut self, mut above: u64, batches: Vec<AuditBatch>, to_the_first: bool) -> VecDeque<BatchCheck> {
        let mut checks = VecDeque::new();
        for batch in batches {
            let number = batch.number;
            self.tally.batches += 1;
            self.tell_of_gap(number.saturating_add(1), above);
            if number.saturating_add(1) != above {
                self.successor = None;
            }
            let record = read_batch(&batch, self.portal.ring(), self.tell);
            if let Some(successor) = &self.successor
                && record.as_ref().is_some_and(|record| record.root != successor.previous)
            {
                (self.tell)(AuditFlaw::ChainBroken { number: successor.number });
            }
            if self.tally.batches == 1 {
                self.tally.newest = record.as_ref().map(BatchRecord::sealed);
            }
            self.successor.clone_from(&record);
            checks.push_front(BatchCheck::new(number, record));
            above = number;
        }
        if to_the_first {
            self.tell_of_gap(1, above);
            if let Some(first) = self.successor.take()
                && first.number == 1
                && first.previous != [0; 32]
            {
                (self.tell)(AuditFlaw::ChainBroken { number: 1 });
            }
        }
        checks
    }

    /// Shows the entries of batches to their checks.
    async fn entries(&mut self, from: u64, to: u64, mut checks: VecDeque<BatchCheck>) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let (entries, next) = self.portal.sealed_entries(from, to, after).await?;
            for (batch, entry) in entries {
                self.tally.entries += 1;
                while checks.front().is_some_and(|check| check.number < batch) {
                    self.end(checks.pop_front());
                }
                match checks.front_mut().filter(|check| check.number == batch) {
                    Some(check) => check.see(&entry, self.portal.ring(), self.tell),
                    None => self.see_without_batch(&entry, batch),
                }
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        while !checks.is_empty() {
            self.end(checks.pop_front());
        }
        Ok(())
    }

    async fn unsealed(&mut self) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let page = self.portal.store().list(List::Unsealed, after, ENTRIES_AT_ONCE).await?;
            for row in page.rows {
                let Listed::Unsealed(entry) = row else { continue };
                check_entry(&entry, None, self.portal.ring(), self.tell);
                self.tally.unsealed += 1;
                let oldest = self.tally.oldest_unsealed.map_or(entry.at, |oldest| oldest.min(entry.at));
                self.tally.oldest_unsealed = Some(oldest);
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn end(&mut self, check: Option<BatchCheck>) {
        if check.is_some_and(|check| check.end(self.kept_from, self.tell)) {
            self.tally.emptied += 1;
        }
    }

    /// An entry of a batch that is not there: that the batch was removed is told already, unless no batch has its number.
    fn see_without_batch(&mut self, entry: &AuditEntry, batch: u64) {
        match batch {
            0 => (self.tell)(AuditFlaw::EntryWithoutBatch { entry: entry.id, batch }),
            _ => {
                check_entry(entry, Some(batch), self.portal.ring(), self.tell);
            }
        }
    }

    /// Tells that the batches from `from` to before `above` are missing, if any is.
    fn tell_of_gap(&mut self, from: u64, above: u64) {
        if from < above {
            (self.tell)(AuditFlaw::BatchesRemoved { from, to: above.saturating_sub(1) });
        }
    }
}

/// Of these numbers, the highest first, each stretch without a gap.
fn tell_of_missing(numbers: Vec<u64>, tell: Tell<'_>) {
    let mut stretch: Option<(u64, u64)> = None;
    for number in numbers {
        stretch = match stretch {
            Some((from, to)) if number == from || number.saturating_add(1) == from => Some((number, to)),
            ended => {
                ended.into_iter().for_each(|(from, to)| tell(AuditFlaw::CutOff { from, to }));
                Some((number, number))
            }
        };
    }
    stretch.into_iter().for_each(|(from, to)| tell(AuditFlaw::CutOff { from, to }));
}

/// Enough that each page costs little, and that what they name is a few megabytes at most.
const BATCHES_AT_ONCE: u16 = 200;
pub(super) const ENTRIES_AT_ONCE: u16 = 2000;
/// The highest number of 63 bits.
pub(super) const HIGHEST: u64 = i64::MAX.unsigned_abs();
