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

-- Groups that follow from an attribute of people, one for each value. They are here whether their
-- identity provider sees them or not; where it does, a row of `resource` with the same id repeats them.
CREATE TABLE derived (
  number     INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection,
  folder     TEXT    NOT NULL,  -- the attribute, with a capital letter
  folded     TEXT    NOT NULL,  -- the value, as it is told apart
  name       TEXT    NOT NULL,  -- the value, as somebody wrote it
  id         TEXT    NOT NULL UNIQUE,
  version    INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  modified   INTEGER NOT NULL,
  members    INTEGER NOT NULL,  -- how many rows of `derived_member` it has; never none
  UNIQUE (connection, folder, folded)
) STRICT;

-- Who is in which derived group.
CREATE TABLE derived_member (
  holder INTEGER NOT NULL REFERENCES derived ON DELETE CASCADE,
  member INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
  PRIMARY KEY (holder, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX derived_of_member ON derived_member (member, holder);

-- People who are active are counted from now on.
ALTER TABLE population ADD COLUMN active INTEGER NOT NULL DEFAULT 0;
UPDATE population
SET active = live - (
  SELECT count(*)
  FROM attribute
  WHERE attribute.connection = population.connection
    AND attribute.path = (SELECT number FROM path WHERE kind = 1 AND name = 'active')
    AND attribute.folded = 0
)
WHERE kind = 1;

ALTER TABLE resource ADD COLUMN waiting INTEGER;
ALTER TABLE resource ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
CREATE INDEX resource_waiting ON resource (connection, waiting) WHERE waiting IS NOT NULL;

-- What many have alike of their searchable values is written once.
CREATE TABLE shape (
  number     INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection,
  traits     TEXT    NOT NULL,  -- JSON list of the path, element and value of each
  UNIQUE (connection, traits)
) STRICT;

CREATE TABLE trait (
  connection INTEGER NOT NULL,
  path       INTEGER NOT NULL,
  folded     ANY     NOT NULL,
  shape      INTEGER NOT NULL REFERENCES shape ON DELETE CASCADE,
  element    INTEGER NOT NULL,
  PRIMARY KEY (connection, path, folded, shape, element)
) STRICT, WITHOUT ROWID;

CREATE INDEX trait_of_shape ON trait (shape);

ALTER TABLE resource ADD COLUMN shape INTEGER REFERENCES shape;
CREATE INDEX resource_of_shape ON resource (shape) WHERE shape IS NOT NULL;

CREATE TEMP TABLE shared AS
SELECT number
FROM path
WHERE name = 'schemas'
  OR (instr(name, ':') = 0 AND (name LIKE '%.type' OR name LIKE '%.primary'));

CREATE TEMP TABLE had AS
SELECT resource, min(attribute.connection) AS connection,
  json_group_array(
    json_array(path, element, folded) ORDER BY path.name, element, folded
  ) AS traits
FROM attribute
CROSS JOIN path ON path.number = attribute.path
WHERE attribute.path IN shared
GROUP BY resource;

INSERT INTO shape (connection, traits)
SELECT DISTINCT connection, traits
FROM had;

INSERT INTO trait (connection, path, folded, shape, element)
SELECT shape.connection, one.value ->> 0, one.value ->> 2, shape.number, one.value ->> 1
FROM shape
CROSS JOIN json_each(shape.traits) AS one;

UPDATE resource
SET shape = shape.number
FROM had
CROSS JOIN shape USING (connection, traits)
WHERE had.resource = resource.number;

DELETE FROM attribute
WHERE path IN shared;

DROP TABLE had;
DROP TABLE shared;

-- Grows with the settings of the connection, as `control.rules` does with schemas.
ALTER TABLE connection ADD COLUMN rules INTEGER NOT NULL DEFAULT 0;

-- What a connection was called before it was removed.
ALTER TABLE connection ADD COLUMN retired TEXT COLLATE NOCASE;

-- What connections with a guard took from people lately, minute by minute.
CREATE TABLE taken (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  minute     INTEGER NOT NULL,  -- since 1970
  people     INTEGER NOT NULL,  -- deactivated, deleted, or taken out of a group with many others
  deleted    INTEGER NOT NULL,  -- those among them who were deleted
  PRIMARY KEY (connection, minute)
) STRICT, WITHOUT ROWID;

-- Guards that held something back, or were told to let it pass.
CREATE TABLE guard (
  connection INTEGER PRIMARY KEY REFERENCES connection ON DELETE CASCADE,
  first_held INTEGER,           -- NULL: nothing since it was released
  last_held  INTEGER,
  times      INTEGER NOT NULL,
  released   INTEGER            -- until when everything passes; NULL: the operator was never asked
) STRICT;
-- Changes up to this sequence say nothing about people any more.
ALTER TABLE control ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;

-- 1: unused parts of the file may show what was removed.
ALTER TABLE control ADD COLUMN traces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE token ADD COLUMN kind TEXT NOT NULL DEFAULT 'bearer'
  CHECK (kind IN ('bearer', 'oauth', 'signed'));

ALTER TABLE token ADD COLUMN client TEXT;

CREATE UNIQUE INDEX token_of_client ON token (client);

CREATE TABLE access (
  digest  BLOB    PRIMARY KEY,
  client  INTEGER NOT NULL REFERENCES token ON DELETE CASCADE,
  scope   TEXT    NOT NULL CHECK (scope IN ('provision', 'read')),
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_of_client ON access (client, created);

CREATE INDEX access_by_expiry ON access (expires);
-- Backups that were found sound, and when: what `status` and `backup prune` go by. A backup is noted
-- after it was made, so a restored database does not know of the one that it came from.
CREATE TABLE backup (
  file     TEXT    PRIMARY KEY,
  made     INTEGER NOT NULL,
  bytes    INTEGER NOT NULL,
  verified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The order of the sequence is not that of time: a command that takes long writes what it began earlier.
CREATE INDEX change_by_time ON change (at);
