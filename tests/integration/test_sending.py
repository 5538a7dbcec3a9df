"""Sending an issue to a server that misbehaves: named outcomes, nothing lost, nothing twice."""

import threading
from collections import Counter

import pytest
from fakes.clock import FakeClock
from fakes.outgoing import ISSUE, LATER, queued, sender
from fakes.postoffice import free_port, post_office

from veille.clock import SystemClock
from veille.deliver.smtp import Server, SmtpTransport
from veille.errors import StoreError
from veille.model.deliveries import State

GOOD = [f"lise{n}@example.org" for n in range(4)]


@pytest.fixture
def office():
    with post_office() as (office, port):
        yield office, port


def transport(port, **options):
    given = {"security": "none", "timeout": 5.0, **options}
    return SmtpTransport(Server("127.0.0.1", port, "exemple.org", **given))


def send(tmp_path, port, addresses, *, clock=None, limit=None, **pacing):
    """Send an issue; return the tally and what the outbox says, by local part."""
    clock = clock or FakeClock(LATER)
    readers, outbox = queued(tmp_path / "s.sqlite", addresses)
    with readers:
        link = transport(port)
        tally = sender(readers, outbox, link, clock, **pacing).send(ISSUE, limit=limit)
        link.close()
        people = {one.subscriber_id: one.address for one in readers.people()}
        return tally, {
            people[one.subscriber_id].partition("@")[0]: one
            for one in outbox.listed(ISSUE, list(State))
        }


def times_taken(office):
    return Counter(address.partition("@")[0] for address, _data in office.taken)


def test_a_clock_set_back_delays_nobody(office, tmp_path):
    """It used to wait until the hour that the clock had told before."""

    class Corrected(FakeClock):
        def sleep(self, seconds):
            super().sleep(seconds)
            if len(self.slept) == 10:
                self.advance(hours=-5)

    clock = Corrected(LATER)
    tally, _found = send(tmp_path, office[1], GOOD, clock=clock, per_minute=6, connections=1)
    assert tally.states[State.SENT] == len(GOOD)
    assert sum(clock.slept) < 60


def test_each_outcome_has_its_state(office, tmp_path):
    odd = ["gone", "policy", "full", "grey", "late", "lost", "closing"]
    addresses = [*GOOD, *(f"{one}@example.org" for one in odd)]
    clock = FakeClock(LATER)
    tally, found = send(tmp_path, office[1], addresses, clock=clock, patience_minutes=10)
    assert {name: str(one.state) for name, one in found.items()} == {
        **{address.partition("@")[0]: "sent" for address in GOOD},
        "gone": "refused",
        "policy": "refused",
        "full": "deferred",
        "grey": "sent",  # at the second try, some minutes later
        "late": "deferred",
        "closing": "deferred",
        "lost": "unknown",
    }
    assert times_taken(office[0]) == Counter(
        [*(address.partition("@")[0] for address in GOOD), "grey", "lost"]
    )
    assert tally.states[State.SENT] == 5
    assert found["gone"].answer.mailbox_at_fault
    assert found["full"].attempts == 2
    assert (clock.now() - LATER).total_seconds() < 600


def test_what_is_put_off_too_long_expires(office, tmp_path):
    clock = FakeClock(LATER)
    _tally, found = send(
        tmp_path, office[1], ["full@example.org"],
        clock=clock, patience_minutes=240, retry_hours=2,
    )  # fmt: skip
    assert found["full"].state is State.EXPIRED
    assert found["full"].attempts == 4  # after 0, 5, 20 and 65 minutes or a little more


def test_a_server_that_refuses_everybody_is_not_asked_further(office, tmp_path):
    addresses = [f"policy{n}@example.org" for n in range(30)]
    tally, found = send(tmp_path, office[1], addresses, connections=1)
    assert tally.halted.status == "5.7.1"
    assert Counter(str(one.state) for one in found.values()) == {"refused": 10, "queued": 20}


def test_a_server_that_does_not_want_us(office, tmp_path):
    office[0].mail_answer = "530 5.7.0 authenticate first"
    tally, found = send(tmp_path, office[1], GOOD)
    assert tally.halted.status == "5.7.0"
    assert {str(one.state) for one in found.values()} == {"queued"}


