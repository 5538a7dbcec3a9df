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
    from veille.classify.regions.names import region_names
    from veille.cli.speech import out, print_json
    from veille.cli.tables import health_table, status_screen
    from veille.cli.upcoming import upcoming, upcoming_text
    from veille.clock import SystemClock
    from veille.report import read_status
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    told, now = read_status(opened.status), SystemClock().now()
    if json:
        print_json(told | {"schedule": upcoming(opened, told, now)})
    elif every:
        out.print(health_table(told, opened.settings.zone))
    else:
        regions = region_names(opened.root / "models" / "regions")
        out.print(status_screen(told, opened.settings.zone, regions))
        out.print(upcoming_text(opened, told, now))


status.__doc__ = _("Show the last runs, the sources in trouble and what waits.")
