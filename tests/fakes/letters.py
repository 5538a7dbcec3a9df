"""Messages to send in tests, and keys to sign them with."""

import subprocess
from datetime import UTC, datetime

import pytest

from veille.deliver.message import letterhead, write_message
from veille.model.bulletin import RenderedMail
from veille.model.deliveries import Addressee, Outgoing, message_key
from veille.settings.mail import DeliverSettings

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SETTINGS = {"from": "Veille ÉSS <bulletin@exemple.org>", "reply_to": "equipe@exemple.org"}
LINK = "https://veille.exemple.org/preferences?t=" + "Ab3_-." * 20 + "&v=1"
LEAVE = "https://veille.exemple.org/unsubscribe?t=" + "Ab3_-." * 20


def mail(subject="Bulletin", text="Bonjour", html="<p>Bonjour</p>"):
    return RenderedMail("2026-W48", "ed", "fr", subject, html, text)


def written(rendered=None, *, address="lise@exemple.org", name="", who="s1", **settings) -> bytes:
    head = letterhead(DeliverSettings(**{**SETTINGS, **settings}))
    addressee = Addressee(who, address, LINK, LEAVE, name)
    key = message_key("2026-W48", who)
    return write_message(rendered or mail(), addressee, head, key=key, at=AT)


def outgoing(rendered=None, *, address="lise@exemple.org", who="s1") -> Outgoing:
    data = written(rendered, address=address, who=who)
    return Outgoing(message_key("2026-W48", who), "rebonds@exemple.org", address, data)


def made_key(folder, bits=2048):
    """Make an RSA key for signing; return its file and the record that would be published."""
    path = folder / f"dkim-{bits}.pem"
    try:
        subprocess.run(
            ["openssl", "genrsa", "-out", path, str(bits)], check=True, capture_output=True
        )
        public = subprocess.run(
            ["openssl", "rsa", "-in", path, "-pubout", "-outform", "PEM"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no openssl command to make a key with")
    path.chmod(0o600)
    return path, "v=DKIM1; k=rsa; p=" + "".join(public.splitlines()[1:-1])
