"""When was this page published? What it says to machines, its address, what it shows people.

In this order, and never more than is written: a date has its origin, or there is none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import dropwhile, islice

from lxml import etree
from lxml.html import HtmlElement

from veille.dates import OLDEST, date_in_url, plausible, read_date
from veille.extract.head import Head
from veille.model import Dated, DateOrigin

_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "article:published", "datepublished"),
    *("og:published_time", "og:pubdate", "dc.date.issued", "dcterms.issued", "dc:date", "dc.date"),
    *("dcterms.date", "dc.date.created", "dcterms.created", "citation_publication_date"),
    *("citation_date", "citation_online_date", "publication_date", "publish-date", "publishdate"),
    *("published-date", "published_date", "publish_date", "pubdate", "parsely-pub-date", "date"),
    *("sailthru.date", "cxenseparse:recs:publishtime", "rnews:datepublished", "bt:pubdate"),
    *("prism.publicationdate", "displaydate", "article.published", "datecreated", "created"),
)
_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified")
_TIME = re.compile(r"\d\s?[:h]\s?\d\d|T\d\d|\d\s?h\b|\d\s?[ap]\.?m\b", re.IGNORECASE)
_SPEAKS_OF_DATE = re.compile(r"date|publi|posted|byline|created|entry-meta|post-meta|author|auteur")
_SAYS_PUBLISHED = re.compile(
    r"\W*(?:publi[ée]e?s?|mise?s? en ligne|post[ée]d?|paru|date de publication|publication|diffusé"
    r"|published|publicado|postado)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[^.!?]{0,60}?\d{4}\)?(?:\s\([^()]{1,30}\))?\s?\.?\s?[–—-]")
_ASIDE = frozenset({"aside", "nav", "footer", "form"})
_COMMENT = re.compile(r"comment|related|sidebar|widget|teaser|promo", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT = 120  # characters of a text that is there to say a date
_LOOKED_AT = 3_000  # elements of one page
_BELOW_TITLE = 12  # elements
_TRIED = 20  # texts that look like dates: each may cost milliseconds


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads dates as this page may mean them."""

    zone: tzinfo
    languages: tuple[str, ...]
    now: datetime | None

    def first(self, texts: Iterable[str], origin: DateOrigin) -> Dated | None:
        """Return the first of these texts that is a date on which the page may be published."""
        for text in texts:
            at = read_date(text, zone=self.zone, languages=self.languages)
            if at and at >= OLDEST and (self.now is None or plausible(at, self.now)):
                return Dated(at, origin, precise=bool(_TIME.search(text)))
        return None


def find_date(head: Head, url: str, *, zone: tzinfo, now: datetime | None = None) -> Dated | None:
    """Return when the article on a page was published, as far as the page tells beside its text.

    PAGE: `<meta>`, JSON-LD, `<time>`; URL: the day in the address; GUESS: what the page shows where
    it speaks of dates. None is better than a wrong one. With `now`, dates to come are not believed.
    """
    reader = _Reader(zone, _languages(head), now)
    times = tuple(_times(head.tree))
    return (
        reader.first(_said(head, _PUBLISHED, "datePublished"), DateOrigin.PAGE)
        or reader.first(_marked(times), DateOrigin.PAGE)
        or _of_address(url, times, reader)
        or reader.first(_shown(times), DateOrigin.PAGE)
        or reader.first(islice(_visible(head.tree), _TRIED), DateOrigin.GUESS)
        or reader.first(_near_title(head.tree), DateOrigin.GUESS)
    )


def guess_date(head: Head, text: str, *, zone: tzinfo, now: datetime | None = None) -> Dated | None:
    """Return what is asked for want of a date found beside the text, each a GUESS.

    The day with which the article's text begins, or when the page says that it was last changed.
    """
    reader = _Reader(zone, _languages(head), now)
    return reader.first(_dateline(text), DateOrigin.GUESS) or reader.first(
        _said(head, _CHANGED, "dateModified"), DateOrigin.GUESS
    )


