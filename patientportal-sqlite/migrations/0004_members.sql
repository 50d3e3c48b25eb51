-- Which accounts have a membership in which state at a clinic, for its staff. It says nothing that the accounts do not:
-- every write of an account writes it anew.

CREATE TABLE clinic_member (
    account INTEGER NOT NULL,
    clinic  INTEGER NOT NULL,
    state   INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    PRIMARY KEY (account, clinic)
) STRICT, WITHOUT ROWID;

CREATE INDEX clinic_member_state ON clinic_member (clinic, state, since, account);
