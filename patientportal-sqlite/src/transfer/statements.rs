//! The statements of copying. Pages begin after a key, so the last costs no more than the first.

use patientportal_core::fault::Fault;
use patientportal_core::store::transfer::Table;

use crate::statements::statements;

statements! {
    KEYS = "SELECT id, proof FROM master_key WHERE id > ?1 ORDER BY id LIMIT ?2";
    KEY = "SELECT id, proof FROM master_key WHERE id = ?1";
    ACCOUNTS = "SELECT id, revision, access, details FROM account WHERE id > ?1 ORDER BY id LIMIT ?2";
    CPR_INDEXES = "SELECT key, hash, account FROM cpr_index WHERE (key, hash) > (?1, ?2) ORDER BY key, hash LIMIT ?3";
    CPR_INDEX = "SELECT key, hash, account FROM cpr_index WHERE key = ?1 AND hash = ?2";
    SESSIONS = "SELECT s.secret, s.epoch, s.proof, s.opened, s.ends, s.seen, s.account, s.no, p.token
        FROM session AS s LEFT JOIN provider_session AS p ON p.account = s.account AND p.no = s.no
        WHERE (s.account, s.no) > (?1, ?2) ORDER BY s.account, s.no LIMIT ?3";
    SESSION = "SELECT s.secret, s.epoch, s.proof, s.opened, s.ends, s.seen, s.account, s.no, p.token
        FROM session AS s LEFT JOIN provider_session AS p ON p.account = s.account AND p.no = s.no
        WHERE s.account = ?1 AND s.no = ?2";
    FLOWS = "SELECT revision, expires, consumed, body, id FROM flow WHERE id > ?1 ORDER BY id LIMIT ?2";
    COUNTERS = "SELECT count, since, blocked_until, expires, key FROM counter WHERE key > ?1 ORDER BY key LIMIT ?2";
    JOBS = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job WHERE id > ?1 ORDER BY id LIMIT ?2";
    JOB = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job WHERE id = ?1";
    SEALED_ENTRIES = "SELECT id, at, account, clinic, record, mac, batch FROM sealed_audit
        WHERE (batch, id) > (?1, ?2) ORDER BY batch, id LIMIT ?3";
    SEALED_ENTRY = "SELECT id, at, account, clinic, record, mac, batch FROM sealed_audit WHERE batch = ?1 AND id = ?2";
    ENTRIES = "SELECT id, at, account, clinic, record, mac FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2";
    ENTRY = "SELECT id, at, account, clinic, record, mac FROM audit WHERE id = ?1";
    COMMANDS = "SELECT id, at FROM command WHERE id > ?1 ORDER BY id LIMIT ?2";
    COMMAND = "SELECT id, at FROM command WHERE id = ?1";

    PUT_KEY = "INSERT OR REPLACE INTO master_key (id, proof) VALUES (?1, ?2)";
    PUT_ACCOUNT = "INSERT OR REPLACE INTO account (id, revision, access, details) VALUES (?1, ?2, ?3, ?4)";
    PUT_CPR_INDEX = "INSERT OR REPLACE INTO cpr_index (key, hash, account) VALUES (?1, ?2, ?3)";
    PUT_FLOW = "INSERT OR REPLACE INTO flow (id, revision, expires, consumed, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    PUT_JOB = "INSERT OR REPLACE INTO job (id, kind, due, give_up, attempts, dead, payload, account)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    BATCHES = "SELECT number, record, mac FROM audit_batch WHERE number > ?1 ORDER BY number LIMIT ?2";
    BATCH = "SELECT number, record, mac FROM audit_batch WHERE number = ?1";

    PUT_BATCH = "INSERT OR REPLACE INTO audit_batch (number, record, mac) VALUES (?1, ?2, ?3)";
    PUT_SEALED_ENTRY = "INSERT OR REPLACE INTO sealed_audit (batch, id, at, account, clinic, record, mac)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    PUT_ENTRY = "INSERT OR REPLACE INTO audit (id, at, account, clinic, record, mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    PUT_COMMAND = "INSERT OR REPLACE INTO command (id, at) VALUES (?1, ?2)";

    PROGRESS = "SELECT done, place FROM copying WHERE part = ?1";
    NOTE_PROGRESS = "UPDATE copying SET done = ?2, place = ?3 WHERE part = ?1";
}

/// Whether something was begun and not finished.
pub(crate) const IS_UNFINISHED: &str = "SELECT EXISTS (SELECT 1 FROM copying)";
/// Whether no table has a row.
pub(crate) const IS_EMPTY: &str = "SELECT NOT EXISTS (
    SELECT 1 FROM master_key UNION ALL SELECT 1 FROM account UNION ALL SELECT 1 FROM cpr_index
    UNION ALL SELECT 1 FROM session UNION ALL SELECT 1 FROM flow UNION ALL SELECT 1 FROM counter
    UNION ALL SELECT 1 FROM job UNION ALL SELECT 1 FROM audit UNION ALL SELECT 1 FROM sealed_audit
    UNION ALL SELECT 1 FROM audit_batch UNION ALL SELECT 1 FROM command)";
pub(crate) const BEGIN_TABLE: &str = "INSERT INTO copying (part, done) VALUES (?1, 0)";
pub(crate) const FINISH: &str = "DELETE FROM copying";

/// Counts a table.
pub(crate) fn count(table: Table) -> Result<&'static str, Fault> {
    Ok(match table {
        Table::Keys => "SELECT count(*) FROM master_key",
        Table::Accounts => "SELECT count(*) FROM account",
        Table::CprIndexes => "SELECT count(*) FROM cpr_index",
        Table::Sessions => "SELECT count(*) FROM session",
        Table::Flows => "SELECT count(*) FROM flow",
        Table::Counters => "SELECT count(*) FROM counter",
        Table::Jobs => "SELECT count(*) FROM job",
        Table::Audit => "SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM sealed_audit)",
        Table::Batches => "SELECT count(*) FROM audit_batch",
        Table::Commands => "SELECT count(*) FROM command",
        _ => return Err(unknown()),
    })
}

/// A table that was added since.
pub(crate) fn unknown() -> Fault {
    Fault::new("this version of the SQLite store does not know a table")
}
