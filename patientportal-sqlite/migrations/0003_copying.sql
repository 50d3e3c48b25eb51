-- How far copying another store into this database is: a row for each table until it is whole and verified, none ever
-- after, and none where nothing was copied.

CREATE TABLE copying (
    part  INTEGER PRIMARY KEY,
    place BLOB, -- after the last row that was written, as the other store names places
    done  INTEGER NOT NULL
) STRICT;
