"""Open the working store in a DuckLake: its catalogue in PostgreSQL, its rows in Parquet files.

A DuckLake refuses nothing that stands there twice: two writers that append the same row at once
both succeed (1.5.5). So whoever writes waits for his turn (`turns.py`) before his first look, and
has it until his commit; and a commit on a state that is not the one it began with is refused
(`ducklake_max_retry_count`), should the turn ever be lost on the way.
"""

import hashlib
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import duckdb

from veille.errors import SchemaError, StoreError, UsageError
from veille.files import write
from veille.i18n import _
from veille.settings.store import Lake
from veille.store.database import Database
from veille.store.migrations import migrate, numbered, stored_version
from veille.store.watch.copying import tables
from veille.store.watch.opening import MIGRATIONS, STORE, attach, connect, quoted
from veille.store.watch.turns import GATE, OPENING, WRITING, advice, turn, unreachable
from veille.version import __version__

INLINED = 0
"""Rows of an insert that go to the catalogue rather than to a file: none, see docs/decisions.md."""
_MARK = "veille-store"
_DUCKLAKE = ("ducklake", "duckdb_extension_ducklake")
_POSTGRES = ("postgres_scanner", "duckdb_extension_postgres_scanner")


def open_lake(lake: Lake, *, now: datetime) -> Database:
    """Open the store in a DuckLake, made or brought up to date as needed.

    Needs the extra `veille[lake]`, and no network beyond PostgreSQL. Raises UsageError without it,
    SchemaError for a newer store, StoreError when it cannot be opened or its folder is another's.
    """
    db = _reached(lake)
    try:
        if lake.is_shared:
            with turn(db.connection, lake, OPENING):
                if not _has_catalogue(db):  # it keeps the folder's name for ever
                    lake.data.mkdir(parents=True, exist_ok=True)
                _bring_up_to_date(db, lake, now)
        else:
            _bring_up_to_date(db, lake, now)
    except BaseException:
        db.close()
        raise
    return db


def open_lake_to_read(lake: Lake) -> Database:
    """Open the store in a DuckLake to look at it, beside those who write; raises as `open_lake`.

    SchemaError for a store of an older engine, too, or where there is none.
    """
    return replace(open_lake_as_it_is(lake, "READ_ONLY"), alone=nullcontext)


def open_lake_as_it_is(lake: Lake, *others: str) -> Database:
    """Open the store in a DuckLake, of this engine's schema; raises as `open_lake_to_read` does."""
    db = _reached(lake)
    newest = max(numbered(MIGRATIONS))
    try:
        _use(db, lake, *others)
        if stored_version(db, STORE, newest=newest) < newest:
            raise SchemaError(
                _("{path} was written by an older veille.").format(path=lake),
                _("The next run brings it up to date."),
            )
        _refuse_another_folder(db, lake)
    except BaseException:
        db.close()
        raise
    return db


def leave(lake: Lake) -> None:
    """Let no engine open this DuckLake any more: its store is elsewhere now."""
    (lake.data / _MARK).unlink(missing_ok=True)


def check_lake(lake: Lake) -> int:
    """Return the version of the store in a DuckLake, changing nothing; 0 for an empty catalogue.

    Raises as `open_lake` does.
    """
    db = _reached(lake)
    try:
        if lake.is_shared and not _has_catalogue(db):
            return 0
        _use(db, lake, "READ_ONLY")
        version = stored_version(db, STORE, newest=max(numbered(MIGRATIONS)))
        if version:
            _refuse_another_folder(db, lake)
            _refuse_without_a_file(db, lake)
        return version
    finally:
        db.close()


def address(lake: Lake) -> str:
    """Return what ATTACH takes for a DuckLake."""
    return f"ducklake:{lake.catalogue}"


def options(lake: Lake, *others: str) -> str:
    """Return the options with which ATTACH takes it."""
    ours = (f"DATA_PATH {quoted(f'{lake.data}/')}", f"DATA_INLINING_ROW_LIMIT {INLINED}")
    return ", ".join((*ours, *others))


