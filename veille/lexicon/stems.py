"""What a form is an inflection of (its lemma), and what family of words it belongs to (its stem).

Two libraries, one after the other: simplemma's dictionaries, then Snowball on the lemma. Snowball
alone misses plurals such as enjeux, lieux, lois and travaux; simplemma alone misses rare words and
derivations (financer, financement). Snowball unites words that have nothing to do with each other
(commune, communication), simplemma none: so a match by lemma is worth more than one by stem. Pairs
that should meet, and that should not, are in tests/data/search.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = {"fr": "french", "en": "english", "es": "spanish"}
"""Languages with stems, by their ISO 639-1 code, as Snowball names them; others have none."""

_SHORTEST = 4  # letters below which a form is its own stem: « éss » is not a plural of « és »


@dataclass(frozen=True, slots=True)
class Word:
    """A form, its lemma and its stem in one language; `common` if it says nothing by itself."""

    form: str
    lemma: str
    stem: str
    common: bool = False


def analyse(forms: Iterable[str], language: str | None) -> list[Word]:
    """Return each form's lemma and stem. In a language without stems a form is its own."""
    forms = list(forms)
    if language not in LANGUAGES:
        return [Word(form, form, form) for form in forms]
    common = COMMON[language]
    dictionary = _dictionary()
    lemmas = [form if form in common else _lemma(form, language, dictionary) for form in forms]
    stems = _stemmer(language).stemWords(lemmas)
    return [
        Word(form, lemma, lemma if _is_unstemmed(form, common) else stem, form in common)
        for form, lemma, stem in zip(forms, lemmas, stems, strict=True)
    ]


def _is_unstemmed(form: str, common: frozenset[str]) -> bool:
    return len(form) < _SHORTEST or form in common or not form.isalpha()


def _lemma(form: str, language: str, dictionary: Any) -> str:  # noqa: ANN401
    """Return what the dictionary says a form is an inflection of, else the form itself.

    A lemma that is a common word is no lemma: « suis » and « été » are better found as written.
    """
    if len(form) < _SHORTEST or not form.isalpha():
        return form
    lemma: str | None = dictionary.get_lemma(form, language)
    if lemma is None or lemma in COMMON[language]:
        return form
    return lemma.lower().replace("œ", "oe").replace("æ", "ae")


@cache
def _dictionary() -> Any:  # noqa: ANN401 - imported late: French takes 0.2 s and 25 MB
    from simplemma.strategies import DictionaryLookupStrategy

    return DictionaryLookupStrategy()


@cache
def _stemmer(language: str) -> Any:  # noqa: ANN401
    import snowballstemmer

    return snowballstemmer.stemmer(LANGUAGES[language])


def _read_common() -> dict[str, frozenset[str]]:
    text = (files(__package__) / "common.yaml").read_text(encoding="utf-8")
    return {language: frozenset(words.split()) for language, words in yaml.safe_load(text).items()}


COMMON = _read_common()
"""Words that join others (articles, prepositions, pronouns, auxiliaries), by language.

They are indexed as all are, but beside another word a search does not ask for them.
"""
