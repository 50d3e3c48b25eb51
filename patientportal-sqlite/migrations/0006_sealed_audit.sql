-- The audit trail in batches: `audit` holds what is in none yet, a second's worth; sealed entries are never written again.

CREATE TABLE sealed_audit (
    batch   INTEGER NOT NULL, -- entries of a batch lie together, and batches in the order of their sealing
    id      INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    account INTEGER,
    clinic  INTEGER,
    record  BLOB NOT NULL,
    mac     BLOB NOT NULL,
    PRIMARY KEY (batch, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sealed_audit_account ON sealed_audit (account, at, id) WHERE account IS NOT NULL;
CREATE INDEX sealed_audit_clinic ON sealed_audit (clinic, at, id) WHERE clinic IS NOT NULL;

CREATE TABLE audit_batch (
    number INTEGER PRIMARY KEY,
    record BLOB NOT NULL, -- when, the ids of the entries, their root and the one before it
    mac    BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX audit_id ON audit (id);

-- What a copy that was broken off by an older program would have left.
DROP INDEX IF EXISTS copying_audit;
