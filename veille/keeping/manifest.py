"""What a backup says of itself: its files with their hashes, its stores with what they hold."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError

from veille.errors import SchemaError, StoreError
from veille.faults import why_not
from veille.files import write
from veille.i18n import _
from veille.keeping import parts

MANIFEST = "manifest.json"
FORM = 1
_PIECE = 1 << 20


def _inside(name: str) -> str:
    """Refuse a name that leads out of the folder of the backup, and out of a workspace."""
    if not parts.is_inside(name):
        raise ValueError(name)
    return name


class Filed(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Stored(BaseModel):
    """What a store held: its schema's version, rows by table, and a digest where there is one."""

    model_config = ConfigDict(frozen=True)

    schema_version: int
    rows: dict[str, int]
    digest: str = ""


class Manifest(BaseModel):
    """What a backup holds. `people`: whether who subscribes and works here is in it."""

    model_config = ConfigDict(frozen=True)

    form: int = FORM
    engine: str
    name: str
    root: str
    at: AwareDatetime
    people: Literal["sealed", "left_out", "none"]
    files: dict[Annotated[str, AfterValidator(_inside)], Filed]
    stores: dict[str, Stored]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files.values())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it down; raises OSError."""
    write(folder / MANIFEST, manifest.model_dump_json(indent=1))


def read_manifest(folder: Path) -> Manifest:
    """Return what the backup in this folder says of itself.

    Raises SchemaError for one of a newer veille, StoreError where there is none or it is damaged.
    """
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(
            _("{folder} is no backup: it has no {name}.").format(folder=folder, name=MANIFEST)
        ) from None
    except OSError as error:
        raise StoreError(
            _("{path} cannot be read: {why}").format(path=path, why=why_not(error))
        ) from error
    except ValidationError as error:
        raise StoreError(_("{path} is damaged.").format(path=path), _older()) from error
    if manifest.form > FORM:
        raise SchemaError(
            _("{folder} was made by a newer veille ({engine}).").format(
                folder=folder, engine=manifest.engine
            ),
            _("Install the newer veille."),
        )
    return manifest


def backups_in(place: Path) -> dict[Path, Manifest]:
    """Return the backups in a folder, the newest first; what is none, or damaged, is left out."""
    found = {}
    for folder in place.iterdir() if place.is_dir() else ():
        if folder.is_dir() and not folder.name.startswith("."):
            try:
                found[folder] = read_manifest(folder)
            except StoreError:
                continue
    return dict(sorted(found.items(), key=lambda pair: pair[1].at, reverse=True))


def filed(path: Path) -> Filed:
    """Return what a manifest says of this file; raises OSError."""
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hashed.update(piece)
            size += len(piece)
    return Filed(size=size, sha256=hashed.hexdigest())


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise StoreError with each file of a backup that is not as it was written."""
    wrong = [name for name, told in manifest.files.items() if not _is_as_told(folder / name, told)]
    if wrong:
        shown = ", ".join(wrong[:5]) + ("…" if len(wrong) > 5 else "")
        raise StoreError(
            _("The backup {folder} is damaged: {names}.").format(folder=folder, names=shown),
            _older(),
        )


def _is_as_told(path: Path, told: Filed) -> bool:
    try:
        return filed(path) == told
    except OSError:
        return False


def _older() -> str:
    return _("Restore an older one; « veille backup » makes a new one.")
