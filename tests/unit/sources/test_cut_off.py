"""Wherever a document breaks off, its complete items are kept, and nothing but them."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from veille.errors import ReadError
from veille.model import Fetched, OaiRecipe, Source, SourceKind
from veille.sources.reading import read_source

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>T</title><link>https://cut.example.org/</link>
<item><title>Un</title><link>https://cut.example.org/1</link></item>
<item><link>https://cut.example.org/2</link><title><![CDATA[Deux & <b>]]></title></item>
<item><title>Trois</title></item>
</channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://cut.example.org/"><title>T</title></channel>
<item rdf:about="https://cut.example.org/1"><title>Un</title><link>https://cut.example.org/1</link></item>
<item rdf:about="https://cut.example.org/2"><title>Deux</title><link>https://cut.example.org/2</link></item>
</rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
<entry><id>1</id><title>Un</title><link href="https://cut.example.org/1"/></entry>
<entry xml:lang="fr"><id>2</id><title>Deux</title><summary>x</summary></entry>
</feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [
{"id": "1", "title": "Un", "tags": ["a", "b"]}, {"id": "2", "title": "Deux"}, {"id": 3}]}"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://cut.example.org/1</loc></url><url><loc>https://cut.example.org/2</loc></url>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://cut.example.org/1</loc><lastmod>2024-01-01</lastmod></sitemap>
<sitemap><loc>https://cut.example.org/2</loc><lastmod>2024-01-02</lastmod></sitemap>
</sitemapindex>"""
OAI = (Path(__file__).parents[2] / "data" / "sources" / "oai.xml").read_text("utf-8")


def announced(text, kind):
    """Return what a text announces, whatever the order; None if it fails."""
    source = Source("cut", "Cut", "https://cut.example.org/", kind, oai=OaiRecipe())
    at = datetime(2026, 11, 21, tzinfo=UTC)
    fetched = Fetched(source.url, source.url, 200, {}, text.encode("utf-8", "ignore"), at)
    try:
        reading = read_source(source, fetched, limit=100, zone=ZoneInfo("UTC"))
    except ReadError:
        return None
    follow = reading.follow if kind is SourceKind.SITEMAP else ()
    return {(entry.url, entry.guid, entry.title, entry.content) for entry in reading.entries} | set(
        follow
    )


@pytest.mark.parametrize(
    ("text", "kind", "ends"),
    [
        (RSS, SourceKind.FEED, "</item>"),
        (RDF, SourceKind.FEED, "</item>"),
        (ATOM, SourceKind.FEED, "</entry>"),
        (JSON, SourceKind.FEED, "}"),
        (SITEMAP, SourceKind.SITEMAP, "</url>"),
        (INDEX, SourceKind.SITEMAP, "</sitemap>"),
        (OAI, SourceKind.OAI, "</record>"),
    ],
    ids=["rss", "rdf", "atom", "json", "sitemap", "index", "oai"],
)
def test_complete_items_are_kept_wherever_a_document_breaks_off(text, kind, ends):
    whole, previous = announced(text, kind), set()
    assert len(whole) >= 2
    for position in range(len(text)):
        found = announced(text[:position], kind)
        if found is None:
            assert not previous, f"everything is lost at {text[:position][-30:]!r}"
            continue
        assert found <= whole, f"a half item at {text[:position][-30:]!r}"
        assert previous <= found, f"an item lost at {text[:position][-30:]!r}"
        previous = found
    complete = text[: text.rindex(ends) + len(ends)]
    assert announced(complete, kind) == whole
