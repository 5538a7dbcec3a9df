"""Sitemaps: addresses, indexes, news, in XML or plain text (https://www.sitemaps.org/protocol.html).

A feed in a sitemap's place is read as the feed it is, as the protocol allows.
"""

from collections.abc import Iterator

from lxml import etree

from veille.errors import FailureKind
from veille.model import DateOrigin, Entry, Reading
from veille.sources.documents import Document, is_cut_off, local_name, xml_root
from veille.sources.entries import Calendar, make_entry
from veille.sources.feed import read_feed
from veille.sources.links import web_link


def read_sitemap(document: Document, *, limit: int, calendar: Calendar) -> Reading:
    """Return the addresses of a sitemap, or in `follow` the sitemaps of an index, newest first.

    Of more than `limit` addresses the newest are returned. Titles come with news sitemaps only.
    The date of a last modification is no date of publication: its origin is GUESS. Raises
    ReadError: NOT_A_FEED for a web page or anything else, MALFORMED for XML broken from the start.
    """
    if document.is_html:
        raise document.fault(FailureKind.NOT_A_FEED, "html")
    if not document.text.startswith("<"):
        return _read_text(document, limit)
    root, well_formed = xml_root(document)
    if root is None:
        raise document.fault(FailureKind.MALFORMED)
    if not well_formed and is_cut_off(document, items="url|sitemap", roots="urlset|sitemapindex"):
        del root[-1:]
    flaw = None if well_formed else FailureKind.MALFORMED
    match local_name(root).lower():
        case "urlset":
            return Reading(tuple(_entries(root, document, limit, calendar)), flaw=flaw)
        case "sitemapindex":
            return Reading((), follow=_children(root, document, calendar)[:limit], flaw=flaw)
        case "rss" | "rdf" | "feed":
            return read_feed(document, limit=limit, calendar=calendar)
        case other:
            raise document.fault(FailureKind.NOT_A_FEED, other)


def _read_text(document: Document, limit: int) -> Reading:
    lines = document.text.splitlines()
    links = dict.fromkeys(filter(None, (web_link("", line) for line in lines)))
    if not links:
        raise document.fault(FailureKind.NOT_A_FEED)
    entries = (make_entry(base="", link=link, title="") for link in list(links)[:limit])
    return Reading(tuple(entries))


def _entries(
    root: etree._Element, document: Document, limit: int, calendar: Calendar
) -> Iterator[Entry]:
    places = list(root.iterchildren("{*}url"))
    if len(places) > limit:  # up to 50,000: compared by their dates' spelling, which is ISO 8601
        places = sorted(places, key=_written_date, reverse=True)[:limit]
    for place in places:
        if link := web_link(document.url, _text(place, "loc")):
            news = place.find("{*}news")
            told = place if news is None else news
            yield make_entry(
                base=document.url,
                link=link,
                title=_text(told, "title"),
                published=calendar.read(_text(told, "publication_date"))
                or calendar.read(_text(place, "lastmod"), DateOrigin.GUESS),
                language=_text(told, "publication/{*}language"),
                tags=filter(None, map(str.strip, _text(told, "keywords").split(","))),
            )


def _children(root: etree._Element, document: Document, calendar: Calendar) -> tuple[str, ...]:
    """Return the sitemaps of an index, the last modified first, those without a date last."""
    dated: dict[str, float] = {}
    for place in root.iterchildren("{*}sitemap"):
        if link := web_link(document.url, _text(place, "loc")):
            modified = calendar.read(_text(place, "lastmod"))
            dated.setdefault(link, modified.at.timestamp() if modified else float("-inf"))
    return tuple(sorted(dated, key=dated.__getitem__, reverse=True))


def _written_date(place: etree._Element) -> str:
    news = place.find("{*}news")
    return (news is not None and _text(news, "publication_date")) or _text(place, "lastmod")


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()
