"""The fitted model of relevance and domains: two experts, their scores weighed into one.

Only numpy is needed to ask it; scikit-learn comes in where it is fitted (`fitting.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp

import numpy as np
from numpy.typing import NDArray

from veille.classify.recipe import Recipe

Floats = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConceptExpert:
    """Linear in the features of `features.py`: one row of `weights` for each label."""

    weights: Floats
    intercepts: Floats

    def scores(self, row: Floats) -> Floats:
        """Return each label's log-odds; `row` may also be a matrix, one document a row."""
        return np.asarray(row @ self.weights.T + self.intercepts)


@dataclass(frozen=True, slots=True)
class VectorExpert:
    """A Gaussian-kernel machine over the documents' vectors; `support` are the examples' own."""

    support: Floats
    coefficients: Floats  # one row for each label
    intercepts: Floats
    gamma: float
    _squares: Floats = field(init=False, repr=False)  # of the support's lengths, reckoned once

    def __post_init__(self) -> None:
        object.__setattr__(self, "_squares", np.einsum("ij,ij->i", self.support, self.support))

    def scores(self, vectors: Floats) -> Floats:
        """Return each label's margin for each row of `vectors`."""
        squares = np.einsum("ij,ij->i", vectors, vectors)[:, None] + self._squares[None, :]
        distances = squares - 2 * (vectors @ self.support.T)
        kernel = np.exp(-self.gamma * np.maximum(distances, 0))
        return np.asarray(kernel @ self.coefficients.T + self.intercepts)


@dataclass(frozen=True, slots=True)
class DomainModel:
    """What was learnt, for which labels (relevance first), from which inputs (`version`)."""

    version: str
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    concepts: ConceptExpert
    vectors: VectorExpert | None
    recipe: Recipe

    def scores(self, row: Floats, vector: Floats | None) -> Floats:
        """Return each label's score for one document: its experts', standardised and weighed."""
        total = self.recipe.weights.concepts * self.standard("concepts", self.concepts.scores(row))
        if self.vectors is not None and vector is not None:
            margins = self.vectors.scores(vector[None, :])[0]
            total = total + self.recipe.weights.vectors * self.standard("vectors", margins)
        return np.asarray(total)

    def standard(self, expert: str, scores: Floats) -> Floats:
        """Return an expert's scores with the centre and spread of real documents taken out."""
        pairs = np.array([getattr(self.recipe.reality_of(one), expert) for one in self.labels])
        return np.asarray((scores - pairs[:, 0]) / pairs[:, 1])

    def probability(self, label: str, score: float) -> float:
        """Return the probability that a score stands for."""
        calibration = self.recipe.calibration_of(label)
        return logistic(calibration.slope * (score - calibration.half))


def pooled(vectors: Floats) -> Floats:
    """Make one vector of a document: its title's, then its windows' mean, each of length 1.

    The mean keeps what the whole document is about, however long it is.
    """
    rest = vectors[1:] if len(vectors) > 1 else vectors
    mean = rest.mean(0)
    return np.concatenate([_unit(vectors[0]), _unit(mean)])


def floats(array: NDArray[np.generic]) -> Floats:
    """Return an array read from a file as numbers, single precision kept."""
    if array.dtype == np.float32:
        return np.asarray(array, np.float32)
    return np.asarray(array, np.float64)


def logistic(score: float) -> float:
    """Return the probability whose log-odds are `score`."""
    return 1 / (1 + exp(-max(-60.0, min(60.0, score))))


def _unit(vector: Floats) -> Floats:
    length = float(np.sqrt((vector**2).sum()))
    return vector / length if length else vector


def signs(labels: Sequence[str], groups: Sequence[str], per_group: int) -> NDArray[np.int8]:
    """Return which way each feature may speak for each label: 1 for it, -1 against it.

    Every concept of the field or of a domain speaks for relevance; what lies elsewhere against.
    The field speaks for each domain, and each domain's own concepts; others against.
    """
    table = np.full((len(labels), len(groups)), -1, np.int8)
    for row, label in enumerate(labels):
        for column, group in enumerate(groups):
            own = group in ("field", label) or (row == 0 and group != "elsewhere")
            table[row, column] = 1 if own else -1
    return np.repeat(table, per_group, axis=1)
