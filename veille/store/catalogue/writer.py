"""Bring the databases of a catalogue from what they hold to what an edition is to hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from veille.lexicon import forget_dictionaries
from veille.model.published import EVERYTHING, Edition, PublishedItem, PublishedTag, Stamp, leeway
from veille.store.catalogue import ledger, rows, schema
from veille.store.catalogue.index import Index, Texts
from veille.store.catalogue.ledger import GoOn
from veille.store.catalogue.lexicon import Columns
from veille.store.catalogue.snapshots import EDITIONS, OPEN, TEAM
from veille.store.catalogue.tables import HISTORY, Tables
from veille.version import __version__

_LESS, _ANEW = "160MB", "384MB"
"""What it may take while all is put in anew, beside a lexicon that takes up to 300 MB, and after:
half a million items peak at 961 MB so, at 1,094 with 500."""

_ITEMS_AT_ONCE = 1_000  # so that the words of a batch stay in the processor's cache
_LARGE = 50_000  # forms beyond which the lexicon's dictionaries are not left in memory
_BATCHES_AT_ONCE = 100  # until what was put in is written to the files
_NUMBERED_AT_ONCE = 100_000
_POSTINGS_AT_ONCE = 3_000_000
_DERIVED = ("sources", "labels", "story_members", "stories", "weekly_counts", "snapshot",
            "word_index", "word_stems", "word_forms")  # fmt: skip
_POSTINGS = """
CREATE TEMP TABLE postings (
    stem_id INTEGER, item_no INTEGER, weight UTINYINT, forms USMALLINT, told USMALLINT,
    is_open BOOLEAN
)
"""
_SORTED = """
CREATE OR REPLACE TEMP TABLE sorted AS
FROM temp.postings WHERE stem_id BETWEEN $first AND $last ORDER BY stem_id, item_no
"""
_ADDED = {
    TEAM: "INSERT INTO team.word_items SELECT stem_id, item_no, weight, forms FROM temp.sorted",
    OPEN: "INSERT INTO open.word_items SELECT stem_id, item_no, weight, told FROM temp.sorted"
    " WHERE is_open",
}
_LAST_TEXTS = """
SELECT
    items.language, item_no, items.title, items.lead || chr(10) || items.text AS text,
    shown.item_id IS NOT NULL AS is_open, leeway = {everything} AS is_whole
