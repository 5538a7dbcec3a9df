"""Publish a catalogue: both editions, from values, beside what readers have open."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from veille.errors import StoreError
from veille.i18n import _
from veille.published import Edition
from veille.store.catalogue import rows, schema, snapshots
from veille.store.catalogue.dictionary import dictionary
from veille.store.catalogue.index import Index, Visible
from veille.store.catalogue.snapshots import DATABASE, EDITIONS, OPEN, TEAM
from veille.version import __version__

_ITEMS_AT_ONCE = 1_000  # so that the words of a batch stay in the processor's cache
_REPEATED = ["source_id", "source", "date_origin", "language", "item_type", "axis", "decided_by"]
_TAG_TABLES = {"domain": "item_domains", "region": "item_regions", "theme": "item_themes"}
_ARROW = {
    "VARCHAR": pa.string(),
    "JSON": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR[]": pa.list_(pa.string()),
}

Extras = Callable[[str, Path], None]


@dataclass(frozen=True, slots=True)
class Published:
    """What one publication made: each edition's folder, and how many items it holds."""

    snapshot_id: str
    folders: dict[str, Path] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)


def publish(
    edition: Edition, root: Path, *, zone: ZoneInfo, keep: int = 8, extras: Extras | None = None
) -> Published:
    """Write both editions under `root`, and swap them in once both are whole and on the disk.

    Days and weeks are told in `zone`. `extras` may add files to an edition's folder before it is
    sealed: it is given the edition's name and its folder. Nothing changes for readers when this
    fails, or is killed. Raises StoreError when the disk or the database will not have it.
    """
    name = snapshots.snapshot_id(edition.published_at)
    with snapshots.building(root) as folder:
        try:
            counted = _write(edition, folder, name, zone)
        except duckdb.Error as error:
            raise StoreError(
                _("The catalogue could not be written: {error}").format(
                    error=str(error).splitlines()[0]
                ),
                _("Check the disk's free space and the file's permissions."),
            ) from error
        for one in EDITIONS:
            if extras:
                extras(one, folder / one)
            snapshots.seal(folder / one, one)
        places = {one: snapshots.swap(root, folder / one, one, name, keep=keep) for one in EDITIONS}
    return Published(name, places, counted)


def _write(edition: Edition, folder: Path, name: str, zone: ZoneInfo) -> dict[str, int]:
    with closing(_connect(folder)) as connection:
        for one in EDITIONS:
            connection.execute(f"ATTACH '{_quoted(folder / one / DATABASE)}' AS {one}")
            connection.execute(f"USE {one}")
            schema.create(connection, "tables", "views", "search")
        writer = _Writer(connection, folder)
        stories = writer.stories(edition.stories)
        sources = writer.sources(edition.sources)
        index, visible = writer.items(edition.items, zone, sources, stories)
        writer.tags(edition.tags)
        writer.fill("labels", [(one.kind, one.id, one.label, one.parent) for one in edition.labels])
        _derive(connection, edition, name, zone)
        _write_index(connection, index, visible)
        counted = {one: _count(connection, one) for one in EDITIONS}
        for one in EDITIONS:
            connection.execute(f"USE {one}")
            _export(connection, folder / one)
        connection.execute("USE memory")
        for one in EDITIONS:
            connection.execute(f"DETACH {one}")
    shutil.rmtree(folder / "spill", ignore_errors=True)
    return counted


