"""The clocks: a daemon and crontab lines, the same jobs, each one a `veille run` of its own."""

import sys
from pathlib import Path

from veille.timetable import Job, jobs
from veille.workspace import Workspace, pipeline_names


def jobs_of(workspace: Workspace) -> tuple[Job, ...]:
    """Return the jobs of the pipelines that a workspace has."""
    return jobs(workspace.settings, pipeline_names(workspace))


def command(root: Path, pipeline: str) -> list[str]:
    """Return the command, absolute, that runs a pipeline of the workspace at `root`."""
    script = Path(sys.executable).with_name("veille")
    # -P: a folder named veille where the command is given is not taken for the program
    program = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "veille"]
    return [*program, "run", pipeline, "--workspace", str(root)]
