"""Texts as they are set: French no-break spaces, apostrophes, dates in words. Pure.

Only spaces and apostrophes that are there change; nothing is added to others' words.
"""

import re
import textwrap
from datetime import date, datetime, time

from babel.dates import format_date, format_time

from veille.text import tidy
from veille.urls import is_web

NBSP = "\u00a0"
_LOCALES = {"fr": "fr_CA", "en": "en_CA"}
_BOUND = (
    (re.compile(r" (?=[:;!?»%$€])"), NBSP),
    (re.compile(r"(?<=«) "), NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d)|[GMk]\$)"), NBSP),
    (re.compile(r"(?<=\b[nN][ᵒ°o]) (?=\d)"), NBSP),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
)
_FIRST_OF = re.compile(r"(?<!\d)1 (?=[^\W\d_])")
_MARKER = re.compile("personal-link", re.IGNORECASE)


def inert(text: str) -> str:
    """Return a text of others without what could act: controls, text-turning signs, our marker."""
    return tidy(_MARKER.sub("", text))


def inert_line(text: str) -> str:
    """Return the same as one line: for titles, names and headers. Idempotent."""
    return " ".join(inert(text).split())


def is_address(url: str) -> bool:
    """Return whether this may be a link in a bulletin: on the web, and not our own marker."""
    return is_web(url) and not _MARKER.search(url)


def typeset(text: str, language: str) -> str:
    """Return a text with its spaces bound as its language wants; only French asks for it."""
    if language[:2] != "fr":
        return text
    for pattern, by in _BOUND:
        text = pattern.sub(by, text)
    return text


def quoted(text: str, language: str) -> str:
    """Return a text between the quotation marks of a language, that of the words around it."""
    return f"«{NBSP}{text}{NBSP}»" if language[:2] == "fr" else f"“{text}”"


def spoken_day(day: date, language: str, *, year: bool = False, weekday: bool = False) -> str:
    """Return a day in words: « jeudi 1er décembre 2026 », « Thursday, December 1 »."""
    parts = ("EEEE " if weekday else "", "d MMMM", " y" if year else "")
    if language != "fr":
        parts = ("EEEE, " if weekday else "", "MMMM d", ", y" if year else "")
    text = format_date(day, "".join(parts), locale=_LOCALES[language])
    if language == "fr":
        text = _FIRST_OF.sub("1er ", text) if day.day == 1 else text
    return re.sub(r"(?<=\d) (?=\D)|(?<=1er) ", NBSP, text)


def spoken_period(first: date, last: date, language: str) -> str:
    """Return a period in words, what both days share told once."""
    if first == last:
        return spoken_day(last, language, year=True)
    if language != "fr":
        if (first.year, first.month) == (last.year, last.month):
            return spoken_day(first, language) + f"–{last.day}, {last.year}"
        same = first.year == last.year
        begin = spoken_day(first, language, year=not same)
        return f"{begin} – {spoken_day(last, language, year=True)}"
    if (first.year, first.month) == (last.year, last.month):
        begin = "1er" if first.day == 1 else str(first.day)
    else:
        begin = spoken_day(first, language, year=first.year != last.year)
    return f"{begin} au {spoken_day(last, language, year=True)}"


def spoken_hour(at: datetime | time, language: str) -> str:
    """Return an hour in words: « 5 h », « 14 h 05 », as the Office québécois de la langue française
    writes it in texts; "2:05 p.m.". It never breaks over lines.
    """
    if language != "fr":
        return format_time(at, "short", locale=_LOCALES[language])
    return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02}" if at.minute else "")


def spoken_moment(at: datetime, language: str) -> str:
    """Return a day and hour in words, in the zone that the moment is given in."""
    day, hour = spoken_day(at.date(), language, year=True), spoken_hour(at, language)
    return f"{day} à {hour}" if language == "fr" else f"{day}, {hour}"


def fill(text: str, width: int = 72, indent: str = "", first: str | None = None) -> str:
    """Return paragraphs wrapped at spaces that may break; words and addresses stay whole."""
    wrapper = textwrap.TextWrapper(
        width, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n\n".join(wrapper.fill(paragraph) for paragraph in text.split("\n\n"))


def shortened(text: str, most: int) -> str:
    """Return a line of at most `most` characters, cut between words, with « … » where it was."""
    if len(text) <= most:
        return text
    whole_words = text[:most].rsplit(" ", 1)[0]
    return whole_words[: most - 1].rstrip(" ,;:–-") + "…"
