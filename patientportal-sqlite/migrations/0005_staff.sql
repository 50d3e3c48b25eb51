-- What a clinic's staff read: which mails wait for a person, and what happened at their clinic.

ALTER TABLE job ADD COLUMN account INTEGER; -- whom it is about, where staff may know of it

CREATE INDEX job_account ON job (account, due, id) WHERE account IS NOT NULL;
CREATE INDEX audit_clinic ON audit (clinic, at, id) WHERE clinic IS NOT NULL;
