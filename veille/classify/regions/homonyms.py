"""Which place a name means, when it means several: Laval in Québec or in Mayenne?"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from veille.classify.regions.context import Context, Locative, Standing
from veille.classify.regions.gazetteer import TOWNS
from veille.classify.regions.hierarchy import country, related
from veille.classify.regions.mentions import STATED, Mention, weight
from veille.classify.regions.tables import Place, Rules
from veille.folding import fold

_AREAS: Final = frozenset({"country", "region", "departement", "area"})
_PROMINENCE: Final[Mapping[str, float]] = {  # beside the base-ten logarithm of a town's people
    "country": 7.0, "region": 6.3, "capital": 5.5, "prefecture": 5.0, "departement": 5.5,
    "area": 5.2, "mrc": 4.3, "quarter": 4.4, "demonym": 5.0, "form": 6.0, "body": 5.0,
    "continent": 7.0,
}  # fmt: skip
_TOWN: Final = 50_000  # people below which a name is more often a surname than a known place
Votes = defaultdict[str, float]

_BEFORE_AREA: Final = frozenset({"au", "du", "le", "l"})
_BEFORE_TOWN: Final = frozenset({"a", "de"})
_ARTICLE_BONUS: Final = 3.0
_NEIGHBOUR_BONUS: Final = 1.6  # at most, for the same country; as much again for the same code
_SOURCE_BONUS: Final = 1.3
_QUALIFIED: Final = 5.0
_QUALIFIER_GAP: Final = 3  # characters between a town and its area: ", " or " ("
_LANGUAGE_BONUS: Final = 0.5
_CLEAR: Final = 0.6  # a lead below this leaves the name in doubt
_CERTAIN: Final = 0.6
_LEAST: Final = 0.08
_DOUBT: Final = 0.5
_PERSON: Final = 0.1


@dataclass(frozen=True, slots=True)
class Home:
    """What is known of an item besides its text: its language, and where its source is."""

    language: str | None = None
    region: str | None = None
    country: str | None = None


def resolve(mentions: Sequence[Mention], rules: Rules, home: Home) -> None:
    """Choose each mention's place and weigh it, in place; certain names vote for the others."""
    votes: Votes = defaultdict(float)
    pairs = list(zip_longest(mentions, mentions[1:]))
    for mention, following in pairs:
        if not _is_homonym(mention):
            _settle(mention, mention.places, rules)
            mention.weight *= _elsewhere(mention, following)
            _vote(votes, mention)
    for mention, following in pairs:
        if _is_homonym(mention):
            _choose(mention, _qualifiers(mention, following), votes, rules, home)
            _vote(votes, mention)
    _corroborate(mentions)
    _demote_persons(mentions)


def _is_homonym(mention: Mention) -> bool:
    return len({place.code for place in mention.places}) > 1


def _elsewhere(mention: Mention, following: Mention | None) -> float:
    """Doubt a town that stands right before another country's area: Paris, Texas."""
    codes = _qualifiers(mention, following) if mention.place.kind in TOWNS else frozenset()
    within = any(related(mention.place.code, code) for code in codes)
    return 1.0 if within or not codes else _DOUBT


def _vote(votes: Votes, mention: Mention) -> None:
    """Count a name for its code, and for the country around it."""
    code = mention.place.code
    for each in {code, country(code)}:
        votes[each] += mention.weight


def _corroborate(mentions: Sequence[Mention]) -> None:
    """Believe a doubtful name more beside another name, a certain one, of the same code."""
    certain = {(m.place.code, m.name.lower()) for m in mentions if m.weight >= _CERTAIN}
    for mention in mentions:
        if _LEAST <= mention.weight < _CERTAIN and mention.place.kind not in STATED:
            code, name = mention.place.code, mention.name.lower()
            if any(other == code and by != name for other, by in certain):
                mention.weight = min(2 * mention.weight, _CERTAIN)


def _demote_persons(mentions: Iterable[Mention]) -> None:
    """Doubt a name that once follows a first name, and never a word that announces a place."""
    named = {m.name.lower() for m in mentions if m.context.standing is Standing.NAME}
    placed = {m.name.lower() for m in mentions if m.context.locative is not Locative.NONE}
    for mention in mentions:
        if mention.name.lower() in named - placed and _may_be_person(mention.place):
            mention.weight *= _PERSON


def _may_be_person(place: Place) -> bool:
    unknown = place.kind in TOWNS and place.people < _TOWN
    return bool(place.also) or place.kind == "area" or unknown


def _settle(mention: Mention, places: Iterable[Place], rules: Rules) -> None:
    mention.place = max(places, key=_prominence)
    mention.weight = weight(mention.place, fold(mention.name), mention.context, rules)


def _choose(
    mention: Mention, qualifiers: frozenset[str], votes: Votes, rules: Rules, home: Home
) -> None:
    scores: dict[str, dict[str, float]] = {}
    kinds = {place.kind for place in mention.places}
    speakers = rules.speakers.get(home.language or "", frozenset())
    article_tells = not kinds.isdisjoint(_AREAS) and not kinds.isdisjoint(TOWNS)
    for place in mention.places:
        reasons = {
            "size": _prominence(place),
            "article": article_tells * _article(place, mention.context),
            "qualifier": _QUALIFIED * any(related(place.code, code) for code in qualifiers),
            "neighbours": _neighbours(place.code, votes),
            "source": _source(place.code, home),
            "language": _LANGUAGE_BONUS * (country(place.code) in speakers),
        }
        scores[place.code] = max(scores.get(place.code, reasons), reasons, key=_total)
    best, second = sorted(scores, key=lambda code: -_total(scores[code]))[:2]
    _settle(mention, [place for place in mention.places if place.code == best], rules)
    gains = {why: gain - scores[second][why] for why, gain in scores[best].items()}
    mention.rival, mention.why = second, max(gains, key=lambda why: gains[why])
    if _total(scores[best]) - _total(scores[second]) < _CLEAR:
        mention.weight *= _DOUBT


def _total(reasons: Mapping[str, float]) -> float:
    return sum(reasons.values())


def _qualifiers(mention: Mention, following: Mention | None) -> frozenset[str]:
    """Return the codes of an area named right after the name: Paris (Ontario), Laval, Mayenne."""
    if following is None or following.field != mention.field:
        return frozenset()
    if not 0 < following.start - mention.end <= _QUALIFIER_GAP or not following.comma:
        return frozenset()
    return frozenset(place.code for place in following.places if place.kind in _AREAS)


def _prominence(place: Place) -> float:
    if place.kind in TOWNS:
        return max(_PROMINENCE.get(place.kind, 0.0), math.log10(max(place.people, 200)))
    return _PROMINENCE[place.kind]


def _article(place: Place, around: Context) -> float:
    """French articles tell an area from its town: au Québec, à Québec."""
    last = around.before[-1] if around.before else ""
    fits = (last in _BEFORE_AREA and place.kind in _AREAS) or (
        last in _BEFORE_TOWN and place.kind in TOWNS
    )
    return _ARTICLE_BONUS if fits else 0.0


def _neighbours(code: str, votes: Mapping[str, float]) -> float:
    nation = country(code)
    near = votes.get(nation, 0.0) if nation != code else 0.0
    return _NEIGHBOUR_BONUS * (math.tanh(near) + math.tanh(votes.get(code, 0.0)))


def _source(code: str, home: Home) -> float:
    own = home.region is not None and code == home.region
    compatriot = home.country is not None and country(code) == country(home.country)
    return _SOURCE_BONUS * (own + compatriot)
