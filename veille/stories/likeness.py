"""Whether two items are one text, or tell one event: decided on the two alone.

Nothing else comes in (no counts over a store, no order of arrival), so the same pair always gets
the same answer. The thresholds were set on tests/data/stories/tuned.yaml, on 1,638 texts of our
own that are all about different things, and on copies of these made by code (tests/retold.py).
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from veille.model.story import Kind, Link
from veille.stories.facts import NUMBERS, TITLE_LIMIT
from veille.stories.items import Item
from veille.stories.signature import BAND, PERMUTATIONS, Signature


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What two items must have in common to be linked."""

    share: float = 0.5  # of the text, for a copy
    facts: float = 0.5  # of the facts of the item that has fewer, for a copy
    points: float = 4.0  # of facts, for an event told within a day; more for more days
    cosine: float = 0.45  # of facts, for an event


NEW = Thresholds()
HELD = Thresholds(share=0.4, facts=0.4, points=3.0, cosine=0.35)
"""What a link that stands must keep, so that a light edit does not undo a story."""

EVENT_DAYS = 7
"""Days within which sources tell one event: weeklies come late, and a month later it is another."""

EVENT_FACTS = 3
"""Names and figures that two tellings of one event share at least, one of each among them."""

_TEMPLATE = 0.33
_FEW_FACTS = 2.5


def link(a: Item, b: Item, limits: Thresholds = NEW) -> Link | None:
    """Return what makes two items one story, or None. Symmetric."""
    if a.item_id == b.item_id:
        return None
    one, other = (a, b) if a.item_id < b.item_id else (b, a)
    share, facts = text_in_common(one.signature, other.signature), _Shared(one, other)
    if share >= limits.share and _is_copy(facts, limits):
        return facts.link(Kind.COPY, share)
    if share < _TEMPLATE and _is_event(facts, limits):  # beyond it, one template and other facts
        return facts.link(Kind.TRANSLATION if facts.translated else Kind.EVENT, share)
    return None


def text_in_common(one: Signature, other: Signature) -> float:
    """Return which part of two texts is the same, 0 to 1, estimated within about 0.05.

    Twice what they share over the sum of both. 0 when one is too short to tell.
    """
    if not (one.sketch and other.sketch):
        return 0.0
    differing = int.from_bytes(one.sketch) ^ int.from_bytes(other.sketch)
    equal = differing.to_bytes(PERMUTATIONS).count(0)
    jaccard = max(0.0, (equal / PERMUTATIONS - 1 / 256) / (1 - 1 / 256))
    return 2 * jaccard / (1 + jaccard)


def may_be_copies(one: Signature, bands: Sequence[int]) -> bool:
    """Whether a text of which only the bands are known may have enough of this text for a copy.

    Bands are all of a sketch but its last bytes, which are taken to agree.
    """
    sketch = b"".join((band & 0xFF_FF_FF).to_bytes(BAND, "little") for band in bands)
    other = Signature(sketch + one.sketch[len(sketch) :], one.facts)
    return text_in_common(one, other) >= NEW.share


def _is_copy(facts: "_Shared", limits: Thresholds) -> bool:
    """Tell whether two texts that look alike have the same facts, as those of a template have not.

    Of one source, only under one title: what a site puts around each article is on all of them.
    """
    one, other = facts.one, facts.other
    if one.source_id == other.source_id and not facts.same_title:
        return False
    if limits is NEW and facts.replaced:  # where a link stands, it is a correction
        return False
    fewer = min(facts.weight(one), facts.weight(other))
    if fewer < _FEW_FACTS:
        return facts.same_title
    enough = facts.weight() >= limits.facts * fewer
    return enough and (facts.same_title or not facts.titles_disagree)


def _is_event(facts: "_Shared", limits: Thresholds) -> bool:
    """Tell whether two sources, days apart at most, speak of the same people and figures."""
    if facts.one.source_id == facts.other.source_id and not facts.translated:
        return False
    if facts.days > EVENT_DAYS or not (facts.names and facts.numbers):
        return False
    if len(facts.names) + len(facts.numbers) < EVENT_FACTS:
        return False
    if any(_ROUND_UP.search(item.title[:TITLE_LIMIT]) for item in (facts.one, facts.other)):
        return False
    weak = sum(map(_figure_weight, facts.numbers)) < 1
    needed = limits.points + max(0, facts.days - 1) / 4 + weak
    return facts.points >= needed and facts.cosine >= limits.cosine


_WORD_WEIGHT = 0.5
_WORDS_CAP = 3.0
_NAMES_TOLD = 4


