"""Cohen's kappa and its interval, and what two readers have to settle."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from veille.model.decisions import Decided, Decision, Facet
from veille.model.reviewable import Labels, Reviewable, SecondReading
from veille.review.agreement import Table, agreement, agreements, tabled
from veille.review.cases import cases_of
from veille.review.second import first_reading, to_read_twice, to_settle

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_kappa_is_that_of_scikit_learn_and_lies_in_bounds(pairs):
    found = agreement("q", tabled(pairs))
    assert -1 <= found.low <= found.high <= 1
    if found.kappa is None:
        assert len(set(pairs)) == 1
        return
    one, other = zip(*pairs, strict=True)
    assert found.kappa == pytest.approx(cohen_kappa_score(one, other), abs=1e-3)


def test_the_example_of_the_books():
    """J. Fleiss, Statistical Methods for Rates and Proportions: 20, 5, 10, 15 give 0.4."""
    found = agreement("q", Table(20, 5, 10, 15))
    assert (found.pairs, found.agreed, found.kappa) == (50, 35, 0.4)
    assert found.low < 0.4 < found.high
    assert (found.low, found.high) == (pytest.approx(0.14, abs=0.03), pytest.approx(0.62, abs=0.03))


def test_a_few_that_agree_prove_little():
    found = agreement("q", Table(3, 0, 0, 3))
    assert found.kappa == 1
    assert found.low < 0.6


def reading(item_id, said, read, decision=3):
    return SecondReading(1, item_id, "lea", said, "noe", read, decision, NOW)


def test_agreement_is_told_by_question():
    readings = [
        reading("a", Labels(True, ("governance",), ("QC-06",)), Labels(True, ("governance",))),
        reading("b", Labels(False), Labels(True, ("leadership",))),
    ]
    found = {one.question: one for one in agreements(readings, ["governance", "leadership"])}
    assert found["relevant"].agreed == 1
    assert found["governance"].kappa == 1
    assert (found["leadership"].pairs, found["leadership"].agreed) == (2, 1)
    assert found["regions"].pairs == 2
    assert agreements([], ["governance"])[0].kappa is None


def tagged(author, *, number=3, domains=("governance",)):
    facets = {Facet.RELEVANT: True, Facet.DOMAINS: domains, Facet.STATE: "accepted"}
    return Decided(number, {
        facet: Decision(number, "act", "a", facet, value, author, NOW)
        for facet, value in facets.items()
    })  # fmt: skip


def test_another_person_reads_it_once():
    cases = cases_of([Reviewable("a", "t", "u", "s", "S", date(2026, 11, 20))])
    known = {"a": tagged("lea")}
    assert first_reading(known["a"]) == ("lea", Labels(True, ("governance",)))
    assert to_read_twice(cases, known, [], "noe", 1.0) == cases
    assert to_read_twice(cases, known, [], "lea", 1.0) == []
    assert to_read_twice(cases, known, ["a"], "noe", 1.0) == []
    assert to_read_twice(cases, known, [], "noe", 0.0) == []
    assert to_read_twice(cases, {}, [], "noe", 1.0) == []


def test_they_settle_what_they_read_differently_until_somebody_decides():
    same, other = Labels(True, ("governance",)), Labels(True, ("leadership",))
    readings = [reading("a", same, other), reading("b", same, same)]
    known = {"a": tagged("lea"), "b": tagged("lea")}
    assert to_settle(readings, known) == readings[:1]
    assert to_settle(readings, {"a": tagged("ada", number=9)}) == []
