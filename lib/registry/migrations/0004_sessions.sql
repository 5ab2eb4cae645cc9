-- The sessions of the last look at the whole machine, for the shells' completion.
CREATE TABLE session (
  id     TEXT PRIMARY KEY NOT NULL,
  phone  TEXT,               -- digits
  device INTEGER,
  state  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
