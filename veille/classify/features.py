"""What the vocabulary says of a document, as twenty numbers that mean the same at any length.

For each group of concepts (the field, each domain, elsewhere): how densely it is named, how many
different terms name it, whether the title does, whether the opening does. Long real documents name
a concept as densely as short ones, though never as often; so rates are what carries over from
examples to real pages. Counting a term four times at most keeps one repeated word from deciding.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from veille.classify.documents import Whole
from veille.classify.vocabulary import ELSEWHERE, FIELD, Concept, Mention, Vocabulary, settled

PER_GROUP = ("density", "breadth", "title", "lead")
_MOST = 4  # times that one term counts
_LEAD = 100  # words, title included
_SHORTEST = 60  # words that a shorter text is taken to have, so that one term does not fill it
_TITLE_MOST = 6  # weight that a title can bring

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """One term of one concept in one document; offsets are of its first mention, in the whole."""

    concept: Concept
    term: str
    count: int
    in_title: bool
    in_lead: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as the vocabulary reads it: its words, counted, and the terms found."""

    words: int
    spots: tuple[Spot, ...]


def groups_of(domains: Sequence[str]) -> tuple[str, ...]:
    """Return the groups of concepts, in the order of the features."""
    return (FIELD, *domains, ELSEWHERE)


def read(whole: Whole, vocabulary: Vocabulary) -> Reading:
    """Find the concepts that count in a document."""
    words = whole.words
    lead_ends = words.ends[min(len(words), _LEAD) - 1] if len(words) else 0
    mentions = settled(vocabulary.find(words))
    return Reading(len(words), tuple(_spots(mentions, whole.text_at, lead_ends)))


def features(spots: Iterable[Spot], words: int, groups: Sequence[str]) -> Numbers:
    """Return the numbers, `PER_GROUP` for each group in turn."""
    length = max(_SHORTEST, words) / 100
    sums = {group: [0.0, 0.0] for group in groups}
    titles: dict[str, dict[Concept, None]] = {group: {} for group in groups}
    leads: dict[str, dict[Concept, None]] = {group: {} for group in groups}
    for spot in spots:
        group, weight = spot.concept.group, spot.concept.weight
        sums[group][0] += weight * min(_MOST, spot.count)
        sums[group][1] += weight
        if spot.in_title:
            titles[group][spot.concept] = None
        elif spot.in_lead:
            leads[group][spot.concept] = None
    row: list[float] = []
    for group in groups:
        row.append(log1p(sums[group][0] / length))
        row.append(log1p(sums[group][1] / sqrt(length)))
        row.append(min(_TITLE_MOST, sum(one.weight for one in titles[group])))
        row.append(log1p(sum(one.weight for one in leads[group])))
    return np.array(row)


def _spots(mentions: Sequence[Mention], text_at: int, lead_ends: int) -> Iterable[Spot]:
    counts = Counter((one.concept, one.term) for one in mentions)
    first: dict[tuple[Concept, str], Mention] = {}
    lead: set[tuple[Concept, str]] = set()
    for one in mentions:
        key = one.concept, one.term
        first.setdefault(key, one)
        if text_at <= one.start < lead_ends:
            lead.add(key)
    for key, one in first.items():
        title = one.start < text_at
        yield Spot(*key, counts[key], title, key in lead, one.start, one.end)
