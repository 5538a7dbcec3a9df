"""Copy the working store's file, though a run may be writing it, and read a copy through.

DuckDB lets nobody open a file that another process writes (1.5.5), yet its bytes can be read. What
the file's header leads to is never written over before the next checkpoint has written another
header, and the journal beside it only grows. So a journal and then a file, copied between two looks
at an unchanged header, are what a power cut would have left at one moment: a whole store, when
opened. A look at every block of the copy proves it.
"""

import os
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from veille.errors import LockHeld, StoreError
from veille.i18n import _
from veille.model import digest
from veille.store.database import Database
from veille.store.migrations import numbered, stored_version
from veille.store.watch import opening

_HEADER = 3 * 4096
"""Bytes of DuckDB's headers: the file's own, and two that take turns."""

TRIES = 8
_PAUSE = 0.5
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds: its schema's version, and by table how many rows and a digest of them."""

    schema: int
    rows: dict[str, int]
    digest: str


def copy_store(path: Path, copy: Path) -> Contents:
    """Copy the store in this file as it was at one moment, and return what the copy holds.

    Never in the process that has the store open: closing any file lets go of DuckDB's lock on it.
    Raises LockHeld when each try met a checkpoint, StoreError for a damaged store, OSError.
    """
    trouble: StoreError | None = None
    for number in range(TRIES):
        if number:
            time.sleep(_PAUSE * number)
        if not copied(path, copy):
            continue
        try:
            return seal(copy)
        except StoreError as error:  # of the copy: tell it of what was copied
            told = error.message.replace(str(copy), str(path))
            trouble = type(error)(told, error.action)
    if trouble:
        raise trouble
    raise LockHeld(
        _("A run writes {path} so fast that no copy of one moment could be made.").format(
            path=path
        ),
        _("Try again when it ends; « veille status » shows it."),
    )


def copied(path: Path, copy: Path) -> bool:
    """Copy journal and file; False when a checkpoint, or another file, came between."""
    opening.clear(copy)
    with path.open("rb") as file:
        before = file.read(_HEADER)
        with suppress(FileNotFoundError):  # nothing was written since the last checkpoint
            shutil.copyfile(opening.journal(path), opening.journal(copy))
        file.seek(0)
        with copy.open("wb") as made:
            shutil.copyfileobj(file, made, _PIECE)
        file.seek(0)
        is_same_file = os.fstat(file.fileno()).st_ino == path.stat().st_ino
        return is_same_file and file.read(_HEADER) == before


def seal(copy: Path) -> Contents:
    """Take a copy's journal into its file, and read all of it; return what it holds.

    Raises StoreError or SchemaError for one that is damaged, or no store.
    """
    db = opening.open_as_it_is(copy)
    try:
        db.run("CHECKPOINT")
    finally:
        db.close()
    return look_through(copy)


def look_through(path: Path) -> Contents:
    """Read every block of a store that nobody writes, changing nothing; raise as `seal` does."""
    db = opening.open_as_it_is(path, read_only=True)
    try:
        return contents(db)
    finally:
        db.close()


def contents(db: Database, *, but: Collection[str] = ()) -> Contents:
    """Read all that an open store holds, but for these tables; raises as `seal` does."""
    version = stored_version(db, opening.STORE, newest=max(numbered(opening.MIGRATIONS)))
    counted = {table: _read(db, table) for table in tables(db) if table not in but}
    rows = {table: count for table, (count, _hash) in counted.items()}
    return Contents(version, rows, digest(repr(counted)))


def tables(db: Database) -> list[str]:
    """Return the names of an open store's tables."""
    rows = db.rows(
        "SELECT table_name FROM duckdb_tables()"
        " WHERE database_name = current_database() AND NOT internal AND NOT temporary"
        " ORDER BY table_name"
    )
    return [row["table_name"] for row in rows]


def _read(db: Database, table: str) -> tuple[int, str]:
    """Return how many rows a table has, and a digest of them, whatever their order."""
    [row] = db.rows(
        f"SELECT count(*) AS n, coalesce(sum(hash(one)), 0)::VARCHAR AS all_of_it"
        f' FROM "{table}" AS one'
    )
    return row["n"], row["all_of_it"]
