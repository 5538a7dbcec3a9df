"""What holds robots and list bombing back; when bounces set an address aside; choices; tokens."""

from dataclasses import replace

import pytest
from fakes.readers import DAY, KEYS, NOW
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import ChoiceError, LinkError
from veille.subscribers.bounces import Bounce, BounceRule, is_set_aside
from veille.subscribers.choices import Choices, Known
from veille.subscribers.gate import Limits, is_let_through, looks_automatic, origin_of
from veille.subscribers.tokens import Keys


def test_one_more_sign_up_fits_under_every_limit_or_not_at_all():
    limits = Limits(per_address=3, per_origin=10, overall=300)
    assert is_let_through({}, limits)
    assert is_let_through({"address": 2, "origin": 9, "all": 299}, limits)
    for kind, n in (("address", 3), ("origin", 10), ("all", 300)):
        assert not is_let_through({kind: n}, limits)


@pytest.mark.parametrize(
    ("trap", "seconds", "automatic"),
    [("", None, False), (" ", 9.0, False), ("https://x", 9.0, True), ("", 0.3, True)],
)
def test_a_robot_fills_what_people_do_not_see_or_is_too_fast(trap, seconds, automatic):
    assert looks_automatic(trap, seconds) is automatic


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (" unix: ", "unix:"),
    ],
)
def test_a_household_is_one_origin(address, origin):
    assert origin_of(address) == origin


def test_bounces_set_an_address_aside_by_the_rule():
    rule = BounceRule(hard=2, soft=3, days=60)
    hard = [Bounce(NOW, True, "w47"), Bounce(NOW, True, "w48")]
    soft = [Bounce(NOW, False, f"w{n}") for n in (47, 48, 49)]
    assert is_set_aside(hard, rule, NOW)
    assert is_set_aside(soft, rule, NOW)
    assert not is_set_aside(hard[:1] * 5, rule, NOW)  # one message, told five times
    assert not is_set_aside(soft[:2], rule, NOW)
    assert not is_set_aside([replace(one, at=NOW - 60 * DAY) for one in hard], rule, NOW)
    assert is_set_aside([*hard[:1], *soft[1:]], rule, NOW)
    assert "2" in rule.in_words()


def test_choices_are_checked_and_equal_when_they_mean_the_same():
    known = Known(frozenset({"governance", "leadership"}), frozenset({"QC-06", "FR"}))
    one = Choices.of(["leadership", "governance", "governance"], ["QC-06"], known=known)
    assert one == Choices.of(["governance", "leadership"], ["QC-06"])
    for stray in (
        {"domains": ["gouvernance"]},
        {"regions": ["QC-99"]},
        {"language": "es"},
        {"frequency": "daily"},
        {"domains": ["'; DROP TABLE"]},
    ):
        with pytest.raises(ChoiceError):
            Choices.of(**stray, known=known)
    with pytest.raises(ChoiceError):
        Choices.of([f"d{n}" for n in range(101)])


def test_a_person_s_token_is_the_same_each_time_and_says_nothing_of_them():
    token = KEYS.person_token("abcdefghijklmnop")
    assert token == Keys(KEYS.secret).person_token("abcdefghijklmnop")
    assert KEYS.person_of(token) == "abcdefghijklmnop"
    assert len(token) <= 64
    assert token.isascii()


@given(st.text(max_size=80))
def test_no_token_is_guessed(text):
    for read in (KEYS.person_of, KEYS.sign_up_of):
        with pytest.raises(LinkError):
            read(text)


def test_a_token_serves_one_purpose_in_one_workspace():
    token = KEYS.person_token("abcdefghijklmnop")
    for read in (KEYS.sign_up_of, Keys(b"another secret, as long as it is").person_of):
        with pytest.raises(LinkError):
            read(token)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        if at < len(token) - 1:  # the last character holds unused bits
            with pytest.raises(LinkError):
                KEYS.person_of(changed)


def test_hashes_of_one_address_differ_by_purpose():
    assert KEYS.hash_of("erasure", "a@example.org") != KEYS.hash_of("attempt", "a@example.org")
    assert KEYS.hash_of("erasure", "a@example.org") == KEYS.hash_of("erasure", "a@example.org")
