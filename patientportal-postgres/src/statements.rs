//! Every statement that runs while serving or copying. A test parses each and wants a shard for each of its tables;
//! another explains each and wants an index, never a scan.

/// Makes the constants, and the list of them for the tests.
macro_rules! statements {
    ($($name:ident = $sql:literal;)+) => {
        $(pub(crate) const $name: &str = $sql;)+

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

statements! {
    BEGIN = "BEGIN";
    COMMIT = "COMMIT";
    ROLLBACK = "ROLLBACK";

    SESSION = "SELECT s.account, s.no, s.secret, s.epoch, s.proof, s.opened, s.ends, s.seen, a.access
        FROM session AS s JOIN account AS a ON a.shard = $1 AND a.id = $2
        WHERE s.shard = $1 AND s.account = $2 AND s.no = $3";
    PROVIDER_SESSION = "SELECT token FROM provider_session WHERE shard = $1 AND account = $2 AND no = $3";
    ACCOUNT = "SELECT id, revision, access, details FROM account WHERE shard = $1 AND id = $2";
    HOLDER_OF_CPR = "SELECT key, hash, account FROM cpr_index WHERE shard = $1 AND key = $2 AND hash = $3";
    FLOW = "SELECT id, revision, expires, consumed, body FROM flow WHERE shard = $1 AND id = $2";
    COUNTER = "SELECT key, count, since, blocked_until, expires FROM counter WHERE shard = $1 AND key = $2";

    LIST_DEAD_JOBS = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job
        WHERE shard = $1 AND dead AND (due, id) > ($2, $3) ORDER BY due, id LIMIT $4";
    LIST_SESSIONS = "SELECT account, no, secret, epoch, proof, opened, ends, seen FROM session
        WHERE shard = $1 AND account = $2 AND no > $3 ORDER BY no LIMIT $4";
    LIST_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit_trail
        WHERE shard = $1 AND account = $2 AND (at, id) > ($3, $4) ORDER BY at, id LIMIT $5";

    LIST_LATEST_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit_trail
        WHERE shard = $1 AND account = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    LIST_MEMBER_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit_trail
        WHERE shard = $1 AND account = $2 AND clinic = $3 AND (at, id) < ($4, $5) ORDER BY at DESC, id DESC LIMIT $6";
    LIST_CLINIC_AUDIT = "SELECT id, at, account, clinic, record, mac FROM audit_trail
        WHERE shard = $1 AND clinic = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    LIST_JOBS_OF = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job
        WHERE shard = $1 AND account = $2 AND (due, id) > ($3, $4) ORDER BY due, id LIMIT $5";

    LIST_KEYS = "SELECT id, proof FROM master_key WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";

    LIST_MEMBERS = "SELECT account, since FROM clinic_member
        WHERE shard = $1 AND clinic = $2 AND state = $3 AND (since, account) > ($4, $5)
        ORDER BY since, account LIMIT $6";

    KNOWN_COMMAND = "SELECT id FROM command WHERE shard = $1 AND id = $2";
    NEW_COMMAND = "INSERT INTO command (shard, id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    CONFIRM_COMMAND = "UPDATE command SET at = at WHERE shard = $1 AND id = $2";
    NEW_AUDIT = "INSERT INTO audit (shard, id, at, account, clinic, record, mac)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    NEW_COUNTER = "INSERT INTO counter (shard, key, count, since, blocked_until, expires)
        VALUES ($1, $2, 0, 0, 0, 0) ON CONFLICT DO NOTHING";
    LOCK_COUNTER = "SELECT key, count, since, blocked_until, expires FROM counter
        WHERE shard = $1 AND key = $2 FOR UPDATE";
    SET_COUNTER = "UPDATE counter SET count = $3, since = $4, blocked_until = $5, expires = $6
        WHERE shard = $1 AND key = $2";
    FORGET_COUNTER = "DELETE FROM counter WHERE shard = $1 AND key = $2";
    NEW_ACCOUNT = "INSERT INTO account (shard, id, revision, access, details) VALUES ($1, $2, 1, $3, $4)
        ON CONFLICT DO NOTHING";
    SET_ACCOUNT = "UPDATE account SET revision = revision + 1, access = $4, details = $5
        WHERE shard = $1 AND id = $2 AND revision = $3";
    FORGET_MEMBERSHIPS = "DELETE FROM clinic_member
        WHERE shard = $1 AND account = $2 AND clinic <> ALL ($3::BIGINT[])";
    NOTE_MEMBERSHIP = "INSERT INTO clinic_member (shard, account, clinic, state, since)
        SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
            SELECT clinic FROM clinic_member
            WHERE shard = $1 AND account = $2 AND clinic = $3 AND state = $4 AND since = $5)
        ON CONFLICT (shard, account, clinic) DO UPDATE SET state = EXCLUDED.state, since = EXCLUDED.since";
    EXPECT_ACCOUNT = "SELECT id FROM account WHERE shard = $1 AND id = $2 AND revision = $3 FOR SHARE";
    CLAIM_CPR = "INSERT INTO cpr_index (shard, key, hash, account) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    LOCK_HOLDER = "SELECT account FROM cpr_index WHERE shard = $1 AND key = $2 AND hash = $3 FOR SHARE";
    RELEASE_CPR = "DELETE FROM cpr_index WHERE shard = $1 AND key = $2 AND hash = $3 AND account = $4";
    NEW_FLOW = "INSERT INTO flow (shard, id, revision, expires, consumed, body) VALUES ($1, $2, 1, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    SET_FLOW = "UPDATE flow SET revision = revision + 1, expires = $4, consumed = $5, body = $6
        WHERE shard = $1 AND id = $2 AND revision = $3";
    OPEN_SESSION = "INSERT INTO session (shard, account, no, secret, epoch, proof, opened, ends, seen)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    KEEP_PROVIDER_SESSION = "INSERT INTO provider_session (shard, account, no, token) VALUES ($1, $2, $3, $4)";
    END_SESSION = "DELETE FROM session WHERE shard = $1 AND account = $2 AND no = $3";
    TOUCH_SESSIONS = "UPDATE session AS s SET seen = n.seen
        FROM unnest($2::BIGINT[], $3::BIGINT[], $4::BIGINT[]) AS n (account, no, seen)
        WHERE s.shard = $1 AND s.account = n.account AND s.no = n.no AND s.seen < n.seen";

    NEW_JOB = "INSERT INTO job (shard, id, kind, due, give_up, attempts, dead, payload, account)
        VALUES ($1, $2, $3, $4, $5, 0, FALSE, $6, $7) ON CONFLICT DO NOTHING";
    DUE_JOBS = "SELECT due, id FROM job
        WHERE shard = $1 AND NOT dead AND due <= $2 AND (leased_until IS NULL OR leased_until <= $2)
        ORDER BY due, id LIMIT $3";
    LEASE_JOBS = "UPDATE job SET attempts = attempts + 1, leased_until = $3
        WHERE shard = $1 AND id = ANY (ARRAY(
            SELECT id FROM job
            WHERE shard = $1 AND NOT dead AND due <= $2 AND (leased_until IS NULL OR leased_until <= $2)
            ORDER BY due, id LIMIT $4 FOR UPDATE SKIP LOCKED))
        RETURNING id, kind, due, give_up, attempts, dead, payload, account";
    REMOVE_JOB = "DELETE FROM job WHERE shard = $1 AND id = $2 AND attempts = $3 AND leased_until IS NOT NULL";
    RETRY_JOB = "UPDATE job SET due = $4, leased_until = NULL
        WHERE shard = $1 AND id = $2 AND attempts = $3 AND leased_until IS NOT NULL";
    EXTEND_LEASE = "UPDATE job SET leased_until = $4
        WHERE shard = $1 AND id = $2 AND attempts = $3 AND leased_until IS NOT NULL";
    BURY_JOB = "UPDATE job SET dead = TRUE, leased_until = NULL
        WHERE shard = $1 AND id = $2 AND attempts = $3 AND leased_until IS NOT NULL";

    LIST_UNSEALED = "SELECT id, at, account, clinic, record, mac FROM audit
        WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";
    LIST_SEALED = "SELECT id, at, account, clinic, record, mac, batch FROM sealed_audit
        WHERE shard = $1 AND (batch, id) > ($2, $3) AND batch <= $4 ORDER BY batch, id LIMIT $5";
    LIST_BATCHES = "SELECT number, record, mac FROM audit_batch
        WHERE shard = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    NEW_BATCH = "INSERT INTO audit_batch (shard, number, record, mac) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    SEAL_ENTRIES = "INSERT INTO sealed_audit (shard, batch, id, at, account, clinic, record, mac)
        SELECT $1, $2, id, at, account, clinic, record, mac FROM audit WHERE shard = $1 AND id = ANY ($3::BIGINT[])";
    REMOVE_UNSEALED = "DELETE FROM audit WHERE shard = $1 AND id = ANY ($2::BIGINT[])";
    RESEAL_JOB = "UPDATE job SET payload = $4 WHERE shard = $1 AND id = $2 AND payload = $3";
    REVIVE_JOB = "UPDATE job SET dead = FALSE, due = $3, give_up = $4
        WHERE shard = $1 AND id = $2 AND dead";
    FORGET_JOB = "DELETE FROM job WHERE shard = $1 AND id = $2 AND dead";

    NEW_KEY = "INSERT INTO master_key (shard, id, proof) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    EXPECT_KEY = "SELECT id, proof FROM master_key WHERE shard = $1 AND id = $2 AND proof = $3";

    OVER_SESSIONS = "SELECT count(*) FROM
        (SELECT no FROM session WHERE shard = $1 AND ends <= $2 ORDER BY ends LIMIT $3) AS found";
    OVER_FLOWS = "SELECT count(*) FROM
        (SELECT id FROM flow WHERE shard = $1 AND expires <= $2 ORDER BY expires LIMIT $3) AS found";
    OVER_COUNTERS = "SELECT count(*) FROM
        (SELECT key FROM counter WHERE shard = $1 AND expires <= $2 ORDER BY expires LIMIT $3) AS found";
    OVER_COMMANDS = "SELECT count(*) FROM
        (SELECT id FROM command WHERE shard = $1 AND at <= $2 ORDER BY at LIMIT $3) AS found";
    PURGE_SESSIONS = "WITH found AS
        (SELECT account, no FROM session WHERE shard = $1 AND ends <= $2 ORDER BY ends LIMIT $3 FOR UPDATE SKIP LOCKED)
        DELETE FROM session AS s USING found
        WHERE s.shard = $1 AND s.account = found.account AND s.no = found.no";
    PURGE_FLOWS = "DELETE FROM flow WHERE shard = $1 AND id = ANY (ARRAY(
        SELECT id FROM flow WHERE shard = $1 AND expires <= $2 ORDER BY expires LIMIT $3 FOR UPDATE SKIP LOCKED))";
    PURGE_COUNTERS = "DELETE FROM counter WHERE shard = $1 AND key = ANY (ARRAY(
        SELECT key FROM counter WHERE shard = $1 AND expires <= $2 ORDER BY expires LIMIT $3 FOR UPDATE SKIP LOCKED))";
    PURGE_COMMANDS = "DELETE FROM command WHERE shard = $1 AND id = ANY (ARRAY(
        SELECT id FROM command WHERE shard = $1 AND at <= $2 ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED))";
    PROBE = "UPDATE probe SET writes = writes + 1 WHERE shard = $1 AND id = 1";
    CLOCK = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

    COPY_ACCOUNTS = "SELECT id, revision, access, details FROM account
        WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";
    COPY_CPR = "SELECT key, hash, account FROM cpr_index
        WHERE shard = $1 AND (key, hash) > ($2, $3) ORDER BY key, hash LIMIT $4";
    COPY_SESSIONS = "SELECT s.account, s.no, s.secret, s.epoch, s.proof, s.opened, s.ends, s.seen, p.token
        FROM session AS s
        LEFT JOIN provider_session AS p ON p.shard = $1 AND p.account = s.account AND p.no = s.no
        WHERE s.shard = $1 AND (s.account, s.no) > ($2, $3) ORDER BY s.account, s.no LIMIT $4";
    COPY_FLOWS = "SELECT id, revision, expires, consumed, body FROM flow
        WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";
    COPY_COUNTERS = "SELECT key, count, since, blocked_until, expires FROM counter
        WHERE shard = $1 AND key > $2 ORDER BY key LIMIT $3";
    COPY_JOBS = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job
        WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";
    COPY_AUDIT = "SELECT id, at, account, clinic, record, mac, CAST(NULL AS BIGINT) FROM audit
        WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";
    COPY_SEALED_AUDIT = "SELECT id, at, account, clinic, record, mac, batch FROM sealed_audit
        WHERE shard = $1 AND (batch, id) > ($2, $3) ORDER BY batch, id LIMIT $4";
    COPY_BATCHES = "SELECT number, record, mac FROM audit_batch
        WHERE shard = $1 AND number > $2 ORDER BY number LIMIT $3";
    COPY_COMMANDS = "SELECT id, at FROM command WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";

    COPIED_SESSION = "SELECT s.account, s.no, s.secret, s.epoch, s.proof, s.opened, s.ends, s.seen, p.token
        FROM session AS s
        LEFT JOIN provider_session AS p ON p.shard = $1 AND p.account = s.account AND p.no = s.no
        WHERE s.shard = $1 AND s.account = $2 AND s.no = $3";
    COPIED_KEY = "SELECT id, proof FROM master_key WHERE shard = $1 AND id = $2";
    COPIED_JOB = "SELECT id, kind, due, give_up, attempts, dead, payload, account FROM job WHERE shard = $1 AND id = $2";
    COPIED_AUDIT = "SELECT id, at, account, clinic, record, mac, CAST(NULL AS BIGINT) FROM audit
        WHERE shard = $1 AND id = $2";
    COPIED_SEALED_AUDIT = "SELECT id, at, account, clinic, record, mac, batch FROM sealed_audit
        WHERE shard = $1 AND batch = $2 AND id = $3";
    COPIED_BATCH = "SELECT number, record, mac FROM audit_batch WHERE shard = $1 AND number = $2";
    COPIED_COMMAND = "SELECT id, at FROM command WHERE shard = $1 AND id = $2";

    PUT_KEY = "INSERT INTO master_key (shard, id, proof) VALUES ($1, $2, $3)
        ON CONFLICT (shard, id) DO UPDATE SET proof = EXCLUDED.proof";
    PUT_ACCOUNT = "INSERT INTO account (shard, id, revision, access, details) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (shard, id) DO UPDATE
        SET revision = EXCLUDED.revision, access = EXCLUDED.access, details = EXCLUDED.details";
    PUT_CPR = "INSERT INTO cpr_index (shard, key, hash, account) VALUES ($1, $2, $3, $4)
        ON CONFLICT (shard, key, hash) DO UPDATE SET account = EXCLUDED.account";
    PUT_SESSION = "INSERT INTO session (shard, account, no, secret, epoch, proof, opened, ends, seen)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (shard, account, no) DO UPDATE
        SET secret = EXCLUDED.secret, epoch = EXCLUDED.epoch, proof = EXCLUDED.proof,
            opened = EXCLUDED.opened, ends = EXCLUDED.ends, seen = EXCLUDED.seen";
    PUT_PROVIDER_SESSION = "INSERT INTO provider_session (shard, account, no, token) VALUES ($1, $2, $3, $4)
        ON CONFLICT (shard, account, no) DO UPDATE SET token = EXCLUDED.token";
    PUT_NO_PROVIDER_SESSION = "DELETE FROM provider_session WHERE shard = $1 AND account = $2 AND no = $3";
    PUT_FLOW = "INSERT INTO flow (shard, id, revision, expires, consumed, body) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (shard, id) DO UPDATE
        SET revision = EXCLUDED.revision, expires = EXCLUDED.expires, consumed = EXCLUDED.consumed,
            body = EXCLUDED.body";
    PUT_COUNTER = "INSERT INTO counter (shard, key, count, since, blocked_until, expires)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (shard, key) DO UPDATE
        SET count = EXCLUDED.count, since = EXCLUDED.since, blocked_until = EXCLUDED.blocked_until,
            expires = EXCLUDED.expires";
    PUT_JOB = "INSERT INTO job (shard, id, kind, due, give_up, attempts, dead, payload, account)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (shard, id) DO UPDATE
        SET kind = EXCLUDED.kind, due = EXCLUDED.due, give_up = EXCLUDED.give_up, attempts = EXCLUDED.attempts,
            dead = EXCLUDED.dead, payload = EXCLUDED.payload";
    PUT_AUDIT = "INSERT INTO audit (shard, id, at, account, clinic, record, mac)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (shard, id) DO UPDATE
        SET at = EXCLUDED.at, account = EXCLUDED.account, clinic = EXCLUDED.clinic, record = EXCLUDED.record,
            mac = EXCLUDED.mac";
    PUT_SEALED_AUDIT = "INSERT INTO sealed_audit (shard, id, at, account, clinic, record, mac, batch)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (shard, batch, id) DO UPDATE
        SET at = EXCLUDED.at, account = EXCLUDED.account, clinic = EXCLUDED.clinic, record = EXCLUDED.record,
            mac = EXCLUDED.mac";
    PUT_BATCH = "INSERT INTO audit_batch (shard, number, record, mac) VALUES ($1, $2, $3, $4)
        ON CONFLICT (shard, number) DO UPDATE SET record = EXCLUDED.record, mac = EXCLUDED.mac";
    PUT_COMMAND = "INSERT INTO command (shard, id, at) VALUES ($1, $2, $3)
        ON CONFLICT (shard, id) DO UPDATE SET at = EXCLUDED.at";

    COUNT_KEYS = "SELECT count(*) FROM master_key WHERE shard = $1";
    COUNT_ACCOUNTS = "SELECT count(*) FROM account WHERE shard = $1";
    COUNT_CPR = "SELECT count(*) FROM cpr_index WHERE shard = $1";
    COUNT_SESSIONS = "SELECT count(*) FROM session WHERE shard = $1";
    COUNT_FLOWS = "SELECT count(*) FROM flow WHERE shard = $1";
    COUNT_COUNTERS = "SELECT count(*) FROM counter WHERE shard = $1";
    COUNT_JOBS = "SELECT count(*) FROM job WHERE shard = $1";
    COUNT_AUDIT = "SELECT count(*) FROM audit WHERE shard = $1";
    COUNT_SEALED_AUDIT = "SELECT count(*) FROM sealed_audit WHERE shard = $1";
    COUNT_BATCHES = "SELECT count(*) FROM audit_batch WHERE shard = $1";
    COUNT_COMMANDS = "SELECT count(*) FROM command WHERE shard = $1";

    COPYING = "SELECT portion, place, done FROM copying WHERE shard = $1 ORDER BY portion";
    BEGIN_COPYING = "INSERT INTO copying (shard, portion, done) VALUES ($1, $2, FALSE) ON CONFLICT DO NOTHING";
    NEW_COPY = "INSERT INTO copying (shard, portion, place, done)
        VALUES ($1, $2, convert_to(CAST(gen_random_uuid() AS TEXT), 'UTF8'), FALSE)
        ON CONFLICT (shard, portion) DO UPDATE SET place = EXCLUDED.place RETURNING place";
    TAKE_COPY = "UPDATE copying SET place = convert_to(CAST(gen_random_uuid() AS TEXT), 'UTF8')
        WHERE shard = $1 AND portion = $2 RETURNING place";
    HOLD_COPY = "SELECT portion FROM copying WHERE shard = $1 AND portion = $2 AND place = $3 FOR SHARE";
    COPIED_UP_TO = "UPDATE copying SET place = $3, done = $4 WHERE shard = $1 AND portion = $2";
    END_COPYING = "DELETE FROM copying WHERE shard = $1 AND EXISTS (
        SELECT own.portion FROM copying AS own WHERE own.shard = $1 AND own.portion = $2 AND own.place = $3)";
}
