"""Search a published catalogue: what is found, filtered, counted by facets. For the CLI and pages.

The words are looked up by the macros that the catalogue carries (search.sql), so that SQL users,
commands and pages find the same; what follows is counted here, in columns kept in memory.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np

from veille.errors import UsageError
from veille.i18n import _
from veille.store.catalogue.columns import SQL, Array, Columns
from veille.store.catalogue.filters import FACETS, UNFILTERED, Filters, passing
from veille.store.catalogue.lists import numbers, these_rows
from veille.store.catalogue.opened import Snapshot, explained
from veille.store.catalogue.overlay import Overlay, laid_over
from veille.store.catalogue.queries import asks_phrase, bounded, left_out
from veille.store.catalogue.scoring import Answers, answers
from veille.store.catalogue.terms import EXECUTE, PREPARED, terms_of

_COLUMNS = {facet: facet for facet in ("domains", "regions", "themes")} | {
    "item_types": "item_type", "languages": "language", "sources": "source_id",
}  # fmt: skip
_KEPT = 16  # answers remembered: a page asks for the items, then the facets, then the next page

_PATTERNS = """
PREPARE patterns AS SELECT unnest([
    phrase_pattern($asked::VARCHAR, false, 1), phrase_pattern($asked::VARCHAR, false, 2),
    phrase_pattern($asked::VARCHAR, true, 1)]);
"""
_POSTINGS = "SELECT stem_id, item_no, weight, forms FROM word_items WHERE stem_id IN ({stems})"
_HOLDING = """
SELECT rowid AS row_no FROM items WHERE rowid IN ({rows})
AND regexp_matches(concat_ws(chr(10), title, lead, text), $pattern) = $wanted
"""
_PAGE = """
SELECT rowid AS row_no, title, url, source, story_id, note FROM items WHERE rowid IN ({rows})
"""  # the rest of what is shown stands in the columns: each string here is unpacked by thousands


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, best first, and how much there is in all."""

    snapshot: str
    total: int
    items: list[dict[str, Any]] = field(default_factory=list)


