-- Which master keys are in use: what each makes of a fixed text, so that a wrong or missing key is noticed at the start.

CREATE TABLE master_key (
    id    INTEGER PRIMARY KEY,
    proof BLOB NOT NULL
) STRICT;
