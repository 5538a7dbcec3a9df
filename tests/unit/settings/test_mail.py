"""The `deliver:` section: what would fail at each message is refused, or mended, when read."""

import pytest
from pydantic import ValidationError

from veille.errors import UsageError
from veille.mailout.sending import PASSWORD, open_transport
from veille.settings.mail import DeliverSettings, read_address


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://veille.québec/", "https://veille.xn--qubec-csa"),
        ("https://exemple.org/économie", "https://exemple.org/%C3%A9conomie"),
        ("https://exemple.org/%C3%A9", "https://exemple.org/%C3%A9"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_links_are_in_ascii(written, read):
    """Else List-Unsubscribe could not hold them, and each message failed as a bad address."""
    assert DeliverSettings(public_url=written).public_url == read


@pytest.mark.parametrize(
    "faulty",
    [
        {"public_url": "https://exemple.org/<x>"},
        {"public_url": "https://lise:secret@exemple.org"},
        {"from": "bulletin@localhost"},
        {"from": "<a@exemple.org>, <b@exemple.org>"},
        {"reply_to": "x\r\nBcc: y@exemple.org"},
        {"dkim": {"selector": "é"}},
        {"dkim": {"selector": "a b; c=d"}},
        {"dkim": {"domain": "exemple..org"}},
    ],
)
def test_what_no_message_could_hold_is_refused(faulty):
    with pytest.raises(ValidationError):
        DeliverSettings(**faulty)


def test_a_name_may_hold_a_comma():
    for text in ("Le Pôle, Québec <a@exemple.org>", '"Le Pôle, Québec" <a@exemple.org>'):
        assert read_address(text).display_name == "Le Pôle, Québec"
    assert (
        DeliverSettings(dkim={"domain": "pôle.québec"}).dkim.domain == "xn--ple-kna.xn--qubec-csa"
    )


def test_a_password_with_an_accent_is_told_before_anything_is_sent(monkeypatch):
    """The library that logs in raised an error of its own, for each message."""
    monkeypatch.setenv(PASSWORD, "mot de passé")
    settings = DeliverSettings(**{"from": "a@exemple.org", "host": "smtp.exemple.org"})
    with pytest.raises(UsageError) as told:
        open_transport(settings)
    assert "passé" not in str(told.value)
