"""From weighed names to one line of numbers per candidate code: is the item about that place?"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from veille.classify.regions.context import Standing
from veille.classify.regions.gazetteer import TOWNS
from veille.classify.regions.hierarchy import UNION, WORLD, ancestors, country, related
from veille.classify.regions.mentions import Mention

LEAD: Final = 400  # characters of the text in which an article says what it is about
SEGMENTS: Final = 6  # parts of a text over which a subject spreads and a passing name does not
_STATED: Final = frozenset({"demonym", "form", "body", "continent"})


@dataclass(slots=True)
class Candidate:
    """One code, and the names that speak for it."""

    code: str
    mentions: list[Mention] = field(default_factory=list)

    @property
    def weight(self) -> float:
        return sum(mention.weight for mention in self.mentions)


def candidates(mentions: Sequence[Mention]) -> dict[str, Candidate]:
    """Return the codes that the names speak for, and the common holder of several of them."""
    found: dict[str, Candidate] = {}
    for mention in mentions:
        if mention.weight > 0:
            found.setdefault(mention.place.code, Candidate(mention.place.code)).mentions.append(mention)
    holders: dict[str, int] = defaultdict(int)
    for code in list(found):
        for holder in ancestors(code):
            holders[holder] += 1
    for holder, count in holders.items():
        if count > 1:
            found.setdefault(holder, Candidate(holder))
    nations = {country(code) for code in found} - {UNION, WORLD}
    if len(nations) > 2:
        found.setdefault(WORLD, Candidate(WORLD))
    return found


def features(found: dict[str, Candidate], length: int) -> dict[str, dict[str, float]]:
    """Return each candidate's numbers by name. `length` is the text's, in characters."""
    return {code: _line(candidate, found, length) for code, candidate in found.items()}


def _line(candidate: Candidate, found: dict[str, Candidate], length: int) -> dict[str, float]:
    code, own = candidate.code, candidate.weight
    others = [c for c in found.values() if not related(c.code, code) and c.code not in {WORLD, UNION}]
    rivals = sum(other.weight for other in others)
    top = max((other.weight for other in others), default=0.0)
    above = sum(found[holder].weight for holder in ancestors(code) if holder in found)
    held = [c.weight for c in found.values() if code in ancestors(c.code)]
    texts = [m for m in candidate.mentions if m.field == "text"]
    first = min((m.start for m in texts), default=length + LEAD)
    parts = {m.start * SEGMENTS // max(length, 1) for m in texts if m.weight >= 0.3}
    named = [m for m in candidate.mentions if m.place.kind not in _STATED]
    nations = len({country(c) for c in found} - {WORLD, UNION})
    line = {
        "weight": math.log1p(own),
        "best": max((m.weight for m in candidate.mentions), default=0.0),
        "title": max((m.weight for m in candidate.mentions if m.field == "title"), default=0.0),
        "lead": max((m.weight for m in texts if m.start < LEAD), default=0.0),
        "early": 1 / (1 + first / LEAD),
        "spread": len(parts) / SEGMENTS,
        "density": 1000 * own / (length + 300),
        "share": (own + 0.5 * above) / (own + 0.5 * above + rivals + 0.3),
        "rivals": math.log1p(rivals),
        "leads": float(own > top),
        "above": math.log1p(above),
        "held": math.log1p(sum(held)),
        "holds": math.log1p(len(held)),
        "named": math.log1p(sum(m.weight for m in named)),
        "town": math.log1p(sum(m.weight for m in named if m.place.kind in TOWNS)),
        "form": math.log1p(sum(m.weight for m in candidate.mentions if m.place.kind == "form")),
        "demonym": math.log1p(sum(m.weight for m in candidate.mentions if m.place.kind == "demonym")),
        "repeated": math.log1p(len(candidate.mentions)),
        "long": math.log(length + 300) - 7,
        "nations": math.log1p(nations),
        "dateline": float(any(m.context.standing is Standing.DATELINE for m in candidate.mentions)),
    }
    line[f"is {_group(code)}"] = 1.0
    if _group(code) in {"world", "union"}:
        line = {f"{_group(code)} {name}": value for name, value in line.items()}
    return line


def _group(code: str) -> str:
    if code in {WORLD, UNION}:
        return "world" if code == WORLD else "union"
    if code == "CA-QC":
        return "Québec"
    return "country" if len(code) == 2 else "region"