def load_extensions(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Load what a DuckLake needs, from the packages that bring it; raises UsageError without."""
    for name, package in (_DUCKLAKE, _POSTGRES) if lake.is_shared else (_DUCKLAKE,):
        if find_spec(package) is None:
            raise UsageError(
                _("A DuckLake needs the package {package}.").format(
                    package=package.replace("_", "-")
                ),
                _("Install it, in the folder of veille’s repository: « pip install '.[lake]' »."),
            )
        folder = files(package) / "extensions" / f"v{duckdb.__version__}"
        connection.load_extension(str(folder / f"{name}.duckdb_extension"))


def _reached(lake: Lake) -> Database:
    """Open DuckDB with what a DuckLake needs, PostgreSQL attached for its locks."""
    connection = connect(str(lake.spill))
    try:
        load_extensions(connection, lake)
        if lake.is_shared:
            found = quoted(lake.catalogue.removeprefix("postgres:"))
            connection.execute(f"ATTACH {found} AS {GATE} (TYPE postgres)")
    except duckdb.Error as error:
        connection.close()
        raise unreachable(lake, error) from error
    except BaseException:
        connection.close()
        raise
    if not lake.is_shared:
        return Database(connection, str(lake))
    alone = partial(turn, connection, lake, WRITING)
    return Database(connection, str(lake), alone, partial(advice, lake))


def _use(db: Database, lake: Lake, *others: str) -> None:
    try:
        db.connection.execute("SET ducklake_max_retry_count = 0")
        attach(db.connection, address(lake), options(lake, *others))
    except duckdb.Error as error:
        if "DATA_PATH" in str(error):
            raise _another_folder(lake) from error
        raise unreachable(lake, error) from error


def _bring_up_to_date(db: Database, lake: Lake, now: datetime) -> None:
    _use(db, lake)
    if not stored_version(db, STORE, newest=max(numbered(MIGRATIONS))):
        write(lake.data / _MARK, _mark(now))
    migrate(db, STORE, MIGRATIONS, engine=__version__, now=now)
    _refuse_another_folder(db, lake)


def _has_catalogue(db: Database) -> bool:
    sql = "SELECT to_regclass('ducklake_metadata') IS NOT NULL AS there"
    [row] = db.rows(f"FROM postgres_query('{GATE}', {quoted(sql)})")
    return bool(row["there"])


def _mark(made_at: datetime) -> str:
    return hashlib.sha256(str(made_at.timestamp()).encode()).hexdigest() + "\n"


def _refuse_another_folder(db: Database, lake: Lake) -> None:
    """Raise StoreError where the folder of data is not this store's: a disk that is not mounted."""
    [row] = db.rows("SELECT min(applied_at) AS made_at FROM schema_mark WHERE version = 1")
    with suppress(OSError):
        if (lake.data / _MARK).read_text(encoding="utf-8") == _mark(row["made_at"]):
            return
    raise _another_folder(lake)


def _refuse_without_a_file(db: Database, lake: Lake) -> None:
    """Raise StoreError where a file of rows is missing, or was cut short."""
    for table in tables(db):
        for row in db.rows(f"FROM ducklake_list_files('{STORE}', '{table}')"):
            for kind in "data_file", "delete_file":
                name, size = row[kind], row[f"{kind}_size_bytes"]
                if name and not _is_whole(Path(name), size):
                    raise StoreError(
                        _("{store} lacks a file of rows: {file}.").format(store=lake, file=name),
                        _("Bring it back from a copy of that folder, or « veille restore »."),
                    )


def _is_whole(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _another_folder(lake: Lake) -> StoreError:
    return StoreError(
        _("{folder} is not the folder of data of {store}.").format(folder=lake.data, store=lake),
        _(
            "Is its disk mounted, under the same path for all engines? Or was the store moved "
            "away from there: see « store » in config.yaml. A database keeps its folder: another "
            "folder wants another database, an empty one."
        ),
    )
