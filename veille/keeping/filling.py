"""Fill the folder of a backup with copies of a workspace, and read one through again."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from veille.config import Settings
from veille.errors import StoreError
from veille.i18n import _
from veille.keeping import parts
from veille.keeping.manifest import Filed, Manifest, Stored, check_files, filed, read_manifest
from veille.keeping.sealing import SEALED, seal, unseal
from veille.settings.store import Place
from veille.store import copy_watch, is_there, look_through_watch
from veille.store.sqlite_copy import copy_sqlite, look_through_sqlite
from veille.version import __version__


def personal(root: Path, settings: Settings) -> Iterator[str]:
    """Yield the parts of a workspace that are sealed, where they are there."""
    dkim = root / settings.deliver.dkim.key
    names = [*parts.STORES_OF_PEOPLE, *parts.SECRETS]
    if dkim.is_relative_to(root) and parts.is_inside(dkim.relative_to(root).as_posix()):
        names.append(dkim.relative_to(root).as_posix())
    yield from (name for name in names if (root / name).is_file())


def plain(root: Path, *, catalogue: bool) -> Iterator[str]:
    """Yield the files that are copied as they are, but for the working store."""
    yield from parts.files_of(root)
    if catalogue:
        for edition in ("team", "open"):
            link = root / parts.CATALOGUE / edition
            if link.is_dir():
                newest = f"{parts.CATALOGUE}/snapshots/{edition}/{link.resolve().name}"
                yield from parts.files_in(root, newest)


def size_of(root: Path, settings: Settings, *, catalogue: bool) -> int:
    """Return about how many bytes a backup takes."""
    names = [parts.WATCH, *personal(root, settings), *plain(root, catalogue=catalogue)]
    return sum((root / name).stat().st_size for name in names if (root / name).is_file())


def fill(
    root: Path, settings: Settings, folder: Path, key: str | None, now: datetime, *, catalogue: bool
) -> Manifest:
    """Copy a workspace into an empty folder and return what is in it; without a key, no people.

    The working store comes first and the desk after it: then no run knows of decisions that the
    desk does not. Raises StoreError, LockHeld (see `copy_watch`) and OSError.
    """
    stores: dict[str, Stored] = {}
    place = settings.place(root)
    if is_there(place):
        (folder / "var").mkdir()
        stores[parts.WATCH] = _watch_as_copied(place, folder / parts.WATCH)
    people = _people(root, settings) if key else {}
    stores |= _stores_of(people)
    for name in plain(root, catalogue=catalogue):
        _copy_file(root / name, folder / name)
    if key and people:
        (folder / SEALED).write_bytes(seal(people, key))
    return Manifest(
        engine=__version__,
        name=settings.veille.name,
        root=str(root),
        at=now,
        people="sealed" if people else "left_out" if any(personal(root, settings)) else "none",
        files=_files_below(folder),
        stores=stores,
    )


def verify_backup(folder: Path, key: str | None) -> tuple[Manifest, dict[str, bytes]]:
    """Check every file of a backup and open every store in it; return what is sealed, opened.

    Without a key what is sealed is not opened, and nothing of it returned. Raises StoreError for
    one that is damaged or does not hold what its manifest says, SchemaError for a newer veille's.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    found: dict[str, Stored] = {}
    if (folder / parts.WATCH).is_file():
        found[parts.WATCH] = _watch_as_found(folder / parts.WATCH)
    people: dict[str, bytes] = {}
    is_whole = manifest.people != "sealed" or SEALED in manifest.files
    if manifest.people == "sealed" and key and is_whole:
        people = unseal((folder / SEALED).read_bytes(), key, str(folder / SEALED))
        found |= _stores_of(people)
    told = {name: one for name, one in manifest.stores.items() if people or name == parts.WATCH}
    if told != found or not is_whole or not all(map(parts.is_inside, people)):
        raise StoreError(
            _("The backup {folder} does not hold what it says.").format(folder=folder),
            _("Restore an older one; « veille backup » makes a new one."),
        )
    return manifest, people


def is_store(name: str) -> bool:
    """Whether a part is a SQLite store."""
    return name.endswith(".sqlite")


def _people(root: Path, settings: Settings) -> dict[str, bytes]:
    return {
        name: copy_sqlite(root / name) if is_store(name) else (root / name).read_bytes()
        for name in personal(root, settings)
    }


def _stores_of(people: dict[str, bytes]) -> dict[str, Stored]:
    found = {name: look_through_sqlite(people[name], name) for name in people if is_store(name)}
    return {name: Stored(schema_version=one.schema, rows=one.rows) for name, one in found.items()}


def _watch_as_copied(place: Place, copy: Path) -> Stored:
    held = copy_watch(place, copy)
    return Stored(schema_version=held.schema, rows=held.rows, digest=held.digest)


def _watch_as_found(path: Path) -> Stored:
    held = look_through_watch(path)
    return Stored(schema_version=held.schema, rows=held.rows, digest=held.digest)


def _copy_file(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copy2(path, copy)
    except FileNotFoundError:
        if path.exists():
            raise  # it is the folder of the backup that went away


def _files_below(folder: Path) -> dict[str, Filed]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): filed(path) for path in paths}
