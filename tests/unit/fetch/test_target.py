"""URLs are taken apart once; what cannot be asked is refused with the reason."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import FailureKind, FetchError
from veille.fetch.target import LONGEST_URL, join, read_target


@pytest.mark.parametrize(
    ("url", "normal", "origin"),
    [
        ("HTTP://Example.ORG", "http://example.org/", "http://example.org"),
        ("http://example.org:80/a/../b c?q=é#f", "http://example.org/b%20c?q=%C3%A9", ""),
        ("https://example.org:443/", "https://example.org/", "https://example.org"),
        ("https://example.org:8443/x", "https://example.org:8443/x", "https://example.org:8443"),
        ("http://example.org.?x", "http://example.org/?x", "http://example.org"),
        ("https://économie.example/é", "https://xn--conomie-9xa.example/%C3%A9", ""),
        ("http://my_site.example.org/", "http://my_site.example.org/", ""),
        ("http://[2606:4700::1111]:8080/", "http://[2606:4700::1111]:8080/", ""),
        ("  http://example.org/  ", "http://example.org/", ""),
        ("http://@example.org/", "http://example.org/", ""),
        ("http://%65xample.org/", "http://example.org/", ""),
    ],
)
def test_spellings_of_one_address(url, normal, origin):
    target = read_target(url)
    assert target.url == normal
    assert target.origin == origin or not origin


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("ftp://example.org/", "ftp:"),
        ("file:///etc/passwd", "file:"),
        ("javascript:alert(1)", "javascript:"),
        ("//example.org/", ":"),
        ("", ":"),
        ("http:///x", "//"),
        ("http://user:secret@example.org/", "@"),
        ("http://example.org:25/", ":25"),
        ("http://example.org:6379/", ":6379"),
        ("http://example.org:0/", ":0"),
        ("http://example.org:99999/", ""),
        ("http://a..b/", "//a..b"),
        ("http://a,b.org/", "//a,b.org"),
        (f"http://{'a' * 64}.org/", f"//{'a' * 64}.org"),
        (f"http://{'a.' * 127}org/", f"//{'a.' * 127}org"),
        ("http://[fe80::1%25eth0]/", "//fe80::1%eth0"),
        ("http://１２７.0.0.1/", ""),
        ("http://exa mple.org/", ""),
        ("http://example.org\n.evil/", ""),
        (f"http://example.org/{'a' * LONGEST_URL}", f"> {LONGEST_URL}"),
    ],
)
def test_what_cannot_be_asked(url, detail):
    with pytest.raises(FetchError) as raised:
        read_target(url)
    assert raised.value.kind is FailureKind.BAD_URL
    assert raised.value.detail == detail


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://example.org/b"),
        ("b", "https://example.org/a/b"),
        ("?p=2", "https://example.org/a/x?p=2"),
        ("//other.example/c", "https://other.example/c"),
        ("http://example.org/é".encode().decode("latin-1"), "http://example.org/%C3%A9"),
        ("http://example.org/\xe9", "http://example.org/%C3%A9"),
        (" http://example.org/a b ", "http://example.org/a%20b"),
    ],
)
def test_where_a_location_leads(location, url):
    assert join(read_target("https://example.org/a/x"), location).url == url


@given(st.text() | st.from_regex(r"https?://[^/\s]{1,20}(/\S*)?", fullmatch=True))
def test_any_text_gives_a_target_or_a_fetch_error(text):
    with suppress(FetchError):
        target = join(read_target("https://example.org/"), text)
        assert target.url.isascii()
        assert read_target(target.url) == target
