-- The whole schema of `exchanges.sqlite`: the requests of the last weeks and their answers, masked.
-- Everything is appended and, when it is old, taken away at the other end, so there is no index to be
-- kept beside: a search reads the narrow rows and leaves the wide ones where they are. Instants are
-- milliseconds since 1970-01-01T00:00:00Z.

-- One request and what became of it.
CREATE TABLE exchange (
  number     INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  connection INTEGER,           -- NULL: nobody who may ask
  name       TEXT    NOT NULL,  -- of the connection, at that time
  token      INTEGER,           -- NULL: none that we know
  request    TEXT    NOT NULL,  -- the request id in the answer, in the log and in changes
  peer       TEXT,              -- from where
  method     TEXT    NOT NULL,
  target     TEXT    NOT NULL,  -- the path, masked
  query      TEXT    NOT NULL,  -- masked; '' when there was none
  resource   TEXT,              -- the id in the path, or the one that was created or found
  status     INTEGER NOT NULL,
  micros     INTEGER NOT NULL,
  failures   INTEGER NOT NULL,  -- operations of a Bulk that failed
  scim_type  TEXT,              -- of the error, or of the first failed operation
  detail     TEXT,              -- its sentence, values masked
  about      BLOB    NOT NULL   -- whom it is about: keyed hashes of 16 bytes each, one behind the other
) STRICT;

-- What was sent and what was answered, masked and cut after 16 KiB; the lengths are those before.
CREATE TABLE body (
  exchange       INTEGER PRIMARY KEY,
  sent           TEXT    NOT NULL,
  sent_bytes     INTEGER NOT NULL,
  answered       TEXT    NOT NULL,
  answered_bytes INTEGER NOT NULL
) STRICT;

-- How many exchanges were not kept, because more came than could be written.
CREATE TABLE loss (
  number INTEGER PRIMARY KEY,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  times  INTEGER NOT NULL
) STRICT;
