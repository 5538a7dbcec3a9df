"""One hand at a time: of two issues approved at once, one tells what is in both."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from veille.bulletins.place import Bulletins
from veille.errors import StoreError
from veille.i18n import _

WAIT = 60.0
"""Seconds that one hand waits for another to be done."""


@contextmanager
def one_hand(bulletins: Bulletins) -> Iterator[None]:
    """Do what is inside alone among all processes; raise StoreError when another does not end."""
    bulletins.folder.mkdir(parents=True, exist_ok=True)
    turn = FileLock(bulletins.folder / ".lock")
    try:
        turn.acquire(timeout=WAIT)
    except Timeout:
        raise StoreError(
            _("Another command is at work on the issues."), _("Try again in a minute.")
        ) from None
    try:
        yield
    finally:
        turn.release()
