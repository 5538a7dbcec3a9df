"""`veille serve`: the pages, in a browser."""

from typing import Annotated

import typer

from veille.cli.options import WorkspaceOption
from veille.i18n import _


def serve(
    host: Annotated[
        str | None, typer.Option(help=_("Address to listen on; by default that of config.yaml."))
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help=_("Port to listen on; 0 takes any that is free.")),
    ] = None,
    beyond_loopback: Annotated[
        bool,
        typer.Option("--beyond-loopback", help=_("Let other machines in, without encryption.")),
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import err, log_to_stderr, out
    from veille.memory import settle_in
    from veille.web.server import serve as serve_pages
    from veille.workspace import open_workspace

    log_to_stderr()
    opened = open_workspace(workspace)
    settings = opened.settings.web
    settle_in()
    serve_pages(
        opened,
        host or settings.host,
        settings.port if port is None else port,
        beyond_loopback=beyond_loopback or settings.beyond_loopback,
        tell=out.print,
        warn=lambda told: err.print(told, markup=False),
    )


serve.__doc__ = _(
    "Serve the pages: for readers sign-up, their choices, leaving, the archive, the feeds; for the "
    "staff, signed in, review, search, the bulletin, the sources, the dashboard "
    "(docs/equipe.md).\n\n"
    "They listen on this machine alone; a web server with a certificate lets others reach them "
    "(docs/pages.md). Ctrl-C or SIGTERM ends it.\n\n"
    "Exit codes: 0 asked to stop; 1 the store of subscribers cannot be used; 2 wrong use or "
    "settings."
)
