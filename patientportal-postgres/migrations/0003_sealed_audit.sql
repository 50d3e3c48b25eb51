-- The audit trail in batches: `audit` holds what is in none yet, a second's worth; sealed entries are never written again.

CREATE TABLE sealed_audit (
    shard   SMALLINT NOT NULL, -- of the account, or of the id where there is none
    batch   BIGINT NOT NULL, -- entries of a batch lie together, and batches in the order of their sealing
    id      BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    account BIGINT,
    clinic  BIGINT,
    record  BYTEA NOT NULL,
    mac     BYTEA NOT NULL,
    PRIMARY KEY (shard, batch, id)
);

CREATE INDEX sealed_audit_account ON sealed_audit (shard, account, at, id) WHERE account IS NOT NULL;
CREATE INDEX sealed_audit_clinic ON sealed_audit (shard, clinic, at, id) WHERE clinic IS NOT NULL;

-- One chain over all shards.
CREATE TABLE audit_batch (
    shard  SMALLINT NOT NULL, -- 0
    number BIGINT NOT NULL,
    record BYTEA NOT NULL, -- when, the ids of the entries, their root and the one before it
    mac    BYTEA NOT NULL,
    PRIMARY KEY (shard, number)
);

-- The whole trail. An entry is in one of the two, whenever one looks.
CREATE VIEW audit_trail AS
    SELECT shard, id, at, account, clinic, record, mac FROM audit
    UNION ALL
    SELECT shard, id, at, account, clinic, record, mac FROM sealed_audit;
