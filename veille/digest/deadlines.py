"""By when to answer a call, on which day an event is held: read from its words, or not told.

A deadline follows words that announce one (« date limite », « au plus tard le », “apply by”); an
event's day is the first day named, other than such deadlines. Both lie between publication and
thirteen months later, or are none. A day without a year is the first such day after publication,
and says so.
"""

import re
from datetime import UTC, date, timedelta

from babel.dates import get_month_names

from veille.dates import read_date
from veille.model.bulletin import Deadline
from veille.text import tidy

_AHEAD = timedelta(days=400)
_REACH = 70  # characters after the words that announce it in which a deadline stands
_CUES = re.compile(
    r"""date\ limite|date\ de\ tombée|échéance|au\ plus\ tard|avant\ le|jusqu['’]au
    |d['’]ici\ (?:le|au)
    |clôture|se\ termine(?:nt)?\ le|dépôt\ des\ (?:dossiers|candidatures|projets)
    |deadline|closing\ date|apply\ by|(?:no\ later\ than|on\ or\ before|until|closes\ on)
    |fecha\ límite|plazo|antes\ del|hasta\ el|data\ limite|encerram|até""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTH = "|".join(
    name
    for code in ("fr", "en", "es", "pt")
    for name in get_month_names("wide", locale=code).values()
)
_DAY = re.compile(
    rf"""(?<!\d)(?:
      \d{{4}}-\d\d-\d\d | \d{{1,2}}/\d{{1,2}}/\d{{4}}
      | \d{{1,2}}(?:er|st|nd|rd|th)?\ (?:de\ )?(?:{_MONTH})\b(?:,?\ (?:de\ )?\d{{4}})?
      | \b(?:{_MONTH})\ \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\ \d{{4}})?
    )(?!\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")


def call_deadline(title: str, text: str, published: date) -> Deadline | None:
    """Return by when to answer a call: the last of the deadlines announced, as they are put off."""
    found = []
    words = _joined(title, text)
    for cue in _CUES.finditer(words):
        if day := _first_day(words[cue.end() : cue.end() + _REACH], published):
            on, told, completed = day
            found.append(Deadline(on, f"{cue[0]} {told}", completed))
    return max(found, key=lambda one: one.on, default=None)


def event_day(title: str, text: str, published: date) -> Deadline | None:
    """Return the day of an event: the first one named in its title or text, deadlines apart."""
    words = _joined(title, text)
    apart = [range(cue.start(), cue.end() + _REACH) for cue in _CUES.finditer(words)]
    for found in _DAY.finditer(words):
        if any(found.start() in one for one in apart):
            continue
        if day := _first_day(found[0], published):
            return Deadline(*day)
    return None


def _joined(title: str, text: str) -> str:
    return " ".join(tidy(f"{title} . {text}").split())


def _first_day(words: str, published: date) -> tuple[date, str, bool] | None:
    for found in _DAY.finditer(words):
        told = found[0]
        if _YEAR.search(told):
            days = [_day(told)]
        else:
            days = [_day(f"{told} {year}") for year in (published.year, published.year + 1)]
        for day in days:
            if day and published <= day <= published + _AHEAD:
                return day, told, not _YEAR.search(told)
    return None


def _day(words: str) -> date | None:
    read = read_date(words, zone=UTC)
    return read.date() if read else None
