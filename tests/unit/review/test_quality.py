"""How right the model is by what people decided, and whether the flow drifts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from veille.model.decisions import Decided, Decision, Facet
from veille.review.drift import Seen, drift
from veille.review.quality import RELEVANT, quality, wilson

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def decided(facet, said, value, shown_for="uncertain"):
    one = Decision(1, "a", "i", facet, value, "lea", NOW, said=said, shown_for=shown_for)
    return Decided(1, {facet: one})


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_s_interval(hits, n, low, high):
    found = wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_what_the_model_had_said_is_counted_against_what_people_decided():
    told = quality(
        [
            decided(Facet.RELEVANT, True, True),
            decided(Facet.RELEVANT, True, False, "audit"),
            decided(Facet.RELEVANT, False, True),
            decided(Facet.RELEVANT, None, True),  # not known what was said
            decided(Facet.DOMAINS, ("governance",), ("governance", "leadership"), "audit"),
            decided(Facet.STATE, None, "kept"),
        ],
        ("governance", "leadership"),
    )
    assert (told.all[RELEVANT].precision.share, told.all[RELEVANT].recall.share) == (0.5, 0.5)
    assert told.all[RELEVANT].n == 3
    assert (told.audit[RELEVANT].n, told.audit[RELEVANT].false) == (1, 1)
    assert told.audit["governance"].hits == told.audit["leadership"].missed == 1


def seen(count, day, *, relevant, probability):
    return [Seen(TODAY - timedelta(days=day), n < relevant * count, probability(n, count))
            for n in range(count)]  # fmt: skip


def test_a_flow_that_stays_the_same_does_not_drift():
    same = {"relevant": 0.4, "probability": lambda n, count: n / count}
    told = drift([*seen(100, 3, **same), *seen(600, 90, **same)], TODAY)
    assert (told.items, told.items_before) == (100, 600)
    assert told.index < 0.01
    assert not told.drifted


def test_one_that_changes_is_told_once_there_is_enough_of_it():
    before = seen(600, 90, relevant=0.4, probability=lambda n, count: n / count)
    after = {"relevant": 0.8, "probability": lambda n, count: 0.5 + n / count / 2}
    assert drift([*seen(100, 3, **after), *before], TODAY).drifted
    assert not drift([*seen(20, 3, **after), *before], TODAY).drifted
    assert not drift([], TODAY).drifted
