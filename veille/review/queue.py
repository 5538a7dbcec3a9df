"""The order of the queue: uncertain first, mixed with what was little looked at and an audit.

An order is made once for a snapshot and a day, so that pages and people do not see it shuffle;
what is decided meanwhile only falls out of it. Pure.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import cycle

from veille.model.decisions import UNDECIDED, Decided, Facet
from veille.model.reviewable import Reviewable
from veille.review.cases import OPEN, Case, Place, place_of
from veille.review.sampling import chance, drawn
from veille.settings.review import ReviewSettings

LATELY = timedelta(weeks=4)
"""How far back « little reviewed lately » looks."""

_TURNS = "uuduuuduua"  # of ten: seven uncertain, two diverse, one to audit
_DIVERSE = 200  # more are never reached in a day
_LITTLE = 0.5  # of the mean of its kind, below which something is little reviewed

Subject = tuple[str, str]
"""What a case is about: the kind, `domain`, `region` or `source`, and its id."""


class Why(StrEnum):
    """Why a case is in the queue."""

    GROWN = "grown"
    BACK = "back"
    UNCERTAIN = "uncertain"
    DIVERSE = "diverse"
    NEW = "new"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Queued:
    """A case in the queue and why; `about` is what was little reviewed, where that is why."""

    case: Case
    why: Why
    about: Subject | None = None


def queue(
    cases: Iterable[Case],
    decided: Mapping[str, Decided],
    now: datetime,
    settings: ReviewSettings,
) -> list[Queued]:
    """Return the cases that wait for a decision, in order; the others are left out.

    What the machine is sure is not relevant waits only where chance draws it.
    """
    cases = list(cases)
    later = timedelta(days=settings.later_days)
    streams: dict[str, list[Case]] = {"again": [], "uncertain": [], "sure": [], "audit": []}
    for case in cases:
        place = place_of(case, decided, now, later)
        if place in OPEN and (stream := _stream(case, place, settings.audit)):
            streams[stream].append(case)
    again = [Queued(case, _again(case, decided)) for case in streams["again"]]
    uncertain = [
        Queued(case, Why.UNCERTAIN) for case in sorted(streams["uncertain"], key=_surest_last)
    ]
    diverse = _diverse(streams["sure"], reviewed(cases, decided, now - LATELY))
    audit = [
        Queued(case, Why.AUDIT)
        for case in sorted(streams["audit"], key=lambda case: chance("order", case.key))
    ]
    return [*again, *_mixed({"u": uncertain, "d": diverse, "a": audit})]


def kept_reason(item: Reviewable, why: str, audit: float) -> str:
    """Return why an item was looked at, as a decision on it keeps it (`Decision.shown_for`).

    What chance drew stays drawn however somebody came to it, among several at once, from its page,
    back from « later »: else the sample would lack what was obvious, or disputed.
    """
    return Why.AUDIT if drawn("audit", Case((item,)).key, audit) else why


def uncertainty(item: Reviewable) -> float:
    """Return how unsure the machine is of an item's relevance and domains, 0 to 1."""
    said = [item.relevance, *(one.probability for one in item.domains)]
    return max(1 - 2 * abs(probability - 0.5) for probability in said)


def reviewed(
    cases: Iterable[Case], decided: Mapping[str, Decided], since: datetime
) -> Counter[Subject]:
    """Count by subject the cases that were decided on since a moment."""
    counts: Counter[Subject] = Counter()
    for case in cases:
        known = decided.get(case.lead.item_id, UNDECIDED).facets.get(Facet.STATE)
        if known and known.at >= since:
            counts.update(subjects(case))
    return counts


def subjects(case: Case) -> set[Subject]:
    """Return what a case is about, and whose it is."""
    lead = case.lead
    return {
        ("source", lead.source_id),
        *(("domain", one.id) for one in lead.domains),
        *(("region", one.id) for one in lead.regions),
    }


def _stream(case: Case, place: Place, audit: float) -> str | None:
    if place is not Place.NEW:
        return "again"
    if drawn("audit", case.key, audit):  # first: what is drawn must look like the whole
        return "audit"
    if any(item.doubtful for item in case.items):
        return "uncertain"
    return "sure" if any(item.relevant for item in case.items) else None


def _again(case: Case, decided: Mapping[str, Decided]) -> Why:
    undecided = any(decided.get(item.item_id, UNDECIDED).state is None for item in case.items)
    return Why.GROWN if undecided else Why.BACK


def _surest_last(case: Case) -> tuple[float, int, str]:
    most = max(uncertainty(item) for item in case.items)
    return -round(most, 2), -case.lead.day.toordinal(), case.key


def _diverse(cases: Sequence[Case], reviewed: Counter[Subject]) -> list[Queued]:
    """Return the cases, those about what was least reviewed first; each taken counts as reviewed.

    A subject is compared with the mean of its kind, since sources are many and domains three.
    """
    counts = Counter(reviewed)
    waiting = (one for case in cases for one in subjects(case))
    kinds = Counter(kind for kind, _id in {*waiting, *reviewed})
    total: Counter[str] = Counter()
    for (kind, _id), count in reviewed.items():
        total[kind] += count
    means = {kind: total[kind] / different for kind, different in kinds.items()}

    def least(case: Case) -> tuple[float, Subject]:
        return min(((1 + counts[one]) / (1 + means[one[0]]), one) for one in subjects(case))

    heap = [(least(case)[0], place) for place, case in enumerate(cases)]  # cases: newest first
    heapq.heapify(heap)
    queued: list[Queued] = []
    while heap and len(queued) < _DIVERSE:
        known, place = heapq.heappop(heap)
        score, about = least(cases[place])
        if score > known:  # others about the same were taken meanwhile
            heapq.heappush(heap, (score, place))
            continue
        little = score < _LITTLE
        queued.append(Queued(cases[place], Why.DIVERSE, about) if little
                      else Queued(cases[place], Why.NEW))  # fmt: skip
        counts.update(subjects(cases[place]))
    rest = sorted(place for _score, place in heap)
    return [*queued, *(Queued(cases[place], Why.NEW) for place in rest)]


def _mixed(streams: Mapping[str, Sequence[Queued]]) -> Iterator[Queued]:
    """Take from each in turn; where one is at its end, the others go on."""
    left = {name: iter(stream) for name, stream in streams.items()}
    for name in cycle(_TURNS):
        if name in left and (one := next(left[name], None)) is not None:
            yield one
        elif name in left:
            del left[name]
            if not left:
                return
