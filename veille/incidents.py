"""What is wrong, since when, and who was told: pure decisions on what runs and stores say.

Some troubles are read from the accounts of runs, one after the other, so that none is overlooked
however seldom somebody looks; others are a state that lasts or is over when one looks. Either way
an incident is opened once, told once to each person, and closed; what comes back is another one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from veille.clock import WRONG_CLOCK
from veille.errors import FailureKind
from veille.model import RunReport
from veille.polls import Health, SourceHealth
from veille.report import causes, summary
from veille.settings.alerts import AlertSettings
from veille.timetable import Job, next_moments


class AlertKind(StrEnum):
    """What may be wrong. docs/exploitation.md has a section for each, by this name."""

    RUN_FAILED = "run_failed"
    RUN_DIED = "run_died"  # killed, or the machine fell
    NO_NETWORK = "no_network"
    RUN_MISSING = "run_missing"  # it should have begun
    BULLETIN_WAITS = "bulletin_waits"
    BULLETIN_LATE = "bulletin_late"  # its hour to leave came before its approval
    BULLETIN_EMPTY = "bulletin_empty"
    SENDING_ENDED = "sending_ended"  # by the mail server
    MESSAGES_UNKNOWN = "messages_unknown"
    DESK_OTHER = "desk_other"  # not the one that runs read before
    DESK_GONE = "desk_gone"  # or it cannot be read
    DISK_LOW = "disk_low"
    BACKUP_FAILED = "backup_failed"
    BACKUP_OLD = "backup_old"
    SOURCE_FAILING = "source_failing"
    SOURCE_SILENT = "source_silent"
    SOURCE_RETIRED = "source_retired"


WEEKLY = frozenset({AlertKind.SOURCE_FAILING, AlertKind.SOURCE_SILENT, AlertKind.SOURCE_RETIRED})
"""What waits for the weekly message; all else is told at once."""

_OF_RUNS = frozenset({AlertKind.RUN_FAILED, AlertKind.RUN_DIED, AlertKind.NO_NETWORK})
_OF_STEPS = {
    AlertKind.BULLETIN_LATE: ("compose", FailureKind.NOT_APPROVED),
    AlertKind.BULLETIN_EMPTY: ("compose", FailureKind.EMPTY_WEEK),
    AlertKind.SENDING_ENDED: ("send", FailureKind.SENDING_ENDED),
    AlertKind.MESSAGES_UNKNOWN: ("send", FailureKind.UNKNOWN_FATE),
    AlertKind.DESK_OTHER: ("take", FailureKind.OTHER_DESK),
    AlertKind.DESK_GONE: ("take", FailureKind.NO_DESK),
}
_IDLE_WHEN_OVER = frozenset({AlertKind.BULLETIN_WAITS})  # once over, nobody need hear of it
_BAD = {"failed": AlertKind.RUN_FAILED, "died": AlertKind.RUN_DIED,
        "impossible": AlertKind.NO_NETWORK}  # fmt: skip
_GOOD = frozenset({"ok", "partial", "out_of_time"})
_HEALTH = {
    Health.FAILING: AlertKind.SOURCE_FAILING,
    Health.SILENT: AlertKind.SOURCE_SILENT,
    Health.RETIRED: AlertKind.SOURCE_RETIRED,
}

STALE = timedelta(days=7)
"""How long after its end an incident that nobody was told of is still told."""

_REMEMBERED = timedelta(days=400)
_RUNS_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong, since when. `subject` is the pipeline, week or source it is about, `name`
    what people call that, `address` where it is on the web; `cause` and `detail` are as
    `wording.explain` takes them.
    """

    kind: AlertKind
    subject: str
    since: datetime
    name: str = ""
    cause: str = ""
    detail: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Incident(Trouble):
    """A trouble that was noticed: when, from when on it is to be told, who was, when it was over.

    Who was told is known by a mark, not by an address.
    """

    opened: datetime = field(kw_only=True)
    tell_at: datetime = field(kw_only=True)
    told: Mapping[str, datetime] = field(default_factory=dict)
    closed: datetime | None = None

    @property
    def key(self) -> tuple[AlertKind, str]:
        """What it is about: of one thing there is one open incident at most."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class Tries:
    """Attempts in vain to reach somebody, since the last that was not, and when to try again."""

    attempts: int
    since: datetime
    again: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is known of incidents; `seen` are the ids of runs whose account was read."""

    incidents: tuple[Incident, ...] = ()
    seen: tuple[str, ...] = ()
    tries: Mapping[str, Tries] = field(default_factory=dict)

    @property
    def open(self) -> list[Incident]:
        """The incidents that last, the oldest first."""
        return [one for one in self.incidents if one.closed is None]


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


def to_tell(ledger: Ledger, who: str, now: datetime) -> list[Incident]:
    """Return what somebody is to be told now, the oldest first.

    That is what lasts and they were not told of, and what was over before anybody could be told.
    """
    tries = ledger.tries.get(who)
    if tries and tries.since <= now < tries.again:
        return []
    return [one for one in ledger.incidents if _is_news(one, who, now)]


def told(ledger: Ledger, who: str, incidents: Collection[Incident], now: datetime) -> Ledger:
    """Return the ledger after somebody was told of these."""
    keys = {(one.key, one.opened) for one in incidents}
    return replace(
        ledger,
        incidents=tuple(
            replace(one, told={**one.told, who: now}) if (one.key, one.opened) in keys else one
            for one in ledger.incidents
        ),
        tries={mark: tries for mark, tries in ledger.tries.items() if mark != who},
    )


def not_told(ledger: Ledger, who: str, incidents: Collection[Incident], tries: Tries) -> Ledger:
    """Return the ledger after an attempt to tell somebody of these was in vain."""
    keys = {(one.key, one.opened) for one in incidents}
    return replace(
        ledger,
        incidents=tuple(
            replace(one, told={mark: at for mark, at in one.told.items() if mark != who})
            if (one.key, one.opened) in keys
            else one
            for one in ledger.incidents
        ),
        tries={**ledger.tries, who: tries},
    )


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
            incidents = _after(incidents, run, now)
    remembered = dict.fromkeys((*ledger.seen, *seen, *(run.run_id for run in ended)))
    return replace(ledger, incidents=tuple(incidents), seen=tuple(remembered)[-_RUNS_REMEMBERED:])


def _all_but_last(runs: Sequence[RunReport]) -> list[str]:
    last = {run.pipeline: run.run_id for run in runs if run.only is None}
    return [run.run_id for run in runs if run.run_id not in last.values()]


def _after(incidents: list[Incident], run: RunReport, now: datetime) -> list[Incident]:
    """Return the incidents after one more account: what it tells of, and what it shows to be over.

    A run that somebody stopped tells nothing, one that failed only that.
    """
    troubles = list(_of_run(run))
    still = {(one.kind, one.subject) for one in troubles}
    at = run.finished_at or now
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


def _is_news(one: Incident, who: str, now: datetime) -> bool:
    if who in one.told or (one.kind in WEEKLY and now < one.tell_at):
        return False
    if one.closed is None:
        return True
    return not one.told and one.kind not in _IDLE_WHEN_OVER and now - one.closed < STALE
