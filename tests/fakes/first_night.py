"""The sample web after its first night: run once for all tests and their workers, to be copied."""

import pickle
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fakes.clock import FakeClock
from fakes.workspaces import new_workspace
from filelock import FileLock

from veille.model import RunReport
from veille.runner import run_pipeline
from veille.workspace import Workspace, open_workspace

STARTED = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FirstNight:
    """A workspace that had one night, the account of that night, and its clock's time since."""

    root: Path
    report: RunReport
    ended: datetime

    def copy(self, folder: Path) -> tuple[Workspace, FakeClock]:
        """Return a copy to go on with, and a clock that goes on."""
        root = shutil.copytree(self.root, folder, symlinks=True)
        return open_workspace(root), FakeClock(self.ended)


def first_night_in(folder: Path, models: Path) -> FirstNight:
    """Return the night kept in a folder that all workers know; whoever is first runs it."""
    kept = folder / "night.pickle"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_run(folder / "w", models)))
        night: FirstNight = pickle.loads(kept.read_bytes())
    return night


def _run(folder: Path, models: Path) -> FirstNight:
    clock = FakeClock(STARTED)
    made = new_workspace(folder, sample=True, now=clock.now())
    shutil.copytree(models, made.var / "models")
    report = run_pipeline(made, "nightly", clock=clock)
    return FirstNight(made.root, report, clock.now())
