-- The first schema. Every table's key and every index begin with the shard, by which a table can be spread over
-- machines; within it ids are random, so no index has a hot end.

CREATE TABLE account (
    shard    SMALLINT NOT NULL, -- of the account's id, here and wherever a row is an account's
    id       BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    access   BYTEA NOT NULL, -- read with every session: epoch, terms, memberships
    details  BYTEA NOT NULL, -- everything else, personal data sealed
    PRIMARY KEY (shard, id)
);

-- Which accounts have a membership in which state at a clinic, for its staff. It says nothing that the accounts do not:
-- every write of an account writes it too.
CREATE TABLE clinic_member (
    shard   SMALLINT NOT NULL,
    account BIGINT NOT NULL,
    clinic  BIGINT NOT NULL,
    state   SMALLINT NOT NULL,
    since   BIGINT NOT NULL,
    PRIMARY KEY (shard, account, clinic)
);

CREATE INDEX clinic_member_state ON clinic_member (shard, clinic, state, since, account);

CREATE TABLE cpr_index (
    shard   SMALLINT NOT NULL, -- of the hash
    key     INTEGER NOT NULL,
    hash    BYTEA NOT NULL,
    account BIGINT NOT NULL,
    PRIMARY KEY (shard, key, hash)
);

CREATE TABLE session (
    shard   SMALLINT NOT NULL,
    account BIGINT NOT NULL,
    no      BIGINT NOT NULL,
    secret  BYTEA NOT NULL,
    epoch   BIGINT NOT NULL,
    proof   SMALLINT NOT NULL,
    opened  BIGINT NOT NULL, -- milliseconds since 1970, like every time but "seen"
    ends    BIGINT NOT NULL,
    seen    BIGINT NOT NULL, -- minutes since 1970
    PRIMARY KEY (shard, account, no)
);

CREATE INDEX session_ends ON session (shard, ends);

-- Apart from the session, since it is large and read at logout only.
CREATE TABLE provider_session (
    shard   SMALLINT NOT NULL,
    account BIGINT NOT NULL,
    no      BIGINT NOT NULL,
    token   BYTEA NOT NULL,
    PRIMARY KEY (shard, account, no),
    FOREIGN KEY (shard, account, no) REFERENCES session (shard, account, no) ON DELETE CASCADE
);

CREATE TABLE flow (
    shard    SMALLINT NOT NULL, -- of the id
    id       BYTEA NOT NULL,
    revision BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    consumed BOOLEAN NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (shard, id)
);

CREATE INDEX flow_expires ON flow (shard, expires);

CREATE TABLE counter (
    shard         SMALLINT NOT NULL, -- of the key
    key           BYTEA NOT NULL,
    count         BIGINT NOT NULL,
    since         BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    expires       BIGINT NOT NULL,
    PRIMARY KEY (shard, key)
);

CREATE INDEX counter_expires ON counter (shard, expires);

CREATE TABLE job (
    shard        SMALLINT NOT NULL, -- of the id
    id           BIGINT NOT NULL,
    kind         SMALLINT NOT NULL,
    due          BIGINT NOT NULL,
    give_up      BIGINT NOT NULL,
    attempts     BIGINT NOT NULL, -- the number of the latest try names its lease
    leased_until BIGINT,
    dead         BOOLEAN NOT NULL,
    payload      BYTEA NOT NULL,
    PRIMARY KEY (shard, id)
);

CREATE INDEX job_due ON job (shard, due, id) WHERE NOT dead;
CREATE INDEX job_dead ON job (shard, due, id) WHERE dead;

CREATE TABLE audit (
    shard   SMALLINT NOT NULL, -- of the account, or of the id where there is none
    id      BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    account BIGINT,
    clinic  BIGINT,
    record  BYTEA NOT NULL,
    mac     BYTEA NOT NULL,
    PRIMARY KEY (shard, id)
);

CREATE INDEX audit_account ON audit (shard, account, at, id) WHERE account IS NOT NULL;

-- Ids of commands that were committed, for a day.
CREATE TABLE command (
    shard SMALLINT NOT NULL, -- of the id
    id    BIGINT NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (shard, id)
);

CREATE INDEX command_at ON command (shard, at);

-- Which master keys are in use: what each makes of a fixed text, so that a wrong or missing key is noticed at the start.
CREATE TABLE master_key (
    shard SMALLINT NOT NULL, -- of the id
    id    INTEGER NOT NULL,
    proof BYTEA NOT NULL,
    PRIMARY KEY (shard, id)
);

-- One row, written to find out whether writing works.
CREATE TABLE probe (
    shard  SMALLINT NOT NULL,
    id     SMALLINT NOT NULL,
    writes BIGINT NOT NULL,
    PRIMARY KEY (shard, id)
);

INSERT INTO probe (shard, id, writes) VALUES (0, 1, 0);

-- While a portal is being copied into this schema: how far each of its tables is. No rows otherwise.
CREATE TABLE copying (
    shard   SMALLINT NOT NULL,
    portion SMALLINT NOT NULL, -- the number of the table
    place   BYTEA,
    done    BOOLEAN NOT NULL,
    PRIMARY KEY (shard, portion)
);
