//! A batch of audit entries: what the sealer says of all that was written since it last came (I9).

use std::fmt;

use minicbor::{Decode, Encode};

use super::tree::{self, TreeHash};
use super::{AuditEntry, entry_leaf};
use crate::fault::Fault;
use crate::ids::KeyId;
use crate::moment::Timestamp;
use crate::record::{decode, encode};

/// A batch, as stores keep it beside the entries that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditBatch {
    /// From 1 on, without a gap. 63 bits.
    pub number: u64,
    /// What it says: [`BatchRecord`], encoded.
    pub record: Vec<u8>,
    /// A MAC over the record under a key that is not in the store.
    pub mac: [u8; 16],
}

/// What a batch says of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct BatchRecord {
    /// Its number, so that a batch in the place of another shows.
    #[n(0)]
    pub number: u64,
    /// When it was sealed.
    #[n(1)]
    pub at: Timestamp,
    /// The root of the batch before it; zeros for the first.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub previous: TreeHash,
    /// The root of the tree over its head and its entries.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub root: TreeHash,
    /// The key of the batch's MAC.
    #[n(4)]
    pub key: KeyId,
    /// The ids of its entries, ascending, eight bytes each: so that one that was removed can be named.
    #[cbor(n(5), with = "minicbor::bytes")]
    ids: Vec<u8>,
}

/// A batch that was sealed, as it is told outside: to the log, and to a file that nobody can write anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealedBatch {
    /// Its number.
    pub number: u64,
    /// When it was sealed.
    pub at: Timestamp,
    /// How many entries it has.
    pub count: u64,
    /// The root of the batch before it; zeros for the first.
    pub previous: TreeHash,
    /// Its root, which stands for it and for all batches before it.
    pub root: TreeHash,
}

/// A root that is known outside the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a pair")]
pub struct KnownRoot {
    /// The number of its batch.
    pub number: u64,
    /// The root.
    pub root: TreeHash,
}

impl BatchRecord {
    /// A batch of entries, which are sorted by their ids.
    pub(crate) fn of(entries: &[AuditEntry], after: Option<SealedBatch>, at: Timestamp, key: KeyId) -> Self {
        let (number, previous) = after.map_or((1, [0; 32]), |last| (last.number.saturating_add(1), last.root));
        let ids = entries.iter().flat_map(|entry| entry.id.to_be_bytes()).collect();
        let leaves: Vec<TreeHash> = entries.iter().map(entry_leaf).collect();
        let unsealed = Self { number, at, previous, root: [0; 32], key, ids };
        Self { root: tree::root_of(&unsealed, &leaves), ..unsealed }
    }

    pub(crate) fn read(batch: &AuditBatch) -> Result<Self, Fault> {
        decode(&batch.record)
    }

    pub(crate) fn encoded(&self) -> Result<Vec<u8>, Fault> {
        encode(self)
    }

    /// The id of one of its entries, which are in ascending order.
    pub(crate) fn id(&self, place: usize) -> Option<u64> {
        self.ids.as_chunks::<8>().0.get(place).map(|id| u64::from_be_bytes(*id))
    }

    /// How many entries it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.ids.len() as u64 / 8
    }

    /// What is told of it outside.
    #[must_use]
    pub fn sealed(&self) -> SealedBatch {
        let Self { number, at, previous, root, .. } = *self;
        SealedBatch { number, at, count: self.count(), previous, root }
    }
}

impl KnownRoot {
    /// Reads a line as a [`SealedBatch`] is written: the first word is the number, the last the root.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (number, text) = (words.next()?.parse().ok()?, words.next_back()?);
        let mut root = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, digits) in root.iter_mut().zip(text.as_bytes().as_chunks::<2>().0) {
            let plain = digits.iter().all(u8::is_ascii_hexdigit);
            *byte = plain.then(|| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())??;
        }
        Some(Self { number, root })
    }
}

/// A line for a file: number, time, how many entries, root.
impl fmt::Display for SealedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} ", self.number, self.at.utc(), self.count)?;
        self.root.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i9_a_root_is_read_back_from_its_line_and_nothing_else_is() {
        let root = std::array::from_fn(|at| u8::try_from(at * 8 % 256).unwrap_or_default());
        let batch = SealedBatch { number: 12, at: Timestamp(1_795_420_800_123), count: 3, previous: [0; 32], root };
        let line = batch.to_string();
        assert!(line.starts_with("12 2026-11-23T08:00:00.123Z 3 0008"), "{line}");
        assert_eq!(KnownRoot::parse(&line), Some(KnownRoot { number: 12, root }));
        let (short, signed) = (&line[..line.len() - 1], line.replace("08", "+8"));
        for bad in ["", "12", "x 00", short, &signed, &line.replace("00", "0æ")] {
            assert_eq!(KnownRoot::parse(bad), None, "{bad}");
        }
    }
}
