"""From what a source says of one item, in whatever markup, to an Entry that is safe to keep."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from babel.core import get_global

from veille import text
from veille.dates import LONGEST_DATE, read_date
from veille.model import Dated, DateOrigin, Entry, digest
from veille.sources.links import web_link
from veille.text import REDACTED, plain, redact, storable, tidy

# More than any honest source sends: beyond, it is cut. Characters.
MAX_LINE = 1_000
MAX_SUMMARY = 50_000
MAX_CONTENT = 1_000_000
MAX_TAGS = 50

_YEARS = range(1500, 2200)  # others are mistakes; and in the first and the last, zones overflow

_TIME = re.compile(r"\d\s*[:hH]\s*\d\d|T\d\d|\d\s*(?:am|pm|h)\b", re.I)
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_NO_LANGUAGE = {"und", "mul", "zxx", "mis"}  # ISO 639-2: undetermined, several, none, other


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a source's dates are meant: their zone when they name none, and its languages."""

    zone: ZoneInfo
    languages: tuple[str, ...] = ("fr", "en")

    def read(self, words: str | None, origin: DateOrigin = DateOrigin.FEED) -> Dated | None:
        """Return the moment that a source's own words give, if they give one.

        A year or a month alone stands for its first day.
        """
        words = (words or "").strip()[:LONGEST_DATE]
        if partial := _MONTH.fullmatch(words):
            words = f"{partial[1]}-{partial[2] or '01'}-01"
        at = read_date(words, zone=self.zone, languages=self.languages) if words else None
        return Dated(at, origin, precise=has_time(words)) if at else None


def has_time(words: str) -> bool:
    """Return whether a date in words gives more than the day."""
    return _TIME.search(words) is not None


def make_entry(
    *,
    base: str,
    link: str | None,
    title: str,
    guid: str | None = None,
    summary: str = "",
    content: str = "",
    author: str = "",
    published: Dated | None = None,
    language: str | None = None,
    tags: Iterable[str] = (),
) -> Entry:
    """Make an Entry of what a source says: plain, tidy, bounded, without e-mail addresses.

    `title`, `summary`, `author` and `tags` may hold markup; `link` may be relative to `base`.
    """
    names = dict.fromkeys(line(tag) for tag in islice(tags, MAX_TAGS))
    return Entry(
        url=web_link(base, link),
        title=line(title),
        guid=_guid(guid),
        summary=redact(plain(summary[:MAX_CONTENT]))[:MAX_SUMMARY],
        content=redact(tidy(content[:MAX_CONTENT])),
        author=line(author).replace(REDACTED, "").strip(" ()<>,;"),
        published=published if published and published.at.year in _YEARS else None,
        language=language_code(language),
        tags=tuple(name for name in names if name),
    )


def line(markup: str) -> str:
    """Return markup as one line of plain text without e-mail addresses."""
    return _line(markup[: 10 * MAX_LINE])


@lru_cache(maxsize=256)  # feeds repeat their authors and tags
def _line(markup: str) -> str:
    return redact(text.line(markup))[:MAX_LINE]


def newest_first(entries: list[Entry], limit: int) -> tuple[Entry, ...]:
    """Return at most `limit` entries: all of them in their order, else the newest ones."""
    if len(entries) <= limit:
        return tuple(entries)
    oldest = datetime.min.replace(tzinfo=UTC)
    by_date = sorted(entries, key=lambda e: e.published.at if e.published else oldest, reverse=True)
    return tuple(by_date[:limit])


def language_code(tag: str | None) -> str | None:
    """Return a language tag's main part: `fr` for `fr-CA`, `FR` or `fra`; None for none."""
    match = _LANGUAGE.match((tag or "").strip())
    if not match or match[0].lower() in _NO_LANGUAGE:
        return None
    code = match[0].lower()
    return _aliases().get(code, code)


@cache
def _aliases() -> dict[str, str]:
    """Return the two-letter codes that three-letter ones stand for."""
    pairs = get_global("language_aliases").items()
    return {long: short for long, short in pairs if len(long) == 3 and len(short) == 2}


def _guid(guid: str | None) -> str | None:
    """Keep an identifier as it is, unless it is long or looks like an e-mail address."""
    guid = storable(guid or "").strip()
    if not guid:
        return None
    return guid if len(guid) <= MAX_LINE and redact(guid) == guid else digest(guid)
