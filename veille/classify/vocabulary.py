"""The controlled vocabulary: which concepts a text names, where, and in which words.

`models/vocabulary.yaml` holds the concepts of the field, of the three domains and of what lies
elsewhere, then themes, item types and axes, each with its terms in up to eight languages. A term
is found as written or in the plural, whatever its case, accents, hyphens and inclusive endings; an
acronym only in its exact case, since « ÉS » is a sector and « es » a verb; Korean, whose particles
stick to words, as part of a word. Each known word becomes one character, so that one automaton
reads a text of 500 words in a tenth of a millisecond.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, repeat

import ahocorasick

from veille.classify.words import Words, keys_of
from veille.folding import fold

FIELD = "field"
ELSEWHERE = "elsewhere"
_STRONG, _MIDDLING = 3, 2
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")
_UNKNOWN = " "  # stands for every word that is in no term


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept: the group it speaks for, and how strongly (1 to 3) it does so alone.

    `group` is `field`, `elsewhere` (what a text is about when it is not of the field) or a
    domain's id. An `ambiguous` concept counts only in a text that is of the field by other terms.
    """

    id: str
    group: str
    label: str
    weight: int = 1
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept with what names it: terms by language, and acronyms."""

    concept: Concept
    terms: Mapping[str, Sequence[str]]
    acronyms: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a concept; `term` is the same for the singular and plural of a term."""

    concept: Concept
    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What one form of a term names, and its length in words (Korean: in characters)."""

    term: str
    length: int
    concepts: list[Concept]

    def add(self, concept: Concept) -> None:
        if concept not in self.concepts:
            self.concepts.append(concept)


class Vocabulary:
    """The concepts, ready to be found in texts."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._codes: dict[str, str] = {}
        self._acronyms: dict[str, _Found] = {}
        words: dict[str, _Found] = {}
        korean: dict[str, _Found] = {}
        for entry in entries:
            for acronym in entry.acronyms:
                self._acronyms.setdefault(acronym, _Found(acronym, 1, [])).add(entry.concept)
            for language, term in _terms(entry):
                if language == "ko":
                    korean.setdefault(term, _Found(term, len(term), [])).add(entry.concept)
                    continue
                for form in forms(keys_of(term), language):
                    coded = "".join(self._code(key) for key in form)
                    found = words.setdefault(coded, _Found(_singular(form), len(form), []))
                    found.add(entry.concept)
        acronyms = {fold(acronym) for acronym in self._acronyms}
        self._acronym_keys = acronyms | {f"{acronym}s" for acronym in acronyms}
        self._words = _automaton(words)
        self._korean = _automaton(korean)

    def find(self, words: Words) -> list[Mention]:
        """Return what the text names, in order; of terms that overlap, the longest."""
        spans = sorted(self._spans(words), key=lambda span: (span[0], -span[1]))
        mentions: list[Mention] = []
        end = 0
        for start, stop, found in spans:
            if start >= end:
                end = stop
                mentions += [Mention(one, found.term, start, stop) for one in found.concepts]
        return mentions

    def _spans(self, words: Words) -> Iterator[tuple[int, int, _Found]]:
        codes, starts, ends = self._codes, words.starts, words.ends
        coded = "".join(map(codes.get, words.keys, repeat(_UNKNOWN)))
        for last, found in self._words.iter(coded):
            yield starts[last - found.length + 1], ends[last], found
        may_be_named = not self._acronym_keys.isdisjoint(words.keys)
        for at, key in enumerate(words.keys if may_be_named else ()):
            if key in self._acronym_keys:
                written = words.text[starts[at] : ends[at]]
                acronym = self._acronyms.get(written) or self._acronyms.get(
                    written.removesuffix("s")
                )
                if acronym and not _shouted(words.text, starts[at]):
                    yield starts[at], ends[at], acronym
        if len(self._korean) and _HANGUL.search(words.text):
            for last, found in self._korean.iter(words.text):
                yield last - found.length + 1, last + 1, found

    def _code(self, key: str) -> str:
        return self._codes.setdefault(key, chr(0x4E00 + len(self._codes)))


