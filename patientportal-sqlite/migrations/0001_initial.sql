-- The first schema. Hot columns come first; ids are random, so no index has a hot end.

CREATE TABLE account (
    id       INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    access   BLOB NOT NULL, -- read with every session: epoch, terms, memberships
    details  BLOB NOT NULL  -- everything else, personal data sealed
) STRICT;

CREATE TABLE cpr_index (
    key     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    account INTEGER NOT NULL,
    PRIMARY KEY (key, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    account INTEGER NOT NULL,
    no      INTEGER NOT NULL,
    secret  BLOB NOT NULL,
    epoch   INTEGER NOT NULL,
    proof   INTEGER NOT NULL,
    opened  INTEGER NOT NULL, -- milliseconds since 1970, like every time but "seen"
    ends    INTEGER NOT NULL,
    seen    INTEGER NOT NULL, -- minutes since 1970
    PRIMARY KEY (account, no)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_ends ON session (ends);

-- Apart from the session, since it is large and read at logout only.
CREATE TABLE provider_session (
    account INTEGER NOT NULL,
    no      INTEGER NOT NULL,
    token   BLOB NOT NULL,
    PRIMARY KEY (account, no),
    FOREIGN KEY (account, no) REFERENCES session (account, no) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    id       BLOB PRIMARY KEY NOT NULL,
    revision INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    consumed INTEGER NOT NULL,
    body     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX flow_expires ON flow (expires);

CREATE TABLE counter (
    key           BLOB PRIMARY KEY NOT NULL,
    count         INTEGER NOT NULL,
    since         INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    expires       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX counter_expires ON counter (expires);

CREATE TABLE job (
    id           INTEGER PRIMARY KEY,
    kind         INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    give_up      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL, -- the number of the latest try names its lease
    leased_until INTEGER,
    dead         INTEGER NOT NULL,
    payload      BLOB NOT NULL
) STRICT;

CREATE INDEX job_due ON job (due, id) WHERE dead = 0;
CREATE INDEX job_dead ON job (due, id) WHERE dead = 1;
CREATE INDEX job_leased ON job (leased_until) WHERE leased_until IS NOT NULL;

CREATE TABLE audit (
    id      INTEGER NOT NULL, -- random; rows lie in the order of their commits
    at      INTEGER NOT NULL,
    account INTEGER,
    clinic  INTEGER,
    record  BLOB NOT NULL,
    mac     BLOB NOT NULL
) STRICT;

CREATE INDEX audit_account ON audit (account, at, id) WHERE account IS NOT NULL;

-- Ids of commands that were committed, for a day.
CREATE TABLE command (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX command_at ON command (at);

-- One row, written to find out whether writing works.
CREATE TABLE probe (
    id     INTEGER PRIMARY KEY,
    writes INTEGER NOT NULL
) STRICT;

INSERT INTO probe (id, writes) VALUES (1, 0);
