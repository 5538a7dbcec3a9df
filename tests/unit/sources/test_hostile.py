"""Inputs made to harm: reading them ends in a reading or a ReadError, within bounds."""

import gzip
import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.errors import FailureKind, ReadError
from veille.model import Fetched, ListingRecipe, OaiRecipe, Reading, Source, SourceKind
from veille.sources.discovery import find_feeds
from veille.sources.entries import MAX_LINE
from veille.sources.opml import OpmlList, read_opml
from veille.sources.reading import read_source
from veille.text import redact

LIMIT = 50
RSS = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
    + RSS.format("<item><title>&a9;</title></item>")
)
QUADRATIC = f'<!DOCTYPE rss [\n<!ENTITY a "{"x" * 50_000}">\n]>\n' + RSS.format(
    f"<item><title>{'&a;' * 2_000}</title></item>"
)


def read(body, kind=SourceKind.FEED, content_type=""):
    source = Source(
        id="hostile",
        name="Hostile",
        url="https://hostile.example.org/",
        kind=kind,
        listing=ListingRecipe(items="li, a, p", date="span"),
        oai=OaiRecipe(),
    )
    at = datetime(2026, 11, 21, tzinfo=UTC)
    fetched = Fetched(source.url, source.url, 200, {"content-type": content_type}, body, at)
    return read_source(source, fetched, limit=LIMIT, zone=ZoneInfo("America/Toronto"))


def failure(body, **how):
    with pytest.raises(ReadError) as raised:
        read(body, **how)
    return raised.value.kind


@pytest.mark.parametrize("bomb", [LAUGHS, QUADRATIC], ids=["laughs", "quadratic"])
@pytest.mark.parametrize("kind", [SourceKind.FEED, SourceKind.SITEMAP, SourceKind.OAI])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_entity_bombs_are_refused_in_every_encoding(bomb, kind, encoding):
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n'
    for text in (bomb, declared + bomb, "<!-- <rss> --><?pi <rss> ?>" + bomb, " \n" + bomb):
        assert failure(text.encode(encoding), kind=kind) is FailureKind.ENTITIES


def test_encodings_that_could_spell_what_is_not_there_are_not_believed():
    disguised = LAUGHS.replace("<", "+ADw-").encode()
    assert failure(disguised, content_type="text/xml; charset=utf-7") is FailureKind.NOT_A_FEED
    for name in (
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "hex",
        "rot13",
        "x" * 9_999,
        "\0",
    ):
        body = f'<?xml version="1.0" encoding="{name}"?>'.encode() + RSS.format("").encode()
        assert read(body, content_type=f"text/xml; charset={name}").title == "T"


def test_a_packed_body_is_unpacked_up_to_its_limit():
    assert failure(gzip.compress(bytes(16_000_000))) is FailureKind.TOO_LARGE
    assert failure(gzip.compress(b"")) is FailureKind.EMPTY
    assert failure(b"\x1f\x8b\x08 broken") is FailureKind.MALFORMED
    assert read(gzip.compress(RSS.format("").encode())).title == "T"


