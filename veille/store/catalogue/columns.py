"""The items of a snapshot in columns: what a search filters, orders and counts by, kept in memory.

Items are known by their place, the newest first. A catalogue held open asks the database for no
more than the words' items and the page shown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Array = npt.NDArray[Any]

SQL = """
SELECT word_index.*, items.rowid AS row_no
FROM word_index JOIN items USING (item_id) ORDER BY moment DESC, item_id
"""
"""What `Columns.of` reads."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Values:
    """A column of few different values; an item may have several. A row for each it has."""

    names: Sequence[str]
    places: Array
    codes: Array

    def having(self, wanted: Collection[str], size: int) -> Array:
        """Return which items have any of the values wanted, a flag for each."""
        codes = [code for code, name in enumerate(self.names) if name in wanted]
        flags = np.zeros(size, bool)
        flags[self.places[np.isin(self.codes, codes)]] = True
        return flags

    def counts(self, flags: Array) -> list[tuple[str, int]]:
        """Return the values that items flagged have, and how many do; the most frequent first."""
        counted = np.bincount(self.codes[flags[self.places]], minlength=len(self.names)).tolist()
        found = [(name, n) for name, n in zip(self.names, counted, strict=True) if n]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def of(self, places: Collection[int]) -> dict[int, tuple[str, ...]]:
        """Return the values that the items at these places have; not those that have none."""
        found: dict[int, tuple[str, ...]] = {}
        for n in np.flatnonzero(np.isin(self.places, list(places))).tolist():
            place = int(self.places[n])
            found[place] = (*found.get(place, ()), self.names[self.codes[n]])
        return found

    def replaced(self, given: Mapping[int, Collection[str]], size: int) -> "Values":
        """Return the column with other values for the items at these places."""
        names = list(dict.fromkeys((*self.names, *(one for of in given.values() for one in of))))
        code_of = {name: code for code, name in enumerate(names)}
        kept = np.ones(size, bool)
        kept[list(given)] = False
        kept = kept[self.places]
        new = [(place, code_of[name]) for place, of in given.items() for name in of]
        added = np.array(new, np.int32).reshape(-1, 2)
        return Values(
            names,
            np.concatenate([self.places[kept], added[:, 0]]),
            np.concatenate([self.codes[kept], added[:, 1]]),
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Of each item, the newest first: its id, its row among `items`, its day, whether it counts.

    `places` leads from numbers of items to their places, -1 where there is none.
    """

    item_ids: pa.Array
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
        return cls(
            _whole(table["item_id"]),
            _numpy(table["row_no"]),
            places,
            _numpy(table["published_on"].cast(pa.int32())),
            _numpy(table["relevant"]),
            {facet: _values(table[column]) for facet, column in facets.items()},
        )

    def __len__(self) -> int:
        return len(self.row_nos)

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
        asked = pa.array(item_ids, pa.string())
        return _numpy(pc.is_in(self.item_ids, value_set=asked))  # type: ignore[attr-defined]

    def places_of(self, item_ids: Sequence[str]) -> dict[str, int]:
        """Return the places of these items; those that the snapshot does not hold are left out."""
        asked = pa.array(item_ids, pa.string())
        which = pc.index_in(self.item_ids, value_set=asked)  # type: ignore[attr-defined]
        at = np.flatnonzero(_numpy(which.is_valid()))
        found = which.take(pa.array(at)).to_pylist()
        return {item_ids[n]: place for n, place in zip(found, at.tolist(), strict=True)}

    def with_tags(
        self, relevant: Mapping[int, bool], values: Mapping[str, Mapping[int, Collection[str]]]
    ) -> "Columns":
        """Return these columns with other tags for the items at some places."""
        counts = self.relevant.copy()
        counts[list(relevant)] = list(relevant.values())
        changed = {
            facet: self.values[facet].replaced(given, len(self)) for facet, given in values.items()
        }
        return replace(self, relevant=counts, values={**self.values, **changed})


def _values(column: pa.ChunkedArray) -> Values:
    found = _whole(column)
    if pa.types.is_list(found.type):
        places, found = pc.list_parent_indices(found), pc.list_flatten(found)  # type: ignore[attr-defined]
    else:
        places = pa.array(np.flatnonzero(_numpy(found.is_valid())).astype(np.int32))
        found = found.drop_null()
    coded = found.dictionary_encode()
    return Values(
        coded.dictionary.to_pylist(),
        _numpy(places).astype(np.int32),
        _numpy(coded.indices),
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _numpy(column: pa.Array | pa.ChunkedArray) -> Array:
    return np.asarray(column.to_numpy(zero_copy_only=False))
