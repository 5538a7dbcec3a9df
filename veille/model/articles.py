"""What reading an item gave, and whether it makes a new version of the article. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, Failure


class TextFrom(StrEnum):
    """Where an article's text comes from."""

    PAGE = "page"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Article:
    """An item's text as it was read: plain, with paragraphs apart by blank lines.

    `page_failure` says why the page gave nothing, where the text is the feed's own.
    """

    url: str | None
    title: str
    text: str
    text_from: TextFrom
    lead: str = ""
    published: Dated | None = None
    language: str | None = None
    author: str = ""
    page_failure: FailureKind | None = None


@dataclass(frozen=True, slots=True)
class ToRead:
    """An item that lacks its article, or whose announcement changed since it was read.

    `url` is the canonical one; `entry` the present announcement of the source that announced the
    item first. `attempts` were made for this announcement so far, `readings` for the item.
    """

    item_id: str
    entry_id: str
    source_id: str
    url: str | None
    entry: Entry
    attempts: int = 0
    readings: int = 0


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """One try at reading an item: the article it gave, why the page gave none, or both.

    Both: the feed's own text is kept, and the page is tried again later. `retry_after` is what
    the server asked for, in seconds.
    """

    to_read: ToRead
    run_id: str
    read_at: datetime
    article: Article | None = None
    failure: Failure | None = None
    retry_after: float | None = None


def revised(known: Article | None, read: Article) -> Article | None:
    """Return the next version of an article, or None when title, date and text are as known.

    A page's text is not given up for the feed's, nor a date for a less trusted one.
    """
    if known is None:
        return read
    if read.text_from is TextFrom.FEED and known.text_from is TextFrom.PAGE:
        read = replace(
            read, text=known.text, text_from=known.text_from, page_failure=known.page_failure
        )
    read = replace(read, published=_better(known.published, read.published))
    return None if _essence(known) == _essence(read) else read


def _better(known: Dated | None, read: Dated | None) -> Dated | None:
    if known is None or read is None:
        return read or known
    trust = list(DateOrigin)
    return read if trust.index(read.origin) <= trust.index(known.origin) else known


def _essence(article: Article) -> tuple[str, datetime | None, str]:
    return article.title, article.published.at if article.published else None, article.text
