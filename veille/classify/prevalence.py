"""How common a label is in the flow at hand, and what that does to a probability.

A model is calibrated where a certain share of documents is relevant; a watch's own flow holds
another. When only that share differs (label shift), Bayes' rule moves each probability by the same
log-odds, and the share itself can be estimated from the probabilities, without any label, by
expectation-maximisation (Saerens, Latinne and Decaestecker, Neural Computation 14, 2002).
"""

from collections.abc import Sequence
from math import log

from veille.classify.domain_model import logistic

_ROUNDS = 200
_SETTLED = 1e-5
_LEAST = 0.005  # a share is never taken to be nothing, nor everything: it could not move again


def shifted(probability: float, calibrated: float, actual: float) -> float:
    """Return a probability calibrated at one share of positives as it is at another."""
    return logistic(_odds(probability) + _odds(actual) - _odds(calibrated))


def estimated(probabilities: Sequence[float], calibrated: float) -> float:
    """Return the share of positives in a flow, from its documents' probabilities alone.

    `calibrated` is the share at which these are right. Some hundred documents are needed; with
    none, the share is the one given.
    """
    share = calibrated
    for _ in range(_ROUNDS if probabilities else 0):
        now = sum(shifted(one, calibrated, share) for one in probabilities) / len(probabilities)
        now = min(1 - _LEAST, max(_LEAST, now))
        if abs(now - share) < _SETTLED:
            return now
        share = now
    return share


def _odds(probability: float) -> float:
    kept = min(1 - 1e-9, max(1e-9, probability))
    return log(kept / (1 - kept))