def settled(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions that count: the ambiguous ones only where the field is present.

    It is present with a strong field concept, two middling ones, or a middling one beside a strong
    concept of a domain, each named by other terms than the ambiguous one.
    """
    mentions = list(mentions)
    proof: dict[str, tuple[int, int, int]] = {}
    for one in mentions:
        if one.concept.ambiguous:
            continue
        strong, middling, domain = proof.get(one.term, (0, 0, 0))
        if one.concept.group == FIELD:
            strong |= one.concept.weight >= _STRONG
            middling |= one.concept.weight == _MIDDLING
        elif one.concept.group != ELSEWHERE:
            domain |= one.concept.weight >= _STRONG
        proof[one.term] = strong, middling, domain
    total = [sum(column) for column in zip(*proof.values(), strict=True)] or [0, 0, 0]

    def present_besides(term: str) -> bool:
        own = proof.get(term, (0, 0, 0))
        strong, middling, domain = (all_ - mine for all_, mine in zip(total, own, strict=True))
        return bool(strong > 0 or middling > 1 or (middling > 0 and domain > 0))

    return [one for one in mentions if not one.concept.ambiguous or present_besides(one.term)]


def forms(keys: tuple[str, ...], language: str) -> set[tuple[str, ...]]:
    """Return a term's keys as written and with its words in the plural, each or together."""
    choices = [(key, *_plurals(key, language)) for key in keys]
    if sum(len(choice) > 1 for choice in choices) <= 3:
        return set(product(*choices))
    return {keys, tuple(choice[-1] for choice in choices), (choices[0][-1], *keys[1:])}


def _plurals(key: str, language: str) -> tuple[str, ...]:
    """Return the plural forms of a folded word; none for short and for plural ones."""
    if len(key) <= 3 or key[-1] in "sxz" or not key[-1].isalpha():
        return ()
    for ending, plurals in _PLURALS.get(language, ()):
        if key.endswith(ending):
            stem = key.removesuffix(ending)
            return tuple(stem + plural for plural in plurals)
    return (key + "s",)


# Longest ending first; what fits none takes an s. Keys are folded: « ão » is « ao ».
_PLURALS: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]] = {
    "fr": [("eau", ("eaux",)), ("eu", ("eux",)), ("al", ("aux", "als"))],
    "en": [("ey", ("eys",)), ("ay", ("ays",)), ("y", ("ies",)), ("ch", ("ches",))],
    "es": [(consonant, (consonant + "es",)) for consonant in "dlnrj"],
    "pt": [("ao", ("oes", "aos")), ("al", ("ais",)), ("m", ("ns",)), ("r", ("res",))],
    "it": [("ca", ("che",)), ("a", ("e",)), ("o", ("i",)), ("e", ("i",))],
    "ca": [("a", ("es",)), ("o", ("ons",))],
    "de": [("e", ("en",)), ("", ("en", "e", "s", "er"))],
}


def _terms(entry: Entry) -> Iterator[tuple[str, str]]:
    for language, terms in entry.terms.items():
        for term in terms:
            yield language, term if language == "ko" else fold(term)


def _singular(form: Iterable[str]) -> str:
    """Return what the singular and plural of a term have in common."""
    return " ".join(key.rstrip("sx") or key for key in form)


def _automaton(patterns: Mapping[str, _Found]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for pattern, value in patterns.items():
        automaton.add_word(pattern, value)
    automaton.make_automaton()
    return automaton


def _shouted(text: str, at: int) -> bool:
    """Tell whether the line around `at` is all in capitals, where case proves nothing."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[max(start, at - 200) : end if 0 <= end < at + 200 else at + 200]
    return len(line) > 12 and not any(char.islower() for char in line)


def mentioned(mentions: Iterable[Mention]) -> Counter[str]:
    """Return how often each concept is named, by its id."""
    return Counter(mention.concept.id for mention in mentions)
