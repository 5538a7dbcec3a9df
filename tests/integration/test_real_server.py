"""End to end on a real mail server: exim4, over STARTTLS, logged in, with DKIM verified."""

import email
import email.policy
import re
import threading
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import dkim
import pytest
from fakes.clock import FakeClock
from fakes.exim import PASSWORD, USER, exim
from fakes.issues import NOW
from fakes.letters import made_key
from fakes.mailing import mailing

from veille.mailout import plan_issue, send_issue
from veille.model.bulletin import PERSONAL_LINK
from veille.model.deliveries import State

DKIM = f"""security: starttls
  user: {USER}
  connections: 4
  dkim: {{selector: veille, key: var/dkim.pem}}"""


@pytest.mark.parametrize(
    "people", [100, pytest.param(2_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_sixty_editions_reach_their_readers(tmp_path, monkeypatch, people):
    with exim() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        monkeypatch.setenv("VEILLE_SMTP_PASSWORD", PASSWORD)
        made = mailing(tmp_path, server.port, people, DKIM)
        record = made_key(made.workspace.var)
        record[0].rename(made.workspace.var / "dkim.pem")
        clock = FakeClock(NOW)
        with made.readers() as readers:
            plan = plan_issue(made.bulletins, readers, made.approved, NOW)
            sent = send_issue(
                made.workspace, made.bulletins, readers, made.approved,
                clock=clock, stopping=threading.Event(), plan=plan,
            )  # fmt: skip
            assert sent.halted is None
            assert sent.counts == {State.SENT: people}
            assert len(plan.posts) == min(people, 60)
            messages = server.delivered(people)
            assert len(messages) == people
            edition_of = {who: post for post in plan.posts for who in post.readers}
            seen = Counter(verified(one, record[1], readers, edition_of) for one in messages)
    assert set(seen.values()) == {1}
    assert set(seen) == set(edition_of)


def verified(data, record, readers, edition_of):
    """Look at a message as it arrived; return whose it is."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert dkim.DKIM(data).verify(dnsfunc=lambda name, timeout=5: record.encode())
    covered = re.sub(r"\s", "", re.search(r"h=([^;]+);", message["DKIM-Signature"])[1])
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(covered.split(":"))
    assert message["Return-path"] == "<rebonds@exemple.org>"
    leave = urlsplit(message["List-Unsubscribe"].strip("<>"))
    [token] = parse_qs(leave.query)["t"]
    person = readers.whose(token)
    assert message["Envelope-to"] == person.address == message["To"]
    post = edition_of[person.subscriber_id]
    text, html = (part.get_content() for part in message.iter_parts())
    assert message["Subject"] == post.mail.subject
    link = f"https://veille.exemple.org/preferences?t={token}"
    assert text == post.mail.text.replace(PERSONAL_LINK, link)
    assert html.strip() == post.mail.html.replace(PERSONAL_LINK, link).strip()
    return person.subscriber_id


def test_a_certificate_for_nobody_we_know_ends_it(tmp_path, monkeypatch):
    with exim() as server:
        monkeypatch.setenv("VEILLE_SMTP_PASSWORD", PASSWORD)
        made = mailing(
            tmp_path, server.port, 2, f"security: starttls\n  user: {USER}\n  patience: 0"
        )
        with made.readers() as readers:
            sent = send_issue(
                made.workspace, made.bulletins, readers, made.approved,
                clock=FakeClock(NOW), stopping=threading.Event(),
            )  # fmt: skip
    assert sent.halted.words == "tls"
    assert sent.counts == {State.QUEUED: 2}


def test_a_wrong_password_ends_it(tmp_path, monkeypatch):
    with exim() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        made = mailing(
            tmp_path, server.port, 2, f"security: starttls\n  user: {USER}\n  patience: 0"
        )
        with made.readers() as readers:
            sent = send_issue(
                made.workspace, made.bulletins, readers, made.approved,
                clock=FakeClock(NOW), stopping=threading.Event(),
            )  # fmt: skip
    assert sent.halted.code == 535
    assert sent.counts == {State.QUEUED: 2}
