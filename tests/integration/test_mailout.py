"""A workspace's issue sent: refused, looked at, sent, killed, settled; one message each."""

import email
import email.policy
import json
import mailbox
import os
import random
import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from threading import Event
from time import monotonic, sleep

import pytest
from fakes.clock import FakeClock
from fakes.issues import WEEK
from fakes.letters import made_key
from fakes.mailing import environment, mailing
from fakes.postoffice import post_office
from fakes.readers import newcomer
from typer.testing import CliRunner

from veille.cli.app import app
from veille.cli.mailing import run_settle, told_key
from veille.digest.weeks import monday_of
from veille.errors import ConfigError, UsageError
from veille.mailout import refuse_unsendable, send_due, send_issue, standing_of
from veille.model.deliveries import State

SEND = ("send", "--week", WEEK, "--now")


@pytest.fixture
def office():
    with post_office() as (office, port):
        yield office, port


def counts(made):
    with made.readers() as readers:
        [standing] = standing_of(readers, WEEK)
    return standing.counts


def times(office):
    return Counter(address for address, _data in office.taken)


def test_an_issue_is_sent_once(office, tmp_path):
    made = mailing(tmp_path, office[1], 66)
    first = made.run(*SEND)
    assert first.returncode == 0, first.stderr
    assert "66 messages mis en file." in first.stdout
    assert times(office[0]) == {f"lise{n}@example.org": 1 for n in range(66)}
    again = made.run(*SEND)
    assert again.returncode == 0, again.stderr
    assert len(office[0].taken) == 66
    messages = [
        email.message_from_bytes(d, policy=email.policy.default) for _, d in office[0].taken
    ]
    assert len({one["Message-ID"] for one in messages}) == 66
    links = {one["List-Unsubscribe"] for one in messages}
    assert len(links) == 66
    assert all(link.startswith("<https://veille.exemple.org/unsubscribe?t=") for link in links)
    with made.readers() as readers:
        people = readers.people()
    everything = first.stdout + first.stderr + again.stdout
    assert not any(one.address in everything for one in people)


def test_a_dry_run_tells_all_and_sends_nothing(office, tmp_path):
    made = mailing(tmp_path, office[1], 62)
    told = made.run("send", "--week", WEEK, "--dry-run")
    assert told.returncode == 0, told.stderr
    assert "62 messages partiraient." in told.stdout
    assert told.stdout.count("Édition ") == 60
    assert "Nouvelle 1-4" in told.stdout
    assert "remarque: Les messages ne sont pas signés ici" in told.stderr
    plan = json.loads(made.run("send", "--week", WEEK, "--dry-run", "--json").stdout)["plan"]
    assert plan["messages"] == sum(post["readers"] for post in plan["posts"]) == 62
    assert not office[0].taken


def test_what_is_not_to_be_sent_is_refused_with_a_sentence(office, tmp_path):
    made = mailing(tmp_path, office[1], 3)
    told = made.run("send", "--week", "2026-W40")
    assert told.returncode == 2
    assert "n’est pas approuvé" in told.stderr
    config = made.workspace.config
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("organisation: Coop d’essai", ""), encoding="utf-8")
    told = made.run(*SEND)
    assert told.returncode == 2
    assert "deliver.organisation" in told.stderr
    assert not office[0].taken


def test_an_issue_leaves_at_its_hour_and_not_after_its_week(tmp_path):
    made = mailing(tmp_path, 25, 1)
    monday = monday_of(WEEK)
    for days, told in (
        (1, "part le 18\u00a0novembre 2026 à 7\u00a0h"),
        (3, None),
        (7, "est retenu"),
    ):
        now = datetime.combine(monday, time(12), UTC) + timedelta(days=days)
        if told is None:
            assert refuse_unsendable(made.bulletins, WEEK, now).issue.name == WEEK
            continue
        with pytest.raises(UsageError, match=told):
            refuse_unsendable(made.bulletins, WEEK, now)
        assert refuse_unsendable(made.bulletins, WEEK, now, whenever=True)
    with pytest.raises(UsageError, match="ne nomme aucun numéro"):
        refuse_unsendable(made.bulletins, "../2026-W47", now)


def test_a_test_message_goes_to_one_address(office, tmp_path):
    made = mailing(tmp_path, office[1], 3)
    told = made.run("send", "--week", WEEK, "--test", "moi@exemple.org")
    assert told.returncode == 0, told.stderr
    assert times(office[0]) == {"moi@exemple.org": 1}
    with made.readers() as readers:
        assert standing_of(readers) == []


