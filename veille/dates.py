"""Dates as people and machines write them, read without guessing. Pure.

What is written in the usual forms is read here, in microseconds; the rest is left to dateparser,
which knows 200 languages and takes milliseconds, told to complete nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before it there was no web: an earlier date is a clock's or a program's mistake."""

AHEAD = timedelta(days=2)
"""How far ahead of now a publication may be dated: time zones, and clocks that run fast."""

LONGEST_DATE = 200
"""Characters of a text in which a date is looked for."""

_ZONES = {  # hours east of Greenwich, of names met in feeds and in French or English prose
    **{"z": 0, "utc": 0, "gmt": 0, "ut": 0, "tu": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2},
    **{"eet": 2, "eest": 3, "jst": 9, "kst": 9, "brt": -3, "adt": -3, "ast": -4, "hna": -4},
    **{"edt": -4, "hae": -4, "est": -5, "hne": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7},
    **{"pdt": -7, "pst": -8},
}
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8}(?=T))(?:\s?[T\s]\s?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?(?!\d)",
    re.IGNORECASE,
)
_DAY_MONTH_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:er|re|st|nd|rd|th|[º°ª.])?[\s-]+(?:de\s|of\s)?"
    r"([^\W\d_]{3,12})\.?,?[\s-]+(?:del?\s)?(\d{4}|\d\d(?=\s\d\d?:\d\d))(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(r"([^\W\d_]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\d/-]|\.\d)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})(?:\s?[年년]\s?|([/.-])\s?)(\d{1,2})(?:\s?[月월]\s?|\2\s?)(\d{1,2})(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d:])(오후\s?)?(\d{1,2})\s?[h:]\s?(\d\d)(?::(\d\d))?(?![\d:])(?:\s?([ap])\.?\s?m\b)?"
    r"|(?:\bà|\bat|\blas|\bàs)\s(\d{1,2})\s?h\b(?!\s?\d)|(?<![\d:])(\d{1,2})\s?([ap])\.?\s?m\b",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?:[.,]\d+)?\s?\(?(?:([+-])(\d\d):?(\d\d)?(?!\d)|([A-Z]{1,4})\b|([A-Za-z]{1,4})$)"
)
_IN_PATH = re.compile(r"[/_-]((?:19|20)\d\d)([/_-]?)(\d\d)\2(\d\d)(?=[/_.-]|$)")
_FOUR_DIGITS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def read_date(
    text: str, *, zone: tzinfo, languages: Sequence[str] = ("fr", "en", "es", "pt")
) -> datetime | None:
    """Return the moment that `text` names, aware, in UTC; None when it does not name a whole day.

    ISO 8601, RFC 822, numbers, and prose in the given languages (« Publié le vendredi 26 janvier
    2024 à 00h28 »); the first date, when there are several. What gives no zone is in `zone`, what
    gives no hour is its midnight there. Numbers are day first; where English comes first, and
    either order makes a date, it is not read. Nothing is completed or relative: « janvier 2024 »,
    « 26 janvier » and « hier » are None.
    """
    text = " ".join(unicodedata.normalize("NFC", text[:LONGEST_DATE]).split())
    try:
        found = _machine_date(text, zone) or _written_date(text, zone, tuple(languages))
        return found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):  # a 31 February, an hour 25, 5/11 in English
        return None


def plausible(at: datetime, now: datetime) -> bool:
    """Return whether something published may be dated `at`: neither before the web nor to come."""
    return OLDEST <= at <= now + AHEAD


def date_in_url(url: str) -> date | None:
    """Return the day that an address names (`/2024/01/26/`), if its path names one."""
    try:
        found = _IN_PATH.search(urlsplit(url).path)
        return date(int(found[1]), int(found[3]), int(found[4])) if found else None
    except ValueError:
        return None


def _machine_date(text: str, zone: tzinfo) -> datetime | None:
    found = _ISO.match(text)
    if not found:
        return None
    day, hour, minute, second = found.groups()
    at = date.fromisoformat(day)
    return _at(at, hour, minute, second, text[found.end() :], zone) if hour else _midnight(at, zone)


