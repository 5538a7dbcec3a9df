"""ISO weeks, and when an approved issue leaves: pure decisions on moments."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from veille.errors import UsageError
from veille.i18n import _
from veille.settings.digest import WEEKDAYS, DigestSettings, Weekday

_WEEK = re.compile(r"([12]\d{3})-W(\d\d)", re.ASCII)


class Leaves(StrEnum):
    """What is to be done with an approved issue now."""

    LATER = "later"  # its day and hour have not come
    NOW = "now"  # they have, and its week is not over
    HELD = "held"  # its week is over: a person decides


def week_of(day: date) -> str:
    """Return the ISO week of a day, as `2026-W47`."""
    year, week, _weekday = day.isocalendar()
    return f"{year:04}-W{week:02}"


def monday_of(week: str) -> date:
    """Return the first day of a week; raise UsageError for what names none."""
    if found := _WEEK.fullmatch(week):
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:  # a week 54
            pass
    raise UsageError(
        _("« {week} » is not a week.").format(week=week), _("Write it like this: 2026-W47.")
    )


def day_in(week: str, weekday: Weekday) -> date:
    """Return the day of a week that bears this name."""
    return monday_of(week) + timedelta(days=WEEKDAYS.index(weekday))


def period(week: str, days: int) -> tuple[date, date]:
    """Return the first and last of the `days` days that end with this week."""
    sunday = day_in(week, "sunday")
    return sunday - timedelta(days=days - 1), sunday


def leaves_at(week: str, settings: DigestSettings, zone: ZoneInfo) -> datetime:
    """Return the moment at which a week's issue leaves, approved in time."""
    return datetime.combine(day_in(week, settings.send_on), settings.send_at, zone)


def when_due(week: str, now: datetime, settings: DigestSettings, zone: ZoneInfo) -> Leaves:
    """Decide on a week's approved issue: wait for its hour, send it now, or leave it to a person.

    One approved late leaves at once while its week lasts; after that nobody expects it any more.
    """
    if now < leaves_at(week, settings, zone):
        return Leaves.LATER
    over = datetime.combine(monday_of(week) + timedelta(weeks=1), datetime.min.time(), zone)
    return Leaves.NOW if now < over else Leaves.HELD
