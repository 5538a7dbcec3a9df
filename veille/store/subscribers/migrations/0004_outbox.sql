-- What was sent to whom, and what became of it. An address is never in here.

-- The editions of an issue as they were when it was queued: what is sent.
CREATE TABLE editions (
    issue    TEXT NOT NULL,                          -- 2026-W48
    edition  TEXT NOT NULL,
    language TEXT NOT NULL,
    subject  TEXT NOT NULL,
    html     TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (issue, edition)
) STRICT, WITHOUT ROWID;

-- Issues that were queued: their readers are those of that moment.
CREATE TABLE mailings (
    issue     TEXT PRIMARY KEY,
    queued_at TEXT NOT NULL
) STRICT;

-- One message of one issue to one person, and where it stands; the facts are in deliveries.
CREATE TABLE outbox (
    key           TEXT    PRIMARY KEY,               -- in its Message-ID and its return address
    issue         TEXT    NOT NULL,
    subscriber_id TEXT    NOT NULL REFERENCES subscribers ON DELETE CASCADE,
    edition       TEXT    NOT NULL,
    queued_at     TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN (
        'queued', 'deferred', 'sending', 'sent', 'refused', 'expired', 'unknown', 'dropped')),
    since         TEXT    NOT NULL,                  -- when it came to this state
    due_at        TEXT,                              -- when to try it (again), if that is to be
    attempts      INTEGER NOT NULL DEFAULT 0,        -- tries that reached the server
    code          INTEGER NOT NULL DEFAULT 0,        -- the server's last answer
    status        TEXT    NOT NULL DEFAULT '',
    words         TEXT    NOT NULL DEFAULT '',       -- without addresses
    UNIQUE (issue, subscriber_id),
    FOREIGN KEY (issue, edition) REFERENCES editions,
    CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'deferred')))
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_by_person ON outbox (subscriber_id);
CREATE INDEX outbox_by_state ON outbox (issue, state);

-- Each change of state of a message, and who brought it about: added, never changed.
CREATE TABLE deliveries (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT    NOT NULL REFERENCES outbox ON DELETE CASCADE,
    subscriber_id TEXT    NOT NULL REFERENCES subscribers ON DELETE CASCADE,
    at            TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    actor         TEXT    NOT NULL CHECK (actor IN ('sender', 'staff')),
    code          INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    words         TEXT    NOT NULL
) STRICT;

CREATE INDEX deliveries_by_message ON deliveries (key, number);
CREATE INDEX deliveries_by_person ON deliveries (subscriber_id);

CREATE TRIGGER deliveries_are_not_changed BEFORE UPDATE ON deliveries
BEGIN
    SELECT RAISE(ABORT, 'what happened does not change');
END;
