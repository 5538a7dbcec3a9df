"""The parts of a workspace that a backup holds, by their paths from its root."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

WATCH = "var/watch.duckdb"
SUBSCRIBERS = "var/subscribers.sqlite"
DESK = "var/desk.sqlite"
STORES_OF_PEOPLE = (SUBSCRIBERS, DESK)
"""What people do and who they are: copied as SQLite copies, sealed."""

SECRETS = ("var/secret",)
"""Files sealed with them; the signing key of `deliver.dkim.key` too."""

FOLDERS = ("pipelines", "models", "digests", "var/bulletins")
FILES = (
    "config.yaml",
    "sources.yaml",
    "var/status.json",
    "var/incidents.json",  # no address is in it
    "var/schedule.since",
)
CATALOGUE = "var/catalogue"
FITTED = "var/models"

LEDGER = "gone.jsonl"
"""Beside the backups: who was erased or left, without a name, for restores to go by."""

_LEFT = frozenset({"__pycache__", ".git"})


def files_of(root: Path) -> Iterator[str]:
    """Yield the files that are copied as they are, stores apart, those of folders in order."""
    yield from (name for name in FILES if (root / name).is_file())
    for folder in FOLDERS:
        yield from files_in(root, folder)
    yield from _learnt(root)


def part_of(name: str) -> str:
    """Return what is replaced as one when this file comes back: itself, or a folder it is in."""
    if name.startswith(f"{FITTED}/"):
        return "/".join(name.split("/")[:3])
    return next((one for one in (*FOLDERS, CATALOGUE) if name.startswith(f"{one}/")), name)


def is_inside(name: str) -> bool:
    """Whether a name leads to somewhere below a folder: no other is written or read."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _learnt(root: Path) -> Iterator[str]:
    """Yield what models learnt from reviews, and which one judges; others are fitted in seconds."""
    for told in sorted((root / FITTED).glob("domains-*/comparison.json")):
        yield from files_in(root, told.parent.relative_to(root).as_posix())
    for told in sorted((root / FITTED).iterdir() if (root / FITTED).is_dir() else ()):
        if told.suffix in {".json", ".txt"}:
            yield told.relative_to(root).as_posix()


def files_in(root: Path, folder: str) -> Iterator[str]:
    """Yield the files of a folder and of those below it; none where it is not there."""
    for path in sorted((root / folder).rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not _LEFT.intersection(inside.parts) and not _is_passing(path):
            yield inside.as_posix()


def _is_passing(path: Path) -> bool:
    """Whether it is a file that somebody is writing now (see `veille.files`)."""
    return path.name.startswith(".") and path.name.count(".") > 1
