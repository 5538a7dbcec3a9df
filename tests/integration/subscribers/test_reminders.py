"""Reminders that an implied consent ends: written once, over SMTP."""

from datetime import date
from email import message_from_bytes, policy

import pytest
from fakes.letters import SETTINGS
from fakes.postoffice import post_office
from fakes.readers import NOW, newcomer

from veille.config import Settings
from veille.errors import UsageError
from veille.mailout.reminders import remind
from veille.workspace import Workspace

WHO = {
    "organisation": "Réseau d’essai",
    "postal_address": "1, rue de l’Exemple, Québec",
    "contact": "info@example.org",
    "public_url": "https://veille.example.org",
}


def workspace(folder, **deliver):
    return Workspace(folder, Settings(deliver={**SETTINGS, **WHO, **deliver}))


@pytest.fixture
def ending(readers):
    """Three whose inquiry was in June, one of them paused, and one who is a member."""
    asked = [newcomer(f"{name}@example.org", "inquiry", date(2026, 6, 1)) for name in
             ("ada", "grey", "paused")]  # fmt: skip
    readers.bring([*asked, newcomer("member@example.org")], actor="staff", way="import", now=NOW)
    readers.pause(readers.find("paused@example.org").subscriber_id, until=None, now=NOW)
    return readers


def test_who_may_be_lost_is_asked_once_and_what_was_put_off_again(tmp_path, ending):
    with post_office() as (office, port):
        settings = workspace(tmp_path, host="127.0.0.1", port=port, security="none")
        told = [remind(settings, ending, days=30, now=NOW) for _ in range(3)]
    assert [(one.sent, one.put_off, one.refused) for one in told] == [
        (1, 1, 0),
        (1, 0, 0),
        (0, 0, 0),
    ]
    assert sorted(address for address, _data in office.taken) == [
        "ada@example.org",
        "grey@example.org",
    ]
    message = message_from_bytes(office.taken[0][1], policy=policy.default)
    text = message.get_content().replace("\xa0", " ")
    assert "30 novembre 2026" in text  # the last day
    assert ending.link_token(ending.find("ada@example.org").subscriber_id) in text
    assert WHO["organisation"] in text
    assert message["To"] == "ada@example.org"


def test_nobody_is_asked_by_whoever_does_not_say_who_they_are(tmp_path, ending):
    with pytest.raises(UsageError, match="contact"):
        remind(workspace(tmp_path, contact=""), ending, days=30, now=NOW)
