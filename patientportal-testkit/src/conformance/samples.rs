//! Rows to store. They hold nobody's data: the sealed parts are only bytes here.

use std::time::Duration;

use patientportal_core::account::{Account, Membership};
use patientportal_core::audit::AuditEntry;
use patientportal_core::ids::{
    AccountId, ClinicId, CounterKey, CprIndex, Epoch, FlowId, JobId, KeyId, Revision, Sealed, SecretHash, SessionNo,
};
use patientportal_core::moment::Timestamp;
use patientportal_core::session::{Proof, Session};
use patientportal_core::store::{Change, FlowRecord, JobKind, KeyProof, NewJob};
use patientportal_core::throttle::Ladder;

/// When the tests play.
pub(super) const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An account whose terms tell one version of it from another.
pub(super) fn account(id: AccountId, terms: &str) -> Account {
    let mut account = Account::from_record(id, EMPTY_ACCESS, EMPTY_DETAILS).expect("the sample can be read");
    account.access.terms = terms.into();
    account.access.memberships = vec![Membership::active(ClinicId(7), NOW)];
    account
}

/// Writes an account that did not exist.
pub(super) fn new_account(id: AccountId) -> Change {
    write_account(None, id, "first")
}

pub(super) fn write_account(expect: Option<Revision>, id: AccountId, terms: &str) -> Change {
    Change::Account { expect, to: Box::new(account(id, terms)) }
}

pub(super) fn cpr(key: u16, number: u8) -> CprIndex {
    CprIndex { key: KeyId(key), hash: [number; 16] }
}

pub(super) fn claim(index: CprIndex, account: AccountId) -> Change {
    Change::ClaimCpr { index: vec![index], account }
}

pub(super) fn flow(id: FlowId) -> FlowRecord {
    FlowRecord { id, expires: NOW + HOUR, consumed: false, body: sealed("waits") }
}

pub(super) fn write_flow(expect: Option<Revision>, to: FlowRecord) -> Change {
    Change::Flow { expect, to: Box::new(to) }
}

/// Uses a flow up that was read at this revision.
pub(super) fn consume(read: Revision, id: FlowId) -> Change {
    write_flow(Some(read), FlowRecord { consumed: true, body: sealed("remains"), ..flow(id) })
}

pub(super) fn session(account: AccountId, no: u64) -> Session {
    Session {
        account,
        no: SessionNo(no),
        secret: SecretHash([9; 16]),
        epoch: Epoch(3),
        proof: Proof::MitIdHigh,
        opened: NOW,
        ends: NOW + HOUR,
        seen: NOW.minute(),
    }
}

pub(super) fn open(session: Session) -> Change {
    Change::OpenSession { session: Box::new(session), provider: None }
}

pub(super) fn job(id: u64, due: Timestamp) -> NewJob {
    let payload = sealed("a mail");
    NewJob { id: JobId(id), kind: JobKind::Mail, due, give_up: due + DAY, account: None, payload }
}

pub(super) fn key(id: u16, byte: u8) -> KeyProof {
    KeyProof { id: KeyId(id), proof: [byte; 16] }
}

pub(super) fn count(key: CounterKey, ladder: Ladder) -> Change {
    Change::Count { key, ladder }
}

/// Blocks for a minute at the `from`th count.
pub(super) fn backoff(from: u32) -> Ladder {
    Ladder::Backoff { from, first: MINUTE, longest: HOUR, forgotten_after: HOUR }
}

/// Blocks for an hour after `limit` counts.
pub(super) fn window(limit: u32) -> Ladder {
    Ladder::Window { limit, window: HOUR, spacing: Duration::ZERO, past_limit: None }
}

pub(super) fn entry(id: u64, at: Timestamp, account: AccountId) -> AuditEntry {
    let (account, clinic) = (Some(account), Some(ClinicId(7)));
    AuditEntry { id, at, account, clinic, record: vec![1, 2, 3], mac: [4; 16] }
}

pub(super) fn sealed(text: &str) -> Sealed {
    Sealed(text.as_bytes().to_vec())
}

/// CBOR of an account's hot half: epoch 0, no terms, no memberships.
const EMPTY_ACCESS: &[u8] = &[0x83, 0x00, 0x60, 0x80];
/// CBOR of the rest: one byte each as sealed key and person, no CPR index, no password, Danish, a proved address.
const EMPTY_DETAILS: &[u8] = &[0x87, 0x82, 0x41, 0x01, 0x41, 0x02, 0x80, 0xf6, 0x00, 0xf5, 0x00, 0x00];
