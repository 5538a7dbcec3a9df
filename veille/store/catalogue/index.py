"""Build the search index of a catalogue: which stems stand in which items, and by which forms.

The two editions share one index; the open one leaves out items it does not hold and, of texts that
may not be passed on, everything but the stems.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import pyarrow as pa

from veille.lexicon import COMMON, LANGUAGES, Word, analyse, fold, forms_of
from veille.store.catalogue.tokens import Array, tokenise

TITLE_WORTH = 4
"""What a word in a title counts for, in words of the text."""

_SATURATION, _LENGTH_SHARE = 1.2, 0.75  # k1 and b of BM25, as most engines have them
_FORMS = 16  # forms of a stem told apart; the last stands for all rarer ones
_AT_ONCE = 1_000_000

# One number for each text and token: token, item, whether it is the title, count.
_ITEM, _TITLE, _COUNT = 13, 12, (1 << 12) - 1
_TOKEN = _ITEM + 24
# And for each item and form: stem, item, title, rank of the form, count.
_STEM, _NUMBER, _IS_TITLE, _RANK, _TIMES = 40, 16, 15, 11, (1 << 11) - 1


@dataclass(frozen=True, slots=True)
class Visible:
    """What the open edition may show, an entry for each item: the item at all, all of its text."""

    item: Array
    text: Array


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The forms found, each a row of `table`, and where a token's forms are found.

    The forms of token t are `pairs[first[t]:first[t + 1]]`, each a row of `table`.
    """

    table: pa.Table
    stems: pa.Table
    first: Array
    pairs: Array


class Index:
    """Takes texts in, language by language; gives the lexicon, then the index."""

    def __init__(self) -> None:
        self._next = count()
        self._ids: dict[str, defaultdict[bytes, int]] = {
            language: defaultdict(self._next.__next__) for language in (*LANGUAGES, "")
        }
        self._batches: list[Array] = []
        self._words: list[tuple[Array, Array]] = []

    def add(
        self, language: str | None, numbers: Sequence[int], titles: list[str], texts: list[str]
    ) -> None:
        """Count the words of items in one language; `numbers` are theirs, below 2**24."""
        ids = self._ids[language if language in LANGUAGES else ""]
        items = np.array(numbers, np.uint64)
        for is_title, given in enumerate((texts, titles)):
            found = tokenise(given)
            known = np.array([ids[token] for token in found.vocabulary], np.uint64)
            times = np.minimum(found.counts, _COUNT).astype(np.uint64)
            title = np.uint64(is_title << _TITLE)
            token = known[found.tokens] << _TOKEN
            self._batches.append(token | items[found.texts] << _ITEM | title | times)
            self._words.append((items, np.bincount(found.texts, found.counts, len(given))))

    def lexicon(self) -> Lexicon:
        """Analyse each different token once."""
        frequency = np.zeros(next(self._next), np.int64)
        for batch in self._batches:
            frequency += np.bincount(batch >> _TOKEN, minlength=len(frequency))
        fan = np.zeros(len(frequency) + 1, np.int64)
        told: list[int] = []  # rows of forms, for the tokens of one language after the other
        tokens: list[int] = []  # and the tokens they belong to
        words: list[Word] = []
        languages: list[str] = []
        for language, ids in self._ids.items():
            rows: defaultdict[str, int] = defaultdict(count(len(words)).__next__)
            for form in sorted(COMMON.get(language, ())):  # known even where no text holds them
                rows[form]
            for token, number in ids.items():
                found = forms_of(token.decode())
                fan[number + 1] = len(found)
                told += map(rows.__getitem__, found)
                tokens += [number] * len(found)
            words += analyse(rows, language)
            languages += [language] * len(rows)
        pairs = np.array(told, np.int64)[np.argsort(tokens, kind="stable")]
        first = np.cumsum(fan)
        uses = np.bincount(pairs, np.repeat(frequency, fan[1:]), len(words))
        return Lexicon(*_tables(words, languages, uses), first, pairs)

    def build(self, lexicon: Lexicon, visible: Visible) -> "Postings":
        """Return the index; this gives up the memory of what was counted."""
        stems = lexicon.table["stem_id"].to_numpy().astype(np.uint64)
        ranks = lexicon.table["rank"].to_numpy().astype(np.uint64)
        seen = np.zeros(len(stems), np.int64)
        shown = np.zeros(len(stems), bool)
        keys = []
        while self._batches:
            batch = self._batches.pop()
            token, item = batch >> _TOKEN, batch >> _ITEM & np.uint64((1 << 24) - 1)
            fan = lexicon.first[token + 1] - lexicon.first[token]
            of = np.repeat(np.arange(len(batch)), fan)
            nth = np.arange(len(of)) - np.repeat(np.cumsum(fan) - fan, fan)
            form = lexicon.pairs[lexicon.first[token][of] + nth]
            item, title = item[of], batch[of] >> _TITLE & np.uint64(1)
            times = np.minimum(batch[of] & np.uint64(_COUNT), _TIMES)
            seen += np.bincount(form, visible.item[item] & (title == 0), len(seen)).astype(np.int64)
            shown[form[visible.item[item] & ((title == 1) | visible.text[item])]] = True
            keys.append(
                stems[form] << _STEM | item << _NUMBER | title << _IS_TITLE
                | ranks[form] << _RANK | times
            )  # fmt: skip
        return Postings(keys, self._lengths(len(visible.item)), visible, shown | (seen > 1))

    def _lengths(self, items: int) -> Array:
        lengths = np.zeros(items)
        while self._words:
            numbers, words = self._words.pop()
            np.add.at(lengths, numbers, words)
        return lengths


