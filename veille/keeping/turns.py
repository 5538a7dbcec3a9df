"""Which backups stay: the last of so many days, weeks and months. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from veille.backup_settings import BackupSettings

Name = TypeVar("Name")


def to_keep(
    made: Mapping[Name, datetime], settings: BackupSettings, zone: ZoneInfo
) -> frozenset[Name]:
    """Return the backups to keep of those made at these moments: the newest one in any case."""
    newest_first = sorted(made, key=lambda name: made[name], reverse=True)
    spans: Iterable[tuple[int, Callable[[datetime], object]]] = (
        (settings.daily, lambda at: at.date()),
        (settings.weekly, lambda at: at.isocalendar()[:2]),
        (settings.monthly, lambda at: (at.year, at.month)),
    )
    kept = set(newest_first[:1])
    for count, span_of in spans:
        last_of: dict[object, Name] = {}
        for name in newest_first:
            last_of.setdefault(span_of(made[name].astimezone(zone)), name)
        kept.update(list(last_of.values())[:count])
    return frozenset(kept)
