"""`veille init DIR`: a new workspace."""

import shlex
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
    for line in _next(folder, sample=sample):
        out.print(f"  {line}")


def _next(folder: Path, *, sample: bool) -> list[str]:
    """Return what to do next: the sample web needs nothing, live sources a word on who we are."""
    enter = f"cd {shlex.quote(str(folder))}"
    if sample:
        return [enter, "veille check", "veille run nightly", "veille show"]
    return [
        enter,
        _("in config.yaml, under « fetch: », write who runs this watch: « contact: https://… » or"),
        _("« contact: name@organisation.org »; the sites visited will see it"),
        "veille check",
        "veille sources check --activate",
        "veille run nightly",
        "veille show",
    ]


init.__doc__ = _("Make a new workspace: settings, sources, pipelines.")
