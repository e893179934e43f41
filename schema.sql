-- The whole schema of `appliance.sqlite`. A new file is made from this page; an old one is brought
-- here by numbered steps, and a test compares the results. Instants are milliseconds since
-- 1970-01-01T00:00:00Z. Rows refer to each other by `number`; only `id` ever leaves the house.

-- What the operator controls has a generation: every change to a connection, a setting, a token or a
-- schema raises it, so that a server knows with one look whether what it remembers still holds. What
-- resources may hold has one of its own: a write that was read by older rules is not carried out. The
-- secret is made with the file; it seals the cursors of long lists.
CREATE TABLE control (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL,
  rules      INTEGER NOT NULL,
  secret     BLOB    NOT NULL,
  purged     INTEGER NOT NULL DEFAULT 0, -- changes up to this sequence say nothing about people any more
  traces     INTEGER NOT NULL DEFAULT 0  -- 1: unused parts of the file may show what was removed
) STRICT;

-- Schemas that the operator declared, for every connection: extensions of User, of Group, or of both.
-- The one with the URN of the enterprise extension holds only what was added to it.
CREATE TABLE schema (
  number   INTEGER PRIMARY KEY,
  urn      TEXT    NOT NULL UNIQUE COLLATE NOCASE,
  document TEXT    NOT NULL,  -- RFC 7643 section 7, and `extends`: the resource types
  changed  INTEGER NOT NULL
) STRICT;

-- One identity provider's entrance, with a population of its own. The row of one that was removed stays,
-- because changes refer to it: nothing finds it any more, its `name` is none that can be typed, and as long
-- as it has rows of `population` its removal is not finished.
CREATE TABLE connection (
  number  INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL UNIQUE COLLATE NOCASE,
  profile TEXT    NOT NULL,
  paused  INTEGER NOT NULL,  -- 1: every request is answered 503 until it is resumed
  created INTEGER NOT NULL,
  rules   INTEGER NOT NULL DEFAULT 0, -- grows with its settings, as `control.rules` does with schemas
  retired TEXT COLLATE NOCASE         -- what it was called before it was removed; NULL: it is there
) STRICT;

-- What the operator set on a connection; what is absent has its default.
CREATE TABLE setting (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  key        TEXT    NOT NULL,
  value      TEXT    NOT NULL,
  PRIMARY KEY (connection, key)
) STRICT, WITHOUT ROWID;

-- Who accepted the terms of a connection. Other terms must be accepted anew.
CREATE TABLE acceptance (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  terms      TEXT    NOT NULL,
  who        TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (connection, terms)
) STRICT, WITHOUT ROWID;

-- Credentials of connections. A bearer token is shown with each request; a client of OAuth 2.0 exchanges
-- its secret for access tokens; and one row stands for the tokens that an identity provider signs itself.
-- Tokens and secrets are nowhere: only their SHA-256.
CREATE TABLE token (
  number       INTEGER PRIMARY KEY,
  connection   INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  name         TEXT    NOT NULL,
  digest       BLOB    NOT NULL UNIQUE,
  scope        TEXT    NOT NULL CHECK (scope IN ('provision', 'read')),
  created      INTEGER NOT NULL,
  expires      INTEGER,  -- NULL: never
  revoked      INTEGER,  -- NULL: not revoked
  last_used    INTEGER,  -- NULL: not yet; written now and then, not at every request
  last_address TEXT,     -- from where it was last used
  successor    INTEGER REFERENCES token,  -- the token that takes its place; NULL: none
  overlap_ends INTEGER,  -- until then, or until its successor is used, it is good beside it
  kind         TEXT    NOT NULL DEFAULT 'bearer' CHECK (kind IN ('bearer', 'oauth', 'signed')),
  client       TEXT      -- the public id of a client of OAuth 2.0; NULL: it is none
) STRICT;

CREATE INDEX token_of_connection ON token (connection);

-- A client says who it is by its id, so that no two may have the same.
CREATE UNIQUE INDEX token_of_client ON token (client);

