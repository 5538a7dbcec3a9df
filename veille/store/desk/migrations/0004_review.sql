-- How a second person read an item, blind to what the first had decided: lines are added, never
-- changed. One second reading of an item.
CREATE TABLE second_readings (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id  TEXT    NOT NULL UNIQUE,
    first    TEXT    NOT NULL,                  -- account of who had decided
    said     TEXT    NOT NULL,                  -- how they had tagged it, as JSON
    second   TEXT    NOT NULL,                  -- account of who read it again
    read     TEXT    NOT NULL,                  -- how these tag it, as JSON
    decision INTEGER NOT NULL,                  -- number of the last decision on it at that moment
    read_at  TEXT    NOT NULL
) STRICT;

CREATE TRIGGER second_readings_are_not_changed BEFORE UPDATE ON second_readings
BEGIN
    SELECT RAISE(ABORT, 'second readings are append-only');
END;

CREATE TRIGGER second_readings_are_not_deleted BEFORE DELETE ON second_readings
BEGIN
    SELECT RAISE(ABORT, 'second readings are append-only');
END;
