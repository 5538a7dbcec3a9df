"""The queue: who waits in it, in which order, and why."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.model.decisions import Decided, Decision, Facet, State, StoryRuling
from veille.model.reviewable import Guess, Reviewable
from veille.review.cases import Place, cases_of, changed_since, place_of, suggested, to_decide
from veille.review.queue import Why, queue
from veille.review.sampling import chance, drawn
from veille.settings.review import ReviewSettings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
PLAIN = ReviewSettings(audit=0)


def item(item_id, **given):
    given.setdefault("day", date(2026, 11, 20))
    return Reviewable(item_id, f"Titre {item_id}", f"https://e.org/{item_id}",
                      given.pop("source", "s"), "Source", **given)  # fmt: skip


def decided(state, *, days=0, number=1, version=1, **more):
    facets = {Facet.STATE: state.value, **more}
    at = NOW - timedelta(days=days)
    return Decided(number, {
        facet: Decision(number, "act", "x", facet, value, "lea", at, version=version)
        for facet, value in facets.items()
    })  # fmt: skip


def keys(queued):
    return [one.case.lead.item_id for one in queued]


def test_the_uncertain_come_first_and_the_sure_no_does_not_wait():
    items = [
        item("sure", relevance=0.97),
        item("no", relevant=False, relevance=0.02),
        item("doubt", doubtful=True, relevance=0.55),
        item("more", doubtful=True, relevance=0.9, domains=(Guess("governance", 0.5),)),
    ]
    queued = queue(cases_of(items), {}, NOW, PLAIN)
    assert keys(queued) == ["more", "doubt", "sure"]
    assert [one.why for one in queued] == [Why.UNCERTAIN, Why.UNCERTAIN, Why.NEW]


def test_an_audit_draws_the_same_items_for_everyone_sure_noes_too():
    items = [item(f"n{n}", relevant=False, relevance=0.01) for n in range(400)]
    drawn_now = keys(queue(cases_of(items), {}, NOW, ReviewSettings(audit=0.1)))
    assert drawn_now == keys(queue(cases_of(items[::-1]), {}, NOW, ReviewSettings(audit=0.1)))
    assert 20 < len(drawn_now) < 60
    more = keys(queue(cases_of(items), {}, NOW, ReviewSettings(audit=0.2)))
    assert set(drawn_now) < set(more)


def test_of_ten_seven_are_uncertain_two_diverse_one_is_audited():
    doubtful = [item(f"d{n}", doubtful=True) for n in range(40)]
    sure = [item(f"s{n}", source=f"s{n}") for n in range(40)]
    audited = [one for n in range(900) if drawn("audit", (one := item(f"a{n}")).item_id, 0.03)]
    settings = ReviewSettings(audit=0.03)
    items = [one for one in (*doubtful, *sure) if not drawn("audit", one.item_id, 0.03)]
    first = [one.why for one in queue(cases_of([*items, *audited]), {}, NOW, settings)[:20]]
    assert (first.count(Why.UNCERTAIN), first.count(Why.AUDIT)) == (14, 2)


def test_what_was_little_reviewed_lately_is_brought_forward():
    def of(region, n):
        return item(f"{region}{n}", source=f"s{n}", regions=(Guess(region, 0.9),))

    before = [of("QC-06", n) for n in range(20)] + [of("QC-10", 99)]
    known = {one.item_id: decided(State.ACCEPTED, days=3) for one in before}
    waiting = [item(f"m{n}", source="s1", regions=(Guess("QC-06", 0.9),)) for n in range(5)]
    north = item("nord", source="s1", regions=(Guess("QC-10", 0.9),), day=date(2026, 10, 1))
    first = queue(cases_of([*before, *waiting, north]), known, NOW, PLAIN)[0]
    assert first.case.lead is north
    assert (first.why, first.about) == (Why.DIVERSE, ("region", "QC-10"))


def test_later_comes_back_and_a_story_that_grew_asks_about_its_new_members():
    old, new = (item(name, story_id="story", place=place) for place, name in
                enumerate(("old", "new"), 1))  # fmt: skip
    [case] = cases_of([new, old])
    known = {"old": decided(State.KEPT, domains=("governance",))}
    [queued] = queue([case], known, NOW, PLAIN)
    assert queued.why is Why.GROWN
    assert to_decide(case, known, Place.GROWN) == (new,)
    assert suggested(case, known).domains == ("governance",)
    [alone] = cases_of([old])
    for days, place in ((0, Place.LATER), (6, Place.LATER), (7, Place.BACK)):
        assert place_of(alone, {"old": decided(State.LATER, days=days)}, NOW, WEEK) is place
    assert keys(queue([alone], {"old": decided(State.LATER, days=8)}, NOW, PLAIN)) == ["old"]
    for state in (State.ACCEPTED, State.KEPT, State.ASIDE, State.DISCUSS, State.LATER):
        assert queue([alone], {"old": decided(state)}, NOW, PLAIN) == []


def test_an_undone_decision_brings_its_item_back():
    [case] = cases_of([item("a")])
    assert place_of(case, {"a": Decided(7, {})}, NOW, WEEK) is Place.NEW


def test_a_text_that_changed_since_is_known():
    known = {"a": decided(State.ACCEPTED, version=1)}
    assert not changed_since(item("a", version=1), known)
    assert changed_since(item("a", version=2), known)
    assert not changed_since(item("b", version=2), known)


def ruling(one, other, together):
    return StoryRuling(1, "act", *sorted((one, other)), together, "lea", NOW)


def groups(items, rulings):
    return {frozenset(i.item_id for i in case.items) for case in cases_of(items, rulings)}


def test_rulings_hold_at_once():
    items = [item("a", story_id="x"), item("b", story_id="x", place=2), item("c"), item("d")]
    merged = [ruling("a", "c", True)]
    assert groups(items, merged) == {frozenset("abc"), frozenset("d")}
    split = [ruling("a", "b", False), ruling("b", "c", False), *merged]
    assert groups(items, split) == {frozenset("ac"), frozenset("b"), frozenset("d")}
    assert groups(items, [ruling("a", "elsewhere", True)]) == groups(items, [])


@given(st.permutations(range(12)), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11),
                                                      st.booleans()), max_size=6))  # fmt: skip
def test_each_item_is_in_one_case_whatever_the_order_and_the_rulings(order, pairs):
    items = [item(f"i{n:02}", story_id=f"s{n % 5}") for n in range(12)]
    rulings = [ruling(f"i{a:02}", f"i{b:02}", yes) for a, b, yes in pairs if a != b]
    shuffled = cases_of([items[n] for n in order], rulings)
    assert sorted(i.item_id for case in shuffled for i in case.items) == [i.item_id for i in items]
    assert shuffled == cases_of(items, rulings)


@pytest.mark.parametrize("purpose", ["audit", "twice"])
def test_chance_is_even(purpose):
    shares = [chance(purpose, f"key {n}") for n in range(4_000)]
    assert abs(sum(shares) / len(shares) - 0.5) < 0.02
    assert 0 <= min(shares) < max(shares) < 1
