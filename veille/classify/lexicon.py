"""`models/vocabulary.yaml`, read: concepts to find, and the cues of themes, item types and axes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from veille.classify.vocabulary import ELSEWHERE, FIELD, Concept, Entry, Vocabulary
from veille.faults import read_as
from veille.i18n import _
from veille.model.published import Label

Language = Literal["fr", "en", "es", "pt", "it", "ca", "de", "ko"]
Terms = dict[Language, list[Annotated[str, Field(min_length=1)]]]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)  # notes and scopes are for people


class _ConceptEntry(_Part):
    id: str
    label_fr: str
    weight: int = Field(default=1, ge=1, le=3)
    ambiguous: bool = False
    terms: Terms
    acronyms: list[str] = []


class _Group(_Part):
    id: str
    label_fr: str = ""
    concepts: list[_ConceptEntry] = []


class _Facet(_Part):
    id: str
    label_fr: str
    terms: Terms = {}
    cues: Terms = {}


class _File(_Part):
    field: _Group
    domains: list[_Group] = Field(min_length=1)
    elsewhere: _Group = _Group(id=ELSEWHERE)
    themes: list[_Facet] = []
    item_types: list[_Facet] = []
    axes: list[_Facet] = []

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> Self:
        groups = (self.field, *self.domains, self.elsewhere)
        ids = Counter(concept.id for group in groups for concept in group.concepts)
        if repeated := [one for one, times in ids.items() if times > 1]:
            told = _("several concepts have the same id: {ids}")
            raise ValueError(told.format(ids=", ".join(repeated)))
        return self


@dataclass(frozen=True, slots=True)
class _Text:
    """What a vocabulary's file holds, to know it again, and where it is."""

    content: bytes
    path: Path = field(compare=False)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The vocabulary of judging: what speaks for the tags, and what for the facets.

    A facet's concepts have the group `theme`, `item_type` or `axis`. `labels` has the French label
    of everything, by its id.
    """

    concepts: Vocabulary
    facets: Vocabulary
    domains: tuple[str, ...]
    labels: Mapping[str, str]


def load_lexicon(path: Path) -> Lexicon:
    """Read a vocabulary; raise ConfigError with every fault and its place.

    A process that asks again is given the same one for as long as the file is the same.
    """
    return _lexicon(_text_of(path))


@lru_cache(maxsize=1)
def _lexicon(text: _Text) -> Lexicon:
    file = _file(text)
    entries = list(_entries(file))
    cues = list(_cues(file))
    return Lexicon(
        concepts=Vocabulary(entries),
        facets=Vocabulary(cues),
        domains=tuple(domain.id for domain in file.domains),
        labels={entry.concept.id: entry.concept.label for entry in (*entries, *cues)},
    )


def facet_labels(path: Path) -> Iterator[Label]:
    """Yield what a vocabulary calls its domains, themes, kinds of document and axes, in French.

    Raises as `load_lexicon` does, and takes a third of its time, or none after it.
    """
    file = _file(_text_of(path))
    for domain in file.domains:
        yield Label("domain", domain.id, domain.label_fr or domain.id)
    for kind, facets in (("theme", file.themes), ("type", file.item_types), ("axis", file.axes)):
        for facet in facets:
            yield Label(kind, facet.id, facet.label_fr)


def _text_of(path: Path) -> _Text:
    try:
        return _Text(path.read_bytes(), path)
    except OSError:  # reading it as a vocabulary tells what is wrong
        return _Text(b"", path)


@lru_cache(maxsize=1)
def _file(text: _Text) -> _File:
    return read_as(_File, text.path, page="models/README.md")


def _entries(file: _File) -> Iterator[Entry]:
    groups = ((FIELD, file.field), *((one.id, one) for one in file.domains))
    for name, group in (*groups, (ELSEWHERE, file.elsewhere)):
        for one in group.concepts:
            concept = Concept(one.id, name, one.label_fr, one.weight, one.ambiguous)
            yield Entry(concept, _by_language(one.terms), one.acronyms)


def _cues(file: _File) -> Iterator[Entry]:
    kinds = (("theme", file.themes), ("item_type", file.item_types), ("axis", file.axes))
    for group, facets in kinds:
        for facet in facets:
            words = {
                language: (*facet.terms.get(language, ()), *facet.cues.get(language, ()))
                for language in {*facet.terms, *facet.cues}
            }
            terms = {str(one): [w for w in said if not _acronym(w)] for one, said in words.items()}
            acronyms = {word for said in words.values() for word in said if _acronym(word)}
            yield Entry(Concept(facet.id, group, facet.label_fr), terms, sorted(acronyms))


def _acronym(term: str) -> bool:
    return term.isupper() and " " not in term and term.isascii()


def _by_language(terms: Terms) -> Mapping[str, Sequence[str]]:
    return {str(language): words for language, words in terms.items()}
