-- Those who read the bulletin. Moments are text: UTC, ISO 8601, microseconds, so that they sort.
-- Every table that holds something of a person names them by subscriber_id, with
-- REFERENCES subscribers ON DELETE CASCADE: then access shows it and erasure takes it.

-- The workspace's secret, known by a mark: with another secret the links sent would be dead.
CREATE TABLE secret_mark (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    mark TEXT NOT NULL                               -- keyed hash of nothing
) STRICT;

-- One person, one row: how they stand now.
CREATE TABLE subscribers (
    subscriber_id TEXT    PRIMARY KEY,               -- drawn at random
    address       TEXT    NOT NULL,                  -- as mail is sent: domain in ASCII
    address_key   TEXT    NOT NULL UNIQUE,           -- without letter case
    name          TEXT    NOT NULL DEFAULT '',
    domains       TEXT    NOT NULL DEFAULT '[]',     -- JSON list, sorted; []: all
    regions       TEXT    NOT NULL DEFAULT '[]',     -- JSON list, sorted; []: all
    language      TEXT    NOT NULL CHECK (language IN ('fr', 'en')),
    frequency     TEXT    NOT NULL CHECK (frequency IN ('weekly', 'monthly')),
    state         TEXT    NOT NULL
        CHECK (state IN ('pending', 'active', 'paused', 'left', 'bounced')),
    since         TEXT    NOT NULL,                  -- when they came to this state
    paused_until  TEXT    CHECK (paused_until IS NULL OR state = 'paused'),
    created_at    TEXT    NOT NULL,
    revision      INTEGER NOT NULL DEFAULT 1         -- grows with each change
) STRICT;

CREATE INDEX subscribers_by_state ON subscribers (state, since);
