"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta
from threading import Lock


class FakeClock:
    """Stands still unless told to move; sleeping moves it, and is remembered in `slept`."""

    def __init__(self, now: datetime = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._lock = Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._now += timedelta(seconds=max(0.0, seconds))

    def advance(self, **delta: float) -> None:
        """Move forward by a timedelta's keywords (`hours=1`)."""
        with self._lock:
            self._now += timedelta(**delta)
