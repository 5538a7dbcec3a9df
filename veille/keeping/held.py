"""Issues that a restore holds back: they may have left after the backup was made.

A store that was taken back from before does not know what was sent since. So issues of the weeks
and months up to the restore, but for those it knows as queued, wait for a person's word.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from veille.errors import UsageError
from veille.files import write
from veille.i18n import _

FILE = "restored.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """When this workspace was last restored, from a backup made when.

    `queued` are the issues that the backup knew as queued: of those each message stands for itself.
    `settled` is what a person said since: whether an issue is to go, or counts as sent.
    """

    at: datetime
    made: datetime
    queued: tuple[str, ...] = ()
    settled: Mapping[str, bool] = field(default_factory=dict)


def remember(path: Path, restored: Restored) -> None:
    """Write down that a workspace was restored; raises OSError."""
    write(path, json.dumps(asdict(restored), default=datetime.isoformat))


def is_held(var: Path, issue: str, zone: ZoneInfo) -> bool:
    """Whether an issue (2026-W48, 2026-10) may have left between a backup and its restore, and
    nobody said yet what is to become of it.
    """
    restored = _last(var)
    if restored is None or issue in restored.queued or issue in restored.settled:
        return False
    return issue <= _name_at(restored.at.astimezone(zone), is_week="W" in issue)


def counts_as_sent(var: Path, issue: str) -> bool:
    """Whether a person said that an issue had left before the restore."""
    restored = _last(var)
    return restored is not None and restored.settled.get(issue) is False


def settle_held(var: Path, issue: str, *, resend: bool) -> None:
    """Write down what a person says of an issue that is held; raises OSError."""
    if restored := _last(var):
        told = {**restored.settled, issue: resend}
        remember(var / FILE, replace(restored, settled=told))


def refuse_held(var: Path, issue: str, zone: ZoneInfo) -> None:
    """Raise UsageError for an issue that is held, saying why and what to do."""
    restored = _last(var)
    if restored is None or not is_held(var, issue, zone):
        return
    raise UsageError(
        _(
            "The issue {issue} may have left already: this watch was taken back on {at} from a "
            "backup of {made}, which does not know what was sent since."
        ).format(issue=issue, at=_told(restored.at, zone), made=_told(restored.made, zone)),
        _(
            "Ask a reader, or the mail server’s log. It never left: « veille digest settle --week "
            "{issue} --resend ». It did: the same with --count-as-sent."
        ).format(issue=issue),
    )


def _last(var: Path) -> Restored | None:
    try:
        told = json.loads((var / FILE).read_bytes())
        at, made = (datetime.fromisoformat(told[key]) for key in ("at", "made"))
        return Restored(at, made, tuple(told["queued"]), told["settled"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):  # damaged: then all is held
        return Restored(datetime(9000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))


def _told(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _name_at(at: datetime, *, is_week: bool) -> str:
    year, week, _day = at.isocalendar()
    return f"{year}-W{week:02}" if is_week else f"{at:%Y-%m}"
