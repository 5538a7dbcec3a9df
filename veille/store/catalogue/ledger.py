"""What one publication leaves for the next, so that only what changed is written.

The ledger is a database beside the snapshots, for nobody to query: what each item was made from,
and the lexicon by number. A snapshot is continued from copies of the last one's databases, where
they are as they were sealed and the ledger is of the same scheme; else all is written anew, and so
it is once what changed since the last time adds up to a quarter of the whole.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from veille.i18n import language
from veille.model import digest
from veille.model.published import Edition, PublishedItem, PublishedTag, Stamp
from veille.store.catalogue import schema
from veille.store.catalogue.lexicon import Lexicon
from veille.store.catalogue.snapshots import DATABASE, EDITIONS, SUMS, TEAM
from veille.version import __version__

GoOn = Callable[[], None]
"""Called every few seconds by what takes long; it raises when that is to end."""

FILE = "ledger.duckdb"
_SCHEME = 1  # to be raised when what is counted, or how it is weighed, changes
_LIBRARIES = ("duckdb", "simplemma", "snowballstemmer")
_SQL = ("tables", "history", "views", "search", "lexicon", "ledger")
_SHARE, _FEW = 4, 50  # one in so many changed, and a few more, before all is written anew

# Groups of eight thousand rows: in DuckDB’s own of 122,880, as many words are unpacked to find one.
# What is built beside needs no write-ahead log.
_ATTACH = "ATTACH '{path}' AS {name} (ROW_GROUP_SIZE 8192, RECOVERY_MODE no_wal_writes)"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be put in; what of the last snapshot is to go first, if one is continued."""

    items: Iterable[PublishedItem]
    tags: Iterable[PublishedTag]
    gone: tuple[str, ...] = ()
    size: int = 0
    continues: bool = False


def begin(
    connection: duckdb.DuckDBPyConnection, root: Path, folder: Path, edition: Edition, scheme: str
) -> Change:
    """Attach the editions' databases and the ledger in `folder`: the last ones, or empty ones."""
    if edition.some and _copied(root, folder):
        try:
            attach(connection, folder)
            if change := _change(connection, edition, scheme):
                return change
        except duckdb.Error:
            pass  # a damaged copy, or of another DuckDB: all is written anew
        detach(connection)
    for path in databases(folder):
        path.unlink(missing_ok=True)
    attach_empty(connection, folder)
    return Change(edition.items, edition.tags)