class Catalogue(Snapshot):
    """The newest snapshot that the caller may read, held open; use it in a `with`.

    Any number of threads may share one: each question has a connection of its own to the database,
    which is open once. The first search reads the items' columns: 0.2 s for 100,000 of them.
    Raises StoreError when there is none, or it cannot be read.
    """

    def __init__(self, root: Path, edition: str | None = None) -> None:
        super().__init__(root, edition)
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._known: dict[str, Answers] = {}
        self._laid: tuple[Overlay, Columns] | None = None
        self._turn = threading.Lock()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._idle:
            one.close()
        super().__exit__(kind, error, trace)

    def search(
        self,
        query: str,
        filters: Filters = UNFILTERED,
        *,
        limit: int = 20,
        offset: int = 0,
        recency: float = 0.0,
        laid: Overlay | None = None,
    ) -> Found:
        """Return a page of the items that answer; without words, the newest that pass the filters.

        With `recency` 1, an item of three months ago counts half of one of today. `laid` has the
        tags that hold in place of the snapshot's. Raises UsageError for words to leave out alone.
        """
        found = self._found(query, filters, laid)
        scores = found.scores
        if recency:
            ages = self._columns.ages(found.places, self._today)
            scores = scores * (1 - recency + recency * 0.5 ** (ages / 91))
        shown = _best(scores, offset, offset + limit)
        items = [
            row | {"score": score}
            for row, score in zip(
                self._page(found.places[shown]), scores[shown].round(4).tolist(), strict=True
            )
        ]
        return Found(self.snapshot, len(found.places), items)

    def matching(self, query: str, filters: Filters = UNFILTERED) -> list[str]:
        """Return the ids of all items that answer, in the order of `search`."""
        found = self._found(query, filters)
        ordered = found.places[_best(found.scores, 0, len(found.scores))]
        return list(self._columns.item_ids.take(ordered).to_pylist())

    def rows_of(self, item_ids: Sequence[str]) -> str:
        """Return the rows of these items among `items`, as SQL lists them: found at once."""
        places = list(self._columns.places_of(item_ids).values())
        return these_rows(self._columns.row_nos[places].tolist())

    def tags_of(self, item_ids: Sequence[str], facet: str) -> dict[str, tuple[str, ...]]:
        """Return the values of a facet that each of these items has in the snapshot."""
        places = self._columns.places_of(item_ids)
        values = self._columns.values[facet]
        return {item_id: values.of(place) for item_id, place in places.items()}

    def facets(
        self,
        query: str,
        filters: Filters = UNFILTERED,
        *,
        laid: Overlay | None = None,
    ) -> dict[str, list[tuple[str, int]]]:
        """Return for each facet its values and how many of the items that answer have them."""
        found = self._found(query, filters, laid)
        return self._laid_over(laid).counts(found.places, FACETS)

    def _page(self, places: Array) -> list[dict[str, Any]]:
        """Return what is shown of the items at these places."""
        columns = self._columns
        row_nos = columns.row_nos[places].tolist()
        told = {row["row_no"]: row for row in self.rows(_PAGE.format(rows=these_rows(row_nos)))}
        return [
            {
                "item_id": columns.item_ids[place].as_py(),
                "title": told[row_no]["title"],
                "url": told[row_no]["url"],
                "source_id": columns.value("sources", place),
                "source": told[row_no]["source"],
                "published_on": columns.day(place),
                "language": columns.value("languages", place),
                "item_type": columns.value("item_types", place),
                "story_id": told[row_no]["story_id"],
                "note": told[row_no]["note"],
                "relevant": bool(columns.relevant[place]),
            }
            for place, row_no in zip(places.tolist(), row_nos, strict=True)
        ]

    def _found(self, query: str, filters: Filters, laid: Overlay | None = None) -> Answers:
        """Return the items that answer and pass the filters."""
        flags = passing(self._laid_over(laid), filters, laid)
        if not query.strip():
            places = np.flatnonzero(flags)
            return Answers(places, np.ones(len(places)))
        found = self._answers(bounded(query))
        kept = flags[found.places]
        return Answers(found.places[kept], found.scores[kept])

    def _laid_over(self, laid: Overlay | None) -> Columns:
        """Return the columns with these tags; the last ones laid are remembered.

        A page searches, counts and searches near with the same ones.
        """
        if laid is None:
            return self._columns
        last = self._laid
        if last is None or last[0].tags is not laid.tags:
            last = self._laid = laid, laid_over(self._columns, laid)
        return last[1]

    def _answers(self, query: str) -> Answers:
        """Return the items that answer the words, all told; the last ones asked are remembered."""
        if (known := self._known.get(query)) is not None:
            return known
        if left_out(query):
            raise UsageError(
                _("« {query} » only says what to leave out.").format(query=query),
                _("Add a word to look for: « coopérative -banque »."),
            )
        with self._prepared() as connection:
            terms = terms_of(connection, query, self._size)
            stems = numbers(sorted({one.stem_id for one in terms}))
            postings = connection.execute(_POSTINGS.format(stems=stems)).fetchnumpy()
            found = answers(terms, postings, self._columns.places, len(self._columns))
            if asks_phrase(query):
                found = self._with_phrases(connection, found)
        with self._turn:
            self._known[query] = found
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        return found

    def _with_phrases(self, connection: duckdb.DuckDBPyConnection, found: Answers) -> Answers:
        """Return those in whose text the phrases of the query asked stand, or do not, as asked."""
        patterns = [row[0] for row in connection.execute(EXECUTE.format("patterns")).fetchall()]
        for pattern, wanted in zip(patterns, (True, True, False), strict=True):
            if pattern is None:
                continue
            row_nos = self._columns.row_nos[found.places]
            rows = connection.execute(
                _HOLDING.format(rows=numbers(row_nos.tolist())),
                {"pattern": pattern, "wanted": wanted},
            ).fetchnumpy()
            kept = np.isin(row_nos, rows["row_no"])
            found = Answers(found.places[kept], found.scores[kept])
        return found

    @contextmanager
    def _prepared(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection of its own to whoever asks, with the statements prepared."""
        with explained(self.path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connection.cursor()
                connection.execute(PREPARED + _PATTERNS)
            yield connection
            self._idle.append(connection)

    @cached_property
    def _columns(self) -> Columns:
        with explained(self.path):
            table = self._connection.cursor().execute(SQL).to_arrow_table()
        return Columns.of(table, _COLUMNS)

    @cached_property
    def _today(self) -> date:
        day = self.told("SELECT published_at::DATE AS today FROM snapshot")[0]["today"]
        assert isinstance(day, date)
        return day

    @cached_property
    def _size(self) -> int:
        return int(self.told("SELECT items FROM snapshot")[0]["items"])

    @cached_property
    def snapshot(self) -> str:
        """Return the name of the snapshot, to cite it by."""
        return str(self.told("SELECT snapshot_id FROM snapshot")[0]["snapshot_id"])


def _best(scores: Array, first: int, last: int) -> Array:
    """Return where the best scores stand, from the first to the last; the newer of equals first."""
    among = np.arange(len(scores))
    if last < len(scores):
        least = np.partition(scores, -last)[-last] if last else np.inf
        above, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
        among = np.sort(np.concatenate([above, equal[: last - len(above)]]))
    return among[np.argsort(-scores[among], kind="stable")][first:last].astype(np.int64)
