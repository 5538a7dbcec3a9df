"""One spelling for all addresses of one page, on the cases of others and on properties."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import FailureKind, FetchError
from veille.urls import canonical, host_of, identity, is_web, item_id, same_site

NORMALIZER = "realworld/urls/crawler-commons/src/test/resources/normalizer"
# What crawler-commons normalises and is no page of the web: we refuse it, on purpose.
NOT_OF_THE_WEB = re.compile(
    r"(?:ftp|file):"  # other schemes
    r"|http:/+\Z"  # no host
    r"|foo\.com/index\.html\Z"  # no scheme: in a page that is a relative link
    r"|\Z"
)


def test_the_cases_of_crawler_commons(shared):
    lines = (shared / NORMALIZER / "weirdToNormalizedUrls.csv").read_text("utf-8").split("\n")
    cases = [line for line in lines if line and not line.startswith("#")]
    passed = refused = 0
    for url, expected in (_fields(line) for line in cases):
        if NOT_OF_THE_WEB.match(url):
            assert not is_web(url), url
            refused += 1
        else:
            assert canonical(url) == expected
            passed += 1
    assert (passed, refused) == (103, 9)


def test_the_invalid_addresses_of_crawler_commons(shared):
    lines = (shared / NORMALIZER / "invalidUrls.csv").read_text("utf-8").splitlines()
    for url in (line for line in lines if line and not line.startswith("#")):
        assert not is_web(url)


def _fields(line: str) -> tuple[str, str]:
    if line.startswith('"'):
        url, expected = next(csv.reader([line], skipinitialspace=True))
    else:
        url, _, expected = line.rpartition(",")
    return url, expected.strip()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Example.ORG:80", "http://www.example.org/"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://économie.example/été?q=à", "https://xn--conomie-9xa.example/%C3%A9t%C3%A9?q=%C3%A0"),
        ("https://example.org/a?utm_source=x&UTM_Medium=y&id=3&fbclid=z#top", "https://example.org/a?id=3"),
        ("https://example.org/a#xtor=RSS-1", "https://example.org/a"),
        ("https://example.org/a?xtor=RSS-1", "https://example.org/a"),
        ("https://example.org/a?at_medium=x&%75tm_campaign=y", "https://example.org/a"),
        ("https://example.org/a;jsessionid=1A?b", "https://example.org/a?b"),
        ("https://example.org/?courriel=nom%40example.org&c=nom@a.ca&d=1", "https://example.org/?d=1"),
        ("https://example.org/?b=2&a=2&a=1&c=", "https://example.org/?a=2&a=1&b=2&c"),
        ("https://example.org/#!/article/5", "https://example.org/#!/article/5"),
        ("https://example.org/#/article/5", "https://example.org/#/article/5"),
        ("https://example.org/#/", "https://example.org/"),
        ("https://web.example/save/https://example.org//a", "https://web.example/save/https://example.org/a"),
        ("https://example.org/a/", "https://example.org/a/"),
        (" https://example.org/a\n", "https://example.org/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("https://example.org/article?ref=12&source=rss&uid=3", "https://example.org/article?ref=12&source=rss&uid=3"),
    ],
)  # fmt: skip
def test_canonical(url, expected):
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "//example.org/", "javascript:alert(1)", "mailto:a@example.org", "data:,x"),
        *("http://", "http:///a", "http://nom:secret@example.org/", "http://a@b", "http://[::1"),
        *("http://example.org:99999/", "http://example.org:x/", "http://a..b/", "http://a b/"),
        *("http://%zz/", "http://a%2Fb/", "http://a%40b/", f"http://a.org/{'x' * 9000}", "http://\ud800/"),
    ],
)  # fmt: skip
def test_what_is_no_web_address(url):
    with pytest.raises(FetchError) as failure:
        canonical(url)
    assert failure.value.kind is FailureKind.BAD_URL
    assert "secret" not in str(failure.value)
    assert not is_web(url)


ADDRESSES = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "HTTPS", "ftp", ""]),
    st.text(st.sampled_from("aZé.-_%:@[]12／/\\#? \ud800"), max_size=12) | st.just("example.org"),
    st.text(st.sampled_from("/.ab%2fC3éÉ?&=;+ #!:@~[]|\"'<>\\{}^`,*$\0\n\ud800" + "utm_source")),
)


@given(ADDRESSES | st.text())
def test_canonical_is_idempotent_and_refuses_in_one_way(url):
    if not is_web(url):
        with pytest.raises(FetchError):
            canonical(url)
        return
    once = canonical(url)
    assert canonical(once) == once
    assert once.isascii()
    assert once.isprintable()
    assert " " not in once
    assert same_site(url, once)
    assert host_of(url) == host_of(once) != ""


NAMES = st.from_regex(r"\A[a-z][a-z0-9]{0,5}\Z").filter(lambda name: name != "cfid")


@given(st.dictionaries(NAMES, st.from_regex(r"\A[a-z0-9%/=+]{0,6}\Z"), max_size=6), st.randoms())
def test_the_order_of_parameters_does_not_matter(parameters, random):
    pairs = [f"{name}={value}" for name, value in parameters.items()]
    shuffled = random.sample(pairs, len(pairs))
    assert canonical("http://a.org/?" + "&".join(pairs)) == canonical(
        "http://a.org/?" + "&".join([*shuffled, "utm_term=x"])
    )


def test_identity_outlives_a_move_to_https():
    assert identity("http://www.example.org/a/?b=1&utm_term=x#c") == "//example.org/a?b=1"
    assert identity("https://example.org/a?b=1") == "//example.org/a?b=1"
    assert identity("https://example.org/A") != identity("https://example.org/a")


def test_item_id_is_of_the_page_else_of_the_source_and_guid_else_of_the_content():
    page = item_id("https://example.org/a?utm_source=rss", "one", "1", "texte")
    assert page == item_id("http://www.example.org/a/", "two", None, "autre texte")
    no_link = item_id(None, "one", "1", "texte")
    assert no_link == item_id("javascript:void(0)", "one", "1", "autre texte")
    assert no_link != item_id(None, "two", "1", "texte")
    assert item_id(None, "one", None, "texte") == item_id("", "two", None, "texte")
    assert len({page, no_link, item_id(None, "one", None, "texte")}) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.example.org/a", "https://example.org/b", True),
        ("https://blog.example.org/", "https://example.org/", True),
        ("https://a.example.org/", "https://b.example.org/", False),
        ("https://example.org/", "https://notexample.org/", False),
        ("https://example.org/", "mailto:x", False),
        ("", "", False),
    ],
)
def test_same_site(one, other, same):
    assert same_site(one, other) is same
    assert same_site(other, one) is same