-- Access tokens: what clients of OAuth 2.0 got in exchange for their secret, as SHA-256. One is good until
-- its time is over, and only while its client is; what is long over goes when another is given.
CREATE TABLE access (
  digest  BLOB    PRIMARY KEY,
  client  INTEGER NOT NULL REFERENCES token ON DELETE CASCADE,
  scope   TEXT    NOT NULL CHECK (scope IN ('provision', 'read')),
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_of_client ON access (client, created);

CREATE INDEX access_by_expiry ON access (expires);

-- How many resources a connection has of each kind, kept with every insert and delete: an unfiltered
-- list needs its total without counting, and a connection with a limited number of seats must know how
-- many are taken. `removed` only grows; while it stands still, the position of a resource in the list
-- stands still too.
CREATE TABLE population (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  kind       INTEGER NOT NULL,  -- 1 user, 2 group
  live       INTEGER NOT NULL,
  removed    INTEGER NOT NULL,
  active     INTEGER NOT NULL DEFAULT 0,  -- of users, those whose `active` is not false
  PRIMARY KEY (connection, kind)
) STRICT, WITHOUT ROWID;

-- What many resources have alike of their searchable values: their `schemas`, and of addresses, numbers and
-- the like the `type` and the `primary`. Such a set is written once, whoever has it refers to it, and it
-- goes with the last who does.
CREATE TABLE shape (
  number     INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection,
  traits     TEXT    NOT NULL,  -- JSON list of the path, element and value of each
  UNIQUE (connection, traits)
) STRICT;

-- The values of each shape, as `attribute` has those of a resource.
CREATE TABLE trait (
  connection INTEGER NOT NULL,
  path       INTEGER NOT NULL,
  folded     ANY     NOT NULL,
  shape      INTEGER NOT NULL REFERENCES shape ON DELETE CASCADE,
  element    INTEGER NOT NULL,
  PRIMARY KEY (connection, path, folded, shape, element)
) STRICT, WITHOUT ROWID;

CREATE INDEX trait_of_shape ON trait (shape);

-- Users and groups. The document holds `schemas` and the attributes, as JSON, ready to be sent;
-- memberships are rows of `member`, never part of it. `display` repeats `displayName` from the
-- document, so that the names of a group's members are read without parsing their documents.
CREATE TABLE resource (
  number     INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection,
  kind       INTEGER NOT NULL,  -- 1 user, 2 group
  id         TEXT    NOT NULL UNIQUE,
  version    INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  modified   INTEGER NOT NULL,
  display    TEXT,             -- NULL: it has no displayName
  document   TEXT    NOT NULL,
  waiting    INTEGER,          -- their turn, for people who are inactive until a seat is free; NULL: no
  imported   INTEGER NOT NULL DEFAULT 0, -- 1: by the operator, and met by no identity provider yet
  shape      INTEGER REFERENCES shape    -- NULL: it has none of the values that shapes have
) STRICT;

-- Lists are read in the order of arrival: `number` is the hidden last column of this index.
CREATE INDEX resource_of_connection ON resource (connection, kind);

CREATE INDEX resource_of_shape ON resource (shape) WHERE shape IS NOT NULL;

-- Those who wait for a seat, the longest waiting first.
CREATE INDEX resource_waiting ON resource (connection, waiting) WHERE waiting IS NOT NULL;

-- The paths that occur in `attribute` and `trait`, each with a small number in place of a long URN.
CREATE TABLE path (
  number INTEGER PRIMARY KEY,
  kind   INTEGER NOT NULL,
  name   TEXT    NOT NULL,  -- canonical, e.g. 'emails.value'
  UNIQUE (kind, name)
) STRICT;

-- The other searchable values of a resource: one row per value, so that every attribute, the operator's own
-- included, is found the same way. The rows of a resource follow from its document and dates, which
-- is how they are found again when it changes; so the search index is the table itself, and each value
-- is written once.
CREATE TABLE attribute (
  connection INTEGER NOT NULL,
  path       INTEGER NOT NULL,
  folded     ANY     NOT NULL,  -- as filters compare it
  resource   INTEGER NOT NULL,
  element    INTEGER NOT NULL,  -- which of several values; 0 for a single one
  PRIMARY KEY (connection, path, folded, resource, element)
) STRICT, WITHOUT ROWID;

-- Who is in which group. A member is a user or a group of the same connection.
CREATE TABLE member (
  holder INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,  -- the group
  member INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
  PRIMARY KEY (holder, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_in_groups ON member (member, holder);

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

-- One committed change to one resource, written in the transaction of the change itself. The sequence
-- has no gaps. `before` and `after` hold the whole document where the resource came or went, and only
-- the attributes that differ where it changed; a membership change holds its delta and never the list.
CREATE TABLE change (
  sequence   INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection,
  kind       INTEGER NOT NULL,
  resource   TEXT    NOT NULL,  -- its id
  cause      TEXT    NOT NULL,  -- create, replace, patch, delete, …
  at         INTEGER NOT NULL,
  token      INTEGER,           -- NULL: the operator, at the command line
  request    TEXT    NOT NULL,  -- the request id in the answer and in the log
  version    INTEGER NOT NULL,  -- of the resource after the change
  before     TEXT,              -- NULL: it did not exist
  after      TEXT,              -- NULL: it does not exist any more
  joined     TEXT,              -- JSON list of the ids that became members; NULL: none
  parted     TEXT               -- JSON list of the ids that ceased to be members; NULL: none
) STRICT;

CREATE INDEX change_of_resource ON change (resource, sequence);

-- The order of the sequence is not that of time: a command that takes long writes what it began earlier.
CREATE INDEX change_by_time ON change (at);

-- Changes of membership, which are found by who is in the lists.
CREATE INDEX change_of_members ON change (sequence) WHERE joined IS NOT NULL OR parted IS NOT NULL;

-- What was tolerated or left out, counted per connection: dialect rewrites and unknown attributes.
CREATE TABLE tolerated (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  what       TEXT    NOT NULL,  -- the rewrite, or 'unknown attribute'
  subject    TEXT    NOT NULL,  -- the attribute it met
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  times      INTEGER NOT NULL,
  example    TEXT    NOT NULL,  -- values masked
  PRIMARY KEY (connection, what, subject)
) STRICT, WITHOUT ROWID;

-- When a connection was last heard of: written now and then, not at every request.
CREATE TABLE heard (
  connection   INTEGER PRIMARY KEY REFERENCES connection ON DELETE CASCADE,
  last_request INTEGER NOT NULL,
  last_change  INTEGER  -- of something by a request; NULL: none yet
) STRICT;

-- How much was asked of a connection, hour by hour, for a month: enough to see failures pile up and
-- silence fall.
CREATE TABLE activity (
  connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE,
  hour       INTEGER NOT NULL,  -- hours since 1970
  requests   INTEGER NOT NULL,
  failed     INTEGER NOT NULL,
  PRIMARY KEY (connection, hour)
) STRICT, WITHOUT ROWID;

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

-- Credentials that were not accepted, counted by what was wrong with them. After a quiet day counting
-- begins anew.
CREATE TABLE refused (
  why        TEXT    NOT NULL,  -- expired, revoked, unknown, damaged, …
  token      INTEGER NOT NULL,  -- 0: none of ours
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  times      INTEGER NOT NULL,
  address    TEXT    NOT NULL,  -- from where it was last shown
  PRIMARY KEY (why, token)
) STRICT, WITHOUT ROWID;

-- What operators did: tokens, connections, settings.
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  actor    TEXT    NOT NULL,  -- the account that ran the command
  action   TEXT    NOT NULL,
  subject  TEXT    NOT NULL
) STRICT;

-- Backups that were found sound, and when: what `status` and `backup prune` go by. A backup is noted
-- after it was made, so a restored database does not know of the one that it came from.
CREATE TABLE backup (
  file     TEXT    PRIMARY KEY,
  made     INTEGER NOT NULL,
  bytes    INTEGER NOT NULL,
  verified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
