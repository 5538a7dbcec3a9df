"""What a form is an inflection of (its lemma), and what family of words it belongs to (its stem).

Two libraries, one after the other: simplemma's dictionaries, then Snowball on the lemma. Snowball
alone misses plurals such as enjeux, lieux, lois and travaux; simplemma alone misses rare words and
derivations (financer, financement). Snowball unites words that have nothing to do with each other
(commune, communication), simplemma none: so a match by lemma is worth more than one by stem. Pairs
that should meet, and that should not, are in tests/data/search.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

LANGUAGES = {"fr": "french", "en": "english", "es": "spanish"}
"""Languages with stems, by their ISO 639-1 code, as Snowball names them; others have none."""

_SHORTEST = 4  # letters below which a form is its own stem: « éss » is not a plural of « és »


class Words(NamedTuple):
    """Of some forms, in order: their lemmas, stems, whether they say nothing by themselves.

    In columns, for there are hundreds of thousands: as many objects cost more than what is in them.
    """

    lemmas: list[str]
    stems: list[str]
    common: list[bool]


def analyse(forms: Sequence[str], language: str | None) -> Words:
    """Return forms' lemmas and stems. In a language without stems a form is its own."""
    if language not in LANGUAGES:
        return Words(list(forms), list(forms), [False] * len(forms))
    common = COMMON[language]
    inflected = [len(form) >= _SHORTEST and form not in common and form.isalpha() for form in forms]
    dictionary = _dictionary(language) if any(inflected) else {}
    lemmas = [
        _lemma(form, dictionary, common) if is_inflected else form
        for form, is_inflected in zip(forms, inflected, strict=True)
    ]
    stems = [
        stem if is_inflected else lemma
        for lemma, stem, is_inflected in zip(
            lemmas, _stemmer(language).stemWords(lemmas), inflected, strict=True
        )
    ]
    return Words(lemmas, stems, [form in common for form in forms])


def _lemma(form: str, dictionary: Mapping[str, str], common: frozenset[str]) -> str:
    """Return what the dictionary says a form is an inflection of, else the form itself.

    A lemma that is a common word is no lemma: « suis » and « été » are better found as written.
    """
    lemma = dictionary.get(form) or dictionary.get(form.capitalize())
    if lemma is None or lemma in common:
        return form
    return lemma.lower().replace("œ", "oe").replace("æ", "ae")


@cache
def _dictionary(language: str) -> Mapping[str, str]:
    from simplemma.strategies import DefaultDictionaryFactory  # late: French takes 0.2 s and 25 MB

    return DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)


def forget_dictionaries() -> None:
    """Give back what they take, 150 MB for three languages; they are read anew where asked."""
    _dictionary.cache_clear()


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
