"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser does not read."""

import json
from typing import Any

from pydantic_core import from_json

from veille.errors import FailureKind
from veille.model import Entry, Reading
from veille.sources.documents import Document
from veille.sources.entries import Calendar, language_code, line, make_entry


def is_json(document: Document) -> bool:
    """Return whether a document is JSON rather than XML."""
    return document.text[0] in "{["


def read_json_feed(document: Document, *, limit: int, calendar: Calendar) -> Reading:
    """Return what a JSON Feed announces, at most `limit` entries.

    Of a feed that breaks off the complete items are kept, and `flaw` is set. Raises ReadError:
    MALFORMED for what is not JSON, NOT_A_FEED for JSON that is no feed.
    """
    feed, whole = _parse(document)
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in _text(feed.get("version")):
        raise document.fault(FailureKind.NOT_A_FEED, "json")
    items = [item for item in _list(feed.get("items")) if isinstance(item, dict)]
    if not whole:
        items = items[:-1]
    author = _names(feed)
    return Reading(
        entries=tuple(_entry(item, document.url, calendar, author) for item in items[:limit]),
        title=line(_text(feed.get("title"))),
        language=language_code(_text(feed.get("language"))),
        flaw=None if whole else FailureKind.MALFORMED,
    )


def _parse(document: Document) -> tuple[Any, bool]:
    """Return the JSON value, and whether it was whole: else its last part is missing."""
    try:
        return json.loads(document.text, strict=False), True
    except (ValueError, RecursionError):
        pass
    try:
        return from_json(document.text.encode(), allow_partial=True), False
    except ValueError as error:
        raise document.fault(FailureKind.MALFORMED, str(error)) from None


def _entry(item: dict[str, Any], base: str, calendar: Calendar, author: str) -> Entry:
    html, words = _text(item.get("content_html")), _text(item.get("content_text"))
    return make_entry(
        base=base,
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_text(item.get("title")),
        guid=_text(item.get("id")),
        summary=_text(item.get("summary")),
        content=html or words,
        author=_names(item) or author,
        published=calendar.read(_text(item.get("date_published")))
        or calendar.read(_text(item.get("date_modified"))),
        language=_text(item.get("language")),
        tags=map(_text, _list(item.get("tags"))),
    )


def _names(thing: dict[str, Any]) -> str:
    """Return the names of a feed's or an item's authors, as version 1.1 or 1 gives them."""
    people = _list(thing.get("authors")) or [thing.get("author")]
    names = (_text(person.get("name")) for person in people if isinstance(person, dict))
    return ", ".join(dict.fromkeys(filter(None, names)))


def _text(value: object) -> str:
    """Return a string or number as text; identifiers are often numbers. Anything else is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
