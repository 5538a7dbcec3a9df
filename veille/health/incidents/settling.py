"""What is known of incidents after a look: pure decisions on what runs and stores say.

Some troubles are read from the accounts of runs, one after the other, so that none is overlooked
however seldom somebody looks; others are a state that lasts or is over when one looks.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from veille.clock import WRONG_CLOCK
from veille.errors import FailureKind
from veille.health.incidents import WEEKLY, AlertKind, Incident, Ledger, Trouble
from veille.health.report import causes, summary
from veille.model import RunReport
from veille.model.polls import Health, SourceHealth
from veille.settings.alerts import AlertSettings
from veille.timetable import Job, next_moments

_OF_RUNS = frozenset({AlertKind.RUN_FAILED, AlertKind.RUN_DIED, AlertKind.NO_NETWORK})
_OF_STEPS = {
    AlertKind.BULLETIN_LATE: ("compose", FailureKind.NOT_APPROVED),
    AlertKind.BULLETIN_EMPTY: ("compose", FailureKind.EMPTY_WEEK),
    AlertKind.SENDING_ENDED: ("send", FailureKind.SENDING_ENDED),
    AlertKind.MESSAGES_UNKNOWN: ("send", FailureKind.UNKNOWN_FATE),
    AlertKind.DESK_OTHER: ("take", FailureKind.OTHER_DESK),
    AlertKind.DESK_GONE: ("take", FailureKind.NO_DESK),
}
_BAD = {"failed": AlertKind.RUN_FAILED, "died": AlertKind.RUN_DIED,
        "impossible": AlertKind.NO_NETWORK}  # fmt: skip
_GOOD = frozenset({"ok", "partial", "out_of_time"})
_HEALTH = {
    Health.FAILING: AlertKind.SOURCE_FAILING,
    Health.SILENT: AlertKind.SOURCE_SILENT,
    Health.RETIRED: AlertKind.SOURCE_RETIRED,
}

_REMEMBERED = timedelta(days=400)
_RUNS_REMEMBERED = 100


def settle(
    ledger: Ledger,
    states: Collection[Trouble],
    runs: Iterable[RunReport],
    now: datetime,
    settings: AlertSettings,
    zone: ZoneInfo,
) -> Ledger:
    """Return what is known after a look: opened what is new, closed what is over.

    `states` are the troubles that last now, apart from those that accounts of runs tell; `runs` are
    the last accounts. At the first look of all only the last account of each pipeline counts.
    """
    dated = [_dated_anew(one, now, settings, zone) for one in ledger.incidents]
    left = _of_accounts(replace(ledger, incidents=tuple(dated)), runs, now)
    fresh, known = [], {one.key for one in left.open}
    for trouble in states:
        if (trouble.kind, trouble.subject) not in known:
            fresh.append(_opened(trouble, now, settings, zone))
            known.add((trouble.kind, trouble.subject))
    still = {(one.kind, one.subject) for one in states}
    over = [one for one in left.open if not _is_told_by_runs(one.kind) and one.key not in still]
    kept = [replace(one, closed=now) if one in over else one for one in left.incidents]
    kept = [one for one in kept if one.closed is None or now - one.closed < _REMEMBERED]
    return replace(left, incidents=(*kept, *fresh))


def of_sources(
    sources: Iterable[SourceHealth], now: datetime, settings: AlertSettings
) -> list[Trouble]:
    """Return which sources at work fail for long, are silent or were retired."""
    troubles = []
    for source in sources:
        kind = _HEALTH.get(source.health)
        since = source.failing_since or source.last_new or source.last_success or now
        passing = kind is AlertKind.SOURCE_FAILING and now - since < timedelta(
            days=settings.failing_days
        )
        if not source.active or kind is None or passing:
            continue
        why = (source.failure.kind, source.failure.detail) if source.failure else ("", "")
        troubles.append(
            Trouble(kind, source.source_id, since, source.name, *why, address=source.address)
        )
    return troubles


def _of_accounts(ledger: Ledger, runs: Iterable[RunReport], now: datetime) -> Ledger:
    """Read the accounts of runs that were not read before, in their order."""
    ended = sorted(
        (run for run in runs if run.status != "running" and run.started_at <= now + WRONG_CLOCK),
        key=lambda run: run.started_at,
    )
    seen = set(ledger.seen or _all_but_last(ended))
    incidents = list(ledger.incidents)
    for run in ended:
        if run.run_id not in seen and run.only is None:
            incidents = _after(incidents, run)
    remembered = dict.fromkeys((*ledger.seen, *seen, *(run.run_id for run in ended)))
    return replace(ledger, incidents=tuple(incidents), seen=tuple(remembered)[-_RUNS_REMEMBERED:])


def _all_but_last(runs: Sequence[RunReport]) -> list[str]:
    last = {run.pipeline: run.run_id for run in runs if run.only is None}
    return [run.run_id for run in runs if run.run_id not in last.values()]


def _after(incidents: list[Incident], run: RunReport) -> list[Incident]:
    """Return the incidents after one more account: what it tells of, and what it shows to be over.

    A run that somebody stopped tells nothing, one that failed only that.
    """
    troubles = list(_of_run(run))
    still = {(one.kind, one.subject) for one in troubles}
    at = run.finished_at or run.started_at  # what died has its own moment, whoever looks when
    left = []
    for one in incidents:
        over = one.closed is None and one.key not in still and _shows_over(run, one)
        left.append(replace(one, closed=at) if over else one)
    known = {one.key for one in left if one.closed is None}
    fresh = [
        Incident(**asdict(one), opened=at, tell_at=at)
        for one in troubles
        if (one.kind, one.subject) not in known
    ]
    return left + fresh


def _of_run(run: RunReport) -> Iterable[Trouble]:
    if kind := _BAD.get(run.status):
        why = " ".join(causes([asdict(failure) for failure in run.failures]))
        account = "" if run.status == "died" else summary(run)  # it left none
        yield Trouble(kind, run.pipeline, run.started_at, "", why, account)
    for kind, (step, failure_kind) in _OF_STEPS.items():
        for failure in run.failures:
            if (failure.step, failure.kind) == (step, failure_kind):
                at = run.finished_at or run.started_at
                yield Trouble(kind, failure.subject, at, detail=failure.message)


def _shows_over(run: RunReport, incident: Incident) -> bool:
    if run.status not in _GOOD:
        return False
    if incident.kind in _OF_RUNS:
        return incident.subject == run.pipeline
    step, _kind = _OF_STEPS.get(incident.kind, ("", ""))
    return any(taken.name == step for taken in run.steps)


def _is_told_by_runs(kind: AlertKind) -> bool:
    return kind in _OF_RUNS or kind in _OF_STEPS


def _opened(trouble: Trouble, now: datetime, settings: AlertSettings, zone: ZoneInfo) -> Incident:
    tell_at = _tell_at(trouble.kind, now, settings, zone)
    return Incident(**asdict(trouble), opened=now, tell_at=tell_at)


def _dated_anew(one: Incident, now: datetime, settings: AlertSettings, zone: ZoneInfo) -> Incident:
    """Date an incident now that a wrong clock dated ahead: it would be told then, or over then."""
    if one.closed and one.closed > now + WRONG_CLOCK:
        one = replace(one, closed=now)
    if one.opened > now + WRONG_CLOCK:
        one = replace(one, opened=now, tell_at=_tell_at(one.kind, now, settings, zone))
    return one


def _tell_at(kind: AlertKind, now: datetime, settings: AlertSettings, zone: ZoneInfo) -> datetime:
    if kind not in WEEKLY:
        return now
    [moment] = next_moments([Job("health", (settings.health_on,), settings.health_at)], now, zone)
    return moment.at
