"""What a migration's remarks become, and how migrations are numbered."""

from importlib.resources import files

from veille.store.migrations import comments, numbered

SQL = """
-- Above the table,
-- on two lines.
CREATE TABLE polls (
    poll_id VARCHAR NOT NULL,  -- the key
    asked   VARCHAR,           -- the address's place,
                               -- and more of it
    bytes   BIGINT
);

-- Not about what follows the empty line.

CREATE VIEW bare AS
SELECT poll_id  -- a remark inside a query is only for its reader
FROM polls;

-- A view.
CREATE VIEW told AS
-- inside
FROM polls;
"""


def test_remarks_describe_tables_columns_and_views():
    assert dict(comments(SQL)) == {
        "TABLE polls": "Above the table, on two lines.",
        "COLUMN polls.poll_id": "the key",
        "COLUMN polls.asked": "the address's place, and more of it",
        "VIEW told": "A view.",
    }


def test_the_watch_s_migrations_are_numbered_from_one_without_a_gap():
    found = numbered(files("veille.store.watch") / "migrations")
    assert list(found) == list(range(1, len(found) + 1))
