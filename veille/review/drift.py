"""Does the flow still look as it did? Share relevant and probabilities, against half a year. Pure.

Neither tells whether the model or the world changed: both are reasons for a person to look.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import NamedTuple

from veille.review.quality import Interval, wilson

RECENT, BASELINE = timedelta(weeks=4), timedelta(weeks=26)
"""The weeks looked at, and those before them that they are compared with."""

LEAST = 50
"""Items that both need before anything is said."""

SHIFTED = 0.2
"""Stability index from which a distribution is commonly said to have shifted (0.1: a little)."""

_BINS = 10


class Seen(NamedTuple):
    """The day of an item (when we first saw it), whether it was said to be relevant, how surely."""

    day: date
    relevant: bool
    probability: float


@dataclass(frozen=True, slots=True)
class Drift:
    """The flow of late beside the 26 weeks before.

    `index` is the population stability index of the probabilities; `recent_bins` and
    `baseline_bins` are shares of items by tenth of probability.
    """

    items: int
    items_before: int
    relevant: Interval
    relevant_before: Interval
    recent_bins: tuple[float, ...] = ()
    baseline_bins: tuple[float, ...] = ()
    index: float = 0.0

    @property
    def enough(self) -> bool:
        """Whether there is enough to compare."""
        return min(self.items, self.items_before) >= LEAST

    @property
    def drifted(self) -> bool:
        """Whether a person should look: the shares' intervals are apart, or the index is high."""
        now, before = self.relevant, self.relevant_before
        apart = now.low > before.high or now.high < before.low
        return self.enough and (apart or self.index >= SHIFTED)


def drift(items: Iterable[Seen], today: date) -> Drift:
    """Return how the last four weeks stand beside the 26 before; later and older items are left."""
    recent: list[Seen] = []
    before: list[Seen] = []
    since = today - RECENT
    for one in items:
        if since < one.day <= today:
            recent.append(one)
        elif since - BASELINE < one.day <= since:
            before.append(one)
    now, then = _bins(recent), _bins(before)
    return Drift(
        len(recent), len(before), _relevant(recent), _relevant(before), now, then,
        stability(now, then, min(len(recent), len(before))),
    )  # fmt: skip


def stability(now: Sequence[float], then: Sequence[float], n: int) -> float:
    """Return the population stability index of two distributions, of `n` things at least each.

    An empty bin counts for half a thing: its logarithm would be without end.
    """
    if not n:
        return 0.0
    least = 0.5 / n
    pairs = ((max(one, least), max(other, least)) for one, other in zip(now, then, strict=True))
    return sum((one - other) * log(one / other) for one, other in pairs)


def _relevant(items: Sequence[Seen]) -> Interval:
    return wilson(sum(one.relevant for one in items), len(items))


def _bins(items: Sequence[Seen]) -> tuple[float, ...]:
    counts = [0] * _BINS
    for one in items:
        counts[min(_BINS - 1, max(0, int(one.probability * _BINS)))] += 1
    return tuple(count / max(1, len(items)) for count in counts)
