"""`veille tidy`: take away what is kept no longer."""

from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def tidy(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would go, and take nothing."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.kept import tell_tidied
    from veille.cli.speech import log_to_stderr, print_json
    from veille.tidying import tidy_now
    from veille.workspace import open_workspace

    log_to_stderr()
    gone = tidy_now(open_workspace(workspace), dry_run=dry_run)
    if json:
        print_json({"gone": dict(gone), "dry_run": dry_run})
    else:
        tell_tidied(gone, dry_run=dry_run)


tidy.__doc__ = _(
    "Take away what is kept no longer, as retention: and subscribers: in config.yaml say; the "
    "pipeline « keep » does so by itself.\n\n"
    "Exit codes: 0 done; 1 a store or the disk does not allow it; 3 a run is at work."
)
