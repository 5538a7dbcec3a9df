"""Which terms are met more often than they used to be. Pure arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import bdtrc

LEAST = 3
"""Items of late in which a term must be met: two may be chance, or one event told twice."""

CHANCE = 0.01
"""Share of the terms shown that chance alone may have brought up."""


@dataclass(frozen=True, slots=True)
class Rising:
    """A term, how often it was met lately, and how often it would be at its old pace."""

    term: str
    lately: int
    before: int
    expected: float


def rising(
    counts: Iterable[tuple[str, int, int]], lately: int, before: int, *, most: int = 8
) -> list[Rising]:
    """Return the terms that rise, the surest first: `counts` are term, items lately and before.

    `lately` and `before` are all the items of the two times: a term that keeps its share of a
    watch that grows does not rise. Under the hypothesis of an unchanged share, the recent part of
    a term's items is binomial; those kept pass Benjamini and Hochberg's rule at `CHANCE`.
    """
    if not lately or not before:
        return []
    share = lately / (lately + before)
    weighed = sorted(
        (_chance(recent, recent + old, share), -recent, term, recent, old)
        for term, recent, old in counts
        if recent >= LEAST
    )
    passed = [
        place
        for place, (chance, *_rest) in enumerate(weighed, start=1)
        if chance <= CHANCE * place / len(weighed)
    ]
    return [
        Rising(term, recent, old, expected=old * lately / before)
        for _chance_of_it, _order, term, recent, old in weighed[: max(passed, default=0)]
    ][:most]


def _chance(recent: int, total: int, share: float) -> float:
    """Return how likely at least `recent` of `total` are, each with this probability."""
    return float(bdtrc(recent - 1, total, share))
