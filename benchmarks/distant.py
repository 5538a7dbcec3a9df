"""What does it cost to have the work done by a Dask cluster?

Feeds of ten pages as heavy as real ones are polled, their pages read and signed for grouping: once
with two worker processes of the run's own, once with a scheduler and two Dask workers beside it on
the same cores. Whole processes, Dask's too; what it costs to start and end that cluster, which
stays between nights, is taken off: measured in the same run, with nothing to do. Both ask as many
sites at once as docs/scaling.md advises for two workers.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import Cost, cost
from benchmarks.figures import Figure, Size
from benchmarks.loopback import served
from benchmarks.watched import night, watching

FEEDS = {Size.SMALL: 2, Size.USUAL: 100, Size.LARGE: 200}
PAGES = 10
STEPS = ["poll", "read", "group"]
FETCH = {"hosts_at_once": 32}
TESTS = Path(__file__).resolve().parents[1] / "tests"


def measure(size: Size) -> list[Figure]:
    """Return what the cluster costs."""
    feeds, pages = FEEDS[size], FEEDS[size] * PAGES
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        idle = cost(_within(folder / "idle"))
        with served(feeds, PAGES) as sites:
            here = cost(night(watching(folder / "here", sites, STEPS, fetch=FETCH)))
            workspace = watching(folder / "w", sites, STEPS, fetch=FETCH)
            there = cost(_within(folder / "there", workspace))
    for spent in (here, there):
        _check(spent, pages)
    return [
        Figure(
            name=f"{pages:,} pages polled, read and signed", value=there.cpu - idle.cpu,
            unit="CPU-s", beside="two processes of the run's own", floor=here.cpu, most_times=1.15,
            note=f"the cluster itself: {idle.cpu:.1f} CPU-s to start and end",
        ),
        Figure(
            name="memory of the largest process", value=there.peak, unit="MB",
            beside="two processes of the run's own", floor=here.peak,
        ),
    ]  # fmt: skip


def _within(scratch: Path, workspace: Path | None = None) -> list[str]:
    """Return the command that runs a cluster, and a workspace's night on it."""
    scratch.mkdir()
    command = [sys.executable, "-m", "benchmarks.distant", str(scratch)]
    return [*command, str(workspace)] if workspace else command


def _check(spent: Cost, pages: int) -> None:
    steps = {step["name"]: step for step in json.loads(spent.said)["steps"]}
    assert steps["read"]["new"] == steps["group"]["done"] == pages, steps


def main(scratch: str, workspace: str = "") -> None:
    """Start a cluster, run the workspace's night on it if there is one, end the cluster."""
    from fakes.cluster import cluster

    with cluster(Path(scratch), 2) as made:
        if workspace:
            environment = {**os.environ, "VEILLE_WORKERS": made.setting}
            subprocess.run(night(Path(workspace)), env=environment, check=True)


if __name__ == "__main__":
    sys.path.append(str(TESTS))
    main(*sys.argv[1:])
