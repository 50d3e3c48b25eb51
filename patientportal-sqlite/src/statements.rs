//! Every statement that runs while serving. A test explains each and wants an index, never a scan.

/// Makes the constants, and the list of them for the test.
macro_rules! statements {
    ($($name:ident = $sql:literal;)+) => {
        $(pub(crate) const $name: &str = $sql;)+

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

pub(crate) use statements;

statements! {
    SESSION = "SELECT s.secret, s.epoch, s.proof, s.opened, s.ends, s.seen, a.access
        FROM session AS s JOIN account AS a ON a.id = s.account
        WHERE s.account = ?1 AND s.no = ?2";
    PROVIDER_SESSION = "SELECT token FROM provider_session WHERE account = ?1 AND no = ?2";
    ACCOUNT = "SELECT id, revision, access, details FROM account WHERE id = ?1";
    ACCOUNT_BY_CPR = "SELECT a.id, a.revision, a.access, a.details
        FROM cpr_index AS c JOIN account AS a ON a.id = c.account
        WHERE c.key = ?1 AND c.hash = ?2";
    FLOW = "SELECT revision, expires, consumed, body FROM flow WHERE id = ?1";
    COUNTER = "SELECT count, since, blocked_until, expires FROM counter WHERE key = ?1";

    LIST_DEAD_JOBS = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job
        WHERE dead = 1 AND (due, id) > (?1, ?2) ORDER BY due, id LIMIT ?3";
    LIST_SESSIONS = "SELECT secret, epoch, proof, opened, ends, seen, no FROM session
        WHERE account = ?1 AND no > ?2 ORDER BY no LIMIT ?3";
    LIST_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit
        WHERE account = ?1 AND (at, id) > (?2, ?3)
        UNION ALL
        SELECT id, at, account, clinic, record, mac FROM sealed_audit
        WHERE account = ?1 AND (at, id) > (?2, ?3)
        ORDER BY at, id LIMIT ?4";

    LIST_LATEST_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit
        WHERE account = ?1 AND (at, id) < (?2, ?3)
        UNION ALL
        SELECT id, at, account, clinic, record, mac FROM sealed_audit
        WHERE account = ?1 AND (at, id) < (?2, ?3)
        ORDER BY at DESC, id DESC LIMIT ?4";

    LIST_MEMBER_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit INDEXED BY audit_account
        WHERE account = ?1 AND clinic = ?2 AND (at, id) < (?3, ?4)
        UNION ALL
        SELECT id, at, account, clinic, record, mac FROM sealed_audit INDEXED BY sealed_audit_account
        WHERE account = ?1 AND clinic = ?2 AND (at, id) < (?3, ?4)
        ORDER BY at DESC, id DESC LIMIT ?5";
    LIST_CLINIC_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit
        WHERE clinic = ?1 AND (at, id) < (?2, ?3)
        UNION ALL
        SELECT id, at, account, clinic, record, mac FROM sealed_audit
        WHERE clinic = ?1 AND (at, id) < (?2, ?3)
        ORDER BY at DESC, id DESC LIMIT ?4";
    LIST_JOBS_OF = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job
        WHERE account = ?1 AND (due, id) > (?2, ?3) ORDER BY due, id LIMIT ?4";

    LIST_KEYS = "SELECT id, proof FROM master_key WHERE id > ?1 ORDER BY id LIMIT ?2";

    LIST_MEMBERS = "SELECT account, since FROM clinic_member
        WHERE clinic = ?1 AND state = ?2 AND (since, account) > (?3, ?4) ORDER BY since, account LIMIT ?5";
    FORGET_MEMBERSHIPS = "DELETE FROM clinic_member WHERE account = ?1";
    NOTE_MEMBERSHIP = "INSERT OR REPLACE INTO clinic_member (account, clinic, state, since) VALUES (?1, ?2, ?3, ?4)";

    NEW_COMMAND = "INSERT INTO command (id, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    NEW_AUDIT = "INSERT INTO audit (id, at, account, clinic, record, mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    SET_COUNTER = "INSERT OR REPLACE INTO counter (key, count, since, blocked_until, expires)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    FORGET_COUNTER = "DELETE FROM counter WHERE key = ?1";
    NEW_ACCOUNT = "INSERT INTO account (id, revision, access, details) VALUES (?1, 1, ?2, ?3)
        ON CONFLICT DO NOTHING";
    SET_ACCOUNT = "UPDATE account SET revision = revision + 1, access = ?3, details = ?4
        WHERE id = ?1 AND revision = ?2";
    EXPECT_ACCOUNT = "SELECT 1 FROM account WHERE id = ?1 AND revision = ?2";
    CLAIM_CPR = "INSERT INTO cpr_index (key, hash, account) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    HOLDER_OF_CPR = "SELECT account FROM cpr_index WHERE key = ?1 AND hash = ?2";
    RELEASE_CPR = "DELETE FROM cpr_index WHERE key = ?1 AND hash = ?2 AND account = ?3";
    NEW_FLOW = "INSERT INTO flow (id, revision, expires, consumed, body) VALUES (?1, 1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING";
    SET_FLOW = "UPDATE flow SET revision = revision + 1, expires = ?3, consumed = ?4, body = ?5
        WHERE id = ?1 AND revision = ?2";
    OPEN_SESSION = "INSERT INTO session (account, no, secret, epoch, proof, opened, ends, seen)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    KEEP_PROVIDER_SESSION = "INSERT INTO provider_session (account, no, token) VALUES (?1, ?2, ?3)";
    END_SESSION = "DELETE FROM session WHERE account = ?1 AND no = ?2";
    TOUCH_SESSION = "UPDATE session SET seen = ?3 WHERE account = ?1 AND no = ?2 AND seen < ?3";
    NEW_JOB = "INSERT INTO job (id, kind, due, give_up, attempts, dead, payload, account)
        VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6) ON CONFLICT DO NOTHING";
    DUE_JOBS = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job
        WHERE dead = 0 AND due <= ?1 AND (leased_until IS NULL OR leased_until <= ?1)
        ORDER BY due, id LIMIT ?2";
    LEASE_JOB = "UPDATE job SET attempts = ?2, leased_until = ?3 WHERE id = ?1";
    FREE_JOBS = "UPDATE job SET leased_until = NULL WHERE leased_until > 0";
    REMOVE_JOB = "DELETE FROM job WHERE id = ?1 AND attempts = ?2 AND leased_until IS NOT NULL";
    RETRY_JOB = "UPDATE job SET due = ?3, leased_until = NULL
        WHERE id = ?1 AND attempts = ?2 AND leased_until IS NOT NULL";
    EXTEND_LEASE = "UPDATE job SET leased_until = ?3
        WHERE id = ?1 AND attempts = ?2 AND leased_until IS NOT NULL";
    BURY_JOB = "UPDATE job SET dead = 1, leased_until = NULL
        WHERE id = ?1 AND attempts = ?2 AND leased_until IS NOT NULL";
    RESEAL_JOB = "UPDATE job SET payload = ?3 WHERE id = ?1 AND payload = ?2";
    REVIVE_JOB = "UPDATE job SET dead = 0, due = ?2, give_up = ?3 WHERE id = ?1 AND dead = 1";
    FORGET_JOB = "DELETE FROM job WHERE id = ?1 AND dead = 1";

    LIST_UNSEALED = "SELECT id, at, account, clinic, record, mac FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2";
    LIST_SEALED = "SELECT id, at, account, clinic, record, mac, batch FROM sealed_audit
        WHERE (batch, id) > (?1, ?2) AND batch <= ?3 ORDER BY batch, id LIMIT ?4";
    LIST_BATCHES = "SELECT number, record, mac FROM audit_batch WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
    NEW_BATCH = "INSERT INTO audit_batch (number, record, mac) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    SEAL_ENTRY = "INSERT INTO sealed_audit (batch, id, at, account, clinic, record, mac)
        SELECT ?1, id, at, account, clinic, record, mac FROM audit WHERE id = ?2";
    REMOVE_UNSEALED = "DELETE FROM audit WHERE id = ?1";

    NEW_KEY = "INSERT INTO master_key (id, proof) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    EXPECT_KEY = "SELECT 1 FROM master_key WHERE id = ?1 AND proof = ?2";

    PURGE_SESSIONS = "DELETE FROM session WHERE (account, no) IN
        (SELECT account, no FROM session WHERE ends <= ?1 LIMIT ?2)";
    PURGE_FLOWS = "DELETE FROM flow WHERE id IN (SELECT id FROM flow WHERE expires <= ?1 LIMIT ?2)";
    PURGE_COUNTERS = "DELETE FROM counter WHERE key IN (SELECT key FROM counter WHERE expires <= ?1 LIMIT ?2)";
    PURGE_COMMANDS = "DELETE FROM command WHERE id IN (SELECT id FROM command WHERE at <= ?1 LIMIT ?2)";
    PROBE = "UPDATE probe SET writes = writes + 1 WHERE id = 1";
}
