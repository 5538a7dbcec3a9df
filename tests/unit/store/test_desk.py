"""The desk: decisions and rulings are added, hold, are undone; the second of two hands is told."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import Outdated
from veille.model.decisions import Facet, Overtaken, State, Wish, laid_over
from veille.store.desk import open_desk

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
FINANCE, GOVERNANCE = "financial_engineering", "governance"


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "desk.sqlite") as desk:
        yield desk


def decide(desk, item_id, facet, value, author="lea", **more):
    return desk.decisions.decide([Wish(item_id, facet, value)], author=author, now=NOW, **more)


def value(desk, item_id, facet):
    decided = desk.decisions.current([item_id]).get(item_id)
    return decided.value(facet) if decided else None


def test_the_newest_decision_of_a_facet_holds(desk):
    decide(desk, "a", Facet.DOMAINS, (GOVERNANCE,))
    decide(desk, "a", Facet.STATE, State.KEPT)
    decide(desk, "a", Facet.DOMAINS, (FINANCE, GOVERNANCE), author="noe")
    [decided] = desk.decisions.current(["a", "b"]).values()
    assert decided.value(Facet.DOMAINS) == (FINANCE, GOVERNANCE)
    assert decided.state is State.KEPT
    assert decided.facets[Facet.DOMAINS].author == "noe"
    assert decided.number == desk.decisions.last == 3
    assert desk.decisions.in_state(State.KEPT) == ["a"]
    assert [one.number for one in desk.decisions.of("a")] == [1, 2, 3]


def test_who_decided_since_has_not_thereby_seen_what_another_did(desk):
    mine = decide(desk, "a", Facet.STATE, State.LATER, author="noe")
    decide(desk, "a", Facet.DOMAINS, (GOVERNANCE,), author="lea", seen={"a": 1})
    desk.decisions.undo(mine, author="noe", now=NOW)  # of a strip, where lea's is not shown
    with pytest.raises(Overtaken) as told:
        decide(desk, "a", Facet.DOMAINS, (FINANCE,), author="noe", seen={"a": 1})
    assert told.value.decision.author == "lea"
    assert value(desk, "a", Facet.DOMAINS) == (GOVERNANCE,)
    decide(desk, "a", Facet.DOMAINS, (FINANCE,), author="noe", seen={"a": 3})


def test_an_act_is_undone_whole_and_an_undoing_too(desk):
    decide(desk, "a", Facet.RELEVANT, False)
    act = desk.decisions.decide(
        [Wish("a", Facet.RELEVANT, True), Wish("b", Facet.STATE, State.ASIDE)],
        author="lea",
        now=NOW,
    )
    undone = desk.decisions.undo(act, author="lea", now=NOW + timedelta(minutes=1))
    assert value(desk, "a", Facet.RELEVANT) is False
    assert value(desk, "b", Facet.STATE) is None
    desk.decisions.undo(undone, author="lea", now=NOW)
    assert value(desk, "a", Facet.RELEVANT) is True
    assert value(desk, "b", Facet.STATE) == "aside"
    assert desk.decisions.undo("none such", author="lea", now=NOW) is None


def test_who_comes_second_is_told_and_writes_nothing(desk):
    decide(desk, "a", Facet.RELEVANT, True, author="noe", seen={"a": 0})
    with pytest.raises(Overtaken, match="noe") as told:
        decide(desk, "a", Facet.RELEVANT, False, author="lea", seen={"a": 0})
    assert told.value.decision.value is True
    assert value(desk, "a", Facet.RELEVANT) is True
    decide(desk, "a", Facet.RELEVANT, False, author="lea", seen={"a": 1})


def test_one_s_own_older_window_is_told_too(desk):
    decide(desk, "a", Facet.STATE, State.KEPT, seen={"a": 0})
    with pytest.raises(Overtaken, match=r"You|Vous") as told:
        decide(desk, "a", Facet.STATE, State.ASIDE, seen={"a": 0})
    assert told.value.decision.value == "kept"
    assert value(desk, "a", Facet.STATE) == "kept"
    decide(desk, "a", Facet.STATE, State.ASIDE, seen={"a": 1})  # the window that saw it


def test_what_the_model_had_said_outlives_a_night_that_took_the_decision(desk):
    """From then on the page has nothing of the model's to hand in."""
    first = Wish("a", Facet.DOMAINS, (GOVERNANCE,), said=(FINANCE,))
    again = Wish("a", Facet.DOMAINS, (), said=None)
    for wish, model, version in ((first, "m1", 1), (again, "m2", 1), (again, "m2", 2)):
        desk.decisions.decide(
            [wish], author="lea", now=NOW, versions={"a": version}, model_version=model
        )
    told = [(one.said, one.model_version) for one in desk.decisions.of("a")]
    assert told == [
        ((FINANCE,), "m1"),
        ((FINANCE,), "m1"),
        (None, "m2"),
    ]  # of another text: nothing


