"""The lexicon that a catalogue is searched by: which forms there are, of which stems.

It grows with what it meets, and numbers never change: a form keeps its number, its stem and its
rank for as long as publications build on one another.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from veille.lexicon import COMMON, LANGUAGES, analyse, fold, forms_of

FORM, STEM = 28, 4
"""Where the numbers of form and stem begin in a place; below, the form's rank in its stem."""

RANKS = 16
"""Forms of a stem told apart; the last rank stands for all later ones."""

_TOKENS = 80_000  # remembered of each language; frequent ones are soon met again

Row = tuple[Any, ...]


class Lexicon:
    """Finds the forms of tokens by their places, and enters those that are new."""

    def __init__(self) -> None:
        self._tokens: dict[str, dict[bytes, tuple[int, ...]]] = _by_language()
        self._places: dict[str, dict[str, int]] = _by_language()
        self._stems: dict[str, dict[str, int]] = _by_language()
        self._forms_of_stem: list[int] = []
        self._size = 0
        self._new_stems: list[Row] = []
        self._new_forms: list[Row] = []

    def __len__(self) -> int:
        return self._size

    def restore_stems(self, stems: Iterable[tuple[str, str]]) -> None:
        """Take over stems (language, stem), by number."""
        for number, (language, stem) in enumerate(stems):
            self._stems[language][stem] = number
            self._forms_of_stem.append(0)

    def restore_forms(self, forms: Iterable[tuple[str, str, int, int]]) -> None:
        """Take over forms (language, form, stem, rank), by number; after the stems."""
        for language, form, stem, rank in forms:
            self._places[language][form] = self._size << FORM | stem << STEM | rank
            self._forms_of_stem[stem] += 1
            self._size += 1

    def take_new(self) -> tuple[list[Row], list[Row]]:
        """Return what was entered since this was last asked: rows of the ledger's tables."""
        new = self._new_stems, self._new_forms
        self._new_stems, self._new_forms = [], []
        return new

    def learn_common(self) -> None:
        """Enter the words that say nothing by themselves: known even where no text holds them."""
        for language, words in COMMON.items():
            self._learn(language, sorted(words - self._places[language].keys()))

    def find(self, language: str | None, tokens: Sequence[bytes]) -> list[tuple[int, ...]]:
        """Return the places of each token's forms; a token without a word in it has none."""
        language = language if language in LANGUAGES else ""
        known, places = self._tokens[language], self._places[language]
        if len(known) > _TOKENS:
            known.clear()
        unknown = [token for token in tokens if token not in known]
        forms = [forms_of(token.decode()) for token in unknown]
        self._learn(language, [one for one in dict.fromkeys(chain(*forms)) if one not in places])
        for token, of_token in zip(unknown, forms, strict=True):
            known[token] = tuple(places[form] for form in of_token)
        return [known[token] for token in tokens]

    def _learn(self, language: str, forms: Sequence[str]) -> None:
        for word in analyse(forms, language):
            stem = self._stem(language, word.stem)
            rank = min(self._forms_of_stem[stem], RANKS - 1)
            self._forms_of_stem[stem] += 1
            self._places[language][word.form] = self._size << FORM | stem << STEM | rank
            self._new_forms.append(
                (self._size, language, word.form, fold(word.form), word.lemma, stem, rank,
                 word.common)
            )  # fmt: skip
            self._size += 1

    def _stem(self, language: str, stem: str) -> int:
        stems = self._stems[language]
        if stem not in stems:
            stems[stem] = len(self._forms_of_stem)
            self._forms_of_stem.append(0)
            self._new_stems.append((stems[stem], language, stem, fold(stem)))
        return stems[stem]


def _by_language() -> dict[str, dict]:  # type: ignore[type-arg]
    return {language: {} for language in (*LANGUAGES, "")}
