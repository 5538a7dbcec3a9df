"""`veille status`: how the watch stands, on one screen."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def status(
    every: Annotated[
        bool, typer.Option("--sources", help=_("Every source’s last attempt, success, new item."))
    ] = False,
    prometheus: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=_("Write the figures for Prometheus’s node_exporter; « - » shows them."),
        ),
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.classify.regions.names import region_names
    from veille.cli.reviewed import with_flow, with_people
    from veille.cli.speech import out, print_json
    from veille.cli.standpoint import as_json, figures, who_is_told
    from veille.clock import SystemClock
    from veille.health.situation import situation
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    found = with_people(opened, situation(opened, SystemClock().now()))
    found = with_flow(opened, found)
    if prometheus:
        figures(found, prometheus)
    elif json:
        print_json(as_json(opened, found))
    else:
        from veille.cli.screen import health_table, screen

        zone = opened.settings.zone
        regions = region_names(opened.models / "regions")
        out.print(
            health_table(found.sources, zone)
            if every
            else screen(found, zone, regions, who_is_told(opened, found))
        )


status.__doc__ = _(
    "Show how the watch stands: runs, what is wrong, sources in trouble, what waits, the disk."
)
