-- What people decide on items: lines are added, never changed.
CREATE TABLE decisions (
    number        INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which lines were written
    act           TEXT    NOT NULL,                  -- one gesture, which may decide several things
    item_id       TEXT    NOT NULL,
    facet         TEXT    NOT NULL
                  CHECK (facet IN ('relevant', 'domains', 'regions', 'state', 'note')),
    value         TEXT,                              -- as JSON; null takes the earlier ones back
    author        TEXT    NOT NULL,                  -- an account's handle
    decided_at    TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    undoes        TEXT,                              -- the act that this one takes back
    said          TEXT,                              -- what the model had said, as JSON
    version       INTEGER NOT NULL,                  -- version of the text that was looked at
    model_version TEXT    NOT NULL,                  -- model whose tags were looked at
    shown_for     TEXT    NOT NULL                   -- why the queue showed the item
) STRICT;

CREATE INDEX decisions_by_item ON decisions (item_id, number);
CREATE INDEX decisions_by_act ON decisions (act);

-- Whether two items belong to one story: lines are added, never changed, the newest holds.
CREATE TABLE story_rulings (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    act      TEXT    NOT NULL,
    one      TEXT    NOT NULL,                       -- the item whose id comes first
    other    TEXT    NOT NULL,
    together INTEGER CHECK (together IN (0, 1)),     -- null takes the earlier ones back
    author   TEXT    NOT NULL,
    ruled_at TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    CHECK (one < other)
) STRICT;

CREATE INDEX story_rulings_by_pair ON story_rulings (one, other, number);
CREATE INDEX story_rulings_by_act ON story_rulings (act);

-- What is decided now of each facet of each item.
CREATE VIEW decisions_in_force AS
SELECT decisions.* FROM decisions
JOIN (SELECT max(number) AS number FROM decisions GROUP BY item_id, facet) USING (number)
WHERE value IS NOT NULL;

CREATE TRIGGER decisions_are_not_replaced BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER rulings_are_not_changed BEFORE UPDATE ON story_rulings
BEGIN
    SELECT RAISE(ABORT, 'rulings are append-only');
END;

CREATE TRIGGER rulings_are_not_deleted BEFORE DELETE ON story_rulings
BEGIN
    SELECT RAISE(ABORT, 'rulings are append-only');
END;
