"""Options that several verbs share."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from veille.errors import UsageError
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


def midnight(day: str, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins; raise UsageError for what is none."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone)
    except ValueError:
        raise UsageError(
            _("« {day} » is not a day.").format(day=day), _("Write it like this: 2026-11-21.")
        ) from None
