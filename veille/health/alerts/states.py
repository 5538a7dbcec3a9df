"""Which troubles a situation shows, apart from those that accounts of runs tell. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from veille.config import Settings
from veille.health.incidents import AlertKind, Trouble
from veille.health.incidents.settling import of_sources
from veille.health.situation import Situation

HUNG = timedelta(hours=12)
"""How late a run may be while another is at work: after so long that one is taken to hang."""

_GIGABYTE = 1_000_000_000


def troubles(found: Situation, settings: Settings) -> list[Trouble]:
    """Return what is wrong now."""
    return [
        *_missing(found),
        *_bulletin(found, settings),
        *_disk(found, settings),
        *_backups(found, settings),
        *of_sources(found.sources, found.at, settings.alerts),
    ]


def _missing(found: Situation) -> Iterator[Trouble]:
    for moment in found.missing:
        if found.at_work is None or found.at - moment.at > HUNG:
            waits_for = found.at_work.what if found.at_work else ""
            yield Trouble(AlertKind.RUN_MISSING, moment.pipeline, moment.at, detail=waits_for)


def _bulletin(found: Situation, settings: Settings) -> Iterator[Trouble]:
    weekly = found.weekly
    if weekly and weekly.state == "draft" and weekly.kept and settings.digest.approve == "person":
        yield Trouble(
            AlertKind.BULLETIN_WAITS,
            weekly.week,
            found.at,
            cause=str(weekly.kept),
            detail=weekly.leaves_at.isoformat(),
        )


def _disk(found: Situation, settings: Settings) -> Iterator[Trouble]:
    if found.disk.free < settings.alerts.disk_gigabytes * _GIGABYTE:
        free = f"{found.disk.free / _GIGABYTE:.1f}"
        yield Trouble(AlertKind.DISK_LOW, "var", found.at, detail=free)


def _backups(found: Situation, settings: Settings) -> Iterator[Trouble]:
    known, days = found.backups, timedelta(days=settings.alerts.backup_days)
    if known.failed_at:
        yield Trouble(AlertKind.BACKUP_FAILED, "backup", known.failed_at, cause=known.failure)
    elif known.at and days and found.at - known.at > days:
        yield Trouble(AlertKind.BACKUP_OLD, "backup", known.at, detail=known.folder)
