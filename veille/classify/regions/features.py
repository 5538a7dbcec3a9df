"""From weighed names to one line of numbers per candidate code: is the item about that place?"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from veille.classify.regions.context import Locative
from veille.classify.regions.hierarchy import UNION, WORLD, ancestors, country, related
from veille.classify.regions.mentions import STATED, Mention

LEAD: Final = 400  # characters of the text in which an article says what it is about
_BROAD: Final = frozenset({UNION, WORLD})
LEAST: Final = 0.15  # below this weight a name is more likely not that place


@dataclass(slots=True)
class Candidate:
    """One code, and the names that speak for it."""

    code: str
    mentions: list[Mention] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """The sum of its names' weights."""
        return sum(mention.weight for mention in self.mentions)


def candidates(mentions: Sequence[Mention]) -> dict[str, Candidate]:
    """Return the codes that the names speak for, and the common holder of several of them."""
    found: dict[str, Candidate] = {}
    for mention in mentions:
        code = mention.place.code
        if mention.weight >= LEAST:
            found.setdefault(code, Candidate(code)).mentions.append(mention)
    held = Counter(holder for code in found for holder in ancestors(code))
    for holder, count in held.items():
        if count > 1:
            found.setdefault(holder, Candidate(holder))
    if len(_nations(found)) > 2:
        found.setdefault(WORLD, Candidate(WORLD))
    return found


def features(found: Mapping[str, Candidate], length: int) -> dict[str, dict[str, float]]:
    """Return each candidate's numbers by name. `length` is the text's, in characters."""
    return {
        code: (_world if code == WORLD else _place)(candidate, found, length)
        for code, candidate in found.items()
    }


def _nations(found: Iterable[str]) -> set[str]:
    return {country(code) for code in found} - _BROAD


def _sum(mentions: Iterable[Mention], *kinds: str) -> float:
    return math.log1p(sum(m.weight for m in mentions if not kinds or m.place.kind in kinds))


def _most(mentions: Iterable[Mention]) -> float:
    return max((mention.weight for mention in mentions), default=0.0)


def _title(candidate: Candidate) -> float:
    return _most(mention for mention in candidate.mentions if mention.field == "title")


def _first(mentions: Iterable[Mention], length: int) -> float:
    """Return 1 for a place named at once, a half at the lead's end, and so on down."""
    starts = (mention.start for mention in mentions if mention.field == "text")
    return 1 / (1 + min(starts, default=length + LEAD) / LEAD)


def _lead(mentions: Iterable[Mention]) -> float:
    return _most(m for m in mentions if m.field == "title" or m.start < LEAD)


def _density(mentions: Iterable[Mention], length: int) -> float:
    return 1000 * sum(mention.weight for mention in mentions) / (length + 300)


def _place(candidate: Candidate, found: Mapping[str, Candidate], length: int) -> dict[str, float]:
    code, own, mentions = candidate.code, candidate.weight, candidate.mentions
    others = [c for c in found.values() if not related(c.code, code) and c.code not in _BROAD]
    rivals = sum(other.weight for other in others)
    holders = [found[holder] for holder in ancestors(code) if holder in found]
    held = [c for c in found.values() if code in ancestors(c.code)]
    above = sum(holder.weight for holder in holders)
    named = any(m.place.kind not in STATED for m in mentions)
    share = (own + 0.5 * above) / (own + 0.5 * above + rivals + 0.3)
    return {
        "weight": math.log1p(own),
        "best": _most(mentions),
        "announced": _most(m for m in mentions if m.context.locative is Locative.STRONG),
        "names": math.log1p(len({m.name.lower() for m in mentions})),
        "title": _title(candidate),
        "early": _first(mentions, length),
        "share": share,
        "share in lead": share * _lead(mentions),
        "rivals": math.log1p(rivals),
        "top": float(own > max((other.weight for other in others), default=0.0)),
        "above": math.log1p(above),
        "held": math.log1p(sum(c.weight for c in held)),
        "holds": math.log1p(len(held)),
        "title held": max((_title(c) for c in held), default=0.0),
        "signs only": (not named) * math.log1p(sum(c.weight for c in held)),
        "forms": _sum(mentions, "form"),
        "bodies": _sum(mentions, "body"),
        "demonyms": _sum(mentions, "demonym"),
        "long": math.log(length + 300) - 7,
        "nations": math.log1p(len(_nations(found))),
        f"is {_group(code)}": 1.0,
    }


def _world(candidate: Candidate, found: Mapping[str, Candidate], length: int) -> dict[str, float]:
    mentions = candidate.mentions
    named = (m for c in found.values() if c.code in _BROAD for m in c.mentions)
    continents = {m.name.lower() for m in named if m.place.kind == "continent"}
    nations = _nations(found)
    weights: dict[str, float] = defaultdict(float)
    for other in found.values():
        if other.code not in _BROAD:
            weights[country(other.code)] += other.weight
    most = max(weights.values(), default=0.0)
    line = {
        "forms": _sum(mentions, "form"),
        "words": _sum(mentions, "area"),
        "continents": math.log1p(len(continents)),
        "nations": math.log1p(len(nations)),
        "concentration": most / (sum(weights.values()) + 0.5),
        "lead": _lead(mentions),
        "early": _first(mentions, length),
        "density": _density(mentions, length),
        "long": math.log(length + 300) - 7,
    }
    return {f"world: {name}": value for name, value in line.items()}


def _group(code: str) -> str:
    if code == UNION:
        return code
    return "country" if len(code) == 2 else "region"
