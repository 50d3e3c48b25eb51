//! Which shard a row is in: by the account where it is an account's, by its own random key otherwise.

use patientportal_core::audit::AuditEntry;
use patientportal_core::ids::{AccountId, CommandId, CounterKey, CprIndex, FlowId, JobId, KeyId};

/// Every shard.
pub(crate) fn all() -> std::ops::Range<i16> {
    0..SHARDS
}

pub(crate) fn of_account(account: AccountId) -> i16 {
    of_number(account.0)
}

pub(crate) fn of_cpr(index: CprIndex) -> i16 {
    of_bytes(index.hash)
}

pub(crate) fn of_flow(flow: FlowId) -> i16 {
    of_bytes(flow.0)
}

pub(crate) fn of_counter(counter: CounterKey) -> i16 {
    of_bytes(counter.0)
}

pub(crate) fn of_job(job: JobId) -> i16 {
    of_number(job.0)
}

pub(crate) fn of_command(command: CommandId) -> i16 {
    of_number(command.0)
}

pub(crate) fn of_audit(entry: &AuditEntry) -> i16 {
    of_number(entry.account.map_or(entry.id, |account| account.0))
}

pub(crate) fn of_key(key: KeyId) -> i16 {
    of_number(u64::from(key.0))
}

fn of_number(number: u64) -> i16 {
    i16::try_from(number % SHARDS.unsigned_abs() as u64).unwrap_or(0)
}

fn of_bytes(bytes: [u8; 16]) -> i16 {
    let [.., last] = bytes;
    of_number(u64::from(last))
}

/// The shard of what there is one of.
pub(crate) const SINGLE: i16 = 0;

/// How many there are. It never changes: where a row lies depends on it.
const SHARDS: i16 = 16;
