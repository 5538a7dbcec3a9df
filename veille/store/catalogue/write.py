"""Publish a catalogue: both editions, from values, beside what readers have open."""

import logging
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from veille.errors import StoreError
from veille.i18n import _
from veille.model.published import Edition
from veille.store.catalogue import ledger, snapshots
from veille.store.catalogue.dictionary import dictionary
from veille.store.catalogue.ledger import GoOn
from veille.store.catalogue.snapshots import EDITIONS
from veille.store.catalogue.writer import Writer, memory

log = logging.getLogger(__name__)


class _Broken(Exception):
    """The last snapshot cannot be continued after all."""


Extras = Callable[[str, Path], None]


@dataclass(frozen=True, slots=True)
class Published:
    """What one publication made: each edition's folder, and how many items it holds.

    `changed` says how many items were put in or taken out, None if all was written anew.
    """

    snapshot_id: str
    folders: dict[str, Path] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    changed: int | None = None


def publish(
    edition: Edition,
    root: Path,
    *,
    zone: ZoneInfo,
    keep: int = 8,
    extras: Extras | None = None,
    go_on: GoOn = lambda: None,
) -> Published:
    """Write both editions under `root`, and swap them in once both are whole and on the disk.

    Where the edition tells what each item is made from, and little of it changed since the last
    publication, only that is written, into copies of the last snapshot's databases.

    Days and weeks are told in `zone`. `extras` may add files to an edition's folder before it is
    sealed: it is given the edition's name and its folder. `go_on` is called every few seconds, and
    may raise. Nothing changes for readers when this fails, or is killed. Raises StoreError when the
    disk or the database will not have it.
    """
    name = snapshots.snapshot_id(edition.published_at)
    with snapshots.building(root) as folder:
        try:
            counted, changed = _written(edition, root, folder, name, zone, go_on)
        except duckdb.Error as error:
            raise StoreError(
                _("The catalogue could not be written: {error}").format(
                    error=str(error).splitlines()[0]
                ),
                _("Check the disk's free space and the file's permissions."),
            ) from error
        _seal(folder, extras, go_on)
        go_on()
        places = {one: snapshots.swap(root, folder / one, one, name, keep=keep) for one in EDITIONS}
        ledger.keep(root, folder)
    return Published(name, places, counted, changed)


def _seal(folder: Path, extras: Extras | None, go_on: GoOn) -> None:
    """Add to each edition what goes beside it, and seal it: the first while the other is added to.

    To seal is to hash, on another core.
    """
    with ThreadPoolExecutor(1) as beside:
        sealed = []
        for one in EDITIONS:
            go_on()
            if extras:
                extras(one, folder / one)
            sealed.append(beside.submit(copy_context().run, snapshots.seal, folder / one, one))
        for done in sealed:
            done.result()


def _written(
    edition: Edition, root: Path, folder: Path, name: str, zone: ZoneInfo, go_on: GoOn
) -> tuple[dict[str, int], int | None]:
    """Continue the last snapshot where one can; where that breaks, write all anew."""
    again = replace(
        edition,
        stories=list(edition.stories),
        sources=list(edition.sources),
        labels=list(edition.labels),
    )
    try:
        return _write(again, root, folder, name, zone, go_on)
    except _Broken as broken:
        log.warning("the last catalogue is not continued but written anew: %s", broken.__cause__)
        return _write(replace(again, some=None), root, folder, name, zone, go_on)


def _write(
    edition: Edition, root: Path, folder: Path, name: str, zone: ZoneInfo, go_on: GoOn
) -> tuple[dict[str, int], int | None]:
    scheme = ledger.scheme_of(str(zone))
    with closing(_connect(folder, len(edition.stamps))) as connection:
        change = ledger.begin(connection, root, folder, edition, scheme)
        try:
            writer = Writer(connection, edition, zone, go_on)
            writer.take_out(change.gone)
            writer.put_in(change.items, change.tags)
            writer.derive(name)
            writer.write_index()
        except duckdb.Error as error:
            if change.continues:  # out of memory, say; what `items` gives was not asked for yet
                raise _Broken from error
            raise
        ledger.close(connection, edition, name, scheme, change.size)
        counted = {one: _count(connection, one) for one in EDITIONS}
        for one in EDITIONS:
            connection.execute(f"USE {one}")
            _export(connection, folder / one, go_on)
        ledger.detach(connection, go_on)
    shutil.rmtree(folder / "spill", ignore_errors=True)
    return counted, change.size if change.continues else None


def _export(connection: duckdb.DuckDBPyConnection, folder: Path, go_on: GoOn) -> None:
    """Write the tables but for the search index as Parquet beside the database; describe all."""
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND NOT starts_with(table_name, 'word_')"
    ).fetchall()
    for (table,) in tables:
        go_on()
        connection.execute(
            f"COPY {table} TO '{ledger.quoted(folder / f'{table}.parquet')}'"
            " (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 8192)"
        )
    (folder / "dictionnaire.md").write_text(dictionary(connection), encoding="utf-8")


def _count(connection: duckdb.DuckDBPyConnection, edition: str) -> int:
    [(found,)] = connection.execute(f"SELECT count(*) FROM {edition}.items").fetchall()
    return int(found)


def _connect(folder: Path, items: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "checkpoint_threshold": "1GB",  # once, at the end
            "memory_limit": memory(items),
            "preserve_insertion_order": True,
            "temp_directory": str(folder / "spill"),
            "threads": 2,
        }
    )
