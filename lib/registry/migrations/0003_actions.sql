-- What was done to processes and credentials, and what waits in quarantine.
CREATE TABLE action (
  id      INTEGER PRIMARY KEY,  -- the newest has the highest
  at      INTEGER NOT NULL,     -- milliseconds since 1970
  command TEXT NOT NULL,        -- of wasession
  host    TEXT NOT NULL,
  pid     INTEGER NOT NULL,     -- of the wasession that did it
  uid     INTEGER NOT NULL      -- and its user
) STRICT;

CREATE TABLE action_step (
  action    INTEGER NOT NULL REFERENCES action (id),
  position  INTEGER NOT NULL,  -- in the plan, from 0
  step      TEXT NOT NULL,
  target    TEXT NOT NULL,
  why       TEXT NOT NULL,
  result    TEXT NOT NULL,
  detail    TEXT NOT NULL,
  could_not INTEGER NOT NULL,  -- 1: the machine did not allow it
  PRIMARY KEY (action, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE action_left (
  action   INTEGER NOT NULL REFERENCES action (id),
  position INTEGER NOT NULL,
  target   TEXT NOT NULL,
  why      TEXT NOT NULL,
  command  TEXT NOT NULL,  -- that would do it; empty when none would
  PRIMARY KEY (action, position)
) STRICT, WITHOUT ROWID;

-- A copy of the manifests on disk, which are the truth.
CREATE TABLE quarantined (
  id             TEXT PRIMARY KEY NOT NULL,
  session        TEXT NOT NULL,
  tool           TEXT NOT NULL,
  kind           TEXT NOT NULL,
  path           TEXT NOT NULL,
  jid            TEXT,              -- of a database: which device's rows
  files          INTEGER NOT NULL,  -- how many
  bytes          INTEGER NOT NULL,  -- all files together
  quarantined_at INTEGER NOT NULL,  -- milliseconds since 1970
  expires_at     INTEGER NOT NULL,
  restored_at    INTEGER
) STRICT, WITHOUT ROWID;
