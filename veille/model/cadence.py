"""When to ask again: of sources, by their own rhythm; of pages, less and less. Pure arithmetic.

Every wait is cut by a tenth to a fifth before it is used: a nightly job that starts a few minutes
earlier than yesterday still finds yesterday's sources due, and those that wait equally long are
spread over several nights. So a wait of these functions is asked for early, never late.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Protocol

from veille.errors import FailureKind
from veille.model import digest

DAYS_KEPT = 13
"""Days with new items that are remembered of a source: twelve gaps to take the median of."""

FIRST_RETRY = timedelta(hours=12)
"""Wait before a page is tried a second time; it doubles at each try after that."""

LONGEST_RETRY = timedelta(days=28)
"""Longest wait before a page is tried again."""

LONGEST_ASKED = timedelta(days=30)
"""Longest Retry-After that is obeyed; beyond it the server is taken to be wrong."""

HOPELESS = frozenset(
    {
        FailureKind.BAD_URL,
        FailureKind.FORBIDDEN_ADDRESS,
        FailureKind.GONE,
        FailureKind.NOT_TEXT,
        FailureKind.NOT_AN_ARTICLE,
    }
)
"""Failures of a page that another try would only repeat."""

_SHORTEST_BACKOFF = timedelta(hours=1)
_GRACE = timedelta(days=7)
_SILENCE_OF_UNKNOWN = timedelta(days=90)


class Pace(Protocol):
    """The waits between two polls that a source's rhythm may not go below or beyond, in hours.

    The section `collect` of the settings is one.
    """

    @property
    def min_interval(self) -> float: ...

    @property
    def max_interval(self) -> float: ...


def jitter(*parts: str) -> float:
    """Return a number in [0, 1) that spreads waits: as if drawn, but the same for these parts."""
    return int(digest("jitter", *parts)[:8], 16) / 0x1_0000_0000


def usual_gap(days: Collection[date]) -> timedelta | None:
    """Return the median gap between the days on which new items came; None below three days."""
    return _median_gap(tuple(days))


@lru_cache(maxsize=1024)  # asked three times of each source polled, and many share their days
def _median_gap(days: tuple[date, ...]) -> timedelta | None:
    ordered = sorted(set(days))
    if len(ordered) < 3:
        return None
    return timedelta(days=median((later - earlier).days for earlier, later in pairwise(ordered)))


def silent_after(days: Collection[date]) -> datetime | None:
    """Return the moment from which a source has been silent for longer than usual.

    A week beyond three usual gaps; ninety days where no rhythm is known; None without any item.
    """
    if not days:
        return None
    gap = usual_gap(days)
    allowed = 3 * gap + _GRACE if gap is not None else _SILENCE_OF_UNKNOWN
    return datetime.combine(max(days), time(), UTC) + allowed


def next_poll(
    at: datetime,
    pace: Pace,
    *,
    days: Collection[date] = (),
    failure: FailureKind | None = None,
    failures: int = 0,
    retry_after: float | None = None,
    jitter: float = 0.0,
) -> datetime:
    """Return when a source polled at `at` is to be polled again.

    Half its usual gap between new items, longer when it has been quiet for long; after `failures`
    failures in a row twice as long each time. A name that cannot be reached disturbs nobody, so it
    stays due: the first run after the network is back asks all sources. What the
    server asks for (`retry_after`, seconds) is a floor under all that, up to LONGEST_ASKED.
    """
    shortest, longest = timedelta(hours=pace.min_interval), timedelta(hours=pace.max_interval)
    if failure is FailureKind.OFFLINE:
        wait = timedelta()
    elif failure is not None:
        wait = _doubled(max(shortest, _SHORTEST_BACKOFF), failures, longest)
    else:
        wait = min(max(_half_gap(days, at), shortest), longest)
    return at + max(_cut(wait, jitter), _asked(retry_after))


def next_try(
    at: datetime,
    kind: FailureKind,
    attempt: int,
    allowed: int,
    *,
    retry_after: float | None = None,
    jitter: float = 0.0,
) -> datetime | None:
    """Return when a page whose `attempt`-th try failed at `at` is tried again; None for never."""
    if kind in HOPELESS or attempt >= allowed:
        return None
    wait = _cut(_doubled(FIRST_RETRY, attempt, LONGEST_RETRY), jitter)
    return at + max(wait, _asked(retry_after))


def next_reading(at: datetime, readings: int) -> datetime:
    """Return from when an item read `readings` times is worth reading again, if announced anew.

    Some feeds give every item the present date at every poll: their pages are asked for less and
    less too.
    """
    return at + _cut(_doubled(FIRST_RETRY, readings, LONGEST_RETRY), 0.0)


def _half_gap(days: Collection[date], at: datetime) -> timedelta:
    if not days:
        return timedelta()
    gap = max(usual_gap(days) or timedelta(), (at.date() - max(days)) / 4)
    return gap / 2 if gap > timedelta(days=1) else timedelta()  # lively: days tell no more


def _asked(retry_after: float | None) -> timedelta:
    return timedelta(seconds=min(retry_after or 0.0, LONGEST_ASKED.total_seconds()))


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(first * (1 << min(max(times, 1) - 1, 20)), longest)


def _cut(wait: timedelta, jitter: float) -> timedelta:
    return wait * (0.9 - 0.1 * jitter)
