"""Passphrases, codes of a telephone, codes on paper, names."""

import time
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from lxml import etree

from veille.errors import UsageError
from veille.staff import totp
from veille.staff.accounts import Role, clean_name, read_handle, read_role
from veille.staff.agents import agent_name
from veille.staff.passphrases import check_passphrase, hash_passphrase, is_dated, is_passphrase

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_passphrase_is_known_again_however_it_was_typed():
    hashed = hash_passphrase("l’été à Rimouski, déjà")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert is_passphrase("l’e\u0301te\u0301 a\u0300 Rimouski, de\u0301ja\u0300", hashed)
    assert not is_passphrase("l’ete a Rimouski, deja", hashed)
    assert not is_passphrase("", "")
    assert not is_passphrase("x" * 100_000, "not a hash")
    assert not is_passphrase("\udcff" * 20, hashed)
    assert not is_dated(hashed)
    assert is_dated(hashed.replace("t=3", "t=2"))


def test_a_hash_takes_as_long_for_nobody():
    def fastest(hashed):
        times = []
        for _ in range(3):
            begun = time.process_time()
            assert not is_passphrase("fausse phrase de passe", hashed)
            times.append(time.process_time() - begun)
        return min(times)

    assert fastest("") > 0.5 * fastest(hash_passphrase("quatre mots que nul ne dit"))


@pytest.mark.parametrize(
    "poor",
    ["court", "aaaaaaaaaaaaaaaa", "abcdefghijklm", "123456789012345", "lise lise lise",
     "Veille ÉSS lise", "x" * 300, "            "],
)  # fmt: skip
def test_passphrases_that_will_not_do(poor):
    with pytest.raises(UsageError):
        check_passphrase(poor, about=("lise", "Lise Tremblay", "Veille ÉSS"))


def test_passphrases_that_will_do():
    for good in (
        "quatre mots que nul ne dit",
        "Tr0ub4dor&3 encore",
        "鶴と亀が滑った後ろの正面だあれ",
    ):
        check_passphrase(good, about=("lise", "", "Veille ÉSS"))


def test_codes_of_a_telephone():
    secret = totp.new_secret()
    assert totp.is_secret(secret)
    code = pyotp.TOTP(secret).at(NOW)
    step = totp.step_of(secret, f"{code[:3]} {code[3:]}", NOW)
    assert step == int(NOW.timestamp()) // 30
    assert totp.step_of(secret, code, NOW + timedelta(seconds=30)) == step
    assert totp.step_of(secret, code, NOW + timedelta(seconds=90)) is None
    for wrong in ("", "12345", "1234567", "²²²²²²", "abcdef", "-12345", code[::-1] + "0"):
        assert totp.step_of(secret, wrong, NOW) is None


def test_what_a_telephone_reads_is_an_svg_that_the_policy_lets_through():
    drawn = etree.fromstring(totp.drawn(totp.new_secret(), "lise", "Veille ÉSS"))
    assert drawn.get("viewBox")
    assert not drawn.xpath("//@style|//*[local-name()='style' or local-name()='script']")


def test_codes_on_paper():
    codes = totp.new_recoveries()
    assert len(set(codes)) == 10
    assert all(len(one) == 11 for one in codes)
    typed = f" {codes[0].upper()} ".replace("-", " ")
    assert totp.recovery_hash(codes[0]) == totp.recovery_hash(typed)
    assert totp.recovery_hash(codes[0]) != totp.recovery_hash(codes[1])


def test_names():
    assert read_handle(" Lise.T ") == "lise.t"
    assert clean_name("A\r\nB\x00\u202e C") == "A B C"
    assert read_role("Editor") is Role.EDITOR
    assert Role.READER < Role.RELAY < Role.REVIEWER < Role.EDITOR < Role.ADMIN


def test_browsers_are_told_in_two_words():
    told = {
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox, Linux",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0": (
            "Edge, Windows"
        ),
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1": (
            "Safari, iPhone"
        ),
        "<script>": "",
        "": "",
    }
    assert {header: agent_name(header) for header in told} == told