class Postings:
    """Which stems stand in which items, by stem, then item.

    `shown` says which forms the open edition's lexicon tells: those in a text that it shows, or in
    two texts at least. A word that stands in one text alone, a name perhaps, it keeps for itself.
    """

    def __init__(self, keys: list[Array], lengths: Array, visible: Visible, shown: Array) -> None:
        self.shown = shown
        self._visible = visible
        usual = lengths.mean() if lengths.any() else 1.0
        self._slowness = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * lengths / usual)
        self._keys = np.empty(sum(map(len, keys)), np.uint64)
        end = 0
        while keys:
            part = keys.pop()
            self._keys[end : end + len(part)] = part
            end += len(part)
        self._keys.sort()

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        """Yield the rows of `word_items`, those of the team's and of the open edition, in order."""
        place = self._keys >> _NUMBER
        start = 0
        while start < len(self._keys):
            end = min(start + _AT_ONCE, len(self._keys))
            if end < len(self._keys):
                end = int(np.searchsorted(place, place[end], "left"))
            yield self._rows(self._keys[start:end])
            start = end

    def _rows(self, keys: Array) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        place = keys >> _NUMBER
        starts = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
        item = (place[starts] & np.uint64((1 << 24) - 1)).astype(np.int32)
        stem = (keys[starts] >> _STEM).astype(np.int32)
        title = (keys >> _IS_TITLE & np.uint64(1)).astype(bool)
        times = (keys & np.uint64(_TIMES)).astype(np.float64)
        form = (1 << (keys >> _RANK & np.uint64(_FORMS - 1))).astype(np.uint16)
        worth = np.add.reduceat(times * np.where(title, TITLE_WORTH, 1), starts)
        weight = 100 * worth * (_SATURATION + 1) / (worth + self._slowness[item])
        forms = np.bitwise_or.reduceat(form, starts)
        in_title = np.bitwise_or.reduceat(np.where(title, form, 0).astype(np.uint16), starts)
        team = _batch(stem, item, weight, forms)
        is_open = self._visible.item[item]
        told = np.where(self._visible.text[item], forms, in_title)
        return team, _batch(stem[is_open], item[is_open], weight[is_open], told[is_open])


def _batch(stem: Array, item: Array, weight: Array, forms: Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {"stem_id": stem, "item_no": item, "weight": weight.astype(np.uint8), "forms": forms}
    )


def _tables(words: list[Word], languages: list[str], uses: Array) -> tuple[pa.Table, pa.Table]:
    """Number the stems, and rank the forms of each by how many items hold them."""
    numbers: defaultdict[tuple[str, str], int] = defaultdict(count().__next__)
    stem_ids = np.array(
        [numbers[language, word.stem] for word, language in zip(words, languages, strict=True)],
        np.int32,
    )
    order = np.lexsort((-uses, stem_ids))
    begins = np.searchsorted(stem_ids[order], stem_ids[order], "left")
    rank = np.empty(len(words), np.uint8)
    rank[order] = np.minimum(np.arange(len(words)) - begins, _FORMS - 1)
    forms = pa.table(
        {
            "form": [word.form for word in words],
            "folded": [fold(word.form) for word in words],
            "lemma": [word.lemma for word in words],
            "stem_id": stem_ids,
            "rank": rank,
            "common": [word.common for word in words],
            "siblings": _siblings(words, stem_ids, rank),
        }
    )
    stems = pa.table(
        {
            "stem_id": np.arange(len(numbers), dtype=np.int32),
            "stem": [stem for _, stem in numbers],
            "folded": [fold(stem) for _, stem in numbers],
            "language": [language for language, _ in numbers],
        }
    )
    return forms, stems


def _siblings(words: list[Word], stem_ids: Array, ranks: Array) -> Array:
    """Return for each form the bits of the ranks of its lemma's forms, its own included."""
    families: defaultdict[tuple[int, str], int] = defaultdict(count().__next__)
    lemmas = (word.lemma for word in words)
    family = np.array([families[key] for key in zip(stem_ids.tolist(), lemmas, strict=True)], int)
    bits = np.zeros(len(families), np.uint16)
    np.bitwise_or.at(bits, family, (1 << ranks.astype(np.uint16)).astype(np.uint16))
    return np.asarray(bits[family])
