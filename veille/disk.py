"""How full the disk is, and what each part of `var/` takes of it."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path

_BLOCK = 512  # the unit of st_blocks, whatever the file system's own is


def free_bytes(folder: Path) -> tuple[int, int]:
    """Return the bytes free to us, and in all, on the disk that holds this folder.

    Of a folder that is not there yet, those where it would be. Raises OSError.
    """
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def sizes(var: Path) -> dict[str, int]:
    """Return the bytes on the disk of each store and folder of `var/`, the largest first.

    What belongs to a store (its write-ahead log) counts with it; a file by two names counts once.
    """
    counted: Counter[str] = Counter()
    known: set[tuple[int, int]] = set()
    for entry in _entries(var):
        for one in _below(entry) if entry.is_dir(follow_symlinks=False) else [entry]:
            with suppress(OSError):  # gone meanwhile: another process is at work
                told = one.stat(follow_symlinks=False)
                if (told.st_dev, told.st_ino) not in known:
                    known.add((told.st_dev, told.st_ino))
                    counted[entry.name.partition(".")[0]] += told.st_blocks * _BLOCK
    return {name: size for name, size in counted.most_common() if name and size}


def _below(folder: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    for entry in _entries(folder):
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry)


def _entries(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entries, key=attrgetter("name"))
    return []