def test_a_server_that_cannot_be_reached_ends_it_at_once(tmp_path):
    clock = FakeClock(LATER)
    tally, found = send(tmp_path, free_port(), GOOD, clock=clock, patience_minutes=5)
    assert tally.halted.words == "refused_connection"
    assert {(str(one.state), one.attempts) for one in found.values()} == {("queued", 0)}
    assert (clock.now() - LATER).total_seconds() < 10


def test_a_server_that_goes_away_is_waited_for(office, tmp_path):
    clock, waited = FakeClock(LATER), []
    readers, outbox = queued(tmp_path / "s.sqlite", GOOD)

    def server_back(until):
        waited.append(until)
        office[0].mail_answer = None

    with readers:
        link = transport(office[1])
        sender(readers, outbox, link, clock).send(ISSUE, limit=1)
        office[0].mail_answer_after = 1
        tally = sender(readers, outbox, link, clock, on_wait=server_back).send(ISSUE)
        link.close()
    assert tally.states == {State.SENT: 3}
    assert tally.halted is None
    assert len(waited) == 1


def test_the_pace_and_the_limit(office, tmp_path):
    clock = FakeClock(LATER)
    tally, _found = send(tmp_path, office[1], GOOD, clock=clock, per_minute=20, limit=3)
    assert tally.states == {State.SENT: 3}
    assert len(office[0].taken) == 3
    assert 6 <= (clock.now() - LATER).total_seconds() < 10


def test_who_left_meanwhile_gets_nothing(office, tmp_path):
    readers, outbox = queued(tmp_path / "s.sqlite", GOOD)
    with readers:
        readers.leave(readers.find(GOOD[0]).subscriber_id, now=LATER)
        link = transport(office[1])
        tally = sender(readers, outbox, link, FakeClock(LATER)).send(ISSUE)
        link.close()
    assert tally.states == {State.SENT: 3, State.DROPPED: 1}
    assert times_taken(office[0]) == {"lise1": 1, "lise2": 1, "lise3": 1}


@pytest.mark.parametrize("room", [0, 3, 6])
def test_a_full_disk_loses_nothing(office, tmp_path, room):
    """SQLite is given so many pages more; then nothing can be written down any more."""
    addresses = [f"lise{n}@example.org" for n in range(100)]
    readers, outbox = queued(tmp_path / "s.sqlite", addresses)
    with readers:
        readers.db.run("VACUUM")
        [[pages]] = [row.values() for row in readers.db.rows("PRAGMA page_count")]
        readers.db.rows(f"PRAGMA max_page_count = {pages + room}")
        link = transport(office[1])
        with pytest.raises(StoreError):
            sender(readers, outbox, link, FakeClock(LATER)).send(ISSUE)
        readers.db.rows("PRAGMA max_page_count = 1000000")
        left = outbox.recover(LATER)
        assert left <= 1  # one connection
        sender(readers, outbox, link, FakeClock(LATER)).send(ISSUE)
        link.close()
        counts = outbox.counts(ISSUE)
        assert counts.get(State.UNKNOWN, 0) == left
        assert counts[State.SENT] == 100 - left
    assert max(times_taken(office[0]).values()) == 1


def test_asked_to_stop_it_waits_for_answers_but_not_for_ever(office, tmp_path, monkeypatch):
    monkeypatch.setattr("veille.deliver.send.GRACE", 1.0)
    office[0].seconds = 30.0  # the server thinks for longer than we may wait
    stopping = threading.Event()
    readers, outbox = queued(tmp_path / "s.sqlite", GOOD, SystemClock().now())
    with readers:
        link = transport(office[1], timeout=60.0)
        threading.Timer(0.3, stopping.set).start()
        started = SystemClock().now()
        eager = sender(readers, outbox, link, SystemClock(), stopping=stopping, connections=2)
        tally = eager.send(ISSUE)
        assert (SystemClock().now() - started).total_seconds() < 3
        link.close()
        assert tally.states == {State.UNKNOWN: 2}
        assert outbox.counts(ISSUE) == {State.QUEUED: 2, State.UNKNOWN: 2}