def _languages(head: Head) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (head.language, "fr", "en", "es", "pt"))))


def _said(head: Head, names: Iterable[str], key: str) -> Iterator[str]:
    for name in names:
        yield from head.meta.get(name, ())[:3]
    yield from (value for thing in head.dated_things if isinstance(value := thing.get(key), str))


def _times(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the `<time>` elements that may be the article's own."""
    for element, _ in zip(tree.iter("time"), range(_LOOKED_AT), strict=False):
        if not _is_aside(element):
            yield element


def _marked(times: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the dates of `<time>` elements that say that they are of publication."""
    for element in times:
        mark = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if element.get("pubdate") is not None or re.search(r"publi|entry-date", mark):
            yield _moment(element)


def _of_address(url: str, times: Iterable[HtmlElement], reader: _Reader) -> Dated | None:
    """Return the day in the address, with its hour where the page shows one for that day."""
    day = date_in_url(url)
    if day is None:
        return None
    for element in times:
        dated = reader.first([_moment(element)], DateOrigin.PAGE)
        if dated and dated.at.astimezone(reader.zone).date() == day:
            return dated
    return reader.first([day.isoformat()], DateOrigin.URL)


def _shown(times: tuple[HtmlElement, ...]) -> Iterator[str]:
    """Yield the date of the `<time>` beside the title, or of the only one there is."""
    if times:
        beside = (element for element in times if _is_beside_title(element))
        first = next(beside, times[0] if len({_moment(one) for one in times}) == 1 else None)
        if first is not None:
            yield _moment(first)


def _visible(tree: HtmlElement) -> Iterator[str]:
    """Yield short texts that are marked as dates, or begin by saying that they are."""
    body = tree.find("body")
    elements = () if body is None else body.iter(etree.Element)
    for element in islice(elements, _LOOKED_AT):
        text = _short_text(element)
        if _YEAR.search(text) and _is_date_line(element, text):
            yield text


def _near_title(tree: HtmlElement) -> Iterator[str]:
    """Yield the texts just below the title that hold little more than a date."""
    titles = [*islice(tree.iter("h1"), 2)]
    below = dropwhile(lambda element: element is not titles[-1], tree.iter(etree.Element))
    for element in islice(below, 1, _BELOW_TITLE) if titles else ():
        text = _short_text(element)
        if len(text) <= _SHORT / 2 and _YEAR.search(text) and not _is_aside(element):
            yield text


def _short_text(element: HtmlElement) -> str:
    """Return the text of a small element as one line; empty for others."""
    if len(element) > 8 or element.tag in {"script", "style"}:
        return ""
    text = " ".join(" ".join(islice(element.itertext(), 20)).split())
    return text if len(text) <= _SHORT else ""


def _is_date_line(element: HtmlElement, text: str) -> bool:
    mark = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    speaks = _SAYS_PUBLISHED.match(text) or _SPEAKS_OF_DATE.search(mark.lower())
    return bool(speaks) and not _is_aside(element)


def _dateline(text: str) -> Iterator[str]:
    """Yield what a press release begins with: « Québec, le 5 mai 2022 – »."""
    for line in text[:1_000].split("\n")[:5]:
        if found := _DATELINE.match(line):
            yield found[0]


def _moment(element: HtmlElement) -> str:
    return (element.get("datetime") or element.text_content() or "")[:_SHORT]


def _is_aside(element: HtmlElement) -> bool:
    return any(
        ancestor.tag in _ASIDE or _COMMENT.search(ancestor.get("class") or "")
        for ancestor in (element, *element.iterancestors())
        if ancestor.tag not in {"body", "html"}
    )


def _is_beside_title(element: HtmlElement) -> bool:
    around = next(element.iterancestors("article", "header", "main"), None)
    return around is not None and around.find(".//h1") is not None
