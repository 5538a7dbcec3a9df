"""Copies of a SQLite store, whole while others write it, that never touch a disk.

Copies are bytes, so that what is personal can be encrypted before anything is written.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veille.errors import SchemaError, StoreError
from veille.i18n import _

_NO_JOURNAL = b"\x01\x01"
"""Format numbers of a file without a write-ahead log: SQLite opens no other one in memory
(https://www.sqlite.org/c3ref/deserialize.html)."""


@dataclass(frozen=True, slots=True)
class SqliteContents:
    """What a store holds: which store it is, its schema's version, rows by table."""

    application_id: int
    schema: int
    rows: dict[str, int]


def copy_sqlite(path: Path) -> bytes:
    """Return the bytes of the store in this file as it is at one moment.

    Raises StoreError for one that cannot be read.
    """
    with (
        _explained(str(path)),
        closing(_opened_to_read(path)) as live,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        live.backup(copy)
        return copy.serialize()


def look_through_sqlite(content: bytes, name: str) -> SqliteContents:
    """Check every page, index and reference of a copy, and return what it holds.

    Raises StoreError, calling it by this name, for one that is damaged.
    """
    if not content:
        raise SchemaError(_("{path} is not a store of veille.").format(path=name))
    with _explained(name), closing(_in_memory(content)) as db:
        problems = [row[0] for row in db.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        problems += [f"{row[0]}: {row[2]}" for row in db.execute("PRAGMA foreign_key_check")][:3]
        if problems:
            raise StoreError(
                _("{path} is damaged ({problem}).").format(path=name, problem="; ".join(problems)),
                _("Restore a backup of before."),
            )
        [[application_id]] = db.execute("PRAGMA application_id")
        [[version]] = db.execute("PRAGMA user_version")
        tables = db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " ORDER BY name"
        ).fetchall()
        rows = {
            table: db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for [table] in tables
        }
    return SqliteContents(application_id, version, rows)


def rows_of(content: bytes, query: str, name: str) -> list[Any]:
    """Return the rows of a query on a copy; raises StoreError, calling the copy by this name."""
    with _explained(name), closing(_in_memory(content)) as db:
        return db.execute(query).fetchall()


def put_sqlite(content: bytes, path: Path) -> None:
    """Make the store in this file hold what a copy does, in one transaction of SQLite's own.

    Whoever has it open sees the one or the other. Of what it held no byte stays. Raises StoreError
    for a file that is there and is no sound SQLite file: move it away first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    with (
        _explained(str(path)),
        closing(_in_memory(content)) as copy,
        closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as live,
    ):
        live.execute("PRAGMA journal_mode = WAL")
        live.execute("PRAGMA synchronous = FULL")
        live.execute("PRAGMA secure_delete = ON")
        copy.backup(live)
        live.execute("VACUUM")
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _opened_to_read(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise SchemaError(_("{path} is not a store of veille.").format(path=path))
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=20)


def _in_memory(content: bytes) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    try:
        db.deserialize(content[:18] + _NO_JOURNAL + content[20:])
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(
            _("{path} is damaged ({problem}).").format(path=name, problem=error)
            if _is_damage(error)
            else _("{path} cannot be opened: {problem}").format(path=name, problem=error),
            _("Check the folder's permissions, or restore a backup."),
        ) from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
