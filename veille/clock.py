"""The one clock. Everything that dates or waits is handed one, so that a month can be simulated."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

WRONG_CLOCK = timedelta(days=1)
"""How far ahead of now something may be dated before its clock counts as having been wrong."""


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds; a negative number waits not at all."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)
