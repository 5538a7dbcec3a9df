"""Backup: a verified copy of the workspace goes where `backup.folder` says."""

from veille.pipeline import Run


def backup(run: Run) -> None:
    """Make a backup; nothing where no folder is named."""
    if run.settings.backup.folder:
        run.back_up()
        run.tally.done = run.tally.new = 1
