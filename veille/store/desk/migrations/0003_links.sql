-- Pages that people send in to be read and judged: lines are added, never changed.
CREATE TABLE links (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id TEXT    NOT NULL UNIQUE,                 -- a page is sent in once
    url     TEXT    NOT NULL,                        -- its address, in its one spelling
    region  TEXT    NOT NULL,                        -- place it is about; empty when not said
    note    TEXT    NOT NULL,                        -- why it was sent, for the team
    author  TEXT    NOT NULL,                        -- an account's handle
    sent_at TEXT    NOT NULL
) STRICT;

CREATE INDEX links_by_author ON links (author, number);

-- What runs told of them; the newest holds.
CREATE TABLE link_fates (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id TEXT    NOT NULL REFERENCES links (item_id),
    fate    TEXT    NOT NULL CHECK (fate IN ('tried', 'read', 'refused')),
    failure TEXT    NOT NULL,                        -- its kind; empty when nothing failed
    detail  TEXT    NOT NULL,                        -- the bare fact
    told_at TEXT    NOT NULL
) STRICT;

CREATE INDEX link_fates_by_item ON link_fates (item_id, number);

CREATE TRIGGER links_are_not_changed BEFORE UPDATE ON links
BEGIN
    SELECT RAISE(ABORT, 'links are append-only');
END;

CREATE TRIGGER links_are_not_deleted BEFORE DELETE ON links
BEGIN
    SELECT RAISE(ABORT, 'links are append-only');
END;

CREATE TRIGGER link_fates_are_not_changed BEFORE UPDATE ON link_fates
BEGIN
    SELECT RAISE(ABORT, 'what is told of links is append-only');
END;

CREATE TRIGGER link_fates_are_not_deleted BEFORE DELETE ON link_fates
BEGIN
    SELECT RAISE(ABORT, 'what is told of links is append-only');
END;
