"""How right the model is, label by label, by what people decided. Pure.

A decision keeps what the model had said (`Decision.said`), so nothing is judged again. People see
the doubtful first, where the model errs most: all decisions together tell less of it than it is
worth. Those on items drawn at random (`AUDIT`) tell it without that bias.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

from veille.model.decisions import Decided, Decision, Facet

AUDIT = "audit"
"""Why the queue shows an item that was drawn at random (`Decision.shown_for`)."""

RELEVANT = "relevant"

_Z = 1.959964  # of a normal distribution, 95 % lie within so many standard deviations


class Interval(NamedTuple):
    """A share and where it lies at 95 % (Wilson); nothing counted: anywhere."""

    share: float
    low: float
    high: float


@dataclass(slots=True)
class Rate:
    """What a model said of one label, against what people decided."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    rejected: int = 0

    def add(self, said: bool, true: bool) -> None:
        """Count one answer."""
        self.hits += said and true
        self.false += said and not true
        self.missed += true and not said
        self.rejected += not said and not true

    @property
    def n(self) -> int:
        """How many answers were counted."""
        return self.hits + self.false + self.missed + self.rejected

    @property
    def precision(self) -> Interval:
        """Share of the model's yeses that people confirm."""
        return wilson(self.hits, self.hits + self.false)

    @property
    def recall(self) -> Interval:
        """Share of people's yeses that the model had said."""
        return wilson(self.hits, self.hits + self.missed)


@dataclass(frozen=True, slots=True)
class Quality:
    """Rates by label, relevance (`RELEVANT`) first: of all decisions, and of the audit alone."""

    all: Mapping[str, Rate] = field(default_factory=dict)
    audit: Mapping[str, Rate] = field(default_factory=dict)


def wilson(hits: int, n: int) -> Interval:
    """Return a share with Wilson's interval at 95 %."""
    if not n:
        return Interval(0.0, 0.0, 1.0)
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


def quality(decided: Iterable[Decided], domains: Sequence[str]) -> Quality:
    """Return how right the model was on what is decided now (`desk.decisions.all_current()`).

    Only decisions that say what the model had said count. `domains` names those to tell.
    """
    labels = (RELEVANT, *domains)
    told = Quality({name: Rate() for name in labels}, {name: Rate() for name in labels})
    for one in decided:
        for label, said, true, decision in _answers(one, domains):
            told.all[label].add(said, true)
            if decision.shown_for == AUDIT:
                told.audit[label].add(said, true)
    return told


def _answers(
    decided: Decided, domains: Sequence[str]
) -> Iterator[tuple[str, bool, bool, Decision]]:
    """Yield label, what was said of it, what is decided, and by which decision."""
    relevant = decided.facets.get(Facet.RELEVANT)
    if relevant and isinstance(relevant.value, bool) and isinstance(relevant.said, bool):
        yield RELEVANT, relevant.said, relevant.value, relevant
    given = decided.facets.get(Facet.DOMAINS)
    if given and isinstance(given.value, tuple) and isinstance(given.said, tuple):
        for name in domains:
            yield name, name in given.said, name in given.value, given
