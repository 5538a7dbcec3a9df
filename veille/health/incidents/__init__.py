"""What is wrong, since when, and who was told: frozen values, and what is to be told to whom. Pure.

An incident is opened once, told once to each person, and closed (`settling`); what comes back is
another one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


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

_IDLE_WHEN_OVER = frozenset({AlertKind.BULLETIN_WAITS})  # once over, nobody need hear of it

STALE = timedelta(days=7)
"""How long after its end an incident that nobody was told of is still told."""


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


def _is_news(one: Incident, who: str, now: datetime) -> bool:
    if who in one.told or (one.kind in WEEKLY and now < one.tell_at):
        return False
    if one.closed is None:
        return True
    return not one.told and one.kind not in _IDLE_WHEN_OVER and now - one.closed < STALE