def attach_empty(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the editions' databases and the ledger in `folder`, empty, and attach them."""
    attach(connection, folder)
    connection.execute(schema.read("ledger"))
    for one in EDITIONS:
        connection.execute(f"USE {one}")
        schema.create(connection, "tables", "views", "search")
    connection.execute(f"USE {TEAM}")
    schema.create(connection, "history")


def scheme_of(zone: str) -> str:
    """Return what tells whether a snapshot can be continued by this program."""
    sql = [schema.read(name) for name in _SQL]
    libraries = map(version, _LIBRARIES)
    return digest(str(_SCHEME), __version__, language(), zone, *libraries, *sql)


def attach(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Attach the databases in `folder` under the editions' names, and the ledger."""
    for name, path in zip((*EDITIONS, "ledger"), databases(folder), strict=True):
        connection.execute(_ATTACH.format(path=quoted(path), name=name))


def detach(connection: duckdb.DuckDBPyConnection, go_on: GoOn = lambda: None) -> None:
    """Write all to the files and let go of them: some seconds for each of 100,000 items."""
    connection.execute("USE memory")
    for name in (*EDITIONS, "ledger"):
        go_on()
        connection.execute(f"DETACH DATABASE IF EXISTS {name}")


def reopen(connection: duckdb.DuckDBPyConnection, go_on: GoOn) -> None:
    """Write all to the files and attach them anew: what DuckDB knows of rows put in is let go.

    It keeps 0.2 MB for each thousand items, which no limit makes it spill.
    """
    found = connection.execute("SELECT database_name, path FROM duckdb_databases()").fetchall()
    path_of = {name: Path(path) for name, path in found if path}
    detach(connection, go_on)
    for name in (*EDITIONS, "ledger"):
        connection.execute(_ATTACH.format(path=quoted(path_of[name]), name=name))


def lexicon(connection: duckdb.DuckDBPyConnection) -> Lexicon:
    """Return the lexicon as the ledger has it."""
    found = Lexicon()
    for batch in _streamed(connection, "SELECT language, stem FROM ledger.stems ORDER BY stem_id"):
        found.restore_stems(*(column.to_pylist() for column in batch.columns))
    for batch in _streamed(
        connection, "SELECT language, form, stem_id, rank FROM ledger.forms ORDER BY form_no"
    ):
        language, form, stem, rank = batch.columns
        found.restore_forms(
            language.to_pylist(), form.to_pylist(), stem.to_numpy(), rank.to_numpy()
        )
    return found


def _streamed(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[pa.RecordBatch]:
    return iter(connection.execute(sql).to_arrow_reader(50_000))


def next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next item."""
    found = connection.execute("SELECT coalesce(max(item_no) + 1, 0) FROM ledger.items").fetchall()
    return int(found[0][0])


def add_uses(connection: duckdb.DuckDBPyConnection, used: pa.Table) -> None:
    """Add to what is known of how many texts hold each form."""
    connection.register("used", used)
    connection.execute(
        "CREATE OR REPLACE TABLE ledger.uses AS SELECT form_no, sum(uses)::INTEGER AS uses,"
        " sum(held)::INTEGER AS held, sum(shown)::INTEGER AS shown"
        " FROM (FROM ledger.uses UNION ALL BY NAME FROM used) GROUP BY form_no ORDER BY form_no"
    )


def close(
    connection: duckdb.DuckDBPyConnection, edition: Edition, name: str, scheme: str, changes: int
) -> None:
    """Say which snapshot the ledger goes with."""
    connection.execute("DELETE FROM ledger.about")
    connection.execute(
        "INSERT INTO ledger.about VALUES ($scheme, $name, $digest, $changes)",
        {"scheme": scheme, "name": name, "digest": edition.digest, "changes": changes},
    )


def keep(root: Path, folder: Path) -> None:
    """Put the ledger built in `folder` beside the snapshots that were swapped in."""
    (folder / FILE).chmod(0o600)
    (folder / FILE).replace(_place(root))


def quoted(path: Path) -> str:
    """Return a path as it stands within quotes in SQL."""
    return str(path).replace("'", "''")


def databases(folder: Path) -> list[Path]:
    """Return the files of the editions' databases and of the ledger."""
    return [*(folder / one / DATABASE for one in EDITIONS), folder / FILE]


def _place(root: Path) -> Path:
    return root / f".{FILE}"


def _copied(root: Path, folder: Path) -> bool:
    """Copy the last snapshot's databases and the ledger; tell whether they are as sealed.

    What is copied is hashed on another core meanwhile.
    """
    try:
        with ThreadPoolExecutor(1) as beside:
            sealed = beside.map(partial(_is_sealed, root), EDITIONS)
            shutil.copyfile(_place(root), folder / FILE)
            for one in EDITIONS:
                shutil.copyfile(root / one / DATABASE, folder / one / DATABASE)
            return all(sealed)
    except OSError:
        return False


def _is_sealed(root: Path, edition: str) -> bool:
    with (root / edition / DATABASE).open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    sums = (root / edition / SUMS).read_text(encoding="utf-8")
    return f"{found}  {DATABASE}\n" in sums


def _change(connection: duckdb.DuckDBPyConnection, edition: Edition, scheme: str) -> Change | None:
    """Return what changed since the snapshot that was copied; None when all is to be written."""
    about = connection.execute("FROM ledger.about").fetchall()
    told = {
        connection.execute(f"SELECT snapshot_id, digest FROM {one}.snapshot").fetchone()
        for one in EDITIONS
    }
    if not about or about[0][0] != scheme or told != {about[0][1:3]} or edition.some is None:
        return None
    rows = connection.execute("SELECT item_id, stamp, leeway FROM ledger.items").fetchall()
    known = {item_id: Stamp(made_from, leeway) for item_id, made_from, leeway in rows}
    stamps = edition.stamps
    if any(one not in stamps or stamps[one].leeway < last.leeway for one, last in known.items()):
        return None  # what is deleted stays in the file's blocks, for whoever reads them raw
    new = [one for one, stamp in stamps.items() if known.get(one) != stamp]
    gone = tuple(one for one in new if one in known)
    size = about[0][3] + len(new) + len(gone)
    if size > len(known) // _SHARE + _FEW:
        return None
    return Change(*edition.some(new), gone, size, continues=True)
