"""The newest snapshot, lent to all requests at once, swapped under them, closed when unused."""

import threading
from datetime import timedelta

import pytest
from fakes.published import NOW, item, publish_items

from veille.errors import StoreError, Unpublished
from veille.model.decisions import Facet, Wish
from veille.store.catalogue import OPEN, Filters
from veille.store.desk import open_desk
from veille.web.overlays import Overlays
from veille.web.snapshots import Snapshots


@pytest.fixture
def snapshots():
    snapshots = Snapshots()
    yield snapshots
    snapshots.close()


def names(catalogue):
    return {row["item_id"] for row in catalogue.rows("SELECT item_id FROM items")}


def test_nothing_is_published_yet(tmp_path, snapshots):
    with pytest.raises(Unpublished), snapshots.lent(tmp_path):
        pass


def test_each_edition_is_lent_apart(tmp_path, snapshots):
    publish_items(tmp_path, item("a"), item("b", relevant=False))
    with snapshots.lent(tmp_path) as team, snapshots.lent(tmp_path, OPEN) as shown:
        assert (names(team), names(shown)) == ({"a", "b"}, {"a"})
        with snapshots.lent(tmp_path, OPEN) as again, snapshots.lent(tmp_path) as team_again:
            assert (again, team_again) == (shown, team)
    snapshots.close()
    with pytest.raises(StoreError):
        names(shown)


def test_the_newest_is_lent_and_the_last_one_closed_when_nobody_has_it(tmp_path, snapshots):
    publish_items(tmp_path, item("a"))
    with snapshots.lent(tmp_path) as first:
        with snapshots.lent(tmp_path) as again:
            assert again is first
        publish_items(tmp_path, item("a"), item("b"), at=NOW + timedelta(days=1))
        with snapshots.lent(tmp_path) as second:
            assert names(second) == {"a", "b"}
        assert names(first) == {"a"}, "who has it keeps it"
    with pytest.raises(StoreError):
        names(first)
    assert names(second) == {"a", "b"}
    snapshots.close()
    with pytest.raises(StoreError):
        names(second)


def test_threads_read_while_snapshots_change(tmp_path, snapshots):
    publish_items(tmp_path, item("a"))
    faults, ended = [], threading.Event()

    def read():
        try:
            while not ended.is_set():
                with snapshots.lent(tmp_path) as catalogue:
                    assert "a" in names(catalogue)
                    assert catalogue.search("").total == len(names(catalogue))
                ended.wait(0.02)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be told
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    for n in range(2):
        more = [item(f"n{m}") for m in range(n + 1)]
        publish_items(tmp_path, item("a"), *more, at=NOW + timedelta(days=n + 1), keep=2)
    ended.set()
    for one in readers:
        one.join()
    assert faults == []
    assert snapshots._lent == {}


def test_what_is_laid_over_is_read_once_until_somebody_decides(tmp_path, snapshots):
    publish_items(tmp_path, item("a"), item("b"))
    overlays, wish = Overlays(), [Wish("a", Facet.DOMAINS, ("governance",))]
    with open_desk(tmp_path / "desk.sqlite") as desk, snapshots.lent(tmp_path) as catalogue:
        first = overlays.over(desk, catalogue)
        assert overlays.over(desk, catalogue) is first
        act = desk.decisions.decide(wish, author="lea", now=NOW)
        whole = overlays.over(desk, catalogue, decided=True)
        assert (set(whole.tags), list(whole.decided)) == ({"a"}, ["a"])
        assert overlays.over(desk, catalogue).tags is whole.tags
        assert catalogue.facets("", laid=whole)["domains"] == [("governance", 1)]
        assert catalogue.search("", Filters(decided=False), laid=whole).total == 1
        desk.decisions.undo(act, author="lea", now=NOW)
        assert not overlays.over(desk, catalogue, decided=True).decided
        publish_items(tmp_path, item("a"), at=NOW + timedelta(days=9))
        with snapshots.lent(tmp_path) as later:
            assert not overlays.over(desk, later).tags
