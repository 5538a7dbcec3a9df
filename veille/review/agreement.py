"""How much two readers agree beyond chance: Cohen's kappa with an interval. Pure.

Kappa is that of J. Cohen, « A coefficient of agreement for nominal scales », 1960. Its interval is
drawn from the posterior of the four cells under Jeffreys' prior (half a count each): with the few
dozen pairs of a first month the usual standard error is 0 whenever two readers agree on all, and
the bootstrap with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veille.model.decisions import Facet
from veille.model.reviewable import Labels, SecondReading

_DRAWS, _SEED = 4_000, 1960
_LIMITS = (2.5, 97.5)
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """On one yes-or-no question: pairs read, how many agree, kappa and its 95 % interval.

    `kappa` is None where chance alone would agree on all: nobody, or everybody, ever said yes.
    """

    question: str
    pairs: int
    agreed: int
    kappa: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Table:
    """How often both said yes, the first alone, the second alone, neither."""

    both: int = 0
    first: int = 0
    second: int = 0
    neither: int = 0


def agreements(readings: Sequence[SecondReading], domains: Iterable[str]) -> list[Agreement]:
    """Return how far readers agree on relevance, on each domain, and on regions taken together."""
    asked = {Facet.RELEVANT.value: [(one.said.relevant, one.read.relevant) for one in readings]}
    for domain in domains:
        asked[domain] = [(domain in one.said.domains, domain in one.read.domains)
                         for one in readings]  # fmt: skip
    codes = sorted({code for one in readings for code in (*one.said.regions, *one.read.regions)})
    asked[Facet.REGIONS.value] = [
        (code in one.said.regions, code in one.read.regions) for one in readings for code in codes
    ]
    return [agreement(question, tabled(pairs)) for question, pairs in asked.items()]


def tabled(pairs: Iterable[tuple[bool, bool]]) -> Table:
    """Count what two readers answered."""
    pairs = list(pairs)
    return Table(*(pairs.count(cell) for cell in
                   ((True, True), (True, False), (False, True), (False, False))))  # fmt: skip


def agreement(question: str, table: Table) -> Agreement:
    """Return how far two readers agree on one question."""
    cells = np.array([table.both, table.first, table.second, table.neither], float)
    pairs = int(cells.sum())
    drawn = np.random.default_rng(_SEED).dirichlet(cells + 0.5, _DRAWS)
    low, high = np.percentile(_kappa(drawn), _LIMITS)
    certain = pairs == 0 or pairs in (table.both, table.neither)
    kappa = None if certain else round(float(_kappa(cells[None] / pairs)[0]), 3)
    return Agreement(question, pairs, table.both + table.neither, kappa, round(float(low), 3),
                     round(float(high), 3))  # fmt: skip


def disagree(one: Labels, other: Labels) -> bool:
    """Whether two readers tag an item differently."""
    return (
        one.relevant != other.relevant
        or set(one.domains) != set(other.domains)
        or set(one.regions) != set(other.regions)
    )


def _kappa(shares: _Floats) -> _Floats:
    both, first, second, neither = shares.T
    observed = both + neither
    expected = (both + first) * (both + second) + (neither + first) * (neither + second)
    kappa: _Floats = (observed - expected) / (1 - expected)
    return kappa
