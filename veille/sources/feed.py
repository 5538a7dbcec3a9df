"""RSS 0.9x, 1.0 and 2.0, RDF and Atom, read by feedparser."""

import io
import re
import sys
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import Any
from xml.sax import SAXException

import feedparser

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, Reading
from veille.sources.documents import Document, is_cut_off
from veille.sources.entries import Calendar, has_time, language_code, line, make_entry
from veille.text import storable

_OPENING = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.I)
_CLOSING = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.I)
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]+)|0*([0-9]+));?")
# What feedparser raises over some unbalanced tags, found by mutating feeds.
_STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def read_feed(document: Document, *, limit: int, calendar: Calendar) -> Reading:
    """Return what a feed announces, at most `limit` entries; a valid one may hold none.

    Of a malformed feed the complete entries are kept, and `flaw` is set. Raises ReadError:
    NOT_A_FEED for anything else than a feed, MALFORMED for a feed that breaks off before its first
    entry ends.
    """
    if document.is_html:
        raise document.fault(FailureKind.NOT_A_FEED, "html")
    try:
        parsed = _parse(_shortened(document.text, limit))
    except _STUMBLES as error:
        raise document.fault(FailureKind.MALFORMED, f"feedparser: {error!r}") from None
    found, malformed = parsed.entries, isinstance(parsed.get("bozo_exception"), SAXException)
    version = parsed.get("version") or ""
    if not version and not found:
        raise document.fault(FailureKind.NOT_A_FEED)
    if malformed and is_cut_off(document, items="item|entry", roots="channel|rss|rdf|feed"):
        found = found[:-1]
        if not found:
            raise document.fault(FailureKind.MALFORMED)
    literal = version.startswith("atom")
    return Reading(
        entries=tuple(_entry(item, document.url, calendar, literal) for item in found[:limit]),
        title=line(parsed.feed.get("title") or ""),
        language=language_code(parsed.feed.get("language")),
        flaw=FailureKind.MALFORMED if malformed else None,
    )


def _parse(text: str) -> Any:  # noqa: ANN401 - feedparser publishes no types
    """Let feedparser read a text: never a file or an address, and without its own sanitising.

    We keep plain text, so that cleaning its markup first would be done for nothing (a quarter of
    the time); links are resolved here, since feedparser would resolve identifiers with them.
    """
    text = _REFERENCE.sub(_possible, text)
    return feedparser.parse(  # type: ignore[no-untyped-call]
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _possible(reference: re.Match[str]) -> str:
    """Leave out a reference to what is no character: feedparser stumbles on it."""
    sixteens, tens = reference.groups()
    code = int(sixteens[:7], 16) if sixteens else int(tens[:8])
    return reference[0] if code <= sys.maxunicode and storable(chr(code)) else ""


def _shortened(text: str, limit: int) -> str:
    """Leave out the entries after `limit`, so that a feed without end is not read to its end."""
    beyond = next(islice(_OPENING.finditer(text), limit, None), None)
    if beyond is None:
        return text
    last = 0
    for match in _CLOSING.finditer(text, beyond.start()):
        last = match.end()
    return text[: beyond.start()] + (text[last:] if last else "")


def _entry(item: Any, base: str, calendar: Calendar, literal: bool) -> Entry:  # noqa: ANN401
    contents = (part.get("value") or "" for part in item.get("content", ()))
    content = max(contents, key=len, default="")
    return make_entry(
        base=base,
        link=_link(item),
        title=_markup(item, "title", literal),
        guid=item.get("id"),
        # feedparser makes a summary of the content when there is none
        summary="" if item.get("summary") == content else _markup(item, "summary", literal),
        content=content,
        author=", ".join(_authors(item)),
        published=_published(item, calendar),
        language=item.get("language") or item.get("title_detail", {}).get("language"),
        tags=(tag.get("label") or tag.get("term") or "" for tag in item.get("tags", ())),
    )


def _markup(item: Any, field: str, literal: bool) -> str:  # noqa: ANN401
    """Return a field as markup; `literal` when plain text means its angle brackets (Atom)."""
    value: str = item.get(field) or ""
    kind = item.get(f"{field}_detail", {}).get("type")
    return escape(value) if literal and kind == "text/plain" and "<" in value else value


def _link(item: Any) -> str | None:  # noqa: ANN401
    """Return the entry's page: its link, of whatever type, else a GUID that is a whole address."""
    link, guid = item.get("link"), item.get("id")
    if link and link != guid:
        return str(link)
    pages = (link.get("href") for link in item.get("links", ()) if link.get("rel") == "alternate")
    return next(pages, None) or (link if link and "://" in link else None)


def _authors(item: Any) -> Iterator[str]:  # noqa: ANN401
    people = [person.get("name", "") for person in item.get("authors", ())]
    yield from dict.fromkeys(filter(None, people or [item.get("author", "")]))


def _published(item: Any, calendar: Calendar) -> Dated | None:  # noqa: ANN401
    for field in ("published", "updated", "created"):
        words: str = dict.get(item, field) or ""  # item[field] would answer with another field
        parsed = dict.get(item, f"{field}_parsed")
        if dated := calendar.read(words) or (parsed and _moment(parsed, words)):
            return dated
    return None


def _moment(parsed: Any, words: str) -> Dated | None:  # noqa: ANN401 - a time.struct_time
    """Return what feedparser makes of the rarer dates, Greek or Hungarian say, as UTC."""
    try:
        at = datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return None
    return Dated(at, DateOrigin.FEED, precise=has_time(words))
