"""One run at a time: the lock that a run holds, and a note beside it of who does.

The system frees the lock of a process that died; the note may outlive its writer, so it is believed
only while that process lives.
"""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from veille.errors import LockHeld
from veille.i18n import _

LOOKED_EVERY = 0.5
"""Seconds between two looks at a lock that one waits for."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock: a process of a machine, what it runs, and since when (ISO 8601)."""

    pid: int
    host: str
    what: str
    since: str


@contextmanager
def hold(
    lock: Path, what: str, now: Callable[[], datetime], *, wait: float = 0, action: str = ""
) -> Iterator[None]:
    """Hold a lock, with a note of who does; raise LockHeld when it is not free in `wait` seconds.

    `now` tells the time in the zone of those who may find the lock held.
    """
    held, note = FileLock(lock), _note_of(lock)
    try:
        held.acquire(timeout=max(0.0, wait), poll_interval=LOOKED_EVERY)
    except Timeout:
        raise LockHeld(_held_by(lock), action) from None
    try:
        note.write_text(
            json.dumps(asdict(Holder(os.getpid(), socket.gethostname(), what, now().isoformat()))),
            encoding="utf-8",
        )
        yield
    finally:
        note.unlink(missing_ok=True)
        held.release()


def at_work(lock: Path) -> Holder | None:
    """Return who holds this lock now.

    The lock itself is only tried where a note says that it is held, so that a run which begins at
    this very moment does not find it taken in vain.
    """
    holder = holder_of(lock)
    return holder if holder and _is_held(lock) else None


def holder_of(lock: Path) -> Holder | None:
    """Return who noted that they hold this lock, if that process still lives."""
    try:
        holder = Holder(**json.loads(_note_of(lock).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return holder if _lives(holder) else None


def _is_held(lock: Path) -> bool:
    try:
        with FileLock(lock, blocking=False):
            return False
    except OSError:  # filelock's Timeout is one; or a folder of somebody else's
        return True


def _held_by(lock: Path) -> str:
    root = lock.parent.parent
    if not (holder := holder_of(lock)):
        return _("Another run is at work in {root}.").format(root=root)
    return _("« {what} » is at work in {root} since {since} (process {pid} on {host}).").format(
        what=holder.what,
        root=root,
        since=f"{datetime.fromisoformat(holder.since):%Y-%m-%d %H:%M}",
        pid=holder.pid,
        host=holder.host,
    )


def _lives(holder: Holder) -> bool:
    if holder.host != socket.gethostname():
        return True  # cannot be asked from here
    with suppress(PermissionError):  # it lives, as somebody else's
        try:
            os.kill(holder.pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True


def _note_of(lock: Path) -> Path:
    return lock.with_suffix(".json")
