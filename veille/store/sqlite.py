"""A SQLite file that many hands write at once: the web pages, commands, a delivery.

Write-ahead log, so that readers never wait; a writer waits its turn (`BEGIN IMMEDIATE`, up to
WAIT seconds). Files are their owner's alone (mode 0600), and deleted bytes are overwritten with
zeros. A store is known by its application id, and its version is SQLite's own `user_version`.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, overload

from veille.errors import SchemaError, StoreError
from veille.i18n import _
from veille.store.migrations import numbered

WAIT = 20.0
"""Seconds that one hand waits for the others before it gives up."""

Row = dict[str, Any]

_SETTINGS = """
PRAGMA synchronous = FULL;        -- what is committed survives a power cut
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;        -- deleted bytes become zeros
PRAGMA temp_store = MEMORY;       -- VACUUM copies the whole file: never to a folder for all
PRAGMA trusted_schema = OFF;
"""


@dataclass(frozen=True, slots=True)
class SqliteDatabase:
    """One open file. Threads may share it: one uses it at a time, and a transaction is one's."""

    connection: sqlite3.Connection
    path: Path
    _turn: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        """Close it; what was committed is on disk."""
        with self._turn, self._translated():
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done inside, all of it or, after any exception, nothing.

        Other writers wait meanwhile. Inside another transaction of this thread it is part of it.
        """
        with self._turn, self._translated():
            if self.connection.in_transaction:
                yield
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # the first error is the one to tell
                    self.connection.execute("ROLLBACK")
                raise

    def run(self, sql: str, **values: object) -> int:
        """Execute one statement, `$name` standing for a value; return how many rows it changed.

        Moments become text that sorts as they do (`in_text`).
        """
        with self._turn, self._translated():
            return self.connection.execute(sql, _bound(values)).rowcount

    def rows(self, sql: str, **values: object) -> list[Row]:
        """Return a query's rows; `$name` stands for a value."""
        with self._turn, self._translated():
            cursor = self.connection.execute(sql, _bound(values))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def insert(self, table: str, row: Row) -> int:
        """Add one row; return its number where the table gives one."""
        names = ", ".join(row)
        places = ", ".join(f"${name}" for name in row)
        with self._turn, self._translated():
            sql = f"INSERT INTO {table} ({names}) VALUES ({places})"
            return self.connection.execute(sql, _bound(row)).lastrowid or 0

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                _("The store {name} could not be used: {error}").format(
                    name=self.path, error=error
                ),
                _("Check the disk's free space and the file's permissions."),
            ) from error


def open_sqlite(path: Path, application_id: int, migrations: Traversable) -> SqliteDatabase:
    """Open a store, made or brought up to date as needed, for its owner's eyes only.

    `application_id` (32 bits) tells this store from other SQLite files. Raises SchemaError for a
    newer store or a file that is no such store, StoreError when it cannot be opened.
    """
    db = SqliteDatabase(_connected(path), path)
    try:
        _migrate(db, application_id, migrations)
    except BaseException:
        db.close()
        raise
    return db


def in_text(at: datetime) -> str:
    """Return a moment as the stores keep it: UTC, ISO 8601, always as long, so that it sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@overload
def from_text(kept: str) -> datetime: ...
@overload
def from_text(kept: None) -> None: ...
def from_text(kept: str | None) -> datetime | None:
    """Return the moment that a store kept, aware and in UTC."""
    return None if kept is None else datetime.fromisoformat(kept)


def _connected(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        connection = sqlite3.connect(
            path, timeout=WAIT, isolation_level=None, check_same_thread=False
        )
        try:
            _log_ahead(connection)
            connection.executescript(_SETTINGS)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            _("{path} cannot be opened: {problem}").format(path=path, problem=error),
            _("Check the folder's permissions, or restore a backup."),
        ) from error
    except sqlite3.DatabaseError as error:  # SQLITE_NOTADB
        raise _foreign(path) from error
    return connection


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Use a write-ahead log. Of two hands that begin a file at once SQLite lets neither wait."""
    given_up = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > given_up:
                raise
            time.sleep(0.02)


def _migrate(db: SqliteDatabase, application_id: int, folder: Traversable) -> None:
    migrations = numbered(folder)
    newest = max(migrations)
    if _version(db, application_id, newest) == newest:
        return
    with db.transaction():
        version = _version(db, application_id, newest)  # another hand may have been first
        for number in range(version + 1, newest + 1):
            for statement in _statements(migrations[number].read_text(encoding="utf-8")):
                db.run(statement)
        db.run(f"PRAGMA application_id = {application_id}")
        db.run(f"PRAGMA user_version = {newest}")


def _version(db: SqliteDatabase, application_id: int, newest: int) -> int:
    [[found]] = [row.values() for row in db.rows("PRAGMA application_id")]
    [[version]] = [row.values() for row in db.rows("PRAGMA user_version")]
    if found != application_id:
        if found or version or db.rows("SELECT 1 FROM sqlite_schema LIMIT 1"):
            raise _foreign(db.path)
        return 0
    if version > newest:
        raise SchemaError(
            _(
                "{name} was written by a newer veille: its schema is {found}, "
                "this engine knows up to {newest}."
            ).format(name=db.path, found=version, newest=newest),
            _("Install the newer veille, or restore a backup made with this one."),
        )
    return int(version)


def _statements(sql: str) -> Iterator[str]:
    """Yield the statements of a script one by one: SQLite's own runs them outside of ours."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _foreign(path: Path) -> SchemaError:
    return SchemaError(
        _("{path} is not a store of veille.").format(path=path),
        _("Restore a backup; or move that file away: the next run makes a new store."),
    )


def _bound(values: Row) -> Row:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return in_text(value)
    return value.isoformat() if isinstance(value, date) else value
