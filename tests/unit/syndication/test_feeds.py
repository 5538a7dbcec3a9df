"""Feeds of hostile items: valid by the validator's rules, read by feedparser, nothing changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import feedparser
import pytest
from feed_rules import atom_faults, json_faults, rss_faults
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.model.published import Label
from veille.notices import Notice, StoryNotice
from veille.syndication.feed import Feed, Publisher, story_entry
from veille.syndication.feeds import atom, json_feed, rss
from veille.text import tidy

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")


def notice(item_id="a", **given) -> Notice:
    return Notice(
        item_id,
        given.pop("title", "Un titre"),
        given.pop("url", f"https://example.org/{item_id}"),
        given.pop("source", "La source"),
        date(2026, 11, 20),
        given.pop("seen_at", NOW),
        **given,
    )


def feed(*notices: Notice, address: str = "", reasons: bool = False, title: str = "tout") -> Feed:
    publisher = Publisher("veille", "open", "fr", ZONE, NOW)
    made = publisher.feed(
        "articles", title, [publisher.item(one, reasons=reasons) for one in notices]
    )
    return replace(made, site=address and "https://example.org/", address=address)


def faults(made: Feed) -> list[str]:
    return [
        *rss_faults(rss(made), NOW),
        *atom_faults(atom(made), NOW),
        *json_faults(json_feed(made), NOW),
    ]


ANYTHING = st.text(max_size=40)
NOTICES = st.builds(
    notice,
    st.uuids().map(str),
    title=ANYTHING,
    url=st.one_of(ANYTHING, ANYTHING.map("https://exemple.org/".__add__)),
    source=ANYTHING,
    note=ANYTHING,
    text=ANYTHING,
    author=ANYTHING,
    language=st.sampled_from([None, "fr", "en", "ko", "x y", ""]),
    seen_at=st.integers(-40, 4000).map(lambda days: NOW - timedelta(days)),
    published_at=st.sampled_from(
        [None, NOW, datetime(1, 1, 2, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    ),
    tags=st.lists(st.builds(Label, st.just("domain"), ANYTHING, ANYTHING), max_size=3).map(tuple),
    because=st.lists(ANYTHING, max_size=2).map(tuple),
    doubtful=st.booleans(),
)


@settings(max_examples=40)
@given(st.lists(NOTICES, max_size=4, unique_by=lambda one: one.item_id), st.booleans())
def test_whatever_items_hold_their_feeds_are_valid(notices, reasons):
    made = feed(*notices, address="https://example.org/feeds/articles.x", reasons=reasons)
    assert not faults(made)
    for written in (rss(made), atom(made)):
        read = feedparser.parse(written)
        assert not read.bozo, read.bozo_exception
        assert len(read.entries) == len(notices)


def test_a_reader_finds_what_was_written():
    made = feed(
        notice(
            title="L’« ÉSS » : <b>100 %</b> & plus ]]>",
            text="Un mot " * 200,
            note="Notre note.\n\n<script>alert(1)</script>",
            language="en",
            published_at=NOW - timedelta(days=2),
            tags=(Label("domain", "governance", "Gouvernance"), Label("region", "QC-05", "Estrie")),
        ),
        address="https://example.org/feeds/articles.atom",
    )
    for written in (rss(made), atom(made)):
        read = feedparser.parse(written, sanitize_html=False)
        [entry] = read.entries
        assert read.feed.language == "fr"
        assert entry.link == "https://example.org/a"
        assert entry.author == "La source"
        assert [tag.term for tag in entry.tags] == ["Gouvernance", "Estrie"]
        assert entry.published_parsed[:3] == (2026, 11, 19)
        assert "<script" not in entry.summary
        assert entry.summary.count("mot") == 50
        assert "Source : La source, 2026-11-20. Domaines : Gouvernance" in entry.summary
    assert feedparser.parse(atom(made)).entries[0].title_detail.language == "en"
    assert feedparser.parse(atom(made)).feed.links[1]["href"].endswith("/feeds/articles.atom")


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://", "//a.org/x", "file:///x"])
def test_what_leads_nowhere_is_named_by_its_identifier(url):
    made = feed(notice(url=url, title="T"))
    assert made.entries[0].url.startswith("urn:uuid:")
    assert not faults(made)


def test_an_item_keeps_its_identifier_whatever_else_changes():
    one, other = feed(notice(title="Un")), feed(notice(title="Deux", note="Note"), reasons=True)
    assert one.entries[0].id == other.entries[0].id != feed(notice("b")).entries[0].id


def test_an_empty_feed_and_a_strange_title_are_valid():
    made = feed(title="\x00 <b>\ufffe&amp;")
    assert not faults(made)
    assert made.title == "veille — <b>&amp;"


def test_a_date_to_come_is_not_told():
    made = feed(notice(published_at=NOW + timedelta(days=30)))
    assert made.entries[0].published is None
    assert not faults(made)


@given(st.lists(NOTICES, min_size=1, max_size=3), ANYTHING, ANYTHING)
@settings(max_examples=30)
def test_a_story_tells_its_items(notices, title, reason):
    story = StoryNotice("s", title, NOW, len(notices), 1, tuple(notices), reason)
    entry = story_entry(story, now=NOW, zone=ZONE)
    made = Feed("urn:uuid:" + "0" * 8 + "-0000-0000-0000-" + "0" * 12, "t", "d", "fr", "v", NOW,
                (entry,))  # fmt: skip
    assert not faults(made)
    assert entry.html.count("<li>") == len(notices)
    assert tidy(entry.title) == entry.title
