"""`veille schedule`: run pipelines at their hours."""

from typing import Annotated

import typer

from veille.cli.options import WorkspaceOption
from veille.i18n import _


def schedule(
    print_cron: Annotated[
        bool,
        typer.Option("--print-cron", help=_("Write the same jobs as lines for cron, and end.")),
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import log_to_stderr
    from veille.cli.upcoming import cron_lines, keep_hours
    from veille.workspace import open_workspace

    log_to_stderr()
    opened = open_workspace(workspace)
    if print_cron:
        typer.echo(cron_lines(opened), nl=False)
    else:
        keep_hours(opened)


schedule.__doc__ = _(
    "Run the pipelines at their hours (schedule: in config.yaml), until told to stop.\n\n"
    "Exit codes: 0 asked to stop, and did so in order; 2 wrong use or settings; 3 this workspace "
    "has its clock already."
)
