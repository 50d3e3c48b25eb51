//! What can be wrong with the audit trail, each named as exactly as it can be known.

use crate::ids::KeyId;

/// Something that was done to the audit trail past the portal. Its text is for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditFlaw {
    /// An entry's MAC fails.
    #[error("entry {entry:016x}{} was changed, or was never the portal's", in_batch(*batch))]
    EntryChanged {
        /// Its id.
        entry: u64,
        /// Its batch, if it is sealed.
        batch: Option<u64>,
    },
    /// An entry that its batch names is not there.
    #[error("entry {entry:016x} of batch {batch} was removed")]
    EntryRemoved {
        /// Its id.
        entry: u64,
        /// Its batch.
        batch: u64,
    },
    /// An entry is in a batch that was sealed without it.
    #[error("entry {entry:016x} was added to batch {batch}, which was sealed without it")]
    EntryAdded {
        /// Its id.
        entry: u64,
        /// The batch.
        batch: u64,
    },
    /// An entry is in a batch of a number that was never sealed, or is gone from the end.
    #[error(
        "entry {entry:016x} is in batch {batch}, and there is no such batch: the batch was cut off, or the entry added"
    )]
    EntryWithoutBatch {
        /// Its id.
        entry: u64,
        /// The number.
        batch: u64,
    },
    /// Entry by entry all is well, and yet they do not come to the root.
    #[error("batch {number} does not come to its root: an entry of it was written anew under the portal's key")]
    RootNotReached {
        /// The batch.
        number: u64,
    },
    /// A batch's MAC fails.
    #[error("batch {number} was changed, or was never the portal's")]
    BatchChanged {
        /// Its number.
        number: u64,
    },
    /// In the place of a batch stands another one.
    #[error("in the place of batch {number} stands batch {found}: batches were reordered")]
    BatchMisplaced {
        /// The place.
        number: u64,
        /// What stands there.
        found: u64,
    },
    /// Batches are missing between others.
    #[error("{} removed, and others are there after them", span(*from, *to))]
    BatchesRemoved {
        /// The first that is missing.
        from: u64,
        /// The last.
        to: u64,
    },
    /// A batch follows another one than is there.
    #[error("batch {number} follows another batch {} than the one that is there", number.saturating_sub(1))]
    ChainBroken {
        /// The later of the two.
        number: u64,
    },
    /// Roots are known outside of batches that are not there.
    #[error(
        "{} not there, though known outside: the trail was cut off, or the database is an older back-up",
        span(*from, *to)
    )]
    CutOff {
        /// The first that is missing.
        from: u64,
        /// The last.
        to: u64,
    },
    /// A root is known outside that is not the batch's.
    #[error(
        "batch {number} has another root than is known: from there on the trail was written anew under the portal's \
         key, or the database was set back"
    )]
    RootDiffers {
        /// The batch.
        number: u64,
    },
    /// Something was written under a key that is not in the ring, so that it cannot be judged.
    #[error(
        "{} was written under key {}, which is not in the file of keys: it cannot be judged",
        what(*entry, *batch),
        key.0
    )]
    KeyMissing {
        /// The entry, if it is one; else it is the batch.
        entry: Option<u64>,
        /// The batch, if there is one.
        batch: Option<u64>,
        /// The key.
        key: KeyId,
    },
}

fn what(entry: Option<u64>, batch: Option<u64>) -> String {
    match entry {
        Some(entry) => format!("entry {entry:016x}{}", in_batch(batch)),
        None => format!("batch {}", batch.unwrap_or_default()),
    }
}

fn in_batch(batch: Option<u64>) -> String {
    batch.map_or_else(|| " (not sealed yet)".to_owned(), |batch| format!(" of batch {batch}"))
}

fn span(from: u64, to: u64) -> String {
    if from == to { format!("batch {from} is") } else { format!("batches {from} to {to} are") }
}
