"""Many people decide on one queue at once: each answer is true, and no decision is lost."""

import threading
import time

import pytest
from fakes.morning import cards, morning, piece, seen
from fakes.pages import served, signed_in

from veille.model.decisions import Facet
from veille.staff.accounts import Role


@pytest.mark.parametrize(
    ("people", "seconds", "enough"),
    [(6, 10, 5), pytest.param(20, 60, 10**9, marks=pytest.mark.slow)],
)
def test_no_decision_is_lost(tmp_path, people, seconds, enough):
    """They go on until so many were told that another was first, or so long."""
    workspace = morning(tmp_path / "w", *(piece(n) for n in range(20 * seconds)))
    with served(workspace) as site:
        hands = [signed_in(site, Role.REVIEWER, f"p{n:02}") for n in range(people)]
        kept, told, wrong = [], [], []
        end = time.monotonic() + seconds

        def work(who, n):
            while time.monotonic() < end and not min(len(kept), len(told)) >= enough:
                page = who.get(f"/review?start={n}", X_Fragment="1").text
                for lead in cards(page):
                    sent = [("do", "accept"), ("relevant", "yes")]
                    sent += [("seen", one) for one in seen(page, lead)]
                    answer = who.post("/review/decide", sent, X_Fragment="1")
                    {200: kept, 409: told}.get(answer.status, wrong).append((who.handle, lead))

        threads = [threading.Thread(target=work, args=(who, n)) for n, who in enumerate(hands)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with hands[0].desk() as desk:
            states = [one for one in desk.decisions.since() if one.facet is Facet.STATE]
    assert wrong == []
    assert sorted(kept) == sorted((one.author, one.item_id) for one in states)
    assert len({one.item_id for one in states}) == len(states), "of each item, one was first"
    assert kept
    assert told, "they were in each other's way"
