"""Bring a store to the engine's schema: numbered SQL files, forwards, one transaction each.

In these files the remark beside a column, or above a table or view, is its COMMENT in the store as
well, so what one reads in the file is what one finds with `DESCRIBE` or in any SQL client.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from importlib.resources.abc import Traversable

from veille.errors import SchemaError, StoreError
from veille.i18n import _
from veille.store.database import Database

_FILE = re.compile(r"(\d{4})_\w+\.sql")
_OBJECT = re.compile(r"CREATE (TABLE|VIEW) (\w+)")
_COLUMN = re.compile(r"\s+(\w+)\s+[A-Z].*?--\s*(.+)")
_REMARK = re.compile(r"\s*--\s*(.+)")

_MARK = """
-- Which store this is, and the migrations that made it.
CREATE TABLE schema_mark (
    store      VARCHAR     NOT NULL,  -- name of the store
    version    INTEGER     NOT NULL,  -- number of the migration; the highest is the store's version
    applied_at TIMESTAMPTZ NOT NULL,  -- when it was applied
    engine     VARCHAR     NOT NULL   -- version of veille that applied it
);
"""


def migrate(db: Database, store: str, folder: Traversable, *, engine: str, now: datetime) -> int:
    """Apply the migrations that `db` lacks, and return its version.

    Raises SchemaError for a newer store, or a database that is not a store of this name.
    """
    migrations = numbered(folder)
    version = stored_version(db, store, newest=max(migrations))
    for number in range(version + 1, max(migrations) + 1):
        sql = migrations[number].read_text(encoding="utf-8")
        with db.transaction():
            if number == 1:
                _apply(db, _MARK)
            _apply(db, sql)
            db.run(
                "INSERT INTO schema_mark VALUES ($store, $number, $now, $engine)",
                store=store,
                number=number,
                now=now,
                engine=engine,
            )
    return max(migrations)


def numbered(folder: Traversable) -> dict[int, Traversable]:
    """Return the migration files of a folder (`0001_name.sql`) by their number, in order."""
    found = {int(m[1]): file for file in folder.iterdir() if (m := _FILE.fullmatch(file.name))}
    return dict(sorted(found.items()))


def stored_version(db: Database, store: str, *, newest: int) -> int:
    """Return the version of the store in `db`, 0 when it is still empty; see `migrate`."""
    try:  # the mark first: to list a DuckLake's tables takes five times as long
        marks = db.rows("SELECT store, version FROM schema_mark")
    except StoreError:
        tables = db.rows(
            "SELECT table_name FROM duckdb_tables()"
            " WHERE database_name = current_database() AND NOT internal AND NOT temporary"
        )
        if not tables:
            return 0
        if {"table_name": "schema_mark"} in tables:
            raise
        raise _foreign(db) from None
    if {mark["store"] for mark in marks} != {store}:
        raise _foreign(db)
    version: int = max(mark["version"] for mark in marks)
    if version > newest:
        raise SchemaError(
            _(
                "{name} was written by a newer veille: its schema is {found}, "
                "this engine knows up to {newest}."
            ).format(name=db.name, found=version, newest=newest),
            _("Install the newer veille, or restore a backup made with this one."),
        )
    return version


def comments(sql: str) -> Iterator[tuple[str, str]]:
    """Yield what the remarks in a migration describe (`TABLE polls`, `COLUMN polls.asked`) and how.

    A remark on a line of its own goes on from the column above it.
    """
    above: list[str] = []
    table, column = "", ""
    found: dict[str, list[str]] = {}
    for line in sql.splitlines():
        if made := _OBJECT.match(line):
            found[f"{made[1]} {made[2]}"] = above
            table = made[2] if made[1] == "TABLE" else ""
            above = []
        elif table and (described := _COLUMN.match(line)):
            column = f"COLUMN {table}.{described[1]}"
            found[column] = [described[2]]
        elif remark := _REMARK.match(line):
            (found[column] if table and column else above).append(remark[1])
        if line.startswith(")") or not line.strip():
            table, column, above = "", "", []
    yield from ((thing, " ".join(words)) for thing, words in found.items() if words)


def _apply(db: Database, sql: str) -> None:
    db.run(sql)
    for thing, words in comments(sql):
        quoted = words.replace("'", "''")
        db.run(f"COMMENT ON {thing} IS '{quoted}'")


def _foreign(db: Database) -> SchemaError:
    return SchemaError(
        _("{name} is not a watch store of veille.").format(name=db.name),
        _("Restore a backup; or move that file away: the next run makes a new store."),
    )
