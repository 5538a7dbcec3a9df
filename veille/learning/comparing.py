"""Two models on the same reviewed texts, none of which either has learnt: is one better? Pure.

The rule. What counts is the mean F1 of the labels (relevance and each domain) that at least `HELD`
of the texts have. Both models answer the same texts, and these are drawn anew with replacement
`DRAWS` times: the new one is better when the difference is above 0 in all but 2.5 % of the draws.
Nor may any label be worse beyond noise in the same sense. People were shown first what the model
in force doubted, where any other does better by chance: so the new one may not be worse either,
by more than `SLACK`, on the texts that were shown for another reason, if there are enough of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

HELD, DRAWS, SLACK, APART = 5, 2_000, 0.01, 30
"""Texts that a label needs to count, draws, what is not yet worse, texts not shown for doubt."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Verdict(StrEnum):
    """What came of an attempt to learn."""

    TOO_FEW = "too_few"  # reviews
    NOTHING_NEW = "nothing_new"  # this very model was weighed already
    REFUSED = "refused"  # a person took it back
    NOT_BETTER = "not_better"  # beyond noise
    WORSE_LABEL = "worse_label"  # on one label
    WORSE_APART = "worse_apart"  # on what was not shown for doubt
    BELOW_FLOORS = "below_floors"
    PROMOTED = "promoted"


@dataclass(frozen=True, slots=True)
class Answers:
    """What two models say of the same texts: a row for each text, a column for each label.

    `asked` tells of which labels people decided; `doubted` which texts were shown for doubt.
    """

    labels: tuple[str, ...]
    truth: Bools
    asked: Bools
    old: Bools
    new: Bools
    doubted: Bools


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the new F1 is, and where that lies in 95 % of the draws."""

    old: float
    new: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """Two models weighed: by label, over all labels, and on the texts not shown for doubt."""

    labels: dict[str, Difference]
    mean: Difference
    apart: Difference | None
    texts: int
    texts_apart: int

    @property
    def verdict(self) -> Verdict:
        """What the rule says; floors are not looked at here."""
        if self.mean.low <= 0:
            return Verdict.NOT_BETTER
        if any(one.high < 0 for one in self.labels.values()):
            return Verdict.WORSE_LABEL
        if self.apart and self.apart.new < self.apart.old - SLACK:
            return Verdict.WORSE_APART
        return Verdict.PROMOTED


def weigh(answers: Answers, seed: int = 0) -> Weighing:
    """Weigh the two; with the same answers and seed, the same comes out."""
    counting = _supported(answers)
    draws = np.random.default_rng(seed)
    n = len(answers.truth)
    weights = draws.multinomial(n, np.full(n, 1 / n), DRAWS).astype(float)
    labels = {answers.labels[at]: _difference(answers, [at], weights) for at in counting}
    apart = np.flatnonzero(~answers.doubted)
    found = None
    if len(apart) >= APART:
        alone = np.zeros((1, n))
        alone[0, apart] = 1
        found = _difference(answers, counting, weights * alone, alone)
    return Weighing(labels, _difference(answers, counting, weights), found, n, len(apart))


def _supported(answers: Answers) -> list[int]:
    support = (answers.truth & answers.asked).sum(0)
    return [at for at in range(len(answers.labels)) if support[at] >= HELD]


def _difference(
    answers: Answers, columns: Sequence[int], weights: Floats, whole: Floats | None = None
) -> Difference:
    """Return the difference of the mean F1 of these labels, over all texts and over the draws."""
    if whole is None:
        whole = np.ones((1, weights.shape[1]))
    old, new = (_mean_f1(answers, said, columns, whole)[0] for said in (answers.old, answers.new))
    apart = _mean_f1(answers, answers.new, columns, weights) - _mean_f1(
        answers, answers.old, columns, weights
    )
    low, high = np.quantile(apart, (0.025, 0.975))
    return Difference(*(round(float(one), 4) for one in (old, new, low, high)))


def _mean_f1(answers: Answers, said: Bools, columns: Sequence[int], weights: Floats) -> Floats:
    """Return the mean F1 of these labels, a figure for each row of weights of the texts."""
    if not len(columns):
        return np.zeros(len(weights))
    truth, asked = answers.truth[:, columns], answers.asked[:, columns]
    said = said[:, columns]
    hits = weights @ (said & truth & asked)
    wrong = weights @ ((said ^ truth) & asked)
    total = 2 * hits + wrong
    each = np.divide(2 * hits, total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(each.mean(1))
