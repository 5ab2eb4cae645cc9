-- Logs that were read, how far, and the incidents found in them.
CREATE TABLE log (
  id        INTEGER PRIMARY KEY,
  device    INTEGER NOT NULL,  -- with inode: which file; the bits of an unsigned number
  inode     INTEGER NOT NULL,
  path      TEXT NOT NULL,     -- where it was when it was read last
  usual     INTEGER NOT NULL,  -- 1: found in a usual place; 0: somebody named it once
  position  INTEGER NOT NULL,  -- byte at which the next reading begins
  beginning INTEGER NOT NULL,  -- checksum of the first bytes before position: the same file still?
  state     TEXT NOT NULL,     -- what the reader must know at position
  read_at   INTEGER NOT NULL,  -- milliseconds since 1970
  ended     INTEGER NOT NULL   -- 1: the file was truncated or replaced; its incidents stay
) STRICT;
CREATE UNIQUE INDEX log_file ON log (device, inode) WHERE ended = 0;

CREATE TABLE incident (
  log     INTEGER NOT NULL REFERENCES log (id),
  at      INTEGER NOT NULL,  -- milliseconds since 1970
  kind    TEXT NOT NULL,
  status  INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  account TEXT NOT NULL,
  phone   TEXT NOT NULL,
  device  INTEGER,
  pid     INTEGER NOT NULL,
  source  TEXT NOT NULL,
  byte    INTEGER NOT NULL   -- of the line, in the source
) STRICT;
CREATE INDEX incident_of_log ON incident (log, at);
