"""`veille backup`: a whole, verified copy of a workspace, made while runs and pages work.

It is made in a folder beside its place and moved there whole, so that what has the name of a backup
is one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock, Timeout

from veille.clock import Clock, SystemClock
from veille.errors import LockHeld, StoreError, UsageError, VeilleError
from veille.faults import why_not
from veille.i18n import _
from veille.keeping import parts
from veille.keeping.filling import fill, personal, size_of, verify_backup
from veille.keeping.manifest import Manifest, backups_in, read_manifest, write_manifest
from veille.keeping.sealing import read_key
from veille.keeping.told import tell_backup
from veille.keeping.turns import to_keep
from veille.store.subscribers.erased import Gone, add_gone, gone_in, ledger_of, read_gone
from veille.workspace import Workspace

_MAKING = ".making-"
_NAME = "%Y-%m-%dT%H%M%SZ"
_SPARE = 20_000_000
"""Bytes of disk that stay free beyond what a backup takes."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made and verified, and those that were taken away after it."""

    folder: Path
    manifest: Manifest
    taken_away: tuple[Path, ...]


def back_up(
    workspace: Workspace,
    folder: Path | None = None,
    *,
    keep: int | None = None,
    without_people: bool = False,
    catalogue: bool | None = None,
    clock: Clock | None = None,
) -> BackedUp:
    """Make a backup in `folder` (or that of the settings), verify it, take old ones away.

    `keep` is how many stay, in place of the settings' turns. Without a key what is personal cannot
    be sealed: raises UsageError, unless it is to be left out (`without_people`) or there is none.
    Raises LockHeld beside another backup to the same folder or a run that writes too fast,
    StoreError when a store cannot be copied or the disk is full. What fails leaves nothing but a
    word in `var/backup.json`.
    """
    clock = clock or SystemClock()
    with_catalogue = workspace.settings.backup.catalogue if catalogue is None else catalogue
    try:
        place = _place(workspace, folder)
        key = _key(workspace, without_people=without_people)
        with _alone(place):
            made = _made(workspace, place, key, clock.now(), catalogue=with_catalogue)
            add_gone(place / parts.LEDGER, _gone(workspace.root / parts.SUBSCRIBERS))
            manifest = read_manifest(made)
            tell_backup(
                workspace.var,
                at=manifest.at,
                folder=str(made),
                bytes=manifest.size,
                people=manifest.people,
                failed_at=None,
                failure="",
            )
            return BackedUp(made, manifest, tuple(_take_turns(workspace, made, keep)))
    except VeilleError as error:
        tell_backup(workspace.var, failed_at=clock.now(), failure=error.message)
        raise


def _place(workspace: Workspace, folder: Path | None) -> Path:
    named = folder.absolute() if folder else workspace.settings.backup.folder
    if not named:
        raise UsageError(
            _("Where to? backup.folder is empty in config.yaml."),
            _("Name a folder, on another disk if you can: « veille backup /mnt/backups »."),
        )
    place = (workspace.root / named).resolve()
    within = [workspace.var, *(workspace.root / one for one in parts.FOLDERS)]
    if any(place.is_relative_to(one.resolve()) for one in within):
        raise UsageError(
            _("{folder} is in what is to be copied.").format(folder=place),
            _("Name a folder on another disk, or at least outside of it."),
        )
    return place


def _key(workspace: Workspace, *, without_people: bool) -> str | None:
    if without_people or not any(personal(workspace.root, workspace.settings)):
        return None
    file = workspace.settings.backup.key_file
    if key := read_key(workspace.root / file if file else None):
        return key
    raise UsageError(
        _("There is something personal in this watch (people, secrets), and no key to seal it."),
        _(
            "« veille backup --new-key » makes one, for VEILLE_BACKUP_KEY or backup.key_file; keep "
            "it elsewhere too. Or leave people out: « veille backup --without-people »."
        ),
    )


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold the folder of the backups, made as needed; what a killed backup left goes."""
    lock = FileLock(place / ".lock", blocking=False)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
        for leftover in place.glob(f"{_MAKING}*"):
            shutil.rmtree(leftover, ignore_errors=True)  # it hinders nobody
        yield
    except Timeout:
        raise LockHeld(
            _("Another backup is being made in {folder}.").format(folder=place),
            _("Wait for its end."),
        ) from None
    except OSError as error:
        raise StoreError(
            _("No backup was made in {folder}: {why}").format(folder=place, why=why_not(error)),
            _("Check its disk and permissions; older backups are as they were."),
        ) from error
    finally:
        lock.release()


def _made(
    workspace: Workspace, place: Path, key: str | None, now: datetime, *, catalogue: bool
) -> Path:
    """Make a backup and verify it; return its folder."""
    root, settings, now = workspace.root, workspace.settings, now.astimezone(UTC)
    _refuse_full(place, size_of(root, settings, catalogue=catalogue))
    making = Path(mkdtemp(prefix=_MAKING, dir=place))
    try:
        write_manifest(making, fill(root, settings, making, key, now, catalogue=catalogue))
        verify_backup(making, key)
        _sync(making)
        folder = _free(place / now.strftime(_NAME))
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _sync(place)
    return folder


def _refuse_full(place: Path, wanted: int) -> None:
    """Raise StoreError where the disk has no room, before anything is written."""
    free = shutil.disk_usage(place).free
    if free < wanted + _SPARE:
        raise StoreError(
            _("No backup was made in {folder}: it takes {n} MB, and {free} MB are free.").format(
                folder=place, n=round(wanted / 1e6), free=round(free / 1e6)
            ),
            _("Make room, or name another folder; older backups are as they were."),
        )


def _gone(store: Path) -> list[Gone]:
    """Return those whom a store, or the ledger beside it, knows as erased or left."""
    found = read_gone(ledger_of(store))
    if store.is_file():
        with suppress(StoreError):  # damaged: nothing of it was copied either
            found += gone_in(store)
    return found


def _take_turns(workspace: Workspace, made: Path, keep: int | None) -> list[Path]:
    """Take away the backups of this workspace whose turn is over; never the one just made."""
    root, settings = str(workspace.root), workspace.settings
    ours = {folder: one.at for folder, one in backups_in(made.parent).items() if one.root == root}
    stay = to_keep(ours, settings.backup, settings.zone) if keep is None else set([*ours][:keep])
    gone = [folder for folder in ours if folder not in stay and folder != made]
    try:
        for folder in gone:
            passing = folder.with_name(f"{_MAKING}{folder.name}")  # half taken away, it is none
            folder.rename(passing)
            shutil.rmtree(passing)
    except OSError as error:
        raise StoreError(
            _("{folder} was made, but an older one could not be taken away: {why}").format(
                folder=made, why=why_not(error)
            ),
            _("Take older ones away yourself before the disk is full."),
        ) from error
    return gone


def _free(folder: Path) -> Path:
    """Return this path, or one like it that nothing has: the clock may have gone back."""
    place, number = folder, 1
    while place.exists():
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place


def _sync(folder: Path) -> None:
    """Bring a folder, and all files below it, down to the disk."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
