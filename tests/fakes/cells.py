"""Children in which others' SQL runs, forked from a process that has loaded what they load.

    python -P cells.py PATH-OF-CELL

Reads a request a line on stdin; for each, a child runs the cell as a program does that was just
started: with the request on its stdin, under its own limits. Writes, a line each, what came of it:
the exit status and the bytes of stdout, in base64. Half a second less of CPU for each statement.
"""

import base64
import importlib
import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class Cells:
    """Stands in for the module `subprocess` where `query` starts a child."""

    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent

    def run(self, command, *, input: bytes, **_same) -> subprocess.CompletedProcess[bytes]:
        self._parent.stdin.write(input.decode() + "\n")
        self._parent.stdin.flush()
        status, told = json.loads(self._parent.stdout.readline())
        return subprocess.CompletedProcess(command, status, base64.b64decode(told))


@contextmanager
def forked_cells() -> Iterator[Cells]:
    """Start the process that children are forked from, for as long as the block lasts."""
    from veille.store.catalogue.query import _CELL

    command = [sys.executable, "-P", __file__, _CELL]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        yield Cells(parent)
        parent.stdin.close()


def main(cell: str) -> None:
    """Serve requests until there are no more. What takes too long is the cell's own to end."""
    for name in ("duckdb", "pyarrow.compute"):
        importlib.import_module(name)
    for request in sys.stdin:
        end, begin = os.pipe()
        if (child := os.fork()) == 0:
            os.dup2(begin, 1)
            _answer(cell, request)
        os.close(begin)
        with os.fdopen(end, "rb") as answer:
            told = base64.b64encode(answer.read()).decode()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(json.dumps([status, told]) + "\n")
        sys.stdout.flush()


def _answer(cell: str, request: str) -> NoReturn:
    """Be the cell that is asked this, and end."""
    sys.stdin = io.StringIO(request)
    status = 1
    try:
        runpy.run_path(cell, run_name="__main__")
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1])
