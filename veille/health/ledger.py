"""What is known of incidents, in a file (`var/incidents.json`): one hand at a time changes it.

It is a file and not a store: there are a few dozen incidents a year, a person may want to read
them, and what is lost with it is that some are told a second time. No address is in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from veille.errors import LockHeld, StoreError
from veille.faults import why_not
from veille.files import write
from veille.health.incidents import Ledger
from veille.i18n import _

_FORM = TypeAdapter(Ledger)


def read_ledger(path: Path) -> Ledger:
    """Return what is known of incidents; nothing where the file is not there, or is damaged: the
    next look writes it anew. Raises StoreError when it cannot be read.
    """
    try:
        return _FORM.validate_json(path.read_bytes())
    except FileNotFoundError:
        return Ledger()
    except ValidationError:
        return Ledger()
    except OSError as error:
        raise StoreError(
            _("{path} cannot be read: {error}").format(path=path, error=why_not(error))
        ) from error


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Replace the file, whole or not at all. Raises StoreError when it cannot be written."""
    try:
        write(path, _FORM.dump_json(ledger, indent=1))
    except OSError as error:
        raise StoreError(
            _("{path} cannot be written: {why}").format(path=path, why=why_not(error)),
            _("Check the disk's free space and the file's permissions."),
        ) from error


@contextmanager
def one_hand(path: Path) -> Iterator[None]:
    """Be the only one to change the file; raise LockHeld while another is at it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_suffix(".lock"), blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise LockHeld(_("Incidents are being told just now.")) from None
    try:
        yield
    finally:
        lock.release()
