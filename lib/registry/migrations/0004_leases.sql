-- Who took the lease of an account, or of one device of it, last. Whether it still stands is told
-- by the kernel's lock on the lease file alone.
CREATE TABLE lease (
  account TEXT NOT NULL,
  device  TEXT NOT NULL,     -- beginning of a fingerprint; empty: the whole account
  pid     INTEGER NOT NULL,
  start   INTEGER NOT NULL,  -- with pid: which process, in the kernel's unit
  since   INTEGER NOT NULL,  -- milliseconds since 1970
  command TEXT NOT NULL,     -- the program's name, without arguments
  host    TEXT NOT NULL,
  uid     INTEGER NOT NULL,
  PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;
