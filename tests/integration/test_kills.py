"""kill -9 at random moments of a run over the sample web, then a run to the end: nothing lost,
nothing twice, no process left behind, and the store opens each time.

The moments are drawn with a seed over the length of an undisturbed run; every second one then
waits for the next write to the store, to strike in its midst. Kills in one step or another are in
test_kill_matrix.py.
"""

import random
import subprocess
import time
from datetime import datetime
from pathlib import Path

import pytest
from fakes.kills import (
    MINUTE,
    NOW,
    Undisturbed,
    command,
    contents,
    killed,
    look_into_a_copy,
    run_to_the_end,
    undisturbed_night,
)
from fakes.processes import kill_all, start, wait_until


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, fitted) -> Undisturbed:
    return undisturbed_night(tmp_path_factory.mktemp("nights"), fitted)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_a_kill_at_any_moment(undisturbed, tmp_path, seed):
    night = undisturbed.copy(tmp_path / "w")
    drawn = random.Random(f"kill {seed}")
    kill_in(night, undisturbed, drawn, NOW, in_a_write=seed % 2 == 1)
    run_to_the_end(night, NOW + MINUTE)
    assert contents(night) == undisturbed.contents


def kill_in(
    night: Path, whole: Undisturbed, drawn: random.Random, at: datetime, *, in_a_write: bool
) -> None:
    """Start a run, kill its first process at a random moment, and look at what it leaves."""
    process = start(command(night, at), night)
    try:
        time.sleep(drawn.uniform(0, whole.seconds))
        if in_a_write:
            wait_for_a_write(night, process)
        killed(process)
    finally:
        kill_all(process)
    look_into_a_copy(night)


def wait_for_a_write(night: Path, process: subprocess.Popen[str]) -> None:
    def written() -> list[tuple[str, int]]:
        paths = (night / "var").glob("watch.duckdb*")
        return [(path.name, path.stat().st_mtime_ns) for path in paths if path.exists()]

    before = written()
    wait_until(lambda: written() != before or process.poll() is not None, seconds=5, every=0.0005)
