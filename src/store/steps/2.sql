-- From format 1 to format 2.

-- What a DELETE left of a user or group: gone for the identity provider, and for the operator to bring
-- back until the retention of the connection ends. The lists are the memberships that it had itself;
-- of two that were in each other and are both gone, whichever comes back first leaves the membership
-- with the other.
CREATE TABLE tombstone (
  number     INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  kind       INTEGER NOT NULL,
  id         TEXT    NOT NULL UNIQUE,
  version    INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  modified   INTEGER NOT NULL,
  document   TEXT    NOT NULL,
  holders    TEXT,              -- JSON list of the ids of the groups that it was in; NULL: none
  members    TEXT,              -- JSON list of the ids of its members; NULL: none
  deleted    INTEGER NOT NULL,  -- when
  token      INTEGER            -- by which; NULL: the operator
) STRICT;

CREATE INDEX tombstone_by_age ON tombstone (connection, deleted);

-- By which names those who are gone are found again: userName, externalId, addresses, the name of a
-- group. The rows follow from the document of the tombstone.
CREATE TABLE tombstone_name (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  name       TEXT    NOT NULL,  -- folded
  tombstone  INTEGER NOT NULL,
  PRIMARY KEY (connection, name, tombstone)
) STRICT, WITHOUT ROWID;
