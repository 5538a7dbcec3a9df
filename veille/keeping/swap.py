"""Put what a restore made ready in its place: all of it, even if a kill comes between.

What is to come in stands ready in `var/.restoring`, and a plan beside it is the decision: before it
is there nothing has changed; once it is, whoever opens the workspace carries it out to its end.
What was there is set aside, not deleted.
"""

import errno
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from veille.errors import StoreError
from veille.faults import why_not
from veille.files import write
from veille.i18n import _

_STAGE = "var/.restoring"
_PLAN = "plan.json"
SET_ASIDE = "var/set-aside"
STAMP = "%Y-%m-%dT%H%M%SZ"
"""How a folder in there is named, by when it was set aside (UTC)."""
_JOURNALS = ("", ".wal", "-wal", "-shm")
"""What a store's file has beside it, by what their names end with."""


def stage(root: Path) -> Path:
    """Return the folder to make things ready in, empty, for its owner alone; raises OSError."""
    folder = root / _STAGE / "new"
    shutil.rmtree(root / _STAGE, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    return folder


def drop(root: Path) -> None:
    """Take away what was made ready and never decided on."""
    shutil.rmtree(root / _STAGE, ignore_errors=True)


def decide(root: Path, parts: list[str], stores: list[str], aside: str) -> None:
    """Decide that what stands ready replaces these parts of the workspace, then carry it out.

    `parts` are files or folders, put in place in this order; `stores` are SQLite files, which
    others may have open. What they replace goes to `var/set-aside` under the name `aside`. Raises
    StoreError when it stops midway: it goes on when the workspace is next opened.
    """
    _sync(root / _STAGE)
    plan = {"parts": parts, "stores": stores, "aside": aside}
    write(root / _STAGE / _PLAN, json.dumps(plan))
    carry_out(root)


def is_decided(root: Path) -> bool:
    """Whether a restore was decided on and has not come to its end."""
    return (root / _STAGE / _PLAN).is_file()


def carry_out(root: Path) -> None:
    """Bring a restore that was decided on to its end, or wait for who is at it; see `decide`."""
    from filelock import FileLock  # every command looks whether there is one, and few find one

    try:
        with FileLock(root / "var" / "restore.lock"):
            if is_decided(root):
                _carry_out(root)
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(
            _("The restore of {root} stopped midway: {why}").format(root=root, why=why_not(error)),
            _("Mend that, then give any command: it is brought to its end first."),
        ) from error


def set_aside_at(folder: Path) -> datetime | None:
    """Return when what is in a folder of `var/set-aside` was set aside; None for another folder."""
    try:
        return datetime.strptime(folder.name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _carry_out(root: Path) -> None:
    plan = json.loads((root / _STAGE / _PLAN).read_bytes())
    ready, aside = root / _STAGE / "new", root / SET_ASIDE / plan["aside"]
    aside.mkdir(parents=True, exist_ok=True)
    for folder in (aside, aside.parent):
        folder.chmod(0o700)
    for part in plan["parts"]:
        if (ready / part).exists():
            _replace(ready / part, root / part, aside / part)
    for part in plan["stores"]:
        _put_store(ready / part, root / part, aside / part)
    (root / _STAGE / _PLAN).unlink()
    if not any(path.is_file() for path in aside.rglob("*")):
        shutil.rmtree(aside)  # nothing was there
    drop(root)


def _replace(new: Path, place: Path, aside: Path) -> None:
    """Set aside what is in a place, with its journal, and put the new one there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside.parent.mkdir(parents=True, exist_ok=True)
    if new.is_file() and place.is_file() and place.suffix != ".duckdb":
        if not aside.exists():  # else it was copied before a kill
            _copy_whole(place, aside)
        _move(new, place)  # at once: a workspace is never without its config.yaml
        return
    for ending in _JOURNALS:
        was = place.with_name(place.name + ending)
        if was.exists() or was.is_symlink():
            _move(was, _free(aside.with_name(aside.name + ending)))
    _move(new, place)


def _put_store(new: Path, place: Path, aside: Path) -> None:
    """Make a store hold what the new one does, under whoever has it open."""
    from veille.store.sqlite_copy import copy_sqlite, put_sqlite

    if place.exists() and not aside.exists():
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            content = copy_sqlite(place)
        except StoreError:  # damaged: then nobody works with it
            for ending in _JOURNALS:
                was = place.with_name(place.name + ending)
                if was.exists():
                    _move(was, aside.with_name(aside.name + ending))
        else:
            write(aside, content)
            aside.chmod(0o600)
    put_sqlite(new.read_bytes(), place)


def _copy_whole(one: Path, place: Path) -> None:
    """Copy a file, so that after a kill there is the whole copy or none."""
    beside = place.with_name(f".{place.name}.copying")
    shutil.copy2(one, beside)
    beside.replace(place)


def _free(path: Path) -> Path:
    """Return this path, or one like it that nothing has."""
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name}.{number}")
    return path


def _move(one: Path, place: Path) -> None:
    """Rename a file or folder; to another file system, copied there first."""
    try:
        one.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = place.with_name(f".{place.name}.moving")
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(one, beside) if one.is_dir() else shutil.copy2(one, beside)
        beside.replace(place)
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def _sync(folder: Path) -> None:
    """Bring all files below a folder down to the disk."""
    for path in [folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
