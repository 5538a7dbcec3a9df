"""Count the words of items for the search index: which stems stand in them, and by which forms.

The two editions share one index; the open one leaves out items it does not hold and, of texts that
may not be passed on, everything but the stems.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veille.store.catalogue.lexicon import FORM, RANKS, STEM, Lexicon
from veille.store.catalogue.tokens import Array, Tokens, tokenise

TITLE_WORTH = 4
"""What a word in a title counts for, in words of the text."""

USUAL_LENGTH = 500
"""Words of a usual text. Fixed, so that an item's weights do not depend on other items."""

_SATURATION, _LENGTH_SHARE = 1.2, 0.75  # k1 and b of BM25, as most engines have them

# One number for each text and form: stem, item of the batch, title, rank of the form, count.
_STEM, _ITEM, _TITLE, _RANK, _TIMES = 40, 16, 15, 11, (1 << 11) - 1


@dataclass(frozen=True, slots=True)
class Texts:
    """Items of one language: their numbers, their words, what of them the open edition shows."""

    language: str | None
    numbers: Sequence[int]
    titles: Sequence[str]
    texts: Sequence[str]
    is_open: Sequence[bool]
    is_whole: Sequence[bool]


class Index:
    """Counts words, and how many items hold each form of the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._uses = np.zeros((3, 1 << 12), np.int32)

    def add(self, batch: Texts) -> pa.RecordBatch:
        """Return what at most 2**24 items hold: rows of `word_items`, by stem, then item.

        Two columns more: `told`, the forms that the open edition tells, and `is_open`, whether it
        has the row at all.
        """
        return self._rows(batch, *self._counted(batch, 1))

    def forget(self, batch: Texts) -> None:
        """Take items' words, as they were added, out of what the forms are counted by."""
        self._counted(batch, -1)

    def uses(self) -> pa.Table:
        """Return rows of the ledger's table of uses: what was added to each form since before."""
        counts = self._uses[:, : len(self.lexicon)]
        changed = np.flatnonzero(counts.any(axis=0))
        uses, held, shown = counts[:, changed]
        return pa.table(
            {"form_no": changed.astype(np.int32), "uses": uses, "held": held, "shown": shown}
        )

    def _counted(self, batch: Texts, sign: int) -> tuple[Array, Array]:
        """Return the sorted keys, and the number of words of each item."""
        is_open, is_whole = np.array(batch.is_open, bool), np.array(batch.is_whole, bool)
        keys, lengths = [], np.zeros(len(batch.numbers))
        for is_title, given in enumerate((batch.texts, batch.titles)):
            found = tokenise(given)
            item, place, times = self._places(batch.language, found)
            lengths += np.bincount(found.texts, found.counts, len(given))
            self._count(place >> FORM, item, is_open, is_open & (is_whole | bool(is_title)),
                        sign, bool(is_title))  # fmt: skip
            keys.append(
                (place >> STEM & ((1 << FORM - STEM) - 1)) << _STEM | item << _ITEM
                | is_title << _TITLE | (place & (RANKS - 1)) << _RANK | np.minimum(times, _TIMES)
            )  # fmt: skip
        return np.sort(np.concatenate(keys)), lengths

    def _places(self, language: str | None, found: Tokens) -> tuple[Array, Array, Array]:
        """Return item, place and count of each form of each text's tokens."""
        fan, places = self.lexicon.find(language, found.vocabulary)
        first = np.cumsum(fan) - fan
        each = fan[found.tokens]
        of = np.repeat(np.arange(len(each)), each)
        nth = np.arange(len(of)) - np.repeat(np.cumsum(each) - each, each)
        place = places[first[found.tokens[of]] + nth]
        return found.texts[of].astype(np.int64), place, found.counts[of]

    def _count(
        self, form: Array, item: Array, is_open: Array, is_shown: Array, sign: int, is_title: bool
    ) -> None:
        """Count the texts that hold each form: all, of the open edition's items, shown there."""
        if len(self.lexicon) > self._uses.shape[1]:
            more = max(len(self.lexicon), 2 * self._uses.shape[1]) - self._uses.shape[1]
            self._uses = np.pad(self._uses, ((0, 0), (0, more)))
        pairs = np.sort(form << _STEM | item)
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # « l’emploi » and « emploi » are one text's
        form, item = pairs >> _STEM, pairs & ((1 << _STEM) - 1)
        starts = np.flatnonzero(np.diff(form, prepend=-1))
        ones = np.ones(len(pairs), bool)
        for uses, counts in zip(
            self._uses, (ones, is_open[item] & (not is_title), is_shown[item]), strict=True
        ):
            uses[form[starts]] += sign * _sums(np.add, counts.astype(np.int32), starts)

    def _rows(self, batch: Texts, keys: Array, lengths: Array) -> pa.RecordBatch:
        place = keys >> _ITEM
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        item = place[starts] & ((1 << _STEM - _ITEM) - 1)
        is_title = (keys >> _TITLE & 1).astype(bool)
        form = (1 << (keys >> _RANK & (RANKS - 1))).astype(np.uint16)
        worth = _sums(np.add, (keys & _TIMES) * np.where(is_title, TITLE_WORTH, 1), starts)
        slowness = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * lengths / USUAL_LENGTH)
        forms = _sums(np.bitwise_or, form, starts)
        in_title = _sums(np.bitwise_or, np.where(is_title, form, 0).astype(np.uint16), starts)
        return pa.RecordBatch.from_pydict({
            "stem_id": (keys[starts] >> _STEM).astype(np.int32),
            "item_no": np.array(batch.numbers, np.int32)[item],
            "weight": (100 * worth * (_SATURATION + 1) / (worth + slowness[item])).astype(np.uint8),
            "forms": forms,
            "told": np.where(np.array(batch.is_whole, bool)[item], forms, in_title),
            "is_open": np.array(batch.is_open, bool)[item],
        })  # fmt: skip


def _sums(add: np.ufunc, values: Array, starts: Array) -> Array:
    return np.asarray(add.reduceat(values, starts)) if len(starts) else values[:0]
