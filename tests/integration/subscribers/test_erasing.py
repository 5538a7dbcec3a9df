"""Erasing: no byte stays, nothing but the person brings them back, a restored backup is told."""

import sqlite3
from datetime import date
from shutil import copyfile

import pytest
from fakes.readers import ADA, DAY, NOW, TEXT, newcomer, open_readers, subscribed

from veille.errors import LinkError
from veille.store.subscribers import erasing
from veille.subscribers.choices import Choices
from veille.subscribers.people import State

NAME = "Ada Introuvable-Nulle-Part"


def bytes_of(path):
    return b"".join(file.read_bytes() for file in path.parent.glob("*"))


@pytest.fixture
def crowd(readers):
    """Many others, and one who will be erased, with all that can be known of them."""
    others = [newcomer(f"autre{n}@example.org") for n in range(300)]
    readers.bring(others, actor="staff", way="import", now=NOW)
    asked = readers.sign_up(ADA.upper(), Choices(), TEXT, name=NAME, origin="203.0.113.7", now=NOW)
    person = readers.confirm(asked.token, origin="203.0.113.7", now=NOW)
    readers.change(person.subscriber_id, Choices(), name=NAME + "-Bis")
    readers.record_bounce(person.subscriber_id, "w47", hard=False, now=NOW)
    return readers


def test_no_byte_of_an_erased_person_stays(path, crowd):
    ident = crowd.find(ADA).subscriber_id
    link = crowd.link_token(ident)
    assert NAME.encode() in bytes_of(path)
    assert crowd.erase(ADA, now=NOW)
    assert crowd.rewrite()
    left = bytes_of(path).lower()
    for known in (ADA, NAME, ident):
        assert known.lower().encode() not in left
    assert len(crowd.people()) == 300
    with pytest.raises(LinkError):
        crowd.whose(link)
    assert all(not rows for rows in crowd.everything(ident).values())


def test_a_reader_at_work_keeps_bytes_back_and_that_is_told(path, crowd):
    crowd.db.run("PRAGMA busy_timeout = 100")
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM subscribers").fetchone()
        crowd.erase(ADA, now=NOW)
        assert not crowd.rewrite()
        assert crowd.find(ADA) is None
        other.execute("COMMIT")
    other.close()
    assert crowd.rewrite()
    assert NAME.encode() not in bytes_of(path)


def test_an_erased_person_may_come_back_by_themselves_alone(crowd):
    crowd.erase(ADA, now=NOW)
    assert crowd.was_erased(ADA.upper())
    assert not crowd.erase(ADA, now=NOW)
    assert subscribed(crowd, now=NOW + DAY).state is State.ACTIVE


def test_a_restored_backup_is_told_of_those_erased_since(path, crowd, tmp_path):
    crowd.erase("autre1@example.org", now=NOW)
    crowd.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = tmp_path / "backup" / "subscribers.sqlite"
    backup.parent.mkdir()
    copyfile(path, backup)
    crowd.erase(ADA, now=NOW + DAY)
    crowd.erase("autre2@example.org", now=NOW + DAY)
    subscribed(crowd, "autre1@example.org", now=NOW + 2 * DAY)
    told = crowd.erasures()
    assert ADA not in repr(told)
    with open_readers(backup) as restored:
        subscribed(restored, "autre1@example.org", now=NOW + 2 * DAY)  # anew, after their erasure
        assert restored.replay(told) == 2
        assert restored.rewrite()
        assert restored.find(ADA) is None
        assert restored.find("autre1@example.org")
        assert restored.was_erased(ADA)
        assert restored.replay(told) == 0
    assert NAME.encode() not in bytes_of(backup)


def test_the_retention_clock_takes_what_is_too_old_and_says_so_first(path, readers):
    readers.sign_up("pending@example.org", Choices(), TEXT, now=NOW)
    for name in ("active", "paused", "left", "bounced"):
        subscribed(readers, f"{name}@example.org")
    ident = {one.address.split("@")[0]: one.subscriber_id for one in readers.people()}
    readers.pause(ident["paused"], until=None, now=NOW)
    readers.leave(ident["left"], now=NOW)
    for week in ("w47", "w48"):
        readers.record_bounce(ident["bounced"], week, hard=True, now=NOW)

    assert not any(readers.purge(now=NOW + 59 * DAY).people.values())
    rehearsed = readers.purge(now=NOW + 60 * DAY, dry_run=True)
    assert rehearsed.people == {State.PENDING: 1, State.LEFT: 0, State.BOUNCED: 0}
    assert len(readers.people()) == 5
    assert readers.purge(now=NOW + 60 * DAY) == rehearsed
    assert readers.purge(now=NOW + 365 * DAY).people[State.BOUNCED] == 1
    assert readers.purge(now=NOW + 3 * 366 * DAY).people[State.LEFT] == 1
    assert sorted(one.address for one in readers.people()) == [
        "active@example.org",
        "paused@example.org",
    ]
    assert not readers.was_erased("pending@example.org")
    assert readers.was_erased("left@example.org")  # so that no import writes to them again
    assert b"left@example.org" not in bytes_of(path)


def test_who_may_not_be_written_to_any_more_is_not_kept_for_ever(readers):
    readers.bring(
        [newcomer(basis="inquiry", since=date(2026, 6, 4))], actor="staff", way="import", now=NOW
    )
    ends = NOW + 14 * DAY  # at least: six months after 4 June
    assert readers.purge(now=ends + 1000 * DAY).lapsed == 0
    assert readers.purge(now=ends + 3 * 366 * DAY).lapsed == 1
    assert not readers.was_erased(ADA)


def test_who_signs_up_again_is_kept_from_then_on(readers):
    readers.sign_up(ADA, Choices(), TEXT, now=NOW)
    again = readers.sign_up(ADA, Choices(), TEXT, now=NOW + 30 * DAY)
    assert readers.purge(now=NOW + 61 * DAY).sign_ups == 1
    assert readers.confirm(again.token, now=NOW + 61 * DAY).state is State.ACTIVE


def test_a_failing_rewrite_is_no_crash(readers):
    readers.db.run("PRAGMA query_only = ON")
    assert erasing.rewrite(readers.db) is False
