"""Messages that came back, in a maildir or an IMAP folder: who is set aside, and who is not."""

import imaplib
import logging
import mailbox
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.imap import imap_server
from fakes.letters import mail
from fakes.outgoing import ISSUE, LATER, queued
from fakes.postoffice import free_port

from veille.deliver.bounces import Return
from veille.deliver.inbox import ImapFolder, Maildir, open_imap
from veille.errors import NothingPossible, UsageError
from veille.mailout.returns import deal_with_returns
from veille.subscribers.people import State

DATA = Path(__file__).resolve().parents[1] / "data" / "returned"
KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def post(tmp_path):
    """Readers, one of them lise@example.org, her message sent, and an empty maildir."""
    readers, outbox = queued(tmp_path / "s.sqlite", ["lise@example.org", "marc@example.org"])
    mailbox.Maildir(tmp_path / "box", create=True)
    with readers:
        yield readers, outbox, tmp_path / "box"


def lise(readers):
    return readers.find("lise@example.org")


def sample(name, outbox, readers, issue=ISSUE):
    who = lise(readers).subscriber_id
    every = outbox.due(issue, LATER, limit=9)
    [key] = [one.key for one in every if one.subscriber_id == who]
    return (DATA / f"{name}.eml").read_bytes().replace(KEY, key.encode())


def put(box, *messages):
    maildir = mailbox.Maildir(box)
    for one in messages:
        maildir.add(one)


def unread(box):
    return len(list(Maildir(box).unread()))


def dealt(readers, box, now=LATER, **options):
    return deal_with_returns(readers, Maildir(box), now, **options)


def next_issue(outbox, readers, number):
    issue = f"2026-W{48 + number}"
    people = [one.subscriber_id for one in readers.people()]
    outbox.queue(issue, [mail()], {mail().key: people}, LATER)
    return issue


def test_two_lasting_refusals_of_different_issues(post, caplog):
    readers, outbox, box = post
    caplog.set_level(logging.DEBUG)
    gone = sample("gone", outbox, readers)
    put(box, gone, gone, sample("verp", outbox, readers))
    assert [one.kind for one in dealt(readers, box)] == [Return.HARD] * 3
    assert lise(readers).state is State.ACTIVE  # one message, told of three times
    assert unread(box) == 0
    put(box, sample("gone", outbox, readers, next_issue(outbox, readers, 1)))
    [last] = dealt(readers, box, LATER + timedelta(days=7))
    assert last.stopped
    assert lise(readers).state is State.BOUNCED
    assert "lise@" not in caplog.text + repr(last)


def test_one_complaint_is_enough(post):
    readers, outbox, box = post
    put(box, sample("complaint", outbox, readers))
    [decision] = dealt(readers, box)
    assert decision.stopped
    assert lise(readers).state is State.LEFT


def test_a_dry_run_changes_nothing(post):
    readers, outbox, box = post
    put(box, sample("complaint", outbox, readers))
    [decision] = dealt(readers, box, dry_run=True)
    assert decision.subscriber_id == lise(readers).subscriber_id
    assert lise(readers).state is State.ACTIVE
    assert unread(box) == 1


def test_machines_are_ignored_and_people_left_to_people(post):
    readers, outbox, box = post
    put(box, *(sample(one, outbox, readers) for one in ("vacation", "delayed", "person")))
    assert not any(one.subscriber_id for one in dealt(readers, box))
    assert unread(box) == 1  # what a person wrote
    assert readers.everything(lise(readers).subscriber_id)["bounces"] == []


def test_forged_returns_stop_nobody(post):
    """Without the key of a message of ours, a notice weighs little, a complaint nothing."""
    readers, _outbox, box = post
    for week in range(4):
        put(box, *[(DATA / "address-only.eml").read_bytes()] * 30)
        put(box, (DATA / "complaint.eml").read_bytes())
        dealt(readers, box, LATER + timedelta(weeks=week))
    assert lise(readers).state is State.ACTIVE
    assert unread(box) == 4  # the complaints, for a person to see


def test_an_imap_folder(post):
    readers, outbox, _box = post
    messages = {7: sample("complaint", outbox, readers), 9: sample("person", outbox, readers)}
    with imap_server(messages) as (server, port), imaplib.IMAP4("127.0.0.1", port) as link:
        link.login("veille", "secret")
        link.select('"INBOX"')
        decided = deal_with_returns(readers, ImapFolder(link), LATER)
        assert [one.kind for one in decided] == [Return.COMPLAINT, Return.OTHER]
        assert server.seen == {7}
    assert lise(readers).state is State.LEFT


def test_inboxes_that_cannot_be_read(tmp_path):
    with pytest.raises(UsageError):
        Maildir(tmp_path)
    with (
        pytest.raises(NothingPossible),
        open_imap("127.0.0.1", "u", "p", "INBOX", port=free_port()),
    ):
        pass