@pytest.mark.parametrize(
    "kills", [3, pytest.param(30, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_kills_at_random_moments_send_nothing_twice(office, tmp_path, kills):
    """One message each, save the unknown: one for each kill at most."""
    people = 40 * kills
    made = mailing(tmp_path, office[1], people)
    office[0].seconds = 0.004
    draw = random.Random(kills)
    unknown = 0
    for _number in range(kills):
        before = len(office[0].taken)
        process = subprocess.Popen(
            made.command(*SEND), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        while len(office[0].taken) < before + draw.randrange(1, 25) and process.poll() is None:
            sleep(0.002)
        sleep(draw.random() * 0.03)
        assert process.poll() is None, process.communicate()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        found = counts(made)
        in_flight = found.get(State.SENDING, 0)
        assert in_flight <= 1, "one connection"
        unknown += in_flight
    last = made.run(*SEND)
    assert last.returncode == 0, last.stderr
    assert counts(made) == {
        state: n for state, n in {State.SENT: people - unknown, State.UNKNOWN: unknown}.items() if n
    }
    taken = times(office[0])
    assert max(taken.values()) == 1
    assert people - unknown <= len(taken) <= people
    told = made.run("status", "--week", WEEK, "--json")
    [standing] = json.loads(told.stdout)["deliveries"]
    assert len(standing["for_people"]) == unknown
    assert run_settle(made.workspace.root, WEEK, resend=True, state="unknown", only=[""]) == 0
    settled = made.run("settle", "--week", WEEK, "--count-as-sent")
    assert settled.returncode == 0
    assert counts(made) == {State.SENT: people}


def test_asked_to_stop_it_stops_in_order(office, tmp_path):
    made = mailing(tmp_path, office[1], 200)
    office[0].seconds = 0.02
    process = subprocess.Popen(
        made.command(*SEND), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    while len(office[0].taken) < 10 and process.poll() is None:
        sleep(0.01)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGTERM)
    began = monotonic()
    process.communicate(timeout=10)
    assert monotonic() - began < 5
    found = counts(made)
    assert found.get(State.UNKNOWN, 0) == found.get(State.SENDING, 0) == 0
    assert found[State.SENT] == len(office[0].taken) < 200
    assert found[State.QUEUED] == 200 - found[State.SENT]


def test_the_weekly_run_sends_what_is_due(office, tmp_path):
    made = mailing(tmp_path, office[1], 5)
    monday = datetime.combine(monday_of(WEEK), time(12), UTC)

    def sent(**later):
        return send_due(
            made.workspace, clock=FakeClock(monday + timedelta(**later)), stopping=Event()
        )

    assert sent(days=1) == []  # its hour has not come
    [first] = sent(days=2)
    assert first.counts == {State.SENT: 5}
    assert sent(days=2) == sent(days=3) == sent(days=9) == []
    assert len(office[0].taken) == 5


def test_what_was_put_off_goes_with_a_later_run(office, tmp_path):
    made = mailing(tmp_path, office[1], 2, "security: none\n  patience: 0")
    now = datetime.combine(monday_of(WEEK), time(14), UTC) + timedelta(days=2)
    with made.readers() as readers:
        readers.bring([newcomer("grey@example.org")], actor="staff", way="test", now=now)
    clock = FakeClock(now)
    [first] = send_due(made.workspace, clock=clock, stopping=Event())
    assert first.counts == {State.SENT: 2, State.DEFERRED: 1}
    assert send_due(made.workspace, clock=clock, stopping=Event()) == []
    clock.advance(minutes=10)
    [second] = send_due(made.workspace, clock=clock, stopping=Event())
    assert second.counts == {State.SENT: 3}


def test_what_is_left_of_an_old_issue_waits_for_a_person(office, tmp_path):
    """A machine that comes back after weeks does not mail them out by itself."""
    made = mailing(tmp_path, office[1], 3)
    clock = FakeClock(datetime.combine(monday_of(WEEK), time(14), UTC) + timedelta(days=2))

    def send(**given):
        with made.readers() as readers:
            given |= {"clock": clock, "stopping": Event()}
            return send_issue(made.workspace, made.bulletins, readers, made.approved, **given)

    send(limit=1)
    clock.advance(days=8)
    assert send_due(made.workspace, clock=clock, stopping=Event()) == []
    assert len(office[0].taken) == 1
    assert send().counts == {State.SENT: 3}


def test_an_issue_at_fault_is_held(office, tmp_path):
    made = mailing(tmp_path, office[1], 2)
    folder = tmp_path / "digests" / "weekly"
    folder.mkdir(parents=True)
    (folder / "mail.html.j2").write_text("<html lang='fr'><p>{{ personal_link }}</p></html>")
    now = datetime.combine(monday_of(WEEK), time(14), UTC) + timedelta(days=2)
    with pytest.raises(ConfigError, match=r"deliver\.postal_address"):
        send_due(made.workspace, clock=FakeClock(now), stopping=Event())
    told = made.run(*SEND)
    assert told.returncode == 2
    assert "faute" in told.stderr
    assert not office[0].taken


def test_mailboxes_that_are_gone_count_unless_everybody_is_refused(office, tmp_path):
    now = datetime.combine(monday_of(WEEK), time(14), UTC) + timedelta(days=2)
    for name, people, bounced in (("some", 3, 1), ("all", 0, 0)):
        made = mailing(tmp_path / name, office[1], people)
        with made.readers() as readers:
            readers.bring([newcomer("gone@example.org")], actor="staff", way="test", now=now)
            send_due(made.workspace, clock=FakeClock(now), stopping=Event())
            person = readers.find("gone@example.org").subscriber_id
            assert len(readers.everything(person)["bounces"]) == bounced


def test_the_commands_around_sending(tmp_path):
    mailbox.Maildir(tmp_path / "mail", create=True)
    made = mailing(tmp_path, 25, 1, "security: none\n  bounces: {maildir: mail}")
    with pytest.raises(UsageError):
        told_key(tmp_path)  # nothing signs here
    made_key(tmp_path)[0].rename(tmp_path / "dkim.pem")
    text = made.workspace.config.read_text(encoding="utf-8")
    more = "  dkim: {selector: v, key: dkim.pem}\n"
    made.workspace.config.write_text(f"{text}\n{more}", encoding="utf-8")
    assert told_key(tmp_path).startswith("v._domainkey.exemple.org TXT\nv=DKIM1; k=rsa; p=MII")
    for name in (WEEK, "2026-W4x"):
        with pytest.raises(UsageError, match=name):  # nothing was queued
            run_settle(tmp_path, name, resend=True, state="unknown", only=[])
    with pytest.raises(UsageError):
        run_settle(tmp_path, WEEK, resend=True, state="sent", only=[])
    told = CliRunner().invoke(app, ["subscribers", "bounces", "-w", str(tmp_path), "--json"])
    assert told.stdout == "[]\n"
    assert told.exit_code == 0
