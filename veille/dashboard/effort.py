"""How much the team decided, week by week: together, never person by person. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from veille.model.decisions import Decision


@dataclass(frozen=True, slots=True)
class Effort:
    """For each week: items that the team decided on, and those of which it corrected a tag."""

    decided: tuple[int, ...]
    corrected: tuple[int, ...]


def effort(decisions: Iterable[Decision], mondays: Sequence[date], zone: ZoneInfo) -> Effort:
    """Return the team's effort in the weeks that begin on these days, by the clock of `zone`."""
    decided: dict[date, set[str]] = {monday: set() for monday in mondays}
    corrected: dict[date, set[str]] = {monday: set() for monday in mondays}
    for one in decisions:
        day = one.at.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        if monday in decided and one.undoes is None:
            decided[monday].add(one.item_id)
            if one.said is not None and one.value != one.said:
                corrected[monday].add(one.item_id)
    return Effort(_counts(decided, mondays), _counts(corrected, mondays))


def _counts(items: dict[date, set[str]], mondays: Sequence[date]) -> tuple[int, ...]:
    return tuple(len(items[monday]) for monday in mondays)
