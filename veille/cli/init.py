"""`veille init DIR`: a new workspace."""

from pathlib import Path
from typing import Annotated

import typer

from veille.i18n import _


def init(
    folder: Annotated[Path, typer.Argument(help=_("Where to make it."), show_default=False)],
    name: Annotated[
        str | None, typer.Option(help=_("The watch’s name, as people read it."))
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample", help=_("Watch the bundled sample web: it runs without any network.")
        ),
    ] = False,
) -> None:
    from veille.cli.speech import out
    from veille.clock import SystemClock
    from veille.starter import make_workspace

    workspace = make_workspace(folder, name=name, sample=sample, now=SystemClock().now())
    out.print(_("A workspace is ready in {root}.").format(root=workspace.root))
    out.print(_("Next:"))
    for line in (f"cd {folder}", "veille check", "veille run nightly"):
        out.print(f"  {line}")


init.__doc__ = _("Make a new workspace: settings, sources, pipelines.")
