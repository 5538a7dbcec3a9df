"""Addresses: what is one, which are the same, and how one is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import AddressError
from veille.subscribers.addresses import clean_name, mask, read_address


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Ada.Exemple@Example.ORG", "Ada.Exemple@example.org"),
        ("  ada@example.org\n", "ada@example.org"),
        ("ada@exämple.example.org", "ada@xn--exmple-cua.example.org"),
        ("josé@example.org", "josé@example.org"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
        ("ada+liste@example.org", "ada+liste@example.org"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(typed, text):
    assert read_address(typed).text == text


@pytest.mark.parametrize(
    "typed",
    [
        "", "ada", "ada@", "@example.org", "ada@example", "a@b@example.org", "ada@localhost",
        "Ada <ada@example.org>", '"a b"@example.org', "ada@[127.0.0.1]", "ada@example.org.",
        "ada\r\nBcc: x@example.org", "ada@example.org\r\nBcc: x@example.org", "a\0@example.org",
        "ada@exam\u200dple.org", "ada@example..org", "a" * 65 + "@example.org",
        "\ud800@example.org", "x" * 100_000 + "@example.org", "ada@test.invalid",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    assert refused.value.message.replace("\xa0", " ").isprintable()


def test_letter_case_does_not_make_another_person():
    assert read_address("ADA@EXAMPLE.ORG").key == read_address("ada@example.org").key
    assert read_address("É@example.org").key == read_address("e\u0301@example.org").key
    assert read_address("straße@example.org").key != read_address("strasse@example.org").key


@given(st.emails())
def test_reading_an_address_again_changes_nothing(typed):
    try:
        once = read_address(typed)
    except AddressError:
        return
    assert read_address(once.text) == once
    assert read_address(once.text.upper()).key == once.key or not once.text.isascii()


def test_a_masked_address_does_not_tell_who_it_is():
    assert mask("ada.exemple@example.org") == "a…@e….org"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Exemple ", "Ada Exemple"),
        ("Ada\r\nBcc: x@example.org", "Ada Bcc: x@example.org"),
        ("\x00\x1b[31mAda\u202e", "[31mAda"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_name_is_one_visible_line(typed, kept):
    assert clean_name(typed) == kept
