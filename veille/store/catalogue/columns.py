"""The items of a snapshot in columns: what a search filters, orders and counts by, kept in memory.

Items are known by their place, the newest first. A catalogue held open asks the database for no
more than the words' items and the page shown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veille.store.catalogue.numbers import UNKNOWN, Numbers, keys_of

Array = npt.NDArray[Any]

SQL = """
SELECT word_index.*, items.rowid AS row_no
FROM word_index JOIN items USING (item_id) ORDER BY moment DESC, item_id
"""
"""What `Columns.of` reads."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Values:
    """A column of few different values; an item may have several. A row for each it has.

    Rows stand in the order of places; those of the nth item are the ones from `bounds[n]` up to
    `bounds[n + 1]`. `totals` says how many items have each value.
    """

    names: Sequence[str]
    codes: Array
    bounds: Array
    totals: Array

    @classmethod
    def of_rows(cls, names: Sequence[str], codes: Array, sizes: Array) -> "Values":
        """Return the column of these rows, of which each item has so many."""
        bounds = np.concatenate([np.zeros(1, np.int32), np.cumsum(sizes, dtype=np.int32)])
        small = codes.astype(np.min_scalar_type(len(names)))  # so that they are gone through soon
        return cls(names, small, bounds, np.bincount(codes, minlength=len(names)))

    def having(self, wanted: Collection[str]) -> Array:
        """Return which items have any of the values wanted, a flag for each."""
        is_wanted = np.array([name in wanted for name in self.names], bool)
        rows = np.flatnonzero(is_wanted[self.codes])
        flags = np.zeros(len(self.bounds) - 1, bool)
        flags[np.searchsorted(self.bounds, rows, side="right") - 1] = True
        return flags

    def counts(self, places: Array, *, left_out: bool = False) -> list[tuple[str, int]]:
        """Return the values of the items at these places, and how many have each; the most
        frequent first. With `left_out`, of all items but these.
        """
        counted = np.bincount(self.codes[self._rows(places)], minlength=len(self.names))
        told = (self.totals - counted if left_out else counted).tolist()
        found = [(name, n) for name, n in zip(self.names, told, strict=True) if n]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def of(self, place: int) -> tuple[str, ...]:
        """Return the values that the item at this place has."""
        codes = self.codes[self.bounds[place] : self.bounds[place + 1]]
        return tuple(self.names[code] for code in codes.tolist())

    def replaced(self, given: Mapping[int, Collection[str]]) -> "Values":
        """Return the column with other values for the items at these places."""
        if not given:
            return self
        names = list(dict.fromkeys((*self.names, *(one for of in given.values() for one in of))))
        code_of = {name: code for code, name in enumerate(names)}
        changed = np.array(sorted(given))
        sizes = np.diff(self.bounds)
        kept = np.delete(self.codes, self._rows(changed))
        sizes[changed] = 0
        before = np.cumsum(sizes)[changed]  # where, among what is kept, each of them goes
        new = [[code_of[name] for name in given[place]] for place in changed.tolist()]
        sizes[changed] = list(map(len, new))
        codes = np.insert(
            kept.astype(np.int64), np.repeat(before, sizes[changed]), list(chain.from_iterable(new))
        )
        return Values.of_rows(names, codes, sizes)

    def _rows(self, places: Array) -> Array:
        """Return the rows of the items at these places."""
        first = self.bounds[places]
        sizes = self.bounds[places + 1] - first
        return np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())


