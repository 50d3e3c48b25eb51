//! The audit trail in batches: entries wait until they are sealed, once, and stay where everybody finds them (I9).

use patientportal_core::audit::{AuditBatch, AuditEntry};
use patientportal_core::ids::AccountId;
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, List, Listed, NotCommitted};

use crate::crowd::CALLERS;

use super::StoreUnderTest;
use super::clerk::Clerk;
use super::samples::{NOW, entry, new_account};

/// By id, in pages of any size; what is sealed waits no more.
pub async fn i9_entries_wait_until_they_are_sealed(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    assert_eq!(clerk.pages(List::Unsealed, 9).await, []);
    let entries = write(&clerk, 0..10).await;
    let waiting = |from: usize| entries[from..].iter().cloned().map(Listed::Unsealed).collect::<Vec<_>>();
    for limit in [1, 3, 10, u16::MAX] {
        assert_eq!(clerk.pages(List::Unsealed, limit).await, waiting(0), "in pages of {limit}");
    }
    clerk.write(vec![seal(1, &entries[..4])]).await;
    assert_eq!(clerk.pages(List::Unsealed, 3).await, waiting(4));
    drop(clerk);
    let clerk = Clerk::open(store).await;
    assert_eq!(clerk.pages(List::Unsealed, 3).await, waiting(4), "also after a restart");
}

/// The newest batch first; entries by batch and id, of the batches asked for and no other.
pub async fn i9_batches_and_their_entries_are_listed(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    assert_eq!(clerk.pages(List::Batches, 9).await, []);
    let entries = write(&clerk, 0..10).await;
    // Ids do not grow with the batches.
    let parts = [&entries[6..], &entries[..1], &entries[1..6]];
    for (number, part) in (1..).zip(parts) {
        clerk.write(vec![seal(number, part)]).await;
    }
    let batches = [3, 2, 1].map(|number| Listed::Batch(batch(number)));
    let sealed = |number: u64, part: &[AuditEntry]| {
        let listed = |entry: &AuditEntry| Listed::Sealed { batch: number, entry: entry.clone() };
        part.iter().map(listed).collect::<Vec<_>>()
    };
    let each = [sealed(1, parts[0]), sealed(2, parts[1]), sealed(3, parts[2])];
    for limit in [1, 2, 3, 10, u16::MAX] {
        assert_eq!(clerk.pages(List::Batches, limit).await, batches, "in pages of {limit}");
        for (from, to, expected) in [(0, u64::MAX, each.concat()), (1, 2, each[..2].concat()), (3, 3, each[2].clone())]
        {
            assert_eq!(clerk.pages(List::Sealed { from, to }, limit).await, expected, "{from} to {to} by {limit}");
        }
    }
    for (from, to) in [(4, u64::MAX), (0, 0)] {
        assert_eq!(clerk.pages(List::Sealed { from, to }, 9).await, []);
    }
}

/// A number that is given, an entry that is sealed or not there: nothing of the set is applied.
pub async fn i9_a_batch_is_sealed_whole_or_not_at_all(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let entries = write(&clerk, 0..6).await;
    clerk.write(vec![seal(1, &entries[..2])]).await;
    let sealed = clerk.pages(List::Sealed { from: 0, to: 9 }, 9).await;
    let mut unknown = entries[2..].to_vec();
    unknown.push(entry(77, NOW, OWNER));
    for (what, set) in [
        ("the number is given", seal(1, &entries[2..])),
        ("an entry is sealed", seal(2, &entries[1..])),
        ("an entry is not there", seal(2, &unknown)),
    ] {
        let answer = clerk.commit(vec![new_account(OWNER), set]).await;
        assert!(matches!(answer, Err(NotCommitted::Stale)), "{what}: {answer:?}");
        assert_eq!(clerk.account(OWNER).await, None, "{what}");
        assert_eq!(clerk.pages(List::Batches, 9).await, [Listed::Batch(batch(1))], "{what}");
        assert_eq!(clerk.pages(List::Sealed { from: 0, to: 9 }, 9).await, sealed, "{what}");
        assert_eq!(clerk.pages(List::Unsealed, 9).await.len(), 4, "{what}");
    }
}

/// Two nodes seal at the same moment: each entry is in one batch, and each number is one batch's.
pub async fn i9_one_of_many_seals_a_batch(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let entries = write(&clerk, 0..20).await;
    let answers = clerk.crowd(|clerk, _| {
        let set = seal(1, &entries);
        async move { clerk.commit(vec![set]).await }
    });
    let answers = answers.await;
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    let lost = answers.iter().filter(|answer| matches!(answer, Err(NotCommitted::Stale))).count();
    assert_eq!((won, lost), (1, CALLERS - 1));
    assert_eq!(clerk.pages(List::Sealed { from: 1, to: 1 }, 9).await.len(), 20);
    assert_eq!(clerk.pages(List::Unsealed, 9).await, []);
}

/// Whoever reads a history while it is sealed finds each entry once, in its order.
pub async fn i9_a_history_is_whole_while_it_is_sealed(store: &dyn StoreUnderTest) {
    let clerk = Clerk::open(store).await;
    let entries = write(&clerk, 0..CALLERS as u64).await;
    let whole: Vec<Listed> = entries.iter().cloned().map(Listed::Audit).collect();
    let newest_first: Vec<Listed> = whole.iter().rev().cloned().collect();
    let read = clerk.crowd(|clerk, caller| {
        let (own, whole, newest_first) = (entries.clone(), whole.clone(), newest_first.clone());
        async move {
            if caller.is_multiple_of(2) {
                let own = &own[usize::try_from(caller).expect("few")..][..2];
                clerk.commit(vec![seal(caller + 1, own)]).await.expect("nobody else seals these");
            } else {
                assert_eq!(clerk.pages(List::Audit(OWNER), u16::MAX).await, whole);
                assert_eq!(clerk.pages(List::LatestAudit(OWNER), u16::MAX).await, newest_first);
            }
        }
    });
    read.await;
    for limit in [1, 7, u16::MAX] {
        assert_eq!(clerk.pages(List::Audit(OWNER), limit).await, whole);
    }
    let clinic = whole[0].clone();
    let Listed::Audit(AuditEntry { clinic: Some(clinic), .. }) = clinic else { panic!("samples are at a clinic") };
    assert_eq!(clerk.pages(List::ClinicAudit(clinic), 9).await, newest_first);
    assert_eq!(clerk.pages(List::MemberAudit { clinic, account: OWNER }, 9).await, newest_first);
}

/// Entries with these ids, one after the other in time.
async fn write(clerk: &Clerk, ids: std::ops::Range<u64>) -> Vec<AuditEntry> {
    let at = |id: u64| Timestamp(NOW.0 + i64::try_from(id).unwrap_or(0));
    let entries: Vec<AuditEntry> = ids.map(|id| entry(id, at(id), OWNER)).collect();
    let set = clerk.audited(NOW, vec![], entries.clone());
    clerk.store.commit(&set).await.expect("nothing is in the way");
    entries
}

/// A batch that stores are to keep; what it says is nothing to them.
fn batch(number: u64) -> AuditBatch {
    AuditBatch { number, record: number.to_be_bytes().to_vec(), mac: [7; 16] }
}

pub(super) fn seal(number: u64, entries: &[AuditEntry]) -> Change {
    Change::SealAudit { batch: batch(number), entries: entries.to_vec() }
}

const OWNER: AccountId = AccountId(40);
