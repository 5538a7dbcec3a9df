"""`veille status`: the last runs and the sources' health."""

from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def status(
    every: Annotated[
        bool, typer.Option("--sources", help=_("Every source’s last attempt, success, new item."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import out, print_json
    from veille.cli.tables import health_table, status_screen
    from veille.report import read_status
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    told = read_status(opened.status)
    if json:
        print_json(told)
    else:
        shown = health_table if every else status_screen
        out.print(shown(told, opened.settings.zone))


status.__doc__ = _("Show the last runs, the sources in trouble and what waits.")
