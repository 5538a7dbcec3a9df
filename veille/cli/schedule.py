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
    once: Annotated[
        bool,
        typer.Option("--once", help=_("Run what is due now, and end: for a timer to ask often.")),
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import log_to_stderr
    from veille.cli.upcoming import catch_up, cron_lines, keep_hours
    from veille.memory import settle_in
    from veille.workspace import open_workspace

    log_to_stderr()
    opened = open_workspace(workspace)
    if print_cron:
        typer.echo(cron_lines(opened), nl=False)
    elif once:
        raise typer.Exit(catch_up(opened))
    else:
        settle_in()
        keep_hours(opened)


schedule.__doc__ = _(
    "Run the pipelines at their hours (schedule: in config.yaml), until told to stop.\n\n"
    "Exit codes: 0 asked to stop, and did so in order; 2 wrong use or settings; 3 this workspace "
    "has its clock already. With --once: the worst code of what it ran, 0 if nothing was due."
)
