-- Sign-ups that await their link, and the counters that hold floods back.

CREATE TABLE sign_ups (
    sign_up_id    TEXT PRIMARY KEY,                  -- drawn at random; the link carries it, signed
    subscriber_id TEXT NOT NULL REFERENCES subscribers ON DELETE CASCADE,
    asked_at      TEXT NOT NULL,
    expires_at    TEXT NOT NULL,                     -- the link works until before this
    confirmed_at  TEXT,                              -- a link works once
    name          TEXT NOT NULL,
    domains       TEXT NOT NULL,
    regions       TEXT NOT NULL,
    language      TEXT NOT NULL,
    frequency     TEXT NOT NULL,
    text_hash     TEXT NOT NULL REFERENCES consent_texts,
    origin        TEXT NOT NULL                      -- keyed hash of the network address
) STRICT;

CREATE INDEX sign_ups_by_person ON sign_ups (subscriber_id);

-- Attempts to sign up, by keyed hash of the address or the origin, until they count no more.
CREATE TABLE attempts (
    kind       TEXT NOT NULL CHECK (kind IN ('address', 'origin', 'all')),
    who        TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE INDEX attempts_by_who ON attempts (kind, who, expires_at);

-- Reminders that an implied consent ends: one for each consent.
CREATE TABLE reminders (
    consent       INTEGER PRIMARY KEY REFERENCES consents ON DELETE CASCADE,
    subscriber_id TEXT NOT NULL REFERENCES subscribers ON DELETE CASCADE,
    reminded_at   TEXT NOT NULL
) STRICT;

-- Messages that came back.
CREATE TABLE bounces (
    subscriber_id TEXT    NOT NULL REFERENCES subscribers ON DELETE CASCADE,
    message       TEXT    NOT NULL,                  -- which one: an issue's id, say
    at            TEXT    NOT NULL,
    hard          INTEGER NOT NULL CHECK (hard IN (0, 1)),  -- 1: a lasting refusal
    detail        TEXT    NOT NULL DEFAULT '',       -- status code, without words or addresses
    PRIMARY KEY (subscriber_id, message, hard)
) STRICT;
