"""What every entry is made of: links, languages, names, identifiers, dates."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from veille.model import DateOrigin
from veille.sources.entries import MAX_TAGS, Calendar, language_code, make_entry
from veille.sources.links import web_link

BASE = "https://site.example.org/dossier/fil.xml"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("a", "https://site.example.org/dossier/a"),
        (" /a\n", "https://site.example.org/a"),
        ("//autre.example.org/a", "https://autre.example.org/a"),
        ("HTTPS://site.example.org/é?q=1 2", "https://site.example.org/é?q=1 2"),
        # a handle of the social web is no e-mail address
        ("/@nom@autre.example.org", "https://site.example.org/@nom@autre.example.org"),
        (
            "https://site.example.org/?a=1&mel=nom@site.example.org#x",
            "https://site.example.org/?a=1",
        ),
        # however they are escaped
        ("/p?mel=nom%40site%2Eexample%2Eorg&a=1", "https://site.example.org/p?a=1"),
        ("/p?mel=%6eom%25%34%30site.example.org", "https://site.example.org/p"),
        ("/nom%40site%2Eexample.org/a", None),
        ("/%2525252540", None),
        ("https://nom:secret@site.example.org/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,a", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
    ],
)
def test_web_link(link, expected):
    assert web_link(BASE, link) == expected


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        *(("fr", "fr"), ("fr-CA", "fr"), ("PT_br", "pt"), (" fra ", "fr"), ("fre", "fr")),
        *(("kor", "ko"), ("gsw", "gsw"), ("und", None), ("mul", None), ("French", None)),
        *(("", None), (None, None), ("x-klingon", None)),
    ],
)
def test_language_code(tag, code):
    assert language_code(tag) == code


def test_identifiers_stay_apart_even_when_they_look_like_addresses():
    def guid(text):
        return make_entry(base=BASE, link=None, title="", guid=text).guid

    assert guid("12@site.example.org") != guid("13@site.example.org")
    assert "@" not in guid("12@site.example.org")
    assert guid("12@site.example.org") == guid("12@site.example.org")
    assert guid("tag:site.example.org,2024:1") == "tag:site.example.org,2024:1"
    assert len(guid("x" * 5_000)) == 32
    assert guid(" ") is None


def test_names_and_tags_are_tidy_and_bounded():
    entry = make_entry(
        base=BASE,
        link=None,
        title="",
        author="nom@site.example.org (Anne&nbsp;Roy)",
        tags=["<b>a</b>", "a", "", *map(str, range(200))],
    )
    assert entry.author == "Anne Roy"
    assert entry.tags[:2] == ("a", "0")
    assert len(entry.tags) <= MAX_TAGS


@pytest.mark.parametrize(
    ("words", "languages", "expected", "precise"),
    [
        ("2024", ("fr",), "2024-01-01T00:00-05:00", False),
        ("2024-07", ("fr",), "2024-07-01T00:00-04:00", False),
        ("05/04/2024", ("fr",), "2024-04-05T00:00-04:00", False),
        ("05/04/2024", ("en",), None, False),  # either order is a date: not guessed
        ("le 3 mars 2024 à 14 h 30", ("fr",), "2024-03-03T14:30-05:00", True),
        ("2024-07-01T12:00:00Z", ("fr",), "2024-07-01T12:00+00:00", True),
        ("hier", ("fr",), None, False),
        ("", ("fr",), None, False),
        (None, ("fr",), None, False),
    ],
)
def test_calendar(words, languages, expected, precise):
    dated = Calendar(ZoneInfo("America/Toronto"), languages).read(words, DateOrigin.PAGE)
    assert (dated and dated.at) == (expected and datetime.fromisoformat(expected))
    assert dated is None or (dated.precise, dated.origin) == (precise, DateOrigin.PAGE)
