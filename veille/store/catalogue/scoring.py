"""Score the items that hold a query's words, as the macro `search_words` does.

The macro is for whoever has the database alone; it takes three times as long, most of it planning.
A test holds the two together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_PART = 0.5  # what a hyphenated word's part is worth where it stands alone
_SAME, _OTHER_FORM, _OTHER_ACCENTS, _AKIN = 0.8, 0.5, 0.4, 0.2


class Term(NamedTuple):
    """A stem that answers a word of a query: a row of the macro `query_terms`."""

    slot: int
    stem_id: int
    exact: int
    same: int
    variant: int
    is_part: bool
    needed: bool
    excluded: bool
    rarity: float
    slots: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Items that answer, by place, the newest first, and what their words are worth."""

    places: Array
    scores: Array


def answers(
    terms: Iterable[Term], postings: Mapping[str, Array], places: Array, size: int
) -> Answers:
    """Return which of `size` items hold all words that are needed, and none excluded.

    `postings` are rows of `word_items` for the terms' stems, in columns; `places` leads from the
    numbers of items to their places.
    """
    at = places[postings["item_no"]]
    met, score, out, slots = np.zeros(size, np.int16), np.zeros(size), np.zeros(size, bool), 0
    for _slot, group in groupby(sorted(terms), key=attrgetter("slot")):
        of = list(group)
        slots = of[0].slots
        hit, worth = _worth(of, postings)
        best = np.zeros(size)
        np.maximum.at(best, at[hit], worth)
        held = np.zeros(size, bool)
        held[at[hit]] = True
        if of[0].excluded:
            out |= held
        score += best
        met += held & of[0].needed
    found = np.flatnonzero((met == slots) & (met > 0) & ~out)
    return Answers(found.astype(np.int32), score[found] / 100)


def _worth(terms: list[Term], postings: Mapping[str, Array]) -> tuple[Array, Array]:
    """Return which postings are of a word's stems, and what each of those is worth."""
    stems = np.array([one.stem_id for one in terms])
    which = np.searchsorted(stems, postings["stem_id"])
    which[which == len(stems)] = 0
    hit = np.flatnonzero(stems[which] == postings["stem_id"])
    which, forms = which[hit], postings["forms"][hit].astype(np.int64)
    exact, same, variant = (
        np.array([getattr(one, name) for one in terms], np.int64)[which]
        for name in ("exact", "same", "variant")
    )
    form = np.select(
        [forms & exact > 0, forms & same > 0, exact > 0, forms & variant > 0],
        [1.0, _SAME, _OTHER_FORM, _OTHER_ACCENTS],
        _AKIN,
    )
    rarity = np.array([one.rarity * (_PART if one.is_part else 1) for one in terms])[which]
    return hit, postings["weight"][hit] * rarity * form
