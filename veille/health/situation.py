"""How a watch stands, for whoever asks: `veille status`, the page of runs, alerts, Prometheus.

Everything is a frozen value, and is found beside a run at work: the stores that a run holds are
known by what the last run told. Nothing here writes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from veille.disk import free_bytes, sizes
from veille.errors import ConfigError, StoreError
from veille.health.incidents import AlertKind, Incident, Tries
from veille.health.ledger import read_ledger
from veille.health.report import health_told, read_begun, read_status, runs_told
from veille.hours import coming, missing
from veille.keeping.told import last_backup
from veille.model import RunReport
from veille.model.polls import SourceHealth
from veille.runlock import Holder, at_work
from veille.timetable import Moment
from veille.workspace import Workspace

FLOORS = ("relevance_f1", "domains_macro_f1", "regions_micro_f1")
"""The floors that people are told of: below them no model is let in (docs/decisions-classifier.md).
"""


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits: items for reading and judging; None where it cannot be told."""

    read: int = 0
    judge: int = 0
    review: int | None = None


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes free and in all on the disk of `var/`, those of each part of it, and by how much these
    grew since a moment: that of the oldest run still told that measured them.
    """

    free: int
    total: int
    stores: Mapping[str, int]
    grown: Mapping[str, int] = field(default_factory=dict)
    grown_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The share of what came in the last four weeks that the model found relevant, and that of the
    26 weeks before; how far probabilities moved (`index`), and whether a person should look."""

    items: int
    share: float
    share_before: float
    index: float
    drifted: bool


@dataclass(frozen=True, slots=True)
class Judging:
    """What judges: the version that judged last, the floors of its kind, and how well people find
    that it does, by domain, where enough of them decided."""

    version: str | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    quality: Mapping[str, float] = field(default_factory=dict)
    flow: Flow | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """This week's bulletin: none, draft or approved; how much a draft keeps; when it leaves, or why
    none does (`unsent`)."""

    week: str
    state: str
    leaves_at: datetime
    kept: int = 0
    unsent: str = ""


@dataclass(frozen=True, slots=True)
class Backups:
    """When the last good backup was made, and where; when and why one failed since."""

    at: datetime | None = None
    folder: str = ""
    failed_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """How a watch stands at a moment (`at`); what the last run told, it told at `written_at`.

    `incidents` are those that last, `tries` what was tried in vain to tell of them. `good` is when
    the last good run of each pipeline ended, told even where it is no more among the last `runs`.
    """

    at: datetime
    written_at: datetime | None
    runs: tuple[RunReport, ...]
    coming: tuple[Moment, ...]
    missing: tuple[Moment, ...]
    at_work: Holder | None
    sources: tuple[SourceHealth, ...]
    counts: Mapping[str, int]
    tags: Mapping[str, Mapping[str, int]]
    queues: Queues
    disk: Disk
    judging: Judging
    weekly: Weekly | None
    incidents: tuple[Incident, ...]
    tries: tuple[Tries, ...] = ()
    backups: Backups = Backups()
    good: Mapping[str, datetime] = field(default_factory=dict)


def situation(workspace: Workspace, now: datetime) -> Situation:
    """Look around in a workspace. Raises StoreError for a file of state that cannot be read."""
    told, holder = _told(workspace)
    runs, counts = runs_told(told), told["counts"]
    ledger = read_ledger(incidents_file(workspace))
    return Situation(
        at=now,
        written_at=_moment(told["written_at"]),
        runs=runs,
        coming=tuple(coming(workspace, now)),
        missing=tuple(missing(workspace, *read_begun(told), now)),
        at_work=holder,
        sources=health_told(told),
        counts=counts,
        tags=told["tags"],
        queues=Queues(counts.get("waiting", 0), counts.get("unjudged", 0)),
        disk=disk_of(workspace.var, runs),
        judging=Judging(told.get("model"), floors(workspace.models)),
        weekly=_weekly(workspace, now),
        incidents=tuple(one for one in ledger.open if not _was_approved(workspace.var, one)),
        tries=tuple(ledger.tries.values()),
        backups=_backups(workspace.var),
        good={name: datetime.fromisoformat(at) for name, at in told.get("good", {}).items()},
    )


def incidents_file(workspace: Workspace) -> Path:
    """Return where a workspace keeps what it knows of incidents."""
    return workspace.var / "incidents.json"


def disk_of(var: Path, runs: Sequence[RunReport]) -> Disk:
    """Return how full the disk is, compared with the oldest of these runs (newest first)."""
    now, (free, total) = sizes(var), free_bytes(var)
    before = next((run for run in reversed(runs) if run.stores), None)
    if before is None:
        return Disk(free, total, now)
    grown = {name: size - before.stores.get(name, 0) for name, size in now.items()}
    return Disk(free, total, now, grown, before.finished_at)


def floors(models: Path) -> dict[str, float]:
    """Return the floors that the workspace's model is held to on real texts, where it says so."""
    try:
        told = json.loads((models / "domains" / "floors.json").read_text(encoding="utf-8"))
        kept = told["real"]["floors"]
        return {name: float(kept[name]) for name in FLOORS if name in kept}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _was_approved(var: Path, one: Incident) -> bool:
    """Whether it waited for an issue's approval, which it has: nobody looked since."""
    waits = one.kind in {AlertKind.BULLETIN_WAITS, AlertKind.BULLETIN_LATE}
    return waits and (var / "bulletins" / one.subject / "issue.json").is_file()


def _told(workspace: Workspace) -> tuple[dict[str, Any], Holder | None]:
    """Return what the last run told, and who is at work.

    A run that the file calls running and that holds no lock has died. Between two looks another
    one may have begun: only the same one, seen on both sides of the free lock, is dead.
    """
    told = read_status(workspace.status)
    holder, running = at_work(workspace.lock), _running(told)
    if holder or running is None:
        return told, holder
    again = read_status(workspace.status)
    if _running(again) != running:
        return again, at_work(workspace.lock)
    newest, *others = again["runs"]
    return again | {"runs": [newest | {"status": "died"}, *others]}, None


def _running(told: Mapping[str, Any]) -> str | None:
    newest: Mapping[str, Any] = next(iter(told["runs"]), {})
    return newest.get("run_id") if newest.get("status") == "running" else None


def _weekly(workspace: Workspace, now: datetime) -> Weekly | None:
    """Return how this week's bulletin stands; None where none is made, or it cannot be read."""
    folder = workspace.var / "bulletins"
    if not folder.is_dir():
        return None
    from veille.bulletins import Bulletins, current_week, state_of  # a third of a second
    from veille.deliver.readiness import why_nothing_leaves
    from veille.digest.weeks import leaves_at

    settings = workspace.settings
    bulletins = Bulletins.of(workspace.root, settings, ())
    week = current_week(bulletins, now)
    leaves = leaves_at(week, settings.digest, settings.zone)
    try:
        state = state_of(bulletins, week, now)
    except (ConfigError, StoreError):  # the weekly run tells it
        return None
    return Weekly(week, state.state, leaves, state.kept, why_nothing_leaves(settings))


def _backups(var: Path) -> Backups:
    told = last_backup(var)
    return Backups(
        _moment(told.get("at")),
        str(told.get("folder", "")),
        _moment(told.get("failed_at")),
        str(told.get("failure") or ""),
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
