"""When to try again a message that the server put off. Pure."""

from datetime import datetime, timedelta

FIRST = timedelta(minutes=5)
"""Greylisting lets through what comes again after five minutes or so."""

LONGEST = timedelta(hours=4)


def next_try(
    key: str, attempts: int, queued_at: datetime, now: datetime, *, hours: float
) -> datetime | None:
    """Return when to try a message again after so many attempts; None when it is to be given up.

    Each wait is three times the one before, and a quarter longer at most by the message's own key,
    so that what was put off together does not come back together.
    """
    wait = min(FIRST * 3 ** min(attempts - 1, 10), LONGEST)
    due_at = now + wait * (1 + int(key[:4], 16) / 0xFFFF / 4)
    return due_at if due_at <= queued_at + timedelta(hours=hours) else None