def _written_date(text: str, zone: tzinfo, languages: tuple[str, ...]) -> datetime | None:
    found = _numbered_day(text, languages) or _named_day(text, languages)
    if found:
        day, start, end = found
        return (
            _with_time(day, text[end:], zone)
            or _with_time(day, text[:start], zone)
            or (_midnight(day, zone))
        )
    return _foreign_date(text, zone, languages) if _FOUR_DIGITS.search(text) else None


def _named_day(text: str, languages: tuple[str, ...]) -> tuple[date, int, int] | None:
    for pattern, (d, m, y) in ((_DAY_MONTH_YEAR, (1, 2, 3)), (_MONTH_DAY_YEAR, (2, 1, 3))):
        for found in pattern.finditer(text):
            if month := _months(languages).get(_folded(found[m])):
                return date(_year(found[y]), month, int(found[d])), *found.span()
    return None


def _numbered_day(text: str, languages: tuple[str, ...]) -> tuple[date, int, int] | None:
    if found := _YEAR_FIRST.search(text):
        return date(int(found[1]), int(found[3]), int(found[4])), *found.span()
    if not (found := _NUMBERS.search(text)):
        return None
    day, month = int(found[1]), int(found[3])
    if languages[:1] == ("en",) and day != month:
        if max(day, month) <= 12:
            raise ValueError(text)  # 5 November or May 11th: nothing here tells
        day, month = max(day, month), min(day, month)
    return date(_year(found[4]), month, day), *found.span()


def _with_time(day: date, text: str, zone: tzinfo) -> datetime | None:
    found = _TIME.search(text)
    if not found:
        return None
    afternoon, hour, minute, second, half, bare_hour, short_hour, short_half = found.groups()
    number = int(hour or bare_hour or short_hour)
    if half := (half or short_half or (afternoon and "p") or "").lower():
        number = number % 12 + (12 if half == "p" else 0)
    return _at(day, str(number), minute, second, text[found.end() :], zone)


def _at(
    day: date, hour: str, minute: str | None, second: str | None, rest: str, zone: tzinfo
) -> datetime:
    hours, minutes = int(hour), int(minute or 0)
    if hours > 24 or minutes > 59:
        raise ValueError(hour, minute)
    seconds = min(int(second or 0), 59)  # a leap second counts as the one before
    after = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return datetime.combine(day, time(), _zone(rest) or zone) + after


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _zone(text: str) -> tzinfo | None:
    """Return the zone that a text begins with, after an hour; None when it names none we know."""
    found = _ZONE.match(text)
    if not found:
        return None
    sign, hours, minutes, name, last_word = found.groups()
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    east = _ZONES.get((name or last_word).lower())
    return None if east is None else timezone(timedelta(hours=east))


def _year(digits: str) -> int:
    """Return a year; of two digits, in the century that RFC 2822 (4.3) says."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)


@cache
def _months(languages: tuple[str, ...]) -> dict[str, int]:
    """Return the months by name: whole, or shortened to three letters or more where that is clear.

    English is always among them: feeds date in it, whatever their language.
    """
    months: dict[str, int] = {}
    for language in (*languages, "en"):
        try:
            names = Locale.parse(language.replace("-", "_")).months["format"]["wide"]
        except (UnknownLocaleError, ValueError):
            continue
        folded = {_folded(name): number for number, name in names.items()}
        for name, number in folded.items():
            for short in (name[:length] for length in range(3, len(name) + 1)):
                if sum(other.startswith(short) for other in folded) == 1:
                    months.setdefault(short, number)
    return months


def _folded(name: str) -> str:
    """Return a name without accents or capitals."""
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _foreign_date(text: str, zone: tzinfo, languages: tuple[str, ...]) -> datetime | None:
    import dateparser  # heavy, and seldom needed

    strict = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "DMY",
    }
    try:
        at = dateparser.parse(text, languages=[code[:2] for code in languages], settings=strict)
    except ValueError:  # a language that dateparser does not know
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=zone)
