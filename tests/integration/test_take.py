"""The step that takes in what people did on the desk."""

from datetime import timedelta

import pytest
from fakes.telling import take_in
from fakes.watched import NOW, new_store, source

from veille.config import Settings
from veille.errors import FailureKind
from veille.model.decisions import Facet, State, Wish
from veille.pipeline import Run
from veille.steps.group import group
from veille.steps.take import take
from veille.store import open_watch
from veille.store.desk import open_desk
from veille.workers import LocalWorkers


@pytest.fixture
def watch(tmp_path):
    with open_watch(new_store(tmp_path / "watch.duckdb"), now=NOW) as watch:
        yield watch


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "desk.sqlite") as desk:
        yield desk


def night(watch, desk, clock, step=take):
    run = Run(
        run_id=f"r{clock.now()}", pipeline="nightly", started_at=clock.now(), settings=Settings(),
        sources=(), store=watch, clock=clock, open_workers=lambda: LocalWorkers(Settings().read, 1),
        open_fetcher=lambda: None, open_judge=lambda: None, open_desk=lambda: desk,
    )  # fmt: skip
    run.do(step)
    clock.advance(hours=1)
    return run.report(clock.now())


def decide(desk, item_id, facet, value):
    return desk.decisions.decide([Wish(item_id, facet, value)], author="lea", now=NOW)


def counts(report):
    [step] = report.steps
    return step.done, step.new


def failures(report):
    return [(one.kind, one.subject) for one in report.failures]


def test_only_what_is_new_is_taken_in(watch, desk, clock):
    assert counts(night(watch, None, clock)) == counts(night(watch, desk, clock)) == (0, 0)
    decide(desk, "a", Facet.RELEVANT, False)
    desk.rulings.merge(["a", "b"], author="lea", now=NOW)
    assert counts(night(watch, desk, clock)) == (2, 2)
    again = night(watch, desk, clock)
    assert (counts(again), failures(again)) == ((0, 0), [])
    decide(desk, "a", Facet.STATE, State.ASIDE)
    assert counts(night(watch, desk, clock)) == (1, 1)
    assert watch.decisions.of("a") == desk.decisions.of("a")
    assert len(watch.db.rows("FROM desk_takings")) == 3  # none where nothing is new


def test_a_desk_that_is_gone_is_told_and_what_it_held_stands(watch, desk, clock):
    decide(desk, "a", Facet.RELEVANT, False)
    night(watch, desk, clock)
    told = night(watch, None, clock)
    assert failures(told) == [(FailureKind.NO_DESK, "desk.sqlite")]
    assert watch.decisions.count() == 1


@pytest.mark.parametrize("more", [0, 9])
def test_another_desk_is_told_and_taken_in_place_of_the_first(watch, desk, clock, tmp_path, more):
    decide(desk, "a", Facet.RELEVANT, False)
    decide(desk, "b", Facet.RELEVANT, False)
    desk.rulings.merge(["a", "b"], author="lea", now=NOW)
    desk.rulings.split(["a"], ["c"], author="lea", now=NOW)
    night(watch, desk, clock)
    with open_desk(tmp_path / "other.sqlite") as other:
        decide(other, "c", Facet.RELEVANT, True)
        for n in range(more):
            decide(other, f"more{n}", Facet.RELEVANT, True)
        other.rulings.split(["a"], ["b"], author="lea", now=NOW)
        told = night(watch, other, clock)
        assert failures(told) == [(FailureKind.OTHER_DESK, "desk.sqlite")]
        assert watch.decisions.of("a") == []
        assert watch.decisions.count() == 1 + more
        assert [(*one.ends, one.together) for one in watch.stories.rulings()] == [("a", "b", False)]
        assert failures(night(watch, other, clock)) == []
    assert failures(night(watch, desk, clock)) == [(FailureKind.OTHER_DESK, "desk.sqlite")]
    assert watch.decisions.of("a") == desk.decisions.of("a")
    held = {one.ends: one.together for one in watch.stories.rulings()}
    assert held == {("a", "b"): True, ("a", "c"): False}


def test_stories_follow_what_people_rule_and_take_back(watch, desk, clock):
    watch.remember_sources([source("a"), source("b")], NOW)
    ids = [take_in(watch, name, f"Titre de {name}", f"Un texte sur {name}", by=name, at=NOW + n)
           for n, name in zip((timedelta(0), timedelta(days=1)), "ab", strict=True)]  # fmt: skip
    night(watch, desk, clock, group)
    assert watch.stories.count() == 0
    merged = desk.rulings.merge(ids, author="lea", now=NOW)
    for step in (take, group):
        night(watch, desk, clock, step)
    assert [story.by_hand for story, _aliases in watch.stories.told()] == [True]
    desk.rulings.undo(merged, author="lea", now=NOW)
    for step in (take, group):
        night(watch, desk, clock, step)
    assert watch.stories.count() == 0


def three(watch, desk, clock):
    watch.remember_sources([source(name) for name in "abc"], NOW)
    ids = [take_in(watch, name, f"Titre de {name}", f"Un texte sur {name}", by=name, at=NOW + n)
           for n, name in zip(map(timedelta, range(3)), "abc", strict=True)]  # fmt: skip
    night(watch, desk, clock, group)
    return ids


def told_after(watch, desk, clock):
    for step in (take, group):
        night(watch, desk, clock, step)
    return [{one.item_id for one in story.members} for story, _aliases in watch.stories.told()]


def test_of_rulings_the_last_counts_whatever_the_clock_said(watch, desk, clock):
    a, b, c = three(watch, desk, clock)
    desk.rulings.merge([a, b], author="lea", now=NOW)
    night(watch, desk, clock)
    desk.rulings.split([a], [b], author="lea", now=NOW - timedelta(hours=2))  # set back
    desk.rulings.merge([b, c], author="lea", now=NOW - timedelta(hours=3))
    assert told_after(watch, desk, clock) == [{b, c}]
    merged = desk.rulings.merge([a, b], author="lea", now=NOW - timedelta(hours=4))
    assert told_after(watch, desk, clock) == [{a, b, c}]
    desk.rulings.undo(merged, author="lea", now=NOW - timedelta(hours=5))
    assert told_after(watch, desk, clock) == [{b, c}]


def test_another_desk_s_rulings_are_taken_in_its_order(watch, desk, clock, tmp_path):
    a, b, c = three(watch, desk, clock)
    desk.rulings.merge([a, b], author="lea", now=NOW)
    assert told_after(watch, desk, clock) == [{a, b}]
    with open_desk(tmp_path / "other.sqlite") as other:
        other.rulings.merge([a, c], author="lea", now=NOW)
        other.rulings.split([a], [b], author="lea", now=NOW)
        other.rulings.merge([b, c], author="lea", now=NOW)
        assert told_after(watch, other, clock) == [{b, c}]


def test_an_item_let_back_in_has_its_decisions_again(watch, desk, clock):
    watch.remember_sources([source("tiess")], NOW)
    item_id = take_in(watch, "zorglub", "Titre", "Texte")
    decide(desk, item_id, Facet.RELEVANT, False)
    watch.withdrawals.withdraw(item_id, "", NOW)
    night(watch, desk, clock)
    assert watch.decisions.of(item_id) == []
    watch.withdrawals.restore(item_id, "", NOW + timedelta(days=1))
    night(watch, desk, clock)
    assert watch.decisions.of(item_id) == desk.decisions.of(item_id)