FROM temp.gone JOIN ledger.items AS noted USING (item_id, item_no)
JOIN team.items AS items USING (item_id) LEFT JOIN open.items AS shown USING (item_id)
"""

_UNKNOWN = Stamp("", 0)
_Counted = tuple[str | None, int, str, str, bool, bool]


def memory(items: int) -> str:
    """Return what DuckDB may take to continue an edition of so many items.

    Measured on 22 November 2026: 256 MB are too little at 100,000 items; at 500,000 a night takes
    as long with 384 as with 500, and 900 MB in all, not 995.
    """
    return f"{384 + items // 10_000}MB"


class Writer:
    """Writes what an edition adds to the databases attached, and what follows from it."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, edition: Edition, zone: ZoneInfo, go_on: GoOn
    ) -> None:
        self._connection, self._edition, self._zone, self._go_on = connection, edition, zone, go_on
        self._tables = Tables(connection)
        self._tables.empty(*_DERIVED)
        self._sources = self._tables.sources(edition.sources)
        self._stories = self._tables.stories(edition.stories)
        self._tables.labels(edition.labels)
        self._index = Index(ledger.lexicon(connection))
        self._index.lexicon.learn_common()
        connection.execute(_POSTINGS)

    def take_out(self, gone: Sequence[str]) -> None:
        """Take out items, and what their words were counted for."""
        if not gone:
            return
        self._tables.choose(gone)
        for batch in _by_language(
            self._connection.execute(_LAST_TEXTS.format(everything=EVERYTHING)).fetchall()
        ):
            self._index.forget(batch)
        self._tables.take_out()

    def put_in(self, items: Iterable[PublishedItem], tags: Iterable[PublishedTag]) -> None:
        """Write items and their tags, once; count their words.

        While one batch is written, the words of the next are counted.
        """
        waiting: Future[None] | None = None
        first = ledger.next_number(self._connection)
        if anew := not first:
            self._connection.execute(f"SET memory_limit = '{_LESS}'")
        with ThreadPoolExecutor(1) as beside:
            for done, batch in enumerate(rows.batched(items, _ITEMS_AT_ONCE)):
                self._go_on()
                told = [rows.item_row(one, self._zone, self._sources, self._stories)
                        for one in batch]  # fmt: skip
                shown = [rows.open_row(row, one) for row, one in zip(told, batch, strict=True)]
                found = [self._index.add(one) for one in _by_language(_words(batch, shown, first))]
                noted = self._noted(batch, first)
                if waiting:
                    waiting.result()
                if done and done % _BATCHES_AT_ONCE == 0:
                    ledger.reopen(self._connection, self._go_on)
                waiting = beside.submit(self._insert, told, shown, _past(batch), noted, found)
                first += len(batch)
        if waiting:
            waiting.result()
        self._note(self._noted([], first))
        uses = self._index.uses()
        is_large = len(self._index.lexicon) > _LARGE
        del self._index  # gives up to 300 MB back
        if is_large:
            forget_dictionaries()
        if anew:
            self._connection.execute(f"SET memory_limit = '{_ANEW}'")
        ledger.add_uses(self._connection, uses)
        self._tables.tags(tags, self._go_on)

    def _noted(self, batch: list[PublishedItem], first: int) -> dict[str, Columns]:
        """Return what is new for the ledger, by table, in columns."""
        ids, stamps = [one.item_id for one in batch], self._edition.stamps
        items: Columns = {
            "item_id": ids,
            "item_no": list(range(first, first + len(batch))),
            "stamp": [stamps.get(one, _UNKNOWN).made_from for one in ids],
            "leeway": [leeway(one.excerpt) for one in batch],
        }
        stems, forms = self._index.lexicon.take_new()
        return {"items": items, "stems": stems, "forms": forms}

    def _insert(
        self,
        told: list[rows.Row],
        shown: list[rows.Row | None],
        past: Iterable[list[rows.Row]],
        noted: dict[str, Columns],
        found: list[pa.RecordBatch],
    ) -> None:
        self._tables.fill("items", told, TEAM)
        for table, rows_of_it in zip(HISTORY, past, strict=True):
            self._tables.fill(table, rows_of_it, TEAM)
        self._tables.fill("items", [row for row in shown if row], OPEN)
        self._note(noted)
        words_found = pa.Table.from_batches(found)  # noqa: F841 - read by the statement
        self._connection.execute("INSERT INTO temp.postings BY NAME FROM words_found")

    def _note(self, noted: Mapping[str, Columns]) -> None:
        for table, columns in noted.items():
            self._tables.append(table, columns, "ledger")

    def derive(self, name: str) -> None:
        """Fill the tables that say what others hold, and tell of the snapshot of this name."""
        for one in EDITIONS:
            self._go_on()
            self._connection.execute(f"USE {one}")
            if one == OPEN:
                self._connection.execute("UPDATE told_stories SET reason = ''")
            self._connection.execute(schema.read("derive"))
            self._number()
            self._connection.execute(
                "INSERT INTO snapshot SELECT $name, $one, $at, $zone, count(*),"
                " count(*) FILTER (relevant), $model, $digest, $engine FROM items",
                {
                    "name": name,
                    "one": one,
                    "at": self._edition.published_at,
                    "zone": str(self._zone),
                    "model": self._edition.model_version,
                    "digest": self._edition.digest,
                    "engine": __version__,
                },
            )

    def _number(self) -> None:
        """Write what a search filters and counts by, for so many numbers of items at a time."""
        sql = schema.read("numbered")
        for first in range(0, ledger.next_number(self._connection), _NUMBERED_AT_ONCE):
            last = first + _NUMBERED_AT_ONCE - 1
            self._connection.execute(sql, {"first": first, "last": last})

    def write_index(self) -> None:
        """Write the search index: new postings by stem, then item; the lexicon, anew."""
        for bounds in self._shares():
            self._go_on()
            self._connection.execute(_SORTED, bounds)
            for one in EDITIONS:
                self._connection.execute(_ADDED[one])
        # Words packed tightly are twice as long to write, each night, and longer to look up.
        self._connection.execute("SET force_compression = 'uncompressed'")
        for one in EDITIONS:
            self._go_on()
            self._connection.execute(f"USE {one}")
            self._connection.execute(f"SET VARIABLE all_forms = {one == TEAM}")
            self._connection.execute(schema.read("lexicon"))
        self._connection.execute("SET force_compression = 'auto'")

    def _shares(self) -> Iterator[dict[str, int]]:
        """Yield the first and the last stem of shares of the postings that are sorted at once."""
        counted = self._connection.execute(
            "SELECT stem_id, count(*) AS held FROM temp.postings GROUP BY stem_id ORDER BY stem_id"
        ).fetchnumpy()
        share = np.cumsum(counted["held"]) // _POSTINGS_AT_ONCE
        for n in np.unique(share):
            within = counted["stem_id"][share == n]
            yield {"first": int(within[0]), "last": int(within[-1])}


def _past(batch: list[PublishedItem]) -> tuple[list[rows.Row], ...]:
    """Return the rows of the tables that `HISTORY` names."""
    return (
        [row for one in batch for row in rows.version_rows(one)],
        [row for one in batch for row in rows.judgement_rows(one)],
        [rows.beginning_row(one) for one in batch],
    )


def _words(batch: list[PublishedItem], shown: list[rows.Row | None], first: int) -> list[_Counted]:
    return [
        (one.language, number, one.title, f"{one.lead}\n{one.text}", row is not None,
         one.excerpt.policy == "full")
        for number, (one, row) in enumerate(zip(batch, shown, strict=True), first)
    ]  # fmt: skip


def _by_language(counted: list[_Counted]) -> Iterator[Texts]:
    for language, group in groupby(sorted(counted, key=_language), key=_language):
        yield Texts(language, *zip(*(row[1:] for row in group), strict=True))


def _language(counted: _Counted) -> str:
    return counted[0] or ""
