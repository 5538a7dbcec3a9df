"""Open the working store in a DuckDB file; one in a DuckLake: see `lakes.py`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from veille.errors import LockHeld, SchemaError, StoreError
from veille.i18n import _
from veille.store.database import Database
from veille.store.migrations import migrate, numbered, stored_version
from veille.version import __version__

STORE = "watch"
_BRIEF = frozenset({"polls", "robots_checks", "run_ends", "run_starts", "source_current"})
"""What a night writes that finds nothing new: with it alone, to close takes half the time."""

MIGRATIONS = files(__package__) / "migrations"


def open_file(path: Path, *, now: datetime) -> Database:
    """Open the store in a DuckDB file, and bring its schema up to date.

    A store that is not there is made beside its place and moved there whole, so that a kill leaves
    no half of one. Raises SchemaError for a store of a newer engine or a file that is no store,
    LockHeld when another program has it open, StoreError when it cannot be opened.
    """
    if not path.exists():
        made = path.with_name(path.name + ".new")
        clear(made)
        migrated(_attached(made, str(made), "TYPE duckdb"), now).close()
        made.replace(path)
        clear(made)  # a full disk leaves a journal; what it lacks is made again below
    return migrated(_attached(path, str(path), "TYPE duckdb"), now)


def open_to_read(path: Path) -> Database:
    """Open the store in a DuckDB file without changing anything; raises as `open_file` does.

    LockHeld while a run holds it: DuckDB lets nobody read beside a writer. SchemaError for a store
    of an older engine, too.
    """
    db = _attached(path, str(path), "TYPE duckdb, READ_ONLY")
    newest = max(numbered(MIGRATIONS))
    try:
        if stored_version(db, STORE, newest=newest) < newest:
            raise SchemaError(
                _("{path} was written by an older veille.").format(path=path),
                _("The next run brings it up to date."),
            )
    except BaseException:
        db.close()
        raise
    return db


def open_as_it_is(path: Path, *, read_only: bool = False) -> Database:
    """Open the store in a DuckDB file of any schema, older or newer; raises as `open_file` does."""
    return _attached(path, str(path), "TYPE duckdb, READ_ONLY" if read_only else "TYPE duckdb")


def check_file(path: Path) -> int | None:
    """Return the version of the store in this file, 0 where there is none.

    Changes nothing, not even an older schema. None while a run holds the file: it has checked it.
    Raises as `open_file` does.
    """
    if not path.exists():
        return 0
    try:
        db = _attached(path, str(path), "TYPE duckdb, READ_ONLY")
    except LockHeld:
        return None
    try:
        return stored_version(db, STORE, newest=max(numbered(MIGRATIONS)))
    finally:
        db.close()


def _attached(path: Path, address: str, options: str) -> Database:
    with _explained(path):
        connection = connect(f"{path}.tmp")
        try:
            attach(connection, address, options)
        except duckdb.Error:
            connection.close()
            raise
    return Database(connection, str(path), brief=_BRIEF)


def journal(path: Path) -> Path:
    """Return where DuckDB keeps what it wrote and did not put into the file yet."""
    return path.with_name(f"{path.name}.wal")


def clear(path: Path) -> None:
    """Delete a store's file and its journal: what a killed run left."""
    for leftover in (path, journal(path)):
        leftover.unlink(missing_ok=True)


def connect(spill: str) -> duckdb.DuckDBPyConnection:
    """Open DuckDB without a database: what does not fit into its memory goes to `spill`."""
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,  # nothing is downloaded
            "autoload_known_extensions": False,
            "memory_limit": "200MB",  # a run's main process stays under 500 MB
            "temp_directory": spill,
            "threads": 1,  # a third less CPU than two here, and a quarter of the memory
        }
    )


def attach(connection: duckdb.DuckDBPyConnection, address: str, options: str) -> None:
    """Attach the store's database and use it, with moments in UTC."""
    connection.execute(f"ATTACH {quoted(address)} AS {STORE} ({options})")
    connection.execute(f"USE {STORE}")
    connection.execute("SET TimeZone = 'UTC'")


def migrated(db: Database, now: datetime) -> Database:
    """Bring a store's schema up to date, and return it; closed if that fails."""
    try:
        migrate(db, STORE, MIGRATIONS, engine=__version__, now=now)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say why DuckDB cannot open a file: it only tells by its messages (1.5.5)."""
    try:
        yield
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        if "not a valid DuckDB database" in problem:
            raise SchemaError(
                _("{path} is not a store of veille.").format(path=path),
                _("Restore a backup; or move that file away: the next run makes a new store."),
            ) from error
        if "with version number" in problem:
            raise SchemaError(
                _("{path} was written by a newer DuckDB.").format(path=path),
                _("Install the newer veille, or restore a backup made with this one."),
            ) from error
        if "Corrupt database file" in problem or "Could not read enough bytes" in problem:
            raise StoreError(
                _("{path} is damaged ({problem}).").format(path=path, problem=problem),
                _("Restore a backup; or move that file away: the next run makes a new store."),
            ) from error
        if "Could not set lock" in problem or "file handle conflict" in problem:
            raise LockHeld(
                _("A run, or another program, holds {path} for now{process}.").format(
                    path=path, process=_process(problem)
                ),
                _("Try again when it ends; « veille status » answers meanwhile."),
            ) from error
        raise StoreError(
            _("{path} cannot be opened: {problem}").format(path=path, problem=problem),
            _("Check the folder's permissions, or restore a backup."),
        ) from error


def _process(problem: str) -> str:
    """Return the process that DuckDB names, in parentheses; empty when it names none."""
    named = re.search(r"PID (\d+)", problem)
    return _(" (process {pid})").format(pid=named[1]) if named else ""


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