@dataclass(frozen=True, slots=True)
class Columns:
    """Of each item, the newest first: its id, its row among `items`, its day, whether it counts.

    `places` leads from numbers of items to their places, -1 where there is none; `by_id` from ids.
    """

    item_ids: pa.Array
    by_id: Numbers
    row_nos: Array
    places: Array
    days: Array
    relevant: Array
    values: Mapping[str, Values]

    @classmethod
    def of(cls, table: pa.Table, facets: Mapping[str, str]) -> "Columns":
        """Take them from the rows that `SQL` gives; `facets` says in which column each stands."""
        numbers = _numpy(table["item_no"])
        places = np.full(numbers.max(initial=-1) + 1, -1, np.int32)
        places[numbers] = np.arange(len(numbers))
        item_ids = _whole(table["item_id"])
        by_id = Numbers()
        by_id.add(keys_of(item_ids.to_pylist()), np.arange(len(numbers)))
        return cls(
            item_ids,
            by_id,
            _numpy(table["row_no"]),
            places,
            _numpy(table["published_on"].cast(pa.int32())),
            _numpy(table["relevant"]),
            {facet: _values(table[column]) for facet, column in facets.items()},
        )

    def __len__(self) -> int:
        return len(self.row_nos)

    def value(self, facet: str, place: int) -> str | None:
        """Return the only value of a facet that the item at this place can have."""
        return next(iter(self.values[facet].of(place)), None)

    def day(self, place: int) -> date:
        """Return the day of the item at this place."""
        return _EPOCH + timedelta(days=int(self.days[place]))

    def between(self, since: date | None, until: date | None) -> Array:
        """Return which items are of these days, both included."""
        flags = np.ones(len(self), bool)
        if since:
            flags &= self.days >= (since - _EPOCH).days
        if until:
            flags &= self.days <= (until - _EPOCH).days
        return flags

    def ages(self, places: Array, today: date) -> Array:
        """Return how many days before `today` items are of, none less than 0."""
        return np.asarray(np.maximum((today - _EPOCH).days - self.days[places], 0))

    def these(self, item_ids: Collection[str]) -> Array:
        """Return which items have these ids."""
        flags = np.zeros(len(self), bool)
        flags[self._found(list(item_ids))[1]] = True
        return flags

    def places_of(self, item_ids: Sequence[str]) -> dict[str, int]:
        """Return the places of these items; those that the snapshot does not hold are left out."""
        at, places = self._found(item_ids)
        return {item_ids[n]: place for n, place in zip(at.tolist(), places.tolist(), strict=True)}

    def _found(self, item_ids: Sequence[str]) -> tuple[Array, Array]:
        """Return which of these ids the snapshot holds, and the places of those."""
        places = self.by_id.find(keys_of(item_ids))
        known = np.flatnonzero(places != UNKNOWN)
        held = self.item_ids.take(pa.array(places[known]))
        asked = pa.array(item_ids, pa.string()).take(pa.array(known))
        same = _numpy(pc.equal(held, asked))  # type: ignore[attr-defined]
        return known[same], places[known][same]

    def counts(self, places: Array, facets: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """Return for each facet its values and how many of the items at these places have them.

        Of most of the items, the others are counted, and taken off.
        """
        if left_out := 2 * len(places) > len(self):
            others = np.ones(len(self), bool)
            others[places] = False
            places = np.flatnonzero(others)
        return {facet: self.values[facet].counts(places, left_out=left_out) for facet in facets}

    def with_tags(
        self, relevant: Mapping[int, bool], values: Mapping[str, Mapping[int, Collection[str]]]
    ) -> "Columns":
        """Return these columns with other tags for the items at some places."""
        counts = self.relevant.copy()
        counts[list(relevant)] = list(relevant.values())
        changed = {facet: self.values[facet].replaced(given) for facet, given in values.items()}
        return replace(self, relevant=counts, values={**self.values, **changed})


def _values(column: pa.ChunkedArray) -> Values:
    found = _whole(column)
    if pa.types.is_list(found.type):
        sizes, found = pc.list_value_length(found), pc.list_flatten(found)  # type: ignore[attr-defined]
    else:
        sizes, found = found.is_valid(), found.drop_null()
    coded = found.dictionary_encode()
    names = coded.dictionary.to_pylist()
    return Values.of_rows(names, _numpy(coded.indices), _numpy(sizes).astype(np.int32))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _numpy(column: pa.Array | pa.ChunkedArray) -> Array:
    return np.asarray(column.to_numpy(zero_copy_only=False))
