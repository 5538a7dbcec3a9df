"""Links sent in: a page once, its fate told, nothing ever changed."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from veille.model.links import Fate, Told
from veille.store.desk import open_desk

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "desk.sqlite") as desk:
        yield desk


def send(desk, item_id, author="lise", region="QC-05", minutes=0, **more):
    at = NOW + timedelta(minutes=minutes)
    url = f"https://example.org/{item_id}"
    return desk.links.send(item_id, url, author=author, now=at, region=region, **more)


def test_a_page_is_sent_in_once_and_the_second_hand_is_told_who_was_first(desk):
    first, is_new = send(desk, "a", note="une coop chez nous")
    again, is_newer = send(desk, "a", author="noe", region="")
    assert (is_new, is_newer) == (True, False)
    assert again == first
    assert (first.author, first.region, first.note, first.at) == (
        "lise", "QC-05", "une coop chez nous", NOW,
    )  # fmt: skip


def test_what_becomes_of_links_is_told_and_the_newest_holds(desk):
    for n, item_id in enumerate("abc"):
        send(desk, item_id, minutes=n)
    assert desk.links.tell([Told("a", Fate.TRIED, "timeout"), Told("b", Fate.READ)], now=NOW) == 2
    assert [one.item_id for one in desk.links.open()] == ["a", "c"]
    assert desk.links.tell([Told("a", Fate.TRIED, "timeout")], now=NOW) == 0, "no news"
    assert desk.links.tell([Told("a", Fate.REFUSED, "missing", "404"), Told("z", Fate.READ)],
                           now=NOW) == 1  # fmt: skip
    told = desk.links.of("a")
    assert (told.fate, told.failure, told.detail) == (Fate.REFUSED, "missing", "404")
    assert [one.item_id for one in desk.links.open()] == ["c"]


def test_they_are_listed_newest_first_by_page_and_author(desk):
    for n, item_id in enumerate("abcde"):
        send(desk, item_id, author="lise" if n % 2 else "noe", minutes=n)
    [last, before] = desk.links.last(2)
    assert [last.item_id, before.item_id] == ["e", "d"]
    assert [one.item_id for one in desk.links.last(9, before=before.number)] == ["c", "b", "a"]
    assert [one.item_id for one in desk.links.last(9, author="lise")] == ["d", "b"]
    send(desk, "f", region="", author="lise", minutes=9)
    assert desk.links.home_of("lise") == "QC-05"
    assert desk.links.home_of("nobody") == ""
    assert desk.links.regions() == ["", "QC-05"]


@pytest.mark.parametrize(
    "sql", ["UPDATE links SET note = 'x'", "DELETE FROM links",
            "UPDATE link_fates SET fate = 'read'", "DELETE FROM link_fates"],
)  # fmt: skip
def test_nothing_is_changed_or_taken_away(desk, sql):
    send(desk, "a")
    desk.links.tell([Told("a", Fate.READ)], now=NOW)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        desk.db.connection.execute(sql)