def test_the_same_gesture_sent_twice_is_written_once(desk):
    """The network broke after it was written, or a button was pressed twice."""
    first = decide(desk, "a", Facet.STATE, State.KEPT, seen={"a": 0})
    assert decide(desk, "a", Facet.STATE, State.KEPT, seen={"a": 0}) == first
    assert desk.decisions.last == 1
    decide(desk, "a", Facet.STATE, State.KEPT, author="noe", seen={"a": 1})
    with pytest.raises(Overtaken, match="noe"):
        decide(desk, "a", Facet.STATE, State.KEPT, seen={"a": 0})


def test_a_gesture_that_contradicts_itself_is_undone_whole(desk):
    decide(desk, "a", Facet.RELEVANT, True)
    wishes = [Wish("a", Facet.RELEVANT, value) for value in (False, True, False)]
    act = desk.decisions.decide(wishes, author="lea", now=NOW)
    assert value(desk, "a", Facet.RELEVANT) is False
    undoing = desk.decisions.undo(act, author="lea", now=NOW)
    assert value(desk, "a", Facet.RELEVANT) is True
    desk.decisions.undo(undoing, author="lea", now=NOW)
    assert value(desk, "a", Facet.RELEVANT) is False


def test_what_another_decided_since_is_not_undone(desk):
    act = decide(desk, "a", Facet.RELEVANT, True, author="lea")
    decide(desk, "a", Facet.RELEVANT, False, author="noe")
    with pytest.raises(Overtaken, match="noe"):
        desk.decisions.undo(act, author="lea", now=NOW)
    assert value(desk, "a", Facet.RELEVANT) is False


def test_the_ledger_is_append_only(desk):
    decide(desk, "a", Facet.RELEVANT, True)
    for statement in ("UPDATE decisions SET value = 'false'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            desk.db.connection.execute(statement)


def test_of_two_hands_at_once_one_is_told(tmp_path):
    path = tmp_path / "desk.sqlite"
    open_desk(path).close()
    told = []

    def hand(author):
        with open_desk(path) as desk:
            for number in range(25):
                try:
                    decide(desk, f"i{number}", Facet.RELEVANT, True, author, seen={f"i{number}": 0})
                except Overtaken as overtaken:
                    told.append(overtaken.decision.item_id)

    hands = [threading.Thread(target=hand, args=[name]) for name in ("lea", "noe", "ada")]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    with open_desk(path) as desk:
        assert desk.decisions.last == 25
    assert len(told) == 50


def test_stories_are_merged_split_and_put_back(desk):
    act = desk.rulings.merge(["c", "a", "b"], author="lea", now=NOW)
    assert {(one.one, one.other) for one in desk.rulings.current(["b", "c"])} == {
        ("a", "b"),
        ("a", "c"),
    }
    split = desk.rulings.split(["b"], ["a", "b", "c"], author="noe", now=NOW)
    assert {(r.one, r.other): r.together for r in desk.rulings.current(["b"])} == {
        ("a", "b"): False,
        ("b", "c"): False,
    }
    desk.rulings.undo(act, author="lea", now=NOW)  # a–b was ruled upon since: it stays
    assert {(r.one, r.other): r.together for r in desk.rulings.current(["a"])} == {
        ("a", "b"): False
    }
    desk.rulings.undo(split, author="noe", now=NOW)
    assert {(r.one, r.other): r.together for r in desk.rulings.current(["b"])} == {("a", "b"): True}
    assert [one.number for one in desk.rulings.since(2)] == [3, 4, 5, 6, 7]
    with pytest.raises(Outdated):  # twice: nothing is left to undo of it
        desk.rulings.undo(split, author="noe", now=NOW)
    assert desk.rulings.last == 7


acts = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.one_of(
            st.tuples(st.just(Facet.RELEVANT), st.none() | st.booleans()),
            st.tuples(st.just(Facet.STATE), st.none() | st.sampled_from(list(State))),
        ),
    ),
    max_size=12,
)


@given(acts)
def test_what_is_in_force_is_the_same_in_python_and_in_sql(tmp_path_factory, acts):
    with open_desk(tmp_path_factory.mktemp("desk") / "desk.sqlite") as desk:
        for item_id, (facet, wanted) in acts:
            decide(desk, item_id, facet, wanted)
        view = {
            (row["item_id"], row["facet"], row["number"])
            for row in desk.db.rows("SELECT * FROM decisions_in_force")
        }
        ours = {
            (item_id, facet, decision.number)
            for item_id, decided in desk.decisions.all_current().items()
            for facet, decision in decided.facets.items()
        }
    assert view == ours


def test_people_outrank_the_model_and_a_domain_says_relevant(desk):
    decide(desk, "a", Facet.DOMAINS, (FINANCE,))
    decided = desk.decisions.current(["a"])["a"]
    standing = laid_over(False, (), ("QC-06",), decided)
    assert (standing.relevant, standing.domains) == (True, (FINANCE,))
    assert standing.regions == ("QC-06",)
    assert standing.by_hand == {Facet.DOMAINS}
    decide(desk, "a", Facet.RELEVANT, False)
    standing = laid_over(True, (GOVERNANCE,), (), desk.decisions.current(["a"])["a"])
    assert (standing.relevant, standing.domains) == (False, ())
