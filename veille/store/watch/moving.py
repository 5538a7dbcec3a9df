"""Carry a whole working store from one place to another, and prove that all of it arrived."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from veille.errors import StoreError, UsageError
from veille.i18n import _
from veille.settings.store import Lake
from veille.store.database import Database
from veille.store.watch import lakes, opening
from veille.store.watch.copying import Contents, contents, seal, tables
from veille.store.watch.turns import nobody_at_work

_MADE = frozenset({"schema_mark"})  # a store's own: when it was made, and by which engine
_FILE = "filed"


def copy_lake(lake: Lake, copy: Path) -> Contents:
    """Copy the store in a DuckLake to a new file as it is at one moment, beside those who write.

    Returns what the copy holds. Raises StoreError or SchemaError when it cannot be read, or is an
    older engine's.
    """
    with closing(lakes.open_lake_to_read(lake)) as db:
        [row] = db.rows("SELECT max(applied_at) AS at FROM schema_mark")
        opening.clear(copy)
        opening.open_file(copy, now=row["at"]).close()
        db.run(f"ATTACH {opening.quoted(str(copy))} AS {_FILE} (TYPE duckdb)")
        with db.transaction():  # of one snapshot
            held = contents(db, but=_MADE)
            _pour(db, opening.STORE, _FILE, tables(db))
        db.run(f"DETACH {_FILE}")
    found = seal(copy)
    with closing(opening.open_as_it_is(copy, read_only=True)) as db:
        _refuse_another(held, contents(db, but=_MADE), str(lake))
    return found


@contextmanager
def empty_lake(lake: Lake, copy: Path) -> Iterator[Contents]:
    """Copy the store in a DuckLake to a new file, and let no engine open the DuckLake again once
    the block ends well; yield what the copy holds. What a DuckLake held stays in it.

    Raises LockHeld while an engine is at work, and as `copy_lake` does.
    """
    with closing(lakes.open_lake_as_it_is(lake)) as db, whole(db, lake):
        yield copy_lake(lake, copy)
        lakes.leave(lake)


def fill_lake(path: Path, lake: Lake, *, now: datetime) -> Contents:
    """Fill an empty DuckLake with the store in a file, all of it or nothing; return what it holds.

    Nobody may write to either. A DuckLake that holds just that already is left as it is. Raises
    UsageError for one that holds anything else, StoreError when it cannot be done.
    """
    opening.open_file(path, now=now).close()  # brought up to date
    with closing(opening.open_as_it_is(path, read_only=True)) as db:
        held = contents(db, but=_MADE)
    with closing(lakes.open_lake(lake, now=now)) as db, whole(db, lake):
        there = contents(db, but=_MADE)
        if there != held and any(there.rows.values()):
            raise UsageError(
                _("There is another store in {store} already.").format(store=lake),
                _("Give it a database and a folder that are empty."),
            )
        if there != held:
            db.run(f"ATTACH {opening.quoted(str(path))} AS {_FILE} (TYPE duckdb, READ_ONLY)")
            with db.transaction():
                _pour(db, _FILE, opening.STORE, tables(db))
            db.run(f"DETACH {_FILE}")
            _refuse_another(held, contents(db, but=_MADE), str(path))
    return held


@contextmanager
def whole(db: Database, lake: Lake) -> Iterator[None]:
    """Hold the whole of a DuckLake; one that is not shared is held anyway."""
    with nobody_at_work(db.connection, lake) if lake.is_shared else nullcontext():
        yield


def _pour(db: Database, source: str, target: str, names: Sequence[str]) -> None:
    for table in names:
        if table not in _MADE:
            db.run(f"INSERT INTO {target}.{table} BY NAME FROM {source}.{table}")


def _refuse_another(held: Contents, found: Contents, name: str) -> None:
    if held != found:
        raise StoreError(
            _("The copy of {store} does not hold what it does.").format(store=name),
            _("Nothing was changed; try again."),
        )
