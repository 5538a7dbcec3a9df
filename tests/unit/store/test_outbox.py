"""The outbox: queued once, every change a fact, only from the states it may come from."""

import pytest
from fakes.letters import mail
from fakes.outgoing import ISSUE, LATER, queued
from fakes.readers import DAY

from veille.errors import StoreError
from veille.model.deliveries import Answer, Outcome, State, message_key


@pytest.fixture
def box(tmp_path):
    readers, outbox = queued(tmp_path / "s.sqlite", [f"r{n}@example.org" for n in range(3)])
    with readers:
        yield readers, outbox


def states(outbox):
    return {str(state): n for state, n in outbox.counts(ISSUE).items()}


def test_an_issue_is_queued_once(box):
    readers, outbox = box
    people = [one.subscriber_id for one in readers.people()]
    assert outbox.queue(ISSUE, [mail("Autre")], {"ed": [*people, "x"]}, LATER) == 0
    assert states(outbox) == {"queued": 3}
    assert outbox.mail(ISSUE, "ed") == mail()
    assert outbox.editions(ISSUE) == {"ed": 3}
    assert outbox.issues() == [(ISSUE, LATER)]
    assert not outbox.is_queued("2026-W49")


def test_queueing_is_whole_or_not_at_all(box):
    readers, outbox = box
    person = readers.people()[0].subscriber_id
    with pytest.raises(StoreError):
        outbox.queue("2026-W49", [mail()], {"ed": [person, "nobody"]}, LATER)
    assert not outbox.is_queued("2026-W49")
    assert outbox.counts("2026-W49") == {}


def test_what_is_due(box):
    _readers, outbox = box
    first, second, third = outbox.due(ISSUE, LATER, limit=10)
    assert first.key == message_key(ISSUE, first.subscriber_id)
    answer = Answer(Outcome.DEFERRED, 451, "4.7.1", "later")
    assert outbox.begin(first.key, LATER)
    assert outbox.conclude(first.key, State.DEFERRED, answer, LATER, LATER + DAY)
    assert outbox.conclude(second.key, State.SENT, Answer(Outcome.ACCEPTED, 250), LATER)
    assert outbox.due(ISSUE, LATER, limit=10) == [third]
    assert outbox.next_due(ISSUE) == LATER
    assert outbox.drop(third.key, LATER)
    assert outbox.next_due(ISSUE) == LATER + DAY
    [again] = outbox.due(ISSUE, LATER + DAY, limit=10)
    assert (again.attempts, again.answer, again.state) == (1, answer, State.DEFERRED)
    assert states(outbox) == {"deferred": 1, "sent": 1, "dropped": 1}
    assert [state for _at, state, _who in outbox.history(first.key)] == ["sending", "deferred"]


def test_a_second_hand_changes_nothing(box):
    _readers, outbox = box
    key = outbox.due(ISSUE, LATER, limit=1)[0].key
    assert outbox.begin(key, LATER)
    assert not outbox.begin(key, LATER)
    assert not outbox.drop(key, LATER)
    assert outbox.conclude(key, State.SENT, Answer(Outcome.ACCEPTED), LATER)
    assert not outbox.conclude(key, State.DEFERRED, Answer(Outcome.DEFERRED), LATER, LATER)
    assert not outbox.settle(key, resend=True, now=LATER)
    assert len(outbox.history(key)) == 2


def test_what_a_dead_sender_left_is_unknown_until_a_person_decides(box):
    _readers, outbox = box
    first, second, _third = outbox.due(ISSUE, LATER, limit=3)
    outbox.begin(first.key, LATER)
    outbox.begin(second.key, LATER)
    assert outbox.recover(LATER) == 2
    assert outbox.recover(LATER) == 0
    assert len(outbox.due(ISSUE, LATER + DAY, limit=9)) == 1
    assert outbox.settle(first.key, resend=True, now=LATER)
    assert outbox.settle(second.key, resend=False, now=LATER)
    assert states(outbox) == {"queued": 2, "sent": 1}
    assert outbox.history(first.key)[-1] == (LATER, State.QUEUED, "staff")


def test_who_is_erased_is_gone_from_here(box):
    readers, outbox = box
    key = outbox.due(ISSUE, LATER, limit=1)[0].key
    outbox.conclude(key, State.SENT, Answer(Outcome.ACCEPTED), LATER)
    person = readers.get(outbox.find(key).subscriber_id)
    assert set(readers.everything(person.subscriber_id)) >= {"outbox", "deliveries"}
    readers.erase(person.address, now=LATER)
    assert outbox.find(key) is None
    assert outbox.history(key) == []


def test_facts_do_not_change(box):
    readers, outbox = box
    key = outbox.due(ISSUE, LATER, limit=1)[0].key
    outbox.begin(key, LATER)
    with pytest.raises(StoreError):
        readers.db.run("UPDATE deliveries SET state = 'sent'")


def test_messages_of_an_old_issue_go_but_not_that_it_was_queued(box):
    readers, outbox = box
    one, two, _three = outbox.due(ISSUE, LATER, limit=10)
    for sent in (one, two):
        assert outbox.conclude(sent.key, State.SENT, Answer(Outcome.ACCEPTED, 250), LATER)
    assert outbox.forget(LATER) == 0
    assert outbox.forget(LATER + DAY, dry_run=True) == 2
    assert outbox.forget(LATER + DAY) == 2
    assert states(outbox) == {"queued": 1}  # it waits still, with what it is to say
    assert outbox.mail(ISSUE, "ed") == mail()
    assert outbox.history(one.key) == []
    assert outbox.drop(outbox.due(ISSUE, LATER, limit=1)[0].key, LATER)
    assert outbox.forget(LATER + DAY) == 1
    assert outbox.is_queued(ISSUE)
    assert not readers.db.rows("SELECT * FROM editions")


def test_after_a_restore_nobody_knows_what_became_of_what_waited(box):
    _readers, outbox = box
    one, two, three = outbox.due(ISSUE, LATER, limit=10)
    assert outbox.begin(one.key, LATER)
    assert outbox.conclude(two.key, State.SENT, Answer(Outcome.ACCEPTED, 250), LATER)
    assert outbox.doubt(LATER) == 2
    assert states(outbox) == {"sent": 1, "unknown": 2}
    assert outbox.doubt(LATER) == 0
    assert outbox.settle(three.key, resend=True, now=LATER)
