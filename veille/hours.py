"""When a workspace's pipelines run, and what should have begun: its settings, what its last run
told, and since when its hours are watched."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from veille.timetable import Job, Moment, due, jobs, next_moments
from veille.workspace import Workspace, pipeline_names

LATE = timedelta(minutes=30)
"""How late a run may begin before it is told as missing: another may have been at work."""


def jobs_of(workspace: Workspace) -> tuple[Job, ...]:
    """Return the jobs of the pipelines that a workspace has."""
    return jobs(workspace.settings, pipeline_names(workspace))


def coming(workspace: Workspace, now: datetime) -> list[Moment]:
    """Return when each pipeline is due next, the soonest first."""
    return next_moments(jobs_of(workspace), now, workspace.settings.zone)


def missing(
    workspace: Workspace, first: datetime | None, begun: Mapping[str, datetime], now: datetime
) -> list[Moment]:
    """Return what should have begun by now, LATE allowed for, and has not; the oldest first.

    `first` is when the first run of all began, `begun` when each pipeline last did.
    """
    since = min(filter(None, (first, watched_since(workspace))), default=now)
    zone = workspace.settings.zone
    return due(jobs_of(workspace), begun, now - LATE, zone, since=since)


def watched_since(workspace: Workspace) -> datetime | None:
    """Return since when a daemon watches the hours here, if one ever did."""
    try:
        return datetime.fromisoformat(_marker(workspace).read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return None


def watch_from_now(workspace: Workspace, now: datetime) -> datetime:
    """Return since when a daemon watches the hours here; note it, if this is its first start.

    What never ran is due from then on, so that a restart before the very first run skips nothing.
    """
    if since := watched_since(workspace):
        return min(since, now)
    _marker(workspace).write_text(f"{now.isoformat()}\n", encoding="utf-8")
    return now


def _marker(workspace: Workspace) -> Path:
    return workspace.var / "schedule.since"
