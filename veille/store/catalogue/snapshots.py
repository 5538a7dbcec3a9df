"""Snapshots on disk: built beside, sealed, swapped in by one rename; the last ones are kept.

    catalogue/team -> snapshots/team/20261121T080000Z    a link, swapped atomically
    catalogue/snapshots/team/20261121T080000Z/           catalogue.duckdb, *.parquet, SHA256SUMS…

So all files of an edition change at once, a reader keeps what it has open, and each snapshot has a
path of its own (DuckDB knows files by their path: the same path in one process is the same file).
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from veille.errors import StoreError, Unpublished
from veille.i18n import _

TEAM, OPEN = "team", "open"
EDITIONS = (TEAM, OPEN)
DATABASE = "catalogue.duckdb"
SUMS = "SHA256SUMS"
_MODES = {TEAM: (0o750, 0o640), OPEN: (0o755, 0o644)}


def snapshot_id(moment: datetime) -> str:
    """Return the name of a snapshot published at this moment, as « 20261121T080000Z »."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


@contextmanager
def building(root: Path) -> Iterator[Path]:
    """Give an empty folder to build in, on the same disk; what is left in it afterwards goes.

    What a killed run left goes too: one run at a time builds.
    """
    folder = root / ".building"
    with _explained(folder):
        shutil.rmtree(folder, ignore_errors=True)
        for edition in EDITIONS:
            (folder / edition).mkdir(parents=True, mode=_MODES[edition][0])
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def seal(folder: Path, edition: str) -> None:
    """Sum the files of a finished edition, give them their modes, and write all to the disk."""
    lines = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as content:
            lines.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  "
                         f"{file.relative_to(folder).as_posix()}\n")  # fmt: skip
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    of_folder, of_file = _MODES[edition]
    for path in [*folder.rglob("*"), folder]:
        path.chmod(of_folder if path.is_dir() else of_file)
        _sync(path)


def swap(root: Path, built: Path, edition: str, name: str, *, keep: int) -> Path:
    """Put a sealed edition in its dated place and make the stable name lead there.

    Keeps the `keep` newest snapshots, the new one among them (at least two: a reader may be about
    to open the last one). Returns the snapshot's folder.
    """
    shelf = root / "snapshots" / edition
    shelf.mkdir(parents=True, exist_ok=True)
    place = _free(shelf / name)
    built.rename(place)
    _sync(shelf)
    link = root / edition
    beside = root / f".{edition}.new"
    beside.unlink(missing_ok=True)
    beside.symlink_to(place.relative_to(root), target_is_directory=True)
    beside.replace(link)
    _sync(root)
    others = [one for one in kept(root, edition) if one != place]  # the clock may have gone back
    for old in others[max(keep, 2) - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
    return place


def kept(root: Path, edition: str) -> list[Path]:
    """Return the folders of an edition's snapshots, newest first."""
    shelf = root / "snapshots" / edition
    return sorted(shelf.iterdir(), key=_moment_and_number, reverse=True) if shelf.is_dir() else []


def newest(root: Path, edition: str | None = None) -> Path:
    """Return the newest snapshot's database: of an edition, or of the team's if it may be read.

    The path is the dated one, so that whoever opens it keeps this snapshot. Raises Unpublished
    when there is none.
    """
    for one in (edition,) if edition else EDITIONS:
        path = root / one / DATABASE
        if os.access(path, os.R_OK):
            return path.resolve()
    raise Unpublished(
        _("There is no catalogue to read in {folder}.").format(folder=root),
        _("« veille publish » makes it."),
    )


def _free(place: Path) -> Path:
    """Return this path, or where several are published within a second, one that sorts after them.

    So a name that was freed meanwhile is not used again: it would seem the oldest.
    """
    name = place.name
    beside = [one for one in place.parent.iterdir() if _moment_and_number(one)[0] == name]
    if not beside:
        return place
    return place.with_name(f"{name}-{max(map(_moment_and_number, beside))[1] + 1:02}")


def _moment_and_number(place: Path) -> tuple[str, int]:
    moment, _dash, number = place.name.partition("-")
    return moment, int(number) if number.isdecimal() else 1


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            _("The catalogue cannot be written in {folder}: {error}").format(
                folder=folder.parent, error=error.strerror
            ),
            _("Check the disk's free space and the folder's permissions."),
        ) from error
