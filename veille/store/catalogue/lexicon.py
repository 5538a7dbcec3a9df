"""The lexicon that a catalogue is searched by: which forms there are, of which stems.

It grows with what it meets, and numbers never change: a form keeps its number, its stem and its
rank for as long as publications build on one another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from veille.lexicon import COMMON, LANGUAGES, analyse, folded, forms_of
from veille.store.catalogue.numbers import UNKNOWN, Numbers, keys_of

Array = npt.NDArray[Any]
Columns = dict[str, list[Any]]

FORM, STEM = 28, 4
"""Where the numbers of form and stem begin in a place; below, the form's rank in its stem."""

RANKS = 16
"""Forms of a stem told apart; the last rank stands for all later ones."""

_TOKENS = 1_000_000  # remembered, of all languages; then forgotten, and met again
_SALTS = {language: hash(("language", language)) for language in (*LANGUAGES, "")}


class Lexicon:
    """Finds the forms of tokens by their places, and enters those that are new."""

    def __init__(self) -> None:
        self._forms, self._stems = Numbers(), Numbers()
        self._ranks = bytearray()  # of each stem: the rank of its next form
        self._new_stems: Columns = defaultdict(list)
        self._new_forms: Columns = defaultdict(list)
        self._forget_tokens()

    def _forget_tokens(self) -> None:
        self._tokens = Numbers()
        self._several: list[tuple[int, ...]] = [(), ()]  # of tokens that are not of one form

    def __len__(self) -> int:
        return len(self._forms)

    def restore_stems(self, languages: Sequence[str], stems: Sequence[str]) -> None:
        """Take over stems, by number."""
        numbers = np.arange(len(self._stems), len(self._stems) + len(stems))
        self._stems.add(_salted(languages, stems), numbers)
        self._ranks.extend(bytes(len(stems)))

    def restore_forms(
        self, languages: Sequence[str], forms: Sequence[str], stems: Array, ranks: Array
    ) -> None:
        """Take over forms, by number; after the stems."""
        numbers = np.arange(len(self), len(self) + len(forms))
        self._forms.add(_salted(languages, forms), _places(numbers, stems, ranks))
        following = np.frombuffer(self._ranks, np.uint8)
        np.maximum.at(following, stems, np.minimum(ranks + 1, RANKS - 1).astype(np.uint8))

    def take_new(self) -> tuple[Columns, Columns]:
        """Return what was entered since this was last asked: columns of the ledger's tables."""
        new = self._new_stems, self._new_forms
        self._new_stems, self._new_forms = defaultdict(list), defaultdict(list)
        return new

    def learn_common(self) -> None:
        """Enter the words that say nothing by themselves: known even where no text holds them."""
        for language, words in COMMON.items():
            self._learn(language, sorted(words))

    def find(self, language: str | None, tokens: Sequence[bytes]) -> tuple[Array, Array]:
        """Return how many forms each token has, and the places of all of them, one after another.

        A token without a word in it has none.
        """
        language = language if language in LANGUAGES else ""
        if len(self._tokens) > _TOKENS:
            self._forget_tokens()
        keys = keys_of(tokens, _SALTS[language])
        found = self._tokens.find(keys)
        unknown = np.flatnonzero(found == UNKNOWN)
        found[unknown] = self._meet(language, [tokens[n] for n in unknown.tolist()], keys[unknown])
        several = np.flatnonzero(found < 0).tolist()
        fan = np.ones(len(tokens), np.int64)
        fan[several] = [len(self._several[~found[n]]) for n in several]
        places = np.repeat(found, fan)
        first = np.cumsum(fan) - fan
        for n in several:
            places[first[n] : first[n] + fan[n]] = self._several[~found[n]]
        return fan, places

    def _meet(self, language: str, tokens: Sequence[bytes], keys: Array) -> Array:
        """Return the place of each new token's form, or ~n: its forms are the nth of `_several`."""
        forms = [forms_of(token.decode()) for token in tokens]
        given = list(dict.fromkeys(chain.from_iterable(forms)))
        self._learn(language, given)
        place_of = dict(zip(given, self._places_of(language, given).tolist(), strict=True))
        found = [
            place_of[of[0]] if len(of) == 1 else ~self._number_of([place_of[one] for one in of])
            for of in forms
        ]
        self._tokens.add(keys, np.array(found, np.int64))
        return np.array(found, np.int64)

    def _number_of(self, places: Sequence[int]) -> int:
        if not places:
            return 1  # 0 would be UNKNOWN
        self._several.append(tuple(places))
        return len(self._several) - 1

    def _learn(self, language: str, given: Sequence[str]) -> None:
        """Enter those of these forms, each given once, that are new."""
        known = self._places_of(language, given) != UNKNOWN
        forms = [form for form, is_known in zip(given, known.tolist(), strict=True) if not is_known]
        words = analyse(forms, language)
        stems = self._stems_of(language, words.stems)
        ranks = [self._next_rank(stem) for stem in stems]
        first = len(self)
        _extend(self._new_forms, {
            "form_no": range(first, first + len(forms)), "language": [language] * len(forms),
            "form": forms, "folded": _others(folded(forms), forms),
            "lemma": _others(words.lemmas, forms),
            "stem_id": stems, "rank": ranks, "common": words.common,
        })  # fmt: skip
        places = _places(
            np.arange(first, first + len(forms)),
            np.array(stems, np.int64),
            np.array(ranks, np.int64),
        )
        self._forms.add(keys_of(forms, _SALTS[language]), places)

    def _places_of(self, language: str, forms: Sequence[str]) -> Array:
        return self._forms.find(keys_of(forms, _SALTS[language]))

    def _stems_of(self, language: str, stems: Sequence[str]) -> list[int]:
        """Return the numbers of stems, entering those that are new."""
        keys = keys_of(stems, _SALTS[language])
        found = self._stems.find(keys)
        new: dict[str, int] = {}
        for n in np.flatnonzero(found == UNKNOWN).tolist():
            found[n] = new.setdefault(stems[n], len(self._stems) + len(new))
        _extend(self._new_stems, {
            "stem_id": new.values(), "language": [language] * len(new),
            "stem": new, "folded": _others(folded(list(new)), new),
        })  # fmt: skip
        self._stems.add(keys_of(new, _SALTS[language]), np.array(list(new.values()), np.int64))
        self._ranks.extend(bytes(len(new)))
        numbers: list[int] = found.tolist()
        return numbers

    def _next_rank(self, stem: int) -> int:
        rank = self._ranks[stem]
        self._ranks[stem] = min(rank + 1, RANKS - 1)
        return rank


def _extend(columns: Columns, more: Mapping[str, Iterable[Any]]) -> None:
    for name, values in more.items():
        columns[name].extend(values)


def _others(words: Iterable[str], than: Iterable[str]) -> Iterator[str | None]:
    """Yield words, None for those that are the same: most are, and cost nothing to write so."""
    return (word if word != same else None for word, same in zip(words, than, strict=True))


def _salted(languages: Sequence[str], words: Sequence[str]) -> Array:
    salts = np.fromiter(map(_SALTS.__getitem__, languages), np.int64, len(languages))
    return keys_of(words, salts)


def _places(numbers: Array, stems: Array, ranks: Array) -> Array:
    return np.asarray(numbers << FORM | stems.astype(np.int64) << STEM | ranks)
