"""Folders that take a second to fill, filled once in a session of tests; each test has a copy."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

SHELF: list[Path] = []
"""Where they are kept while the session lasts: a folder that all its processes share."""


def prepared(folder: Path, fill: Callable[[Path], object], *told: object) -> None:
    """Fill a folder as `fill` would; what it makes depends on what is `told` and nothing else.

    What fills it may not write down where it is: a copy stands elsewhere.
    """
    if not SHELF:
        fill(folder)
        return
    name = hashlib.sha256(repr((fill.__qualname__, *told)).encode()).hexdigest()[:16]
    kept = SHELF[-1] / name
    with FileLock(f"{kept}.lock"):
        if not kept.is_dir():
            begun = kept.with_suffix(".begun")
            begun.mkdir()
            fill(begun)
            begun.rename(kept)
    shutil.copytree(kept, folder, symlinks=True, dirs_exist_ok=True)
