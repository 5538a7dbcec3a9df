"""Keys of programs: shown once, good for a year, worth nothing once taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from veille.staff.accounts import Role
from veille.store.desk import open_desk
from veille.store.desk.keys import LASTING

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "desk.sqlite") as desk:
        desk.accounts.add("admin", Role.ADMIN, name="Ada", now=NOW)
        desk.accounts.add("lea", Role.READER, name="Léa", now=NOW)
        yield desk


def test_a_key_says_whose_it_is_until_it_ends(desk):
    key = desk.keys.make("lea", "tableau", now=NOW)
    assert desk.keys.find(key, now=NOW).handle == "lea"
    assert desk.keys.find(key + "x", now=NOW) is None
    assert desk.keys.find(key, now=NOW + LASTING) is None
    [told] = desk.keys.of("lea", now=NOW)
    assert (told.purpose, told.used_on) == ("tableau", NOW.date())
    assert desk.keys.of("lea", now=NOW + LASTING + timedelta(days=1)) == []


def test_the_store_does_not_know_the_key_itself(desk):
    key = desk.keys.make("lea", "tableau", now=NOW)
    assert key not in "".join(map(str, desk.db.rows("SELECT * FROM api_keys")))


def test_a_key_taken_back_opens_nothing_and_only_its_owner_takes_it(desk):
    key = desk.keys.make("lea", "tableau", now=NOW)
    [told] = desk.keys.of("lea", now=NOW)
    desk.keys.revoke("admin", told.number)
    assert desk.keys.find(key, now=NOW)
    desk.keys.revoke("lea", told.number)
    assert desk.keys.find(key, now=NOW) is None


def test_who_may_not_come_in_reads_by_no_key(desk):
    key = desk.keys.make("lea", "tableau", now=NOW)
    desk.accounts.disable("lea")
    assert desk.keys.find(key, now=NOW) is None
