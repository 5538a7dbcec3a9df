"""A restore that is killed (SIGKILL) before its n-th change of the disk, for each n there is.

`python -m fakes.dying FOLDER` copies FOLDER (with the workspace `w` and its `backups`) to
FOLDER-0, FOLDER-1…, and restores in each, a process of its own, until one lives to its end.
"""

import os
import pathlib
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fakes.clock import FakeClock

from veille.keeping import swap
from veille.restore import take_back
from veille.store import sqlite_copy

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)


def main(folder: Path) -> None:
    """Kill restores of the workspace in this folder, each one change later than the last."""
    for number in range(200):
        copy = Path(shutil.copytree(folder, f"{folder}-{number}"))
        child = os.fork()
        if not child:
            _die_at(number)
            take_back(copy / "backups", given=copy / "w", force=True, clock=FakeClock(NOW))
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended != -signal.SIGKILL:
            sys.exit(ended)


def _die_at(number: int) -> None:
    left = [number]

    def deadly(change: Callable[..., object]) -> Callable[..., object]:
        def changed(*given: object, **more: object) -> object:
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return change(*given, **more)

        return changed

    for module, name in (
        (sqlite_copy, "put_sqlite"),
        (sqlite_copy, "copy_sqlite"),
        (swap, "write"),
    ):
        setattr(module, name, deadly(getattr(module, name)))
    for name in ("replace", "unlink"):
        setattr(pathlib.Path, name, deadly(getattr(pathlib.Path, name)))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
