//! The numbered sets that are committed. Whatever a set writes carries its number.

use std::time::Duration;

use patientportal_core::account::{Access, Account};
use patientportal_core::audit::AuditEntry;
use patientportal_core::ids::{AccountId, CommandId, CounterKey, FlowId, JobId, Revision, Sealed};
use patientportal_core::moment::Timestamp;
use patientportal_core::store::{Change, ChangeSet, FlowRecord, JobKind, NewJob};
use patientportal_core::throttle::Ladder;

/// The set `number`: a caller's own account is written on from the revision that the caller wrote last, which makes a
/// set that is applied twice, or not at all, show in the next one; beside it a flow, a job and an audit entry are new.
/// Every other set counts on a counter that all callers share, and so waits for theirs.
pub(crate) fn set(account: AccountId, written: u64, number: u64) -> ChangeSet {
    let expires = Timestamp(NOW.0 + 1);
    let flow = FlowRecord { id: flow_id(number), expires, consumed: false, body: Sealed(vec![2; 500]) };
    let payload = Sealed(vec![1; 100]);
    let job = NewJob { id: JobId(number), kind: JobKind::Mail, due: NOW, give_up: NOW, account: None, payload };
    let expect = (written > 0).then_some(Revision(written));
    let mut changes = vec![
        Change::Account { expect, to: Box::new(numbered(account, number)) },
        Change::Flow { expect: None, to: Box::new(flow) },
        Change::Enqueue(job),
    ];
    if counts(number) {
        changes.push(Change::Count { key: SHARED_COUNTER, ladder: NEVER_BLOCKS });
    }
    let audit = AuditEntry { id: number, at: NOW, account: Some(account), clinic: None, record: vec![], mac: [0; 16] };
    ChangeSet::new(CommandId(number), NOW, changes, vec![audit])
}

/// Whether this set counts on the shared counter.
pub(crate) fn counts(number: u64) -> bool {
    number.is_multiple_of(2)
}

pub(crate) fn flow_id(number: u64) -> FlowId {
    FlowId(u128::from(number).to_be_bytes())
}

fn numbered(id: AccountId, number: u64) -> Account {
    let mut account = Account::from_record(id, EMPTY_ACCESS, EMPTY_DETAILS).expect("the sample can be read");
    account.access = Access::new(number.to_string(), vec![]);
    account
}

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub(crate) const SHARED_COUNTER: CounterKey = CounterKey([1; 16]);
const NEVER_BLOCKS: Ladder = Ladder::Backoff {
    from: u32::MAX,
    first: Duration::from_secs(1),
    longest: Duration::from_secs(1),
    forgotten_after: Duration::from_secs(24 * 60 * 60),
};

/// CBOR of nothing yet: an epoch, no terms, no membership.
const EMPTY_ACCESS: &[u8] = &[0x83, 0x00, 0x60, 0x80];
/// CBOR of the rest: one byte each as sealed key and person, no CPR index, no password, Danish, a proved address.
const EMPTY_DETAILS: &[u8] = &[0x87, 0x82, 0x41, 0x01, 0x41, 0x02, 0x80, 0xf6, 0x00, 0xf5, 0x00, 0x00];
