-- Who works on the watch. A removed account keeps its handle, which decisions carry, and no more.
CREATE TABLE accounts (
    handle      TEXT    PRIMARY KEY,                 -- names somebody for ever; never given twice
    name        TEXT    NOT NULL,
    email       TEXT    NOT NULL,                    -- for recovery; empty when none was given
    role        TEXT    NOT NULL
                CHECK (role IN ('reader', 'relay', 'reviewer', 'editor', 'admin')),
    language    TEXT    NOT NULL,                    -- empty: that of the browser
    passphrase  TEXT    NOT NULL,                    -- argon2id; empty until one is chosen
    totp        TEXT    NOT NULL,                    -- secret in base 32; empty: no code is asked
    totp_step   INTEGER NOT NULL,                    -- of the last code that was used: none twice
    is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
    created_at  TEXT    NOT NULL,
    seen_at     TEXT,                                -- last sign-in
    removed_at  TEXT
) STRICT;

-- Browsers that somebody is signed in with. The cookie holds the token, this its hash.
CREATE TABLE sessions (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT    NOT NULL UNIQUE,
    handle     TEXT    NOT NULL REFERENCES accounts,
    is_half    INTEGER NOT NULL CHECK (is_half IN (0, 1)),  -- 1: the code is still to come
    by_proxy   INTEGER NOT NULL CHECK (by_proxy IN (0, 1)), -- 1: a web server vouched for them
    started_at TEXT    NOT NULL,
    seen_at    TEXT    NOT NULL,
    ends_at    TEXT    NOT NULL,
    agent      TEXT    NOT NULL                      -- « Firefox, Linux »
) STRICT;

CREATE INDEX sessions_by_handle ON sessions (handle);

-- Links that let somebody choose a passphrase, once.
CREATE TABLE access_links (
    token_hash TEXT PRIMARY KEY,
    handle     TEXT NOT NULL REFERENCES accounts,
    ends_at    TEXT NOT NULL
) STRICT;

-- What lets somebody in when their telephone is lost; each works once.
CREATE TABLE recovery_codes (
    handle    TEXT NOT NULL REFERENCES accounts,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (handle, code_hash)
) STRICT;

-- Failed sign-ins, by keyed hash of what was typed and of where from, until they count no more.
CREATE TABLE sign_in_failures (
    kind TEXT NOT NULL,
    who  TEXT NOT NULL,
    at   TEXT NOT NULL
) STRICT;

CREATE INDEX sign_in_failures_by_who ON sign_in_failures (kind, who, at);

-- Who did what, when, on what: lines are added, never changed.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    who     TEXT NOT NULL,                           -- an account's handle; « (terminal) »: a command
    what    TEXT NOT NULL,                           -- « account.role », « source.pause »…
    subject TEXT NOT NULL,                           -- a handle, a source's or an issue's id
    detail  TEXT NOT NULL                            -- a word or two; no secret, no text of articles
) STRICT;

CREATE INDEX audit_by_who ON audit (who, number);

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
