"""Search a published catalogue: what is found, filtered, counted by facets. For the CLI and pages.

The words are looked up by the macros that the catalogue carries (search.sql), so that SQL users,
commands and pages find the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from veille.errors import StoreError
from veille.i18n import _
from veille.store.catalogue.overlay import Overlay, relation
from veille.store.catalogue.snapshots import EDITIONS, newest

FACETS = ("domains", "regions", "themes", "item_types", "languages", "sources")
"""What a search is counted by, as `Filters` names them."""

_LONGEST = 1_000
"""Characters of a query that count: two hundred phrases took a second and a half."""

_COLUMNS = {"item_types": "item_type", "languages": "language", "sources": "source_id"}
_LISTS = ("domains", "regions", "themes")
_QUOTES = frozenset('"«“„')
_SHOWN = """
    item_id, title, url, source_id, source, published_on, language, item_type, story_id,
    note, relevant
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; of several values of one kind, any will do."""

    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    everything: bool = False
    """Whether items that are not relevant count too."""
    decided: bool | None = None
    """Only those that people decided on, or only the others; needs an `Overlay`."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, best first, and how much there is in all."""

    snapshot: str
    total: int
    items: list[dict[str, Any]] = field(default_factory=list)


class Catalogue:
    """The newest snapshot that the caller may read, held open; use it in a `with`.

    Raises StoreError when there is none, or it cannot be read.
    """

    def __init__(self, root: Path, edition: str | None = None) -> None:
        self.path = newest(root, edition)
        with _explained(self.path):
            self._connection = duckdb.connect(
                str(self.path),
                read_only=True,
                config={
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "enable_external_access": False,
                    "memory_limit": "500MB",
                    "threads": 2,
                },
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return a query's rows; `$name` stands for a value. The SQL is ours, never a visitor's."""
        with _explained(self.path):
            result = self._connection.cursor().execute(sql, values or None)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def search(
        self,
        query: str,
        filters: Filters = Filters(),
        *,
        limit: int = 20,
        offset: int = 0,
        recency: float = 0.0,
        laid: Overlay | None = None,
    ) -> Found:
        """Return a page of the items that answer; without words, the newest that pass the filters.

        With `recency` 1, an item of three months ago counts half of one of today. `laid` has the
        tags that hold in place of the snapshot's.
        """
        where, values = _conditions(filters, laid)
        aged = "1 - $recency + $recency * 0.5 ** (greatest(today - published_on, 0) / 91)"
        rows = self.rows(
            f"""WITH found AS (
                SELECT item_id, moment, score * ({aged}) AS score
                FROM {_answers(query, laid)}
                CROSS JOIN (SELECT published_at::DATE AS today FROM snapshot)
                WHERE {where}
            ),
            page AS (
                SELECT *, count(*) OVER () AS total FROM found
                ORDER BY score DESC, moment DESC, item_id LIMIT $limit OFFSET $offset
            )
            SELECT {_SHOWN}, round(score, 4) AS score, total
            FROM page JOIN items USING (item_id)
            ORDER BY score DESC, moment DESC, item_id""",
            limit=limit,
            offset=offset,
            recency=recency,
            **_asked(query),
            **values,
        )
        total = rows[0]["total"] if rows else 0
        for row in rows:
            del row["total"]
        return Found(self.snapshot, total, rows)

    def facets(
        self,
        query: str,
        filters: Filters = Filters(),
        *,
        laid: Overlay | None = None,
    ) -> dict[str, list[tuple[str, int]]]:
        """Return for each facet its values and how many of the items that answer have them."""
        where, values = _conditions(filters, laid)
        counts = " UNION ALL ".join(_counted(facet) for facet in FACETS)
        rows = self.rows(
            f"""WITH found AS MATERIALIZED (FROM {_answers(query, laid)} WHERE {where})
            SELECT facet, value, items FROM ({counts})
            WHERE value IS NOT NULL ORDER BY items DESC, value""",
            **_asked(query),
            **values,
        )
        found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in FACETS}
        for row in rows:
            found[row["facet"]].append((row["value"], row["items"]))
        return found

    @cached_property
    def snapshot(self) -> str:
        """Return the name of the snapshot, to cite it by."""
        return str(self.rows("SELECT snapshot_id FROM snapshot")[0]["snapshot_id"])


def published_digest(root: Path) -> str | None:
    """Return what both editions published now were made from; None when they cannot tell."""
    told: set[str] = set()
    for edition in EDITIONS:
        try:
            with Catalogue(root, edition) as catalogue:
                told.add(str(catalogue.rows("SELECT digest FROM snapshot")[0]["digest"]))
        except StoreError:
            return None
    return told.pop() if len(told) == 1 else None


def _bounded(query: str) -> str:
    """Return a query's beginning, in whole characters: others type it, or their programs."""
    return query[:_LONGEST].encode(errors="replace").decode()


def _answers(query: str, laid: Overlay | None) -> str:
    """Return the relation of what answers the words; of everything, newest first, without any."""
    found = _found(query)
    return relation(found) if laid and laid.tags else found


def _found(query: str) -> str:
    if query.strip():  # without a phrase, the macro that plans twice as fast finds the same
        macro = "search_items" if set(query) & _QUOTES else "search_words"
        return f"(FROM {macro}($query) JOIN word_index USING (item_no))"
    return "(SELECT *, 1.0 AS score FROM word_index)"


def _asked(query: str) -> dict[str, str]:
    return {"query": _bounded(query)} if query.strip() else {}


def _conditions(filters: Filters, laid: Overlay | None) -> tuple[str, dict[str, object]]:
    conditions = ["true" if filters.everything else "relevant"]
    values: dict[str, object] = dict(laid.values()) if laid and laid.tags else {}
    if filters.decided is not None:
        values["decided"] = list(laid.decided) if laid else []
        among = "IN" if filters.decided else "NOT IN"
        conditions.append(f"item_id {among} (SELECT unnest($decided::VARCHAR[]))")
    for name in (one.name for one in fields(filters) if one.name in FACETS):
        if wanted := getattr(filters, name):
            values[name] = list(wanted)
            column = _COLUMNS.get(name, name)
            conditions.append(
                f"list_has_any({name}, ${name})"
                if name in _LISTS
                else f"list_contains(${name}, {column})"
            )
    if filters.since:
        conditions.append("published_on >= $since")
        values["since"] = filters.since
    if filters.until:
        conditions.append("published_on <= $until")
        values["until"] = filters.until
    return " AND ".join(conditions), values


def _counted(facet: str) -> str:
    value = f"unnest({facet})" if facet in _LISTS else _COLUMNS[facet]
    return (
        f"SELECT '{facet}' AS facet, value, count(*) AS items"
        f" FROM (SELECT {value} AS value FROM found) GROUP BY value"
    )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(
            _("The catalogue {path} could not be read: {error}").format(
                path=path, error=str(error).splitlines()[0]
            ),
            _("« veille publish » makes it anew."),
        ) from error
