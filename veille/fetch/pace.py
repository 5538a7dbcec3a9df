"""Manners between requests to one host: one at a time, a pause between, rest when it asks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

from veille.clock import Clock
from veille.errors import FailureKind, FetchError

REST = 900.0
"""Seconds of rest for a host that says « too many requests » (429) without saying for how long."""

LONGEST_REST = 30 * 86_400.0
"""Seconds beyond which a Retry-After is taken for this much: a month is « not in this run »."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Host:
    turn: Lock = field(default_factory=Lock)
    left_at: datetime = _LONG_AGO
    rests_until: datetime = _LONG_AGO
    why: FailureKind = FailureKind.UNAVAILABLE


class Pace:
    """Who may talk to which host when, in one run.

    `delay` is the usual pause between two requests, `longest` the longest pause that a host can
    impose and still be waited for; both in seconds.
    """

    def __init__(self, clock: Clock, delay: float, longest: float) -> None:
        self._clock = clock
        self._delay = delay
        self._longest = max(delay, longest)
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, host: str, delay: float = 0.0) -> Iterator[None]:
        """Wait for this host's turn, and hold it while the block runs.

        `delay` is the pause its robots.txt asks for. Raises FetchError (RATE_LIMITED or
        UNAVAILABLE, with `retry_after`) at once while the host rests for longer than can be
        waited for.
        """
        state = self._state(host)
        with state.turn:
            self._wait(host, state, max(self._delay, delay))
            try:
                yield
            finally:
                state.left_at = self._clock.now()

    def rest(self, host: str, why: FailureKind, seconds: float) -> None:
        """Let a host rest, as it asked: no request to it before so many seconds have passed."""
        state = self._state(host)
        until = self._clock.now() + timedelta(seconds=min(seconds, LONGEST_REST))
        state.why, state.rests_until = why, max(state.rests_until, until)

    def _wait(self, host: str, state: _Host, delay: float) -> None:
        now = self._clock.now()
        rest = (state.rests_until - now).total_seconds()
        if rest > self._longest:
            raise FetchError(state.why, host, retry_after=rest)
        pause = (state.left_at - now).total_seconds() + min(delay, self._longest)
        # A machine's clock can be set back: the pause never grows beyond what was asked for.
        wait = max(rest, min(pause, self._longest))
        if wait > 0:
            self._clock.sleep(wait)

    def _state(self, host: str) -> _Host:
        return self._hosts.get(host) or self._hosts.setdefault(host, _Host())


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3).

    It holds seconds or a date; None when it holds neither.
    """
    value = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", value):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:  # « -0000 »: UTC, without a claim on the local zone
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
