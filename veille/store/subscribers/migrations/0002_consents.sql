-- The consent ledger: lines are added, never changed, and deleted only when a person is erased.

-- The words that people were shown when they agreed.
CREATE TABLE consent_texts (
    text_hash     TEXT PRIMARY KEY,                  -- SHA-256 of language and words
    language      TEXT NOT NULL,
    words         TEXT NOT NULL,
    first_used_at TEXT NOT NULL
) STRICT;

CREATE TABLE consents (
    number        INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which lines were written
    subscriber_id TEXT    NOT NULL REFERENCES subscribers ON DELETE CASCADE,
    act           TEXT    NOT NULL CHECK (act IN ('granted', 'withdrawn')),
    basis         TEXT    CHECK (basis IN ('express', 'inquiry', 'membership', 'purchase')),
    given_at      TEXT    NOT NULL,                  -- when it began to hold
    expires_at    TEXT,                              -- first moment at which it holds no more
    recorded_at   TEXT    NOT NULL,
    actor         TEXT    NOT NULL,                  -- person, staff, import, complaint
    way           TEXT    NOT NULL,                  -- the page, file or command it came by
    evidence      TEXT    NOT NULL DEFAULT '',       -- where the proof is, in the staff's words
    text_hash     TEXT    REFERENCES consent_texts,
    asked_at      TEXT,                              -- when the form was sent, if by a form
    origin        TEXT    NOT NULL DEFAULT '',       -- keyed hash of the network address
    asked_origin  TEXT    NOT NULL DEFAULT '',       -- that from which the form was sent
    CHECK ((act = 'granted') = (basis IS NOT NULL)),
    CHECK (basis IS NULL OR (basis = 'express') = (expires_at IS NULL))
) STRICT;

CREATE INDEX consents_by_person ON consents (subscriber_id, number);

-- Who is being erased, while it is done: empty at all other times.
CREATE TABLE erasing (
    subscriber_id TEXT PRIMARY KEY
) STRICT;

-- Those erased, by a keyed hash that outlives them: no import brings them back, and a restored
-- backup is told of them.
CREATE TABLE erasures (
    address_hash TEXT PRIMARY KEY,
    erased_at    TEXT NOT NULL,
    cause        TEXT NOT NULL CHECK (cause IN ('asked', 'left', 'bounced'))
) STRICT;

CREATE TRIGGER consents_are_not_replaced BEFORE INSERT ON consents
WHEN EXISTS (SELECT 1 FROM consents WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'the consent ledger is append-only');
END;

CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON consents
BEGIN
    SELECT RAISE(ABORT, 'the consent ledger is append-only');
END;

CREATE TRIGGER consents_are_not_deleted BEFORE DELETE ON consents
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE subscriber_id = OLD.subscriber_id)
BEGIN
    SELECT RAISE(ABORT, 'the consent ledger is append-only');
END;

CREATE TRIGGER consent_texts_are_not_replaced BEFORE INSERT ON consent_texts
WHEN EXISTS (SELECT 1 FROM consent_texts WHERE text_hash = NEW.text_hash)
BEGIN
    SELECT RAISE(ABORT, 'the words of a consent do not change');
END;

CREATE TRIGGER consent_texts_are_not_changed BEFORE UPDATE ON consent_texts
BEGIN
    SELECT RAISE(ABORT, 'the words of a consent do not change');
END;

CREATE TRIGGER consent_texts_are_not_deleted BEFORE DELETE ON consent_texts
BEGIN
    SELECT RAISE(ABORT, 'the words of a consent do not change');
END;

-- Consents that no withdrawal has ended. One holds from given_at until before expires_at.
CREATE VIEW standing_consents AS
SELECT granted.*
FROM consents AS granted
WHERE granted.act = 'granted'
  AND NOT EXISTS (
      SELECT 1 FROM consents AS withdrawn
      WHERE withdrawn.subscriber_id = granted.subscriber_id
        AND withdrawn.act = 'withdrawn'
        AND withdrawn.number > granted.number
  );

-- Who may be mailed at $at: WHERE mailable_from <= $at AND ($at < mailable_until OR it is NULL).
-- One row for each consent that stands, so ask for DISTINCT people.
CREATE VIEW mailable AS
SELECT
    subscribers.subscriber_id, address, name, domains, regions, language, frequency,
    max(given_at, coalesce(paused_until, '')) AS mailable_from,
    expires_at AS mailable_until
FROM subscribers JOIN standing_consents USING (subscriber_id)
WHERE state = 'active' OR (state = 'paused' AND paused_until IS NOT NULL);
