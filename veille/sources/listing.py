"""Listing pages, read by the CSS selectors of a recipe."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from cssselect import SelectorError
from lxml import html
from lxml.cssselect import CSSSelector

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, ListingRecipe, Reading
from veille.sources.documents import Document, html_root, page_base
from veille.sources.entries import Calendar, language_code, line, make_entry


def read_listing(
    document: Document, recipe: ListingRecipe, *, limit: int, calendar: Calendar
) -> Reading:
    """Return the items of a listing page, in the page's order, at most `limit`.

    An item counts when it has a link. Raises ReadError (RECIPE) when none is found although the
    recipe expects some, or when a selector is not CSS; MALFORMED for what holds no markup.
    """
    root = html_root(document.text)
    if root is None:
        raise document.fault(FailureKind.MALFORMED)
    base = page_base(document.text, document.url)
    try:
        entries = tuple(islice(_entries(root, recipe, base, calendar), limit))
    except SelectorError as error:
        raise document.fault(FailureKind.RECIPE, str(error)) from None
    if not entries and recipe.expect:
        raise document.fault(FailureKind.RECIPE, recipe.items)
    return Reading(
        entries,
        title=line(_markup(root.find(".//title"))),
        language=language_code(root.get("lang")),
    )


def _entries(
    root: html.HtmlElement, recipe: ListingRecipe, base: str, calendar: Calendar
) -> Iterator[Entry]:
    for item in _select(root, recipe.items):
        anchor = item if item.tag == "a" else _first(item, recipe.link)
        entry = make_entry(
            base=base,
            link=None if anchor is None else anchor.get("href"),
            title=_markup(_first(item, recipe.title) if recipe.title else anchor),
            summary=_markup(_first(item, recipe.summary)),
            published=_date(_first(item, recipe.date), calendar),
        )
        if entry.url:
            yield entry


def _select(element: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    found: Any = _compiled(selector)(element)  # of an XPath: anything
    return list(found)


@lru_cache(maxsize=64)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _first(element: html.HtmlElement, selector: str) -> html.HtmlElement | None:
    """Return what a selector finds first; nothing for an empty one."""
    return next(iter(_select(element, selector)), None) if selector else None


def _markup(element: html.HtmlElement | None) -> str:
    return "" if element is None else html.tostring(element, encoding="unicode", with_tail=False)


def _date(element: html.HtmlElement | None, calendar: Calendar) -> Dated | None:
    """Read a date from an attribute meant for machines, else from the words shown."""
    if element is None:
        return None
    marked = [element, *element.iterdescendants("time")]
    words = [one.get("datetime") or one.get("content") for one in marked]
    shown = line(_markup(element))
    dates = (calendar.read(text, DateOrigin.PAGE) for text in [*words, shown])
    return next(filter(None, dates), None)
