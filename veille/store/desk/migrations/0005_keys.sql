-- Keys by which programs read for somebody; this has each key's hash, the program the key.
CREATE TABLE api_keys (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT NOT NULL UNIQUE,
    handle     TEXT NOT NULL REFERENCES accounts,
    purpose    TEXT NOT NULL,                        -- « tableau Excel du groupe de travail »
    made_at    TEXT NOT NULL,
    ends_at    TEXT NOT NULL,
    used_on    TEXT                                  -- last day it was used on
) STRICT;

CREATE INDEX api_keys_by_handle ON api_keys (handle);
