-- Stores seen before, and credentials that WhatsApp is known to have removed.
CREATE TABLE store (
  path       TEXT PRIMARY KEY NOT NULL,
  tool       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  first_seen INTEGER NOT NULL,  -- milliseconds since 1970
  last_seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE logged_out_credential (
  fingerprint BLOB PRIMARY KEY NOT NULL CHECK (length(fingerprint) = 32),
  at          INTEGER NOT NULL,
  source      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
