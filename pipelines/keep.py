"""Keep: what is too old goes, then all that is left is copied to where `backup.folder` says."""

from veille import Run, backup, tidy


def pipeline(run: Run) -> None:
    run.do(tidy)  # superseded versions, old reports, people whose time is over: gone
    run.do(backup)  # the workspace -> a verified copy of it; old copies go in their turn
