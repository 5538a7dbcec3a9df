"""DKIM: what is signed is verified, with both list headers covered; keys are looked after."""

import re

import dkim
import pytest
from fakes.letters import made_key, mail, written

from veille.deliver.signing import SIGNED, dns_record, open_signer, unsigned_fields
from veille.errors import ConfigError
from veille.faults import why_not


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return made_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signer(key):
    return open_signer(key[0], domain="exemple.org", selector="veille")


def verified(message, record):
    asked = []

    def resolve(name, timeout=5):
        asked.append(name)
        return record.encode()

    try:
        found = dkim.DKIM(message).verify(dnsfunc=resolve)
    except dkim.ValidationError:
        return False
    assert asked == [b"veille._domainkey.exemple.org."]
    return found


@pytest.mark.parametrize("address", ["lise@exemple.org", "éloïse@exemple.org"])
def test_signed_messages_are_verified(signer, key, address):
    text = "Économie\n.\n. point\nFrom ici \t\n\n\n"
    signed = signer.sign(written(mail("É" * 150, text, "<p>É</p>"), address=address, name="Élo"))
    assert verified(signed, key[1])
    covered = re.search(rb"h=([^;]+);", signed)[1].replace(b"\r\n", b"").replace(b" ", b"")
    assert {b"list-unsubscribe", b"list-unsubscribe-post"} <= set(covered.split(b":"))
    assert unsigned_fields(signed) == ()


def test_what_was_altered_or_added_is_found(signer, key):
    signed = signer.sign(written())
    for altered in (
        signed.replace(b"unsubscribe?t=", b"unsubscribe?x="),
        signed.replace(b"Bonjour", b"Bonsoir"),
        b"Subject: autre\r\n" + signed,
        b"List-Unsubscribe: <https://mal.example/>\r\n" + signed,
    ):
        assert not verified(altered, key[1])


def test_fields_left_out_are_told():
    assert set(unsigned_fields(written())) == set(SIGNED)  # not signed at all


def test_the_record_to_publish(key):
    assert dns_record(key[0].read_bytes()) == key[1]


def test_keys_that_cannot_be_used(key, tmp_path):
    def fault(path):
        with pytest.raises(ConfigError) as found:
            open_signer(path, domain="exemple.org", selector="veille")
        return found.value.faults[0]

    path = tmp_path / "key.pem"
    assert fault(path) == why_not(FileNotFoundError())
    path.write_bytes(key[0].read_bytes())
    path.chmod(0o644)
    assert "644" in fault(path)
    path.chmod(0o600)
    path.write_text("-----BEGIN X-----\nAAAA\n-----END X-----\n")
    assert "PEM" in fault(path)
    path.write_bytes(made_key(tmp_path, 512)[0].read_bytes())
    assert "512" in fault(path)
