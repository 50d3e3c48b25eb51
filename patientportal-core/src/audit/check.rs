//! Holding the entries that are found in a batch against what the batch says of them, one by one.

use minicbor::{Decode, Encode};

use super::tree::{self, TreeHash};
use super::{AuditBatch, AuditEntry, AuditFlaw, BatchRecord, entry_leaf};
use crate::ids::KeyId;
use crate::moment::Timestamp;
use crate::record::decode;
use crate::sealing::KeyRing;

/// What the flaws are told to.
pub(crate) type Tell<'a> = &'a mut (dyn FnMut(AuditFlaw) + Send);

/// The check of one batch, whose entries are shown to it by ascending ids.
pub(crate) struct BatchCheck {
    pub(crate) number: u64,
    /// What it says, where that can be believed.
    record: Option<BatchRecord>,
    /// Which of its entries have been met, or missed.
    passed: usize,
    leaves: Vec<TreeHash>,
    sound: bool,
}

/// Reads a batch; tells what is wrong with it, and answers what it says where that can be believed.
pub(crate) fn read_batch(batch: &AuditBatch, ring: &KeyRing, tell: Tell<'_>) -> Option<BatchRecord> {
    let number = batch.number;
    let Ok(record) = BatchRecord::read(batch) else {
        tell(AuditFlaw::BatchChanged { number });
        return None;
    };
    if !ring.sealed(batch) {
        tell(match ring.judges(record.key) {
            true => AuditFlaw::BatchChanged { number },
            false => AuditFlaw::KeyMissing { entry: None, batch: Some(number), key: record.key },
        });
        return None;
    }
    if record.number != number {
        tell(AuditFlaw::BatchMisplaced { number, found: record.number });
        return None;
    }
    Some(record)
}

/// Tells if an entry's MAC fails, and answers whether it holds.
pub(crate) fn check_entry(entry: &AuditEntry, batch: Option<u64>, ring: &KeyRing, tell: Tell<'_>) -> bool {
    if ring.wrote(entry) {
        return true;
    }
    let unknown = decode::<WrittenUnder>(&entry.record).ok().filter(|written| !ring.judges(written.key));
    tell(match unknown {
        Some(WrittenUnder { key }) => AuditFlaw::KeyMissing { entry: Some(entry.id), batch, key },
        None => AuditFlaw::EntryChanged { entry: entry.id, batch },
    });
    false
}

impl BatchCheck {
    pub(crate) fn new(number: u64, record: Option<BatchRecord>) -> Self {
        Self { number, record, passed: 0, leaves: Vec::new(), sound: true }
    }

    /// The next entry that is found in the batch.
    pub(crate) fn see(&mut self, entry: &AuditEntry, ring: &KeyRing, tell: Tell<'_>) {
        let Some(record) = &self.record else {
            check_entry(entry, Some(self.number), ring, tell);
            return;
        };
        while let Some(missing) = record.id(self.passed).filter(|id| *id < entry.id) {
            tell(AuditFlaw::EntryRemoved { entry: missing, batch: self.number });
            (self.sound, self.passed) = (false, self.passed + 1);
        }
        if record.id(self.passed) != Some(entry.id) {
            tell(AuditFlaw::EntryAdded { entry: entry.id, batch: self.number });
            self.sound = false;
            return;
        }
        self.passed += 1;
        self.sound &= check_entry(entry, Some(self.number), ring, tell);
        self.leaves.push(entry_leaf(entry));
    }

    /// There are no more entries. Answers whether the batch was emptied as a whole and may have been, being older than
    /// what must be kept.
    pub(crate) fn end(self, kept_from: Option<Timestamp>, tell: Tell<'_>) -> bool {
        let Some(record) = self.record else { return false };
        if self.passed == 0 && record.count() > 0 && self.sound && kept_from.is_some_and(|kept| record.at < kept) {
            return true;
        }
        let mut sound = self.sound;
        for missing in (self.passed..).map_while(|place| record.id(place)) {
            tell(AuditFlaw::EntryRemoved { entry: missing, batch: self.number });
            sound = false;
        }
        if sound && tree::root_of(&record, &self.leaves) != record.root {
            tell(AuditFlaw::RootNotReached { number: self.number });
        }
        false
    }
}

/// Of an entry's record, what even one that was written by a newer program has.
#[derive(Encode, Decode)]
struct WrittenUnder {
    #[n(2)]
    key: KeyId,
}
