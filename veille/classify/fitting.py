"""Training: from examples of our own to a fitted model. scikit-learn is only needed here."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.svm import SVC

from veille.classify.domain_model import (
    ConceptExpert,
    DomainModel,
    Floats,
    VectorExpert,
    signs,
)
from veille.classify.features import PER_GROUP
from veille.classify.recipe import Recipe

Labels = NDArray[np.int8]  # one row for each example, one column for each label


def fit(
    rows: Floats,
    vectors: Floats | None,
    truth: Labels,
    *,
    labels: tuple[str, ...],
    groups: tuple[str, ...],
    recipe: Recipe,
    version: str = "",
) -> DomainModel:
    """Fit both experts; without `vectors`, the vocabulary's alone."""
    allowed = signs(labels, groups, len(PER_GROUP))
    return DomainModel(
        version,
        labels,
        groups,
        fit_concepts(rows, truth, allowed, recipe.concepts.penalty),
        None if vectors is None else fit_vectors(vectors, truth, recipe),
        recipe,
    )


def fit_concepts(
    rows: Floats, truth: Labels, allowed: NDArray[np.int8], penalty: float
) -> ConceptExpert:
    """Fit a logistic regression for each label, no weight of which may have the wrong sign.

    The signs are knowledge, not data: in examples written to avoid the obvious words, the obvious
    words would else learn to speak against their own domain.
    """
    spread = rows.std(0)
    spread[spread == 0] = 1
    scaled = rows / spread
    found = [
        _signed_regression(scaled, truth[:, label], allowed[label], penalty)
        for label in range(truth.shape[1])
    ]
    weights = np.stack([one[:-1] / spread for one in found])
    return ConceptExpert(weights, np.array([one[-1] for one in found]))


def fit_vectors(vectors: Floats, truth: Labels, recipe: Recipe) -> VectorExpert:
    """Fit a support-vector machine for each label; the support is kept once for all of them."""
    coefficients = np.zeros((truth.shape[1], len(vectors)), np.float32)
    intercepts = np.zeros(truth.shape[1])
    for label in range(truth.shape[1]):
        machine = SVC(C=recipe.vectors.penalty, gamma=recipe.vectors.gamma)
        machine.fit(vectors, truth[:, label])
        coefficients[label, machine.support_] = machine.dual_coef_[0]
        intercepts[label] = machine.intercept_[0]
    used = np.flatnonzero(np.abs(coefficients).sum(0))
    return VectorExpert(
        np.asarray(vectors[used], np.float32),
        coefficients[:, used],
        intercepts,
        recipe.vectors.gamma,
    )


def _signed_regression(
    rows: Floats, truth: NDArray[np.int8], allowed: NDArray[np.int8], penalty: float
) -> NDArray[np.float64]:
    """Return the weights and, last, the intercept."""
    target = truth.astype(float)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = rows @ weights[:-1] + weights[-1]
        guess = 1 / (1 + np.exp(-np.clip(margins, -60, 60)))
        value = np.logaddexp(0, margins).sum() - target @ margins
        slope = np.append(rows.T @ (guess - target), (guess - target).sum())
        slope[:-1] += weights[:-1] / penalty
        return float(value + (weights[:-1] ** 2).sum() / (2 * penalty)), slope

    bounds = [(0, None) if sign > 0 else (None, 0) for sign in allowed]
    start = np.zeros(rows.shape[1] + 1)
    solved = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B")
    return np.asarray(solved.x)


def truth_of(tags: Sequence[tuple[bool, Sequence[str]]], labels: Sequence[str]) -> Labels:
    """Return the table of labels of (relevant, domains) pairs; `labels[0]` is relevance."""
    return np.array(
        [[relevant, *(label in domains for label in labels[1:])] for relevant, domains in tags],
        np.int8,
    )
