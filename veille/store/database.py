"""A DuckDB connection as the stores use it: rows in batches, foreign errors translated.

A batch goes in as one JSON text, which DuckDB takes apart by the table's own types, strictly:
11,000 rows of 3 kB, or 40,000 small ones, per CPU-second (duckdb 1.5.5, one thread), where lists
unnested and `executemany` give 1,600. Arrow is 2 to 4 times faster on large batches, but takes 0.1
CPU-seconds to import: more than a night on 500 unchanged sources spends in here.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from veille.errors import StoreError
from veille.i18n import _

Row = dict[str, Any]

_PIECE = 4_000_000
"""Characters of JSON after which a batch goes in by another statement: DuckDB takes some ten times
its size in memory while it works on one (an insert of 9 MB added 130 MB to the process)."""


@dataclass(frozen=True, slots=True)
class Database:
    """One open database; `name` is what messages call it.

    Threads may share it: one uses it at a time, and a transaction belongs to one thread. `alone` is
    held around a transaction where other processes write to the same store; `advice` says of a
    problem what to do about it, where the store is not a file. `brief` are the tables whose texts
    are so few that to learn how they are best put shorter takes longer than to keep them.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    advice: Callable[[str], str] | None = None
    brief: frozenset[str] = frozenset()
    _turn: threading.RLock = field(default_factory=threading.RLock)
    _types: dict[str, dict[str, str]] = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)

    def close(self) -> None:
        """Close it; what was committed is on disk."""
        with self._turn, self._translated():
            if self._written <= self.brief:
                with suppress(duckdb.Error):  # a broken one is to be closed all the same
                    self.connection.execute("SET disabled_compression_methods = 'fsst'")
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done inside, all of it or, after any exception, nothing."""
        with self._turn, self.alone(), self._translated():
            self.connection.begin()
            try:
                yield
                self.connection.commit()
            except BaseException:
                with suppress(duckdb.Error):  # the first error is the one to tell
                    self.connection.rollback()
                raise

    def run(self, sql: str, **values: object) -> None:
        """Execute statements; `$name` stands for a value."""
        with self._turn, self._translated():
            self.connection.execute(sql, values or None)

    def rows(
        self, sql: str, *, given: Mapping[str, Sequence[str]] | None = None, **values: object
    ) -> list[Row]:
        """Return a query's rows, moments aware and in UTC; `$name` stands for a value.

        `given` is a one-column table of strings for the query to join, named `given`: its column's
        name and values. Without any value there are no rows, and nothing is asked.
        """
        if given is not None:
            [(column, found)] = given.items()
            if not found:
                return []
            values["given"] = _json(list(found))
            strings = """unnest(from_json_strict($given, '["VARCHAR"]'))"""
            sql = f"WITH given AS (SELECT {strings} AS {column}) {sql}"
        with self._turn, self._translated():
            result = self.connection.execute(sql, values or None)
            names = [column[0] for column in result.description]
            rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        for name in [
            name for name, kind, *_rest in result.description if str(kind).startswith("TIMESTAMP")
        ]:
            for row in rows:
                row[name] = _in_utc(row[name])
        return rows

    def append(self, table: str, rows: Sequence[Row], *, key: str, none_kept: bool = False) -> None:
        """Add those rows whose key is not there yet; all have the same columns. In a transaction.

        JSON columns take values, not text. With `none_kept` the caller knows that no key is there,
        and the table is not gone through.
        """
        fresh = list({row[key]: row for row in rows}.values())
        if not fresh:
            return
        self._written.add(table)
        unkept = "" if none_kept else f"ANTI JOIN {table} USING ({key})"
        with self._turn, self._translated():
            types = self._column_types(table)
            shape = json.dumps([{name: types[name] for name in fresh[0]}])
            for piece in _pieces(fresh):
                self.connection.execute(
                    f"""INSERT INTO {table} BY NAME
                    WITH batch AS (SELECT unnest(from_json_strict($batch, '{shape}')) AS one)
                    FROM (SELECT unnest(one) FROM batch) {unkept}""",
                    {"batch": piece},
                )

    def _column_types(self, table: str) -> dict[str, str]:
        if table not in self._types:  # of all tables at once takes longer: views are bound for it
            told = self.rows(f"DESCRIBE {table}")
            self._types[table] = {row["column_name"]: row["column_type"] for row in told}
        return self._types[table]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            problem = str(error).splitlines()[0]
            told = _("The store {name} could not be used: {error}")
            raise StoreError(
                told.format(name=self.name, error=problem),
                self.advice(problem)
                if self.advice
                else _("Check the disk's free space and the file's permissions."),
            ) from error


def _pieces(rows: Sequence[Row]) -> Iterator[str]:
    """Yield JSON lists of these rows, each of about `_PIECE` characters at most."""
    piece: list[Row] = []
    size = 0
    for row in rows:
        weight = sum(len(value) for value in row.values() if isinstance(value, str))
        if piece and size + weight > _PIECE:
            yield _json(piece)
            piece, size = [], 0
        piece.append(row)
        size += weight
    yield _json(piece)


def _json(value: object) -> str:
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, as « \ud800 » in a JSON feed
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _iso(value: date) -> str:
    return value.isoformat()


_encode = json.JSONEncoder(default=_iso, ensure_ascii=False).encode


def _in_utc(value: object) -> object:
    """Give a moment Python's own UTC: duckdb hands it out with pytz's."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