class _Writer:
    """Puts values into the editions' tables, in batches."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._shapes: dict[str, pa.Schema] = {}
        self._texts: dict[str, pq.ParquetWriter] = {}
        connection.execute(
            "CREATE TEMP TABLE told_stories (story_id VARCHAR, reason VARCHAR, aliases VARCHAR[])"
        )
        connection.execute(
            "CREATE TEMP TABLE told_members"
            " (story_id VARCHAR, item_id VARCHAR, place INTEGER, kind VARCHAR, share DOUBLE)"
        )
        connection.execute("CREATE TEMP TABLE told_numbers (item_no INTEGER, item_id VARCHAR)")

    def fill(self, table: str, of: Sequence[rows.Row], editions: Iterable[str] = EDITIONS) -> None:
        """Append rows to a table of these editions; "temp" stands for those of this run."""
        for edition in editions:
            if batch := self._batch(edition, table, of):
                self._insert(edition, table, batch)

    def _batch(self, edition: str, table: str, of: Sequence[rows.Row]) -> pa.Table | None:
        if not of:
            return None
        shape = self._shape(edition, table)
        columns = [
            pa.array(column, kind)
            for column, kind in zip(zip(*of, strict=True), shape.types, strict=True)
        ]
        return pa.Table.from_arrays(columns, schema=shape)

    def _insert(self, edition: str, table: str, batch: pa.Table) -> None:
        self._connection.execute(f"INSERT INTO {edition}.{table} BY NAME FROM batch")

    def _shape(self, edition: str, table: str) -> pa.Schema:
        """Return the Arrow schema of a table, but for the evidence that the open edition lacks."""
        if table not in self._shapes:
            found = self._connection.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table"
                " AND database_name = $edition ORDER BY column_index",
                {"table": table, "edition": edition},
            ).fetchall()
            self._shapes[table] = pa.schema([(name, _ARROW[kind]) for name, kind in found])
        return self._shapes[table]

    def stories(self, stories: Iterable[Any]) -> dict[str, str]:
        """Keep the stories for later; return the story of each item in one."""
        told = list(stories)
        members = [row for story in told for row in rows.member_rows(story)]
        self.fill("told_stories", [rows.story_row(story) for story in told], ["temp"])
        self.fill("told_members", members, ["temp"])
        return {item: story for story, item, *_rest in members}

    def sources(self, sources: Iterable[Any]) -> dict[str, str]:
        """Write the sources; return their names by id. Those that pass on nothing stay inside."""
        told = list(sources)
        self.fill("sources", [rows.source_row(one) for one in told], [TEAM])
        shown = [one for one in told if one.source.excerpt.policy != "none"]
        self.fill("sources", [rows.source_row(one) for one in shown], [OPEN])
        return {one.source.id: one.source.name for one in told}

    def items(
        self, items: Iterable[Any], zone: ZoneInfo, sources: dict[str, str], stories: dict[str, str]
    ) -> tuple[Index, Visible]:
        """Write the items; return their words, counted, and what of them is for all to see.

        While one batch is written, the words of the next are counted.
        """
        index = Index()
        self._open_texts()
        numbers: list[rows.Row] = []
        is_open: list[bool] = []
        is_whole: list[bool] = []
        waiting: Future[None] | None = None
        with ThreadPoolExecutor(1) as beside:
            for batch in rows.batched(items, _ITEMS_AT_ONCE):
                told = [rows.item_row(item, zone, sources, stories) for item in batch]
                shown = [rows.open_row(row, item) for row, item in zip(told, batch, strict=True)]
                start = len(numbers)
                numbers += [(start + n, item.item_id) for n, item in enumerate(batch)]
                is_open += [row is not None for row in shown]
                is_whole += [item.excerpt.policy == "full" for item in batch]
                if waiting:
                    waiting.result()
                waiting = beside.submit(self._both, told, [row for row in shown if row])
                _count_words(index, batch, start)
            if waiting:
                waiting.result()
        for writer in self._texts.values():
            writer.close()  # type: ignore[no-untyped-call]
        self.fill("told_numbers", numbers, ["temp"])
        return index, Visible(np.array(is_open, bool), np.array(is_whole, bool))

    def _both(self, told: list[rows.Row], shown: list[rows.Row]) -> None:
        for edition, of in ((TEAM, told), (OPEN, shown)):
            if batch := self._batch(edition, "items", of):
                self._insert(edition, "items", batch)
                self._texts[edition].write_table(batch)  # type: ignore[no-untyped-call]

    def _open_texts(self) -> None:
        """Begin each edition's items.parquet: written beside the database, its texts read once."""
        for edition in EDITIONS:
            self._texts[edition] = pq.ParquetWriter(  # type: ignore[no-untyped-call]
                self._folder / edition / "items.parquet",
                self._shape(edition, "items"),
                compression="zstd",
                compression_level=1,
                use_dictionary=_REPEATED,
            )

    def tags(self, tags: Iterable[Any]) -> None:
        """Write the tags of items; the open edition's without the words of the text."""
        for batch in rows.batched(tags, 50_000):
            for kind, table in _TAG_TABLES.items():
                self.fill(table, [rows.tag_row(tag) for tag in batch if tag.kind == kind], [TEAM])
        for table in _TAG_TABLES.values():
            self._connection.execute(
                f"INSERT INTO {OPEN}.{table} SELECT * REPLACE (NULL AS evidence)"
                f" FROM {TEAM}.{table} SEMI JOIN {OPEN}.items USING (item_id)"
            )


