"""Names found in an item, each weighed as evidence and read as one place."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from veille.classify.regions.context import Context, Locative, Standing, context
from veille.classify.regions.gazetteer import Gazetteer, worded
from veille.classify.regions.tables import Place, Rules

# How much one name of a kind weighs as evidence of its code (chosen by hand; the document's
# weights, which are fitted, come after).
_KINDS: Final[Mapping[str, float]] = {
    "country": 1.0, "region": 1.0, "departement": 0.9, "area": 0.8, "quarter": 0.7, "mrc": 0.8,
    "capital": 0.9, "prefecture": 0.9, "demonym": 0.6, "form": 0.8, "body": 0.4, "continent": 0.3,
}  # fmt: skip
_TOWN_SIZES: Final = ((100_000, 0.9), (20_000, 0.85), (5_000, 0.8), (1_000, 0.7), (0, 0.6))
_STANDINGS: Final[Mapping[Standing, float]] = {
    Standing.PLACE: 1.0,
    Standing.STREET: 0.08,
    Standing.PERSON: 0.05,
    Standing.ORGANISATION: 0.2,
    Standing.PART: 0.1,
    Standing.LANGUAGE: 0.0,
    Standing.SCHOOL: 0.5,
    Standing.DATELINE: 0.7,
    Standing.ADDRESS: 0.5,
    Standing.IMPRINT: 0.1,
    Standing.NAME: 0.6,
}
STATED: Final = frozenset({"demonym", "form", "body", "continent"})  # no name of a place itself
_STATED_STANDINGS: Final = {Standing.LANGUAGE: 0.0, Standing.IMPRINT: 0.3}
_ALSO_WORD: Final = {Locative.STRONG: 0.85, Locative.WEAK: 0.15, Locative.NONE: 0.1}
_ALSO_PERSON: Final = {Locative.STRONG: 1.0, Locative.WEAK: 0.6, Locative.NONE: 0.35}
_HAMLET: Final = {Locative.STRONG: 1.0, Locative.WEAK: 0.7, Locative.NONE: 0.5}
_SIZED: Final = frozenset({"city", "commune", "municipality"})
_HAMLET_PEOPLE: Final = 5_000
_LARGE: Final = 10_000
_FAMOUS: Final = 150_000


@dataclass(slots=True)
class Mention:
    """One name in the title or the text, the place chosen for it, and its weight (0 to 1).

    `rival` is the code that the name would also have meant, `why` what decided between the two:
    `article`, `neighbours`, `source`, `size`; both empty when the name has one meaning.
    """

    field: str
    start: int
    end: int
    name: str
    places: tuple[Place, ...]
    context: Context
    place: Place
    weight: float = 0.0
    comma: bool = False  # a comma or a parenthesis stands right before the name
    rival: str = ""
    why: str = ""


def find(field: str, text: str, gazetteer: Gazetteer) -> list[Mention]:
    """Return the names of one field, unweighed, each with all that it may mean."""
    words = worded(text)
    cased = _capitalised(text) if field == "title" else text
    return [
        Mention(
            field,
            hit.start,
            hit.end,
            text[hit.start : hit.end],
            hit.places,
            context(cased, words, hit, gazetteer.rules),
            hit.places[0],
            comma=text[max(0, hit.start - 2) : hit.start].strip()[-1:] in {",", "("},
        )
        for hit in gazetteer.find(cased, words)
    ]


def _capitalised(title: str) -> str:
    """Return a title written without capitals as if each word had one; others unchanged."""
    raised = title.title()
    return raised if title[1:].islower() and len(raised) == len(title) else title


def weight(place: Place, name: str, around: Context, rules: Rules) -> float:
    """Return how far one name in its context is evidence of a place, from 0 to 1."""
    value = _KINDS.get(place.kind) or _town(place.people)
    if place.kind in STATED:
        return value * _STATED_STANDINGS.get(around.standing, 1.0)
    value *= _STANDINGS[around.standing]
    if place.also == "word":
        value *= _fame(place, _ALSO_WORD[around.locative])
    elif place.also or name in rules.persons:
        value *= _fame(place, _ALSO_PERSON[around.locative])
    elif _is_hamlet(place, name):
        value *= _HAMLET[around.locative]
    return value


def _fame(place: Place, factor: float) -> float:
    """Soften a doubt for a name that many know as a place: Tours, Lagos, Paris."""
    if place.kind in {"region", "capital"} or place.people >= _FAMOUS:
        return math.sqrt(math.sqrt(factor))
    return math.sqrt(factor) if place.people >= _LARGE else factor


def _is_hamlet(place: Place, name: str) -> bool:
    return place.kind in _SIZED and place.people < _HAMLET_PEOPLE and name.isalnum()


def _town(people: int) -> float:
    return next(value for least, value in _TOWN_SIZES if people >= least)
