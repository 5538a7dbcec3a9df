"""Processes that query a published catalogue in a loop, as an analyst's notebook would.

Each opens it anew each time, finds it whole and never older than before, or ends with an error.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.processes import kill_all, start

READER = """
import json, pathlib, sys, time, duckdb
*paths, pause = sys.argv[1:]
link, stop = map(pathlib.Path, paths)
last, names, waits = "", set(), []
while not stop.exists():
    began = time.monotonic()
    with duckdb.connect(str(link), read_only=True) as connection:
        [(held, told, indexed, name)] = connection.execute(
            "SELECT (SELECT count(*) FROM items), items, (SELECT count(*) FROM word_index),"
            " snapshot_id FROM snapshot").fetchall()
        found = connection.execute("SELECT count(*) FROM search('coopérative')").fetchall()
        assert held == told == indexed > 0 and found, (held, told, indexed, found)
        assert name >= last, (name, last)
    waits.append(time.monotonic() - began)
    last = name
    names.add(name)
    time.sleep(float(pause))
print(json.dumps([waits, len(names)]))
"""


@dataclass(frozen=True)
class Asked:
    """How long a reader waited for each of its answers, in seconds, and the snapshots it saw."""

    waits: list[float]
    seen: int


@contextmanager
def readers(root: Path, count: int, *, pause: float) -> Iterator[list[Asked]]:
    """Let so many processes query the open edition as long as the block lasts; then they tell."""
    stop = root / "stop"
    link = root / "open" / "catalogue.duckdb"
    command = [sys.executable, "-c", READER, str(link), str(stop), str(pause)]
    processes = [start(command, root) for _ in range(count)]
    told: list[Asked] = []
    try:
        yield told
        stop.touch()
        for process in processes:
            said, complaints = process.communicate(timeout=120)
            assert process.returncode == 0, complaints
            told.append(Asked(*json.loads(said)))
    finally:
        for process in processes:
            kill_all(process)
