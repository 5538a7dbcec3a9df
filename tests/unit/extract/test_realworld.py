"""Pages and faults that nobody here wrote, with what their origin expects of them."""

import csv
import json
import re
import time
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from veille.errors import FailureKind, ReadError
from veille.extract import read_page
from veille.model import DateOrigin, Page
from veille.text import plain, words

TORONTO = ZoneInfo("America/Toronto")
URL = "http://fakehost/test/page.html"
# Where we differ from what Mozilla's Readability expects of a page's text, and why.
UNREADABLE = {"005-unescape-html-entities": "one word, which Readability too calls unreadable"}
SAID_TWICE = {
    "003-metadata-preferred": "its two paragraphs are the same; trafilatura keeps one",
    "004-metadata-space-separated-properties": "likewise",
    "title-en-dash": "likewise",
}
F1_FLOOR = 0.96  # of the words of each page; the mean is 0.98


@pytest.fixture(scope="module")
def index(shared):
    csv.field_size_limit(10_000_000)
    with (shared / "realworld" / "index.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def test_the_pages_of_readability(shared):
    scores = {}
    for folder in sorted((shared / "realworld" / "pages" / "readability").iterdir()):
        body = (folder / "source.html").read_bytes()
        if folder.name in UNREADABLE:
            with pytest.raises(ReadError):
                read_page(body, URL, zone=TORONTO)
            continue
        page = read_page(body, URL, zone=TORONTO)
        expect = json.loads((folder / "expected-metadata.json").read_text("utf-8"))
        assert page.title == expect["title"]
        assert page.author == (expect["byline"] or "")
        assert page.language == expect.get("lang")
        published = expect["publishedTime"]
        assert (page.published and page.published.at) == (
            published and datetime.fromisoformat(published)
        )
        if folder.name in SAID_TWICE:
            assert words(page.text) >= 68
            continue
        scores[folder.name] = _f1(page.text, plain((folder / "expected.html").read_text("utf-8")))
    assert len(scores) == 8
    assert min(scores.values()) > F1_FLOOR, scores
    assert sum(scores.values()) / len(scores) > 0.97, scores


def _f1(text: str, expected: str) -> float:
    ours, theirs = (Counter(re.findall(r"\w+", one.casefold())) for one in (text, expected))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total())


def test_the_two_french_pages(shared):
    pages = shared / "realworld" / "pages"
    address = "https://framablog.org/2017/12/02/avancer-ensemble-vers-la-contribution/"
    page = read_page((pages / "framablog.html").read_bytes(), address, zone=TORONTO)
    assert page.title == "Avancer ensemble vers la contribution…"
    assert page.canonical == address
    assert page.published.origin is DateOrigin.URL  # each <time> on it is of a comment or a tweet
    assert page.published.at.date().isoformat() == "2017-12-02"
    assert "Fabulous Contribution Camp" in page.text
    with pytest.raises(ReadError) as failure:
        read_page(
            (pages / "linuxfr-listing.html").read_bytes(), "https://linuxfr.org/", zone=TORONTO
        )
    assert failure.value.kind is FailureKind.NOT_AN_ARTICLE
    with pytest.raises(ReadError) as failure:  # told by its content too
        read_page((pages / "linuxfr-listing.html").read_bytes(), URL, zone=TORONTO)
    assert failure.value.detail == "listing"


def test_every_fault_is_a_page_or_a_named_error(shared, index):
    outcomes = Counter()
    for row in index:
        if not row["path"].startswith("faults/"):
            continue
        body = (shared / "realworld" / row["path"]).read_bytes()
        for charset in (None, "utf-8", "iso-2022-jp", "utf-16"):
            before = time.process_time()
            outcomes[_outcome(body, charset)] += 1
            assert time.process_time() - before < json.loads(row["expect_json"])["max_seconds"]
    assert outcomes.total() == 4 * 94
    assert outcomes.keys() <= {"page", "empty", "no_text", "not_text", "not_an_article"}


def _outcome(body, charset):
    try:
        page = read_page(body, URL, charset=charset, zone=TORONTO)
    except ReadError as error:
        return str(error.kind)
    assert isinstance(page, Page)
    return "page"