def _count_words(index: Index, batch: Sequence[Any], start: int) -> None:
    numbered = sorted(
        ((item.language or "", start + n, item) for n, item in enumerate(batch)),
        key=itemgetter(0, 1),
    )
    for language, group in groupby(numbered, key=itemgetter(0)):
        of_language = list(group)
        index.add(
            language,
            [number for _, number, _ in of_language],
            [item.title for *_, item in of_language],
            [f"{item.lead}\n{item.text}" for *_, item in of_language],
        )


def _derive(
    connection: duckdb.DuckDBPyConnection, edition: Edition, name: str, zone: ZoneInfo
) -> None:
    for one in EDITIONS:
        connection.execute(f"USE {one}")
        if one == OPEN:
            connection.execute("UPDATE told_stories SET reason = ''")
        connection.execute(schema.read("derive"))
        connection.execute(
            "INSERT INTO snapshot SELECT $name, $one, $at, $zone, count(*),"
            " count(*) FILTER (relevant), $model, $digest, $engine FROM items",
            {
                "name": name,
                "one": one,
                "at": edition.published_at,
                "zone": str(zone),
                "model": edition.model_version,
                "digest": edition.digest,
                "engine": __version__,
            },
        )


def _write_index(connection: duckdb.DuckDBPyConnection, index: Index, visible: Visible) -> None:
    lexicon = index.lexicon()
    postings = index.build(lexicon, visible)
    for team, shown in postings.batches():
        for edition, batch in ((TEAM, team), (OPEN, shown)):
            found = pa.Table.from_batches([batch])  # noqa: F841 - read by the statement
            connection.execute(f"INSERT INTO {edition}.word_items FROM found")
    forms = lexicon.table.append_column("shown", pa.array(postings.shown))
    stems = lexicon.stems
    connection.register("lexicon_forms", forms)
    connection.register("lexicon_stems", stems)
    for edition in EDITIONS:
        connection.execute(f"USE {edition}")
        connection.execute(f"SET VARIABLE all_forms = {edition == TEAM}")
        connection.execute(schema.read("lexicon"))


def _export(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the tables as Parquet beside the database; describe all.

    But for the search index, and the items, whose file was written with them.
    """
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND NOT starts_with(table_name, 'word_') AND table_name <> 'items'"
    ).fetchall()
    for (table,) in tables:
        connection.execute(
            f"COPY {table} TO '{_quoted(folder / f'{table}.parquet')}'"
            " (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
    (folder / "dictionnaire.md").write_text(dictionary(connection), encoding="utf-8")


def _count(connection: duckdb.DuckDBPyConnection, edition: str) -> int:
    [(found,)] = connection.execute(f"SELECT count(*) FROM {edition}.items").fetchall()
    return int(found)


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "checkpoint_threshold": "1GB",  # once, at the end
            "memory_limit": "300MB",
            "preserve_insertion_order": True,
            "temp_directory": str(folder / "spill"),
            "threads": 2,
        }
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
