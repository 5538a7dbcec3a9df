"""The clocks: a daemon and crontab lines, the same jobs, each one a `veille run` of its own."""

import sys
from datetime import datetime
from pathlib import Path

from veille.timetable import Job, jobs
from veille.workspace import Workspace, pipeline_names


def jobs_of(workspace: Workspace) -> tuple[Job, ...]:
    """Return the jobs of the pipelines that a workspace has."""
    return jobs(workspace.settings, pipeline_names(workspace))


def watched_since(workspace: Workspace) -> datetime | None:
    """Return since when a daemon watches the hours here, if one ever did."""
    try:
        return datetime.fromisoformat(_marker(workspace).read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return None


def watch_from_now(workspace: Workspace, now: datetime) -> datetime:
    """Return since when a daemon watches the hours here; note it, if this is its first start.

    What never ran is due from then on, so that a restart before the very first run skips nothing.
    """
    if since := watched_since(workspace):
        return min(since, now)
    _marker(workspace).write_text(f"{now.isoformat()}\n", encoding="utf-8")
    return now


def _marker(workspace: Workspace) -> Path:
    return workspace.var / "schedule.since"


def command(root: Path, *words: str) -> list[str]:
    """Return the command, absolute, that says these words to the workspace at `root`."""
    script = Path(sys.executable).with_name("veille")
    # -P: a folder named veille where the command is given is not taken for the program
    program = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "veille"]
    return [*program, *words, "--workspace", str(root)]
