//! The Merkle tree over a batch: one hash that stands for its number, what came before it, and every entry's whole
//! content; and the proof that an entry is under it, which whoever has the root can check.

use sha2::{Digest, Sha256};

use super::{AuditEntry, BatchRecord};
use crate::moment::Timestamp;

/// A SHA-256 hash of the tree.
pub type TreeHash = [u8; 32];

/// The leaf of an entry: over all that a store keeps of it, its MAC too.
#[must_use]
pub fn entry_leaf(entry: &AuditEntry) -> TreeHash {
    let AuditEntry { id, at, account, clinic, record, mac } = entry;
    let mut hash = Sha256::new_with_prefix([ENTRY]);
    hash.update(id.to_be_bytes());
    hash.update(at.0.to_be_bytes());
    for known in [account.map(|account| account.0), clinic.map(|clinic| clinic.0)] {
        hash.update([u8::from(known.is_some())]);
        hash.update(known.map(u64::to_be_bytes).unwrap_or_default());
    }
    hash.update((record.len() as u64).to_be_bytes());
    hash.update(record);
    hash.update(mac);
    hash.finalize().into()
}

/// The first leaf of a batch: which it is, when it was sealed, how many entries follow, and the root before it. So one
/// root stands for all batches up to it.
#[must_use]
pub fn head_leaf(number: u64, at: Timestamp, count: u64, previous: &TreeHash) -> TreeHash {
    let mut hash = Sha256::new_with_prefix([HEAD]);
    for part in [number.to_be_bytes(), at.0.to_be_bytes(), count.to_be_bytes()] {
        hash.update(part);
    }
    hash.update(previous);
    hash.finalize().into()
}

/// The root of a batch whose entries have these leaves, in the order of their ids.
pub(crate) fn root_of(record: &BatchRecord, entries: &[TreeHash]) -> TreeHash {
    root(&leaves_of(record, entries))
}

/// Every leaf of a batch, in the order of the tree.
pub(crate) fn leaves_of(record: &BatchRecord, entries: &[TreeHash]) -> Vec<TreeHash> {
    let head = head_leaf(record.number, record.at, record.count(), &record.previous);
    std::iter::once(head).chain(entries.iter().copied()).collect()
}

/// What the leaf at a place must be hashed with, from the bottom up, to come to the root.
pub(crate) fn proof(leaves: &[TreeHash], place: usize) -> Vec<TreeHash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(left_of(leaves.len()));
    let (within, place, beside) =
        if place < left.len() { (left, place, right) } else { (right, place - left.len(), left) };
    let mut path = proof(within, place);
    path.push(root(beside));
    path
}

/// Whether a leaf at `place` is under `root`, in a tree of so many leaves: a batch has one more than it has entries.
#[must_use]
pub fn is_under(root: &TreeHash, leaf: TreeHash, place: usize, leaves: usize, proof: &[TreeHash]) -> bool {
    climb(leaf, place, leaves, proof).as_ref() == Some(root)
}

fn climb(leaf: TreeHash, place: usize, leaves: usize, proof: &[TreeHash]) -> Option<TreeHash> {
    if place >= leaves {
        return None;
    }
    if leaves == 1 {
        return proof.is_empty().then_some(leaf);
    }
    let (beside, below) = proof.split_last()?;
    let left = left_of(leaves);
    if place < left {
        Some(node(&climb(leaf, place, left, below)?, beside))
    } else {
        Some(node(beside, &climb(leaf, place - left, leaves - left, below)?))
    }
}

fn root(leaves: &[TreeHash]) -> TreeHash {
    match leaves {
        [] => [0; 32],
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(left_of(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

fn node(left: &TreeHash, right: &TreeHash) -> TreeHash {
    Sha256::new_with_prefix([NODE]).chain_update(left).chain_update(right).finalize().into()
}

/// How many of so many leaves, two at least, are on the left: the largest power of two that is less.
fn left_of(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

// What a hash begins with, so that none of one kind is ever one of another.
const ENTRY: u8 = 0;
const NODE: u8 = 1;
const HEAD: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<TreeHash> {
        (0..count).map(|byte| [byte; 32]).collect()
    }

    #[test]
    fn i9_every_leaf_is_proved_and_nothing_else_is() {
        for count in 1..=20 {
            let leaves = leaves(count);
            let (root, count) = (root(&leaves), leaves.len());
            for (place, leaf) in leaves.iter().enumerate() {
                let path = proof(&leaves, place);
                assert!(is_under(&root, *leaf, place, count, &path), "{place} of {count}");
                assert!(!is_under(&root, [99; 32], place, count, &path), "another leaf");
                assert!(!is_under(&root, *leaf, count, count, &path), "beyond the last");
                assert!(!is_under(&[98; 32], *leaf, place, count, &path), "another root");
                let longer: Vec<_> = path.iter().copied().chain([[7; 32]]).collect();
                assert!(!is_under(&root, *leaf, place, count, &longer), "a proof too long");
                if let Some((_, shorter)) = path.split_last() {
                    assert!(!is_under(&root, *leaf, place, count, shorter), "a proof too short");
                    assert!(!is_under(&root, *leaf, (place + 1) % count, count, &path), "another place");
                }
            }
        }
    }

    #[test]
    fn i9_a_tree_is_not_another_with_its_last_leaf_twice() {
        let three = leaves(3);
        let doubled: Vec<_> = three.iter().chain(three.last()).copied().collect();
        assert_ne!(root(&three), root(&doubled));
        let [a, b, c] = [0, 1, 2].map(|byte| [byte; 32]);
        assert_eq!(root(&three), node(&node(&a, &b), &c), "the shape that the docs describe");
    }

    #[test]
    fn i9_a_leaf_tells_none_from_nought() {
        let entry = AuditEntry {
            id: 1,
            at: Timestamp(2),
            account: None,
            clinic: Some(crate::ids::ClinicId(3)),
            record: vec![4],
            mac: [5; 16],
        };
        let nought = AuditEntry { account: Some(crate::ids::AccountId(0)), ..entry.clone() };
        let moved = AuditEntry { account: Some(crate::ids::AccountId(3)), clinic: None, ..entry.clone() };
        let leaves = [&entry, &nought, &moved].map(entry_leaf);
        assert!(leaves[0] != leaves[1] && leaves[0] != leaves[2] && leaves[1] != leaves[2]);
    }
}