# A round-up tells a little of many events, and would make one story of them.
_ROUND_UP = re.compile(
    r"\ben bref\b|\brevue de (?:presse|la semaine)|\b(?:infolettre|newsletter|bulletin|digest)\b"
    r"|\b(?:de la|la|the|the past|this|de esta|da|de la) (?:semaine|week|semana)$|\bsemaine en \w+"
    r"|\bweek in\b|\bround-?up\b|\b(?:bons coups|retenir|nouvelles|actualités) de la semaine"
    r"|\bresumen de la semana|\bresumo da semana",
    re.IGNORECASE,
)


class _Shared:
    """The facts that two items share, and what follows from them; each computed when asked for."""

    def __init__(self, one: Item, other: Item) -> None:
        self.one, self.other = one, other
        self.numbers = one.numbers & other.numbers
        self.days = abs((one.told_on - other.told_on).days)
        self.translated = bool(one.language and other.language) and one.language != other.language

    @cached_property
    def names(self) -> Set[str]:
        """What is a name in one text and stands in the other, as a name or not."""
        mine, theirs = self.one.names.keys(), self.other.names.keys()
        return (mine & theirs) | (mine & self.other.words) | (theirs & self.one.words)

    @cached_property
    def words(self) -> Set[str]:
        """Rare words; none between two languages."""
        return set() if self.translated else (self.one.words & self.other.words) - self.names

    def weight(self, item: Item | None = None, *, capped: bool = False) -> float:
        """Return the weight of the facts shared, or of all those of one item.

        Capped, words count for little beside names and figures, and not at all beside another
        language's.
        """
        facts = item or self
        words = len(facts.words) * _WORD_WEIGHT
        if capped:
            words = 0 if self.translated else min(words, _WORDS_CAP * (2 if item else 1))
        return len(facts.names) + sum(map(_figure_weight, facts.numbers)) + words

    @property
    def points(self) -> float:
        """The weight of the facts shared; words and figures in both titles count for more."""
        shared = self.numbers | self.words
        told = len(shared & self.one.headline & self.other.headline)
        return self.weight(capped=True) + min(3, told) / 2

    @property
    def cosine(self) -> float:
        """How much of the two items' facts is shared, 0 to 1: of names, and of all, half and half.

        Low for a round-up of the week, that shares a little with each of many.
        """
        one, other = self.one, self.other
        both = self.weight(one, capped=True) * self.weight(other, capped=True)
        names = len(self.names) / sqrt(max(1, len(one.names)) * max(1, len(other.names)))
        return (min(1, names) + self.weight(capped=True) / sqrt(max(1, both))) / 2

    @cached_property
    def same_title(self) -> bool:
        """Whether half of the words of both titles are in both."""
        mine, theirs = self.one.headline, self.other.headline
        return bool(mine) and 2 * len(mine & theirs) >= len(mine | theirs)

    @property
    def titles_disagree(self) -> bool:
        """Whether each title has names and the other item none of them: two articles on a page."""
        mine = self.one.headline & self.one.names.keys()
        theirs = self.other.headline & self.other.names.keys()
        return bool(mine and theirs) and not (mine | theirs) & self.names

    @property
    def replaced(self) -> bool:
        """Whether figures stand in the place of others, as in a template.

        An editor leaves figures out or adds some, a template has others. A text that is the same
        but for its date announces the next time.
        """
        mine, theirs = self.one.numbers - self.numbers, self.other.numbers - self.numbers
        if max(len(self.one.numbers), len(self.other.numbers)) >= NUMBERS:
            return False  # lists that were cut short do not compare so
        if min(len(mine), len(theirs)) > len(self.numbers) / 4:
            return True
        here, there = _days_of_year(mine), _days_of_year(theirs)
        return bool(here and there) and all(abs(a - b) > 3 for a in here for b in there)

    def link(self, kind: Kind, share: float) -> Link:
        """Return the link between the two items."""
        written = {**self.other.names, **self.one.names}
        return Link(
            one=self.one.item_id,
            other=self.other.item_id,
            kind=kind,
            share=round(share, 2),
            points=self.points,
            days=self.days,
            names=tuple([name for key, name in written.items() if key in self.names][:_NAMES_TOLD]),
            numbers=len(self.numbers),
        )


def _days_of_year(numbers: Set[str]) -> list[int]:
    dates = (number.split("/") for number in numbers if "/" in number)
    return [int(month) * 31 + int(day) for month, day in dates]


def _figure_weight(number: str) -> float:
    """Return how much a shared figure proves: 312 more than 5000, 5000 more than 30 or a date."""
    if "/" in number:
        return 0.5
    digits = number.rstrip("%").replace(".", "").strip("0")
    if len(digits) > 2:
        return 1.5
    return 1.0 if "%" in number or "." in number or len(number) > 3 else 0.5
