"""Whether one model is better than another, beyond noise."""

import numpy as np
import pytest

from veille.learning.comparing import Answers, Verdict, weigh

LABELS = ("relevant", "governance")
DRAW = np.random.default_rng(7)
TRUTH = DRAW.random((200, 2)) < 0.5


def noisy(share, seed):
    """Return the truth with this share of it turned over."""
    return TRUTH ^ (np.random.default_rng(seed).random(TRUTH.shape) < share)


def answers(old, new, doubted=None, asked=None):
    return Answers(
        LABELS,
        TRUTH,
        np.ones_like(TRUTH) if asked is None else asked,
        old,
        new,
        np.zeros(len(TRUTH), bool) if doubted is None else doubted,
    )


def test_what_is_much_better_is_promoted_and_the_same_weighing_comes_out_again():
    weighing = weigh(answers(noisy(0.3, 1), noisy(0.05, 2)))
    assert weighing.verdict is Verdict.PROMOTED
    assert weighing.mean.new > weighing.mean.old + 0.15
    assert weighing.mean.low < weighing.mean.new - weighing.mean.old < weighing.mean.high
    assert weighing == weigh(answers(noisy(0.3, 1), noisy(0.05, 2)))


@pytest.mark.parametrize("seed", range(5))
def test_of_two_that_err_as_much_none_is_better(seed):
    assert weigh(answers(noisy(0.2, seed), noisy(0.2, 50 + seed))).verdict is Verdict.NOT_BETTER
    assert weigh(answers(noisy(0.2, seed), noisy(0.2, seed))).verdict is Verdict.NOT_BETTER


def test_a_label_that_gets_worse_beyond_noise_keeps_it_out():
    old, new = noisy(0.4, 1), noisy(0.02, 2)
    old[:, 1], new[:, 1] = noisy(0.02, 3)[:, 1], noisy(0.2, 4)[:, 1]
    assert weigh(answers(old, new)).verdict is Verdict.WORSE_LABEL


def test_what_is_better_only_on_what_was_doubted_is_kept_out():
    """Any model is better than the one in force on what that one doubted, by chance alone."""
    doubted = np.arange(len(TRUTH)) < 140
    old, new = noisy(0.5, 1), noisy(0.1, 2)
    old[~doubted] = noisy(0.02, 3)[~doubted]
    weighing = weigh(answers(old, new, doubted))
    assert weighing.texts_apart == 60
    assert weighing.verdict is Verdict.WORSE_APART
    assert weigh(answers(old, new)).verdict is Verdict.PROMOTED


def test_what_nobody_was_asked_does_not_count():
    asked = np.ones_like(TRUTH)
    asked[:, 1] = False
    weighing = weigh(answers(noisy(0.3, 1), noisy(0.05, 2), asked=asked))
    assert weighing.labels.keys() == {"relevant"}
    nothing = weigh(answers(noisy(0.3, 1), noisy(0.05, 2), asked=np.zeros_like(TRUTH)))
    assert nothing.verdict is Verdict.NOT_BETTER
