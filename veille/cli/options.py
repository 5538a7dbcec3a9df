"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

from veille.i18n import _

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        help=_("The workspace’s folder; by default this one or the nearest above."),
        envvar="VEILLE_WORKSPACE",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=_("One JSON document, for machines."))]
