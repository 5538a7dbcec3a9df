"""The month's issue, for those who read once a month: its weeks' issues together. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from veille.digest.weeks import day_in
from veille.model.bulletin import CALLS, EVENTS, WITHDRAWN, Approved, Issue, Piece
from veille.settings.digest import Weekday


def month_of(week: str, send_on: Weekday) -> str:
    """Return the month in which a week's issue leaves, as `2026-11`."""
    return f"{day_in(week, send_on):%Y-%m}"


def month_left(one: Approved, send_on: Weekday, zone: ZoneInfo) -> str:
    """Return the month in which an issue leaves: a later one where it was approved late."""
    return max(month_of(one.issue.name, send_on), f"{one.at.astimezone(zone):%Y-%m}")


def month_issue(
    month: str, weeks: Sequence[Approved], send_on: Weekday, zone: ZoneInfo
) -> Issue | None:
    """Return what the approved issues that left in a month told, once more; None without any.

    Calls and events of before the month's end are left out, and so are what was withdrawn and the
    weeks' editorials but the last.
    """
    of_month = sorted(
        (one.issue for one in weeks if month_left(one, send_on, zone) == month),
        key=lambda issue: issue.name,
    )
    if not of_month:
        return None
    ends = last_day(month)
    pieces = [piece for issue in of_month for piece in issue.pieces if _still_on(piece, ends)]
    last = of_month[-1]
    return Issue(
        name=month,
        number=int(month[5:]),
        first_day=min(issue.first_day for issue in of_month),
        last_day=last.last_day,
        sections=last.sections,
        pieces=tuple({piece.item_id: piece for piece in pieces}.values()),
        editorial=last.editorial,
        editorial_en=last.editorial_en,
    )


def last_day(month: str) -> date:
    """Return the last day of a month."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def month_before(day: date) -> str:
    """Return the month before that of a day."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def _still_on(piece: Piece, ends: date) -> bool:
    if piece.policy == WITHDRAWN:
        return False
    is_dated = piece.section in (CALLS, EVENTS) and piece.deadline is not None
    return not is_dated or (piece.deadline or ends) > ends
