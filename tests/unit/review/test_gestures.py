"""One key: which facets it decides, of which items."""

from datetime import date

import pytest

from veille.model.decisions import Facet, State
from veille.model.reviewable import Guess, Labels, Reviewable
from veille.review.gestures import Gesture, wishes

GOVERNANCE = "governance"
LABELS = Labels(True, (GOVERNANCE,), ("QC-06",))


def item(item_id, **given):
    return Reviewable(item_id, "t", "https://e.org/", "s", "S", date(2026, 11, 20), **given)


def told(gesture, labels=LABELS, items=("a",), note=""):
    found = wishes([item(one) for one in items], gesture, labels, note)
    return {(one.item_id, one.facet): one.value for one in found}


def test_who_accepts_confirms_all_tags():
    assert told(Gesture.ACCEPT) == {
        ("a", Facet.RELEVANT): True,
        ("a", Facet.DOMAINS): (GOVERNANCE,),
        ("a", Facet.REGIONS): ("QC-06",),
        ("a", Facet.STATE): "accepted",
    }


def test_who_accepts_that_it_is_not_relevant_sets_it_aside():
    found = told(Gesture.ACCEPT, Labels(False))
    assert found["a", Facet.RELEVANT] is False
    assert found["a", Facet.STATE] == "aside"
    assert ("a", Facet.DOMAINS) not in found


def test_not_relevant_takes_the_domains_away_and_keeping_says_relevant():
    found = told(Gesture.IRRELEVANT)
    assert (found["a", Facet.RELEVANT], found["a", Facet.STATE]) == (False, "aside")
    assert told(Gesture.KEEP, Labels(False, (GOVERNANCE,)))["a", Facet.RELEVANT] is True


def test_of_a_story_the_lead_is_kept_and_has_the_note():
    found = told(Gesture.KEEP, items=("a", "b"), note=" À lire. ")
    assert found["a", Facet.STATE] == "kept"
    assert found["b", Facet.STATE] == "accepted"
    assert found["b", Facet.DOMAINS] == (GOVERNANCE,)
    assert [key for key in found if key[1] is Facet.NOTE] == [("a", Facet.NOTE)]
    assert found["a", Facet.NOTE] == "À lire."


@pytest.mark.parametrize(
    ("gesture", "state"),
    [(Gesture.ASIDE, State.ASIDE), (Gesture.LATER, State.LATER), (Gesture.DISCUSS, State.DISCUSS)],
)
def test_the_others_say_nothing_of_the_tags(gesture, state):
    assert told(gesture) == {("a", Facet.STATE): state}


def test_what_the_machine_had_said_is_kept_beside():
    doubted = item("a", relevant=False, domains=(Guess("leadership", 0.6),))
    said = {one.facet: one.said for one in wishes([doubted], Gesture.ACCEPT, Labels(True))}
    assert said[Facet.RELEVANT] is False
    assert said[Facet.DOMAINS] == ("leadership",)
    by_hand = item("a", by_hand=True, domains=(Guess("leadership", 1.0, True),))
    said = {one.facet: one.said for one in wishes([by_hand], Gesture.ACCEPT, Labels(True))}
    assert (said[Facet.RELEVANT], said[Facet.DOMAINS]) == (None, None)
