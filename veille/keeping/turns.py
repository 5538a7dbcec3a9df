"""Which backups stay: the last of so many days, weeks and months, and all young ones. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from veille.settings.backups import BackupSettings

Name = TypeVar("Name")

YOUNG = timedelta(days=2)
"""Time before the newest in which all stay: one made after a mishap does not push out the last one
of before it."""


def to_keep(
    made: Mapping[Name, datetime], settings: BackupSettings, zone: ZoneInfo
) -> frozenset[Name]:
    """Return the backups to keep of those made at these moments: the young ones in any case."""
    newest_first = sorted(made, key=lambda name: made[name], reverse=True)
    spans: Iterable[tuple[int, Callable[[datetime], object]]] = (
        (settings.daily, lambda at: at.date()),
        (settings.weekly, lambda at: at.isocalendar()[:2]),
        (settings.monthly, lambda at: (at.year, at.month)),
    )
    kept = {name for name in newest_first if made[name] >= made[newest_first[0]] - YOUNG}
    for count, span_of in spans:
        last_of: dict[object, Name] = {}
        for name in newest_first:
            last_of.setdefault(span_of(made[name].astimezone(zone)), name)
        kept.update(list(last_of.values())[:count])
    return frozenset(kept)
