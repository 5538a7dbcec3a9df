"""Decisions and rulings taken in from the desk, in the working store."""

from dataclasses import replace

import pytest
from fakes.telling import take_in
from fakes.watched import DAY, NOW

from veille.model.decisions import Decision, Facet, State
from veille.model.story import Ruling
from veille.store.watch.decisions import Taken


def decision(number, item_id="a", facet=Facet.RELEVANT, value=True, **given):
    return Decision(
        number, f"act{number}", item_id, facet, value, "lea", NOW, said=False, version=2, **given
    )


def take(watch, *decisions, rulings=(), generation=1):
    last = decisions[-1] if decisions else decision(0)
    return watch.decisions.take(
        decisions, rulings, Taken(generation, last.number, last.act), "run", NOW
    )


@pytest.mark.every_home
def test_decisions_come_back_as_the_desk_has_them(watch):
    ours = [
        decision(1, reason="Vu", shown_for="audit", model_version="m"),
        decision(2, facet=Facet.DOMAINS, value=("governance", "leadership")),
        decision(3, facet=Facet.STATE, value=State.KEPT.value),
        decision(4, facet=Facet.NOTE, value="« À lire »", undoes="act0"),
    ]
    assert watch.decisions.taken() == Taken(generation=0)
    assert take(watch, *ours) == 4
    assert take(watch, *ours) == 0
    assert watch.decisions.of("a") == ours
    assert watch.decisions.taken() == Taken(1, 4, "act4")
    assert watch.decisions.count() == 4
    assert watch.db.rows("FROM decided_current") == [
        {
            "item_id": "a", "said": True, "chosen": ["governance", "leadership"], "places": None,
            "state": "kept", "note": "« À lire »", "looked_at": 2,
        }
    ]  # fmt: skip


def test_what_is_taken_back_holds_no_more(watch):
    take(watch, decision(1), decision(2, value=False), decision(3, value=None))
    assert watch.decisions.count() == 0
    take(watch, decision(4, value=False))
    [row] = watch.db.rows("FROM decided_current")
    assert row["said"] is False


def test_of_another_desk_only_what_it_holds_counts_and_nothing_is_lost(watch):
    take(watch, decision(1), decision(2, "b"))
    take(watch, decision(1, "c"), generation=2)
    assert watch.decisions.of("a") == []
    assert [row["item_id"] for row in watch.db.rows("FROM decided_current")] == ["c"]
    assert len(watch.db.rows("FROM decisions")) == 3
    watch.decisions.take([], [], Taken(3), "run", NOW)
    assert watch.decisions.count() == 0, "an empty desk is one too"


@pytest.mark.every_home
def test_nothing_is_kept_on_a_withdrawn_item(watch):
    item_id = take_in(watch, "zorglub", "Titre", "Texte")
    take(watch, decision(1, item_id, facet=Facet.NOTE, value="Zorglub dit que"))
    watch.withdrawals.withdraw(item_id, "", NOW)
    assert watch.decisions.of(item_id) == []
    assert take(watch, decision(2, item_id), decision(3, "b")) == 1
    assert watch.decisions.let_back_in() == []
    watch.withdrawals.restore(item_id, "", NOW + DAY)
    assert watch.decisions.let_back_in() == [item_id]


@pytest.mark.parametrize("together", [True, False])
def test_a_ruling_is_taken_back_and_the_newest_holds(watch, together):
    first = Ruling("a", "b", together, NOW, 1)
    watch.stories.save_rulings([first, Ruling("a", "c", True, NOW, 2)])
    assert first in watch.stories.rulings()
    back = replace(first, together=None, number=3)
    take(watch, rulings=[back])
    assert [one.ends for one in watch.stories.rulings()] == [("a", "c")]
    assert back in watch.stories.unfollowed()
    take(watch, rulings=[replace(first, number=4)])
    assert first.together in [one.together for one in watch.stories.rulings()]