def test_numbers_of_entries_are_bounded():
    many = 20_000
    item = "<item><title>x</title><link>https://hostile.example.org/{}</link></item>"
    url = "<url><loc>https://hostile.example.org/{n}</loc><lastmod>2024-01-{d:02}</lastmod></url>"
    feed = RSS.format("".join(map(item.format, range(many))))
    unclosed = feed.partition("</channel>")[0].replace("</item>", "")
    places = "".join(url.format(n=n, d=n % 28 + 1) for n in range(many))
    started = time.process_time()
    found = read(feed.encode())
    assert [len(found.entries), found.flaw] == [LIMIT, None]
    assert found.entries[-1].url == f"https://hostile.example.org/{LIMIT - 1}"
    assert len(read(unclosed.encode()).entries) <= LIMIT
    newest = read(f"<urlset>{places}</urlset>".encode(), SourceKind.SITEMAP).entries
    assert {entry.published.at.day for entry in newest} == {28}
    assert len(newest) == LIMIT
    items = [{"id": n} for n in range(many)]
    feed = {"version": "https://jsonfeed.org/version/1", "items": items}
    assert len(read(json.dumps(feed).encode()).entries) == LIMIT
    index = "".join(
        f"<sitemap><loc>https://hostile.example.org/{n}</loc></sitemap>" for n in range(many)
    )
    assert (
        len(read(f"<sitemapindex>{index}</sitemapindex>".encode(), SourceKind.SITEMAP).follow)
        == LIMIT
    )
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        RSS.format("<item>" + "<a>" * 50_000 + "</a>" * 50_000 + "</item>"),
        RSS.format("<item><title>" + "x" * 5_000_000 + "</title></item>"),
        RSS.format("<item><title>" + "<" * 200_000 + "</title></item>"),
        RSS.format("<item><category>a</category>" + "<category>b</category>" * 2_000 + "</item>"),
        "<!-- -->" * 100_000 + RSS.format("<item/>"),
        '{"version":"https://jsonfeed.org/version/1","items":' + "[" * 100_000,
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":' + "9" * 9_999 + "}]}",
        "<ul>" * 50_000,
        "<a href='" * 50_000,
    ],
    ids=lambda text: text[:60] + "…",
)
@pytest.mark.parametrize("kind", SourceKind)
def test_great_and_deep_documents_are_bounded(text, kind):
    started = time.process_time()
    try:
        found = read(text.encode(), kind)
    except ReadError:
        found = None
    assert time.process_time() - started < 5
    assert found is None or all(len(entry.title) <= MAX_LINE for entry in found.entries)


FRAGMENTS = st.sampled_from(
    [
        *("<rss version='2.0'><channel>", "<item>", "</item>", "<title>", "</title>", "<link>"),
        *("</link>", "<guid>", "<description>", "</description>", "<![CDATA[", "]]>", "]]&gt;"),
        *("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>", "<id>", "<content>"),
        *(
            "<link href='javascript:alert(1)'/>",
            "<link href='http://[x'/>",
            "<author>",
            "</author>",
        ),
        *("<urlset>", "<url>", "<loc>", "</loc>", "</url>", "<lastmod>", "<sitemapindex>"),
        *("<OAI-PMH>", "<record>", "<header>", "<resumptionToken>", "<error code='badVerb'/>"),
        *("<opml>", "<outline text='a' xmlUrl='http://a.example.org/'>", "</outline>", "<outline>"),
        *("<!DOCTYPE rss [", "<!ENTITY a 'b'>", "&a;", "&#0;", "&#xD800;", "&amp;", "<?xml ", "?>"),
        *("<a href='/rss'>", "<base href='http://[::'>", "<pubDate>", "31 février 2024", "\x00"),
        *(
            "anne@exemple.org",
            "2024-13-45T99:99",
            "9" * 30,
            "https://exemple.org/",
            "mailto:a@b.ca",
        ),
        *('{"version":"https://jsonfeed.org/version/1","items":[{', '"id":', '"url":"/a"', "}]}"),
    ]
)
BODIES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=25).map(
        lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
    ),
)


def texts_of(found: Reading):
    yield from (found.title, *found.follow)
    for entry in found.entries:
        yield from (entry.title, entry.summary, entry.content, entry.author, *entry.tags)
        yield from filter(None, (entry.url, entry.guid, entry.language))


@given(
    body=BODIES,
    kind=st.sampled_from(SourceKind),
    charset=st.sampled_from(["", "utf-16", "ÿ", "utf-8"]),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_anything_raises_nothing_but_read_errors(body, kind, charset):
    try:
        found = read(body, kind, f"text/xml; charset={charset}")
    except ReadError:
        return
    assert len(found.entries) <= LIMIT
    for text in texts_of(found):
        text.encode()  # no halves of characters
        assert "\0" not in text
    for entry in found.entries:
        assert all(redact(text) == text for text in (entry.title, entry.summary, entry.content))


@given(body=BODIES)
@settings(max_examples=200, deadline=None)
def test_discovery_and_opml_raise_nothing_else(body):
    assert all(feed.url.startswith("http") for feed in find_feeds(body, "https://a.example.org/"))
    with suppress(ReadError):
        assert isinstance(read_opml(body), OpmlList)
