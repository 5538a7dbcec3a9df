"""A situation as machines read it, and who is told of what is wrong."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from veille.health.alerts import why_untold, write_metrics
from veille.health.report import read_status
from veille.health.situation import Situation
from veille.i18n import _, _n
from veille.workspace import Workspace


def as_json(workspace: Workspace, found: Situation) -> dict[str, Any]:
    """Return what the last run told, and how things stand now, for `--json`."""
    return read_status(workspace.status) | {
        "runs": [asdict(run) for run in found.runs],
        "schedule": {
            "next": {one.pipeline: one.at for one in found.coming},
            "missed": {one.pipeline: one.at for one in found.missing},
            "at_work": found.at_work,
        },
        "queues": found.queues,
        "bulletin": found.weekly,
        "disk": found.disk,
        "judging": found.judging,
        "backups": found.backups,
        "incidents": [_without_marks(asdict(one)) for one in found.incidents],
    }


def figures(found: Situation, path: Path) -> None:
    """Write the figures for Prometheus to a file, or show them for « - ».

    Raises StoreError when the file cannot be written.
    """
    from veille.health.metrics import exposition

    text = exposition(found)
    if str(path) == "-":
        typer.echo(text, nl=False)
    else:
        write_metrics(path, text)


def who_is_told(workspace: Workspace, found: Situation) -> list[str]:
    """Say who is told of what is wrong, and what stands in the way of it."""
    to = workspace.settings.alerts.to
    if not to:
        return [_("Nobody is told of incidents: alerts.to in config.yaml is empty.")]
    if why := why_untold(workspace):
        return [why]
    told = _n("{n} person is told of incidents.", "{n} people are told of incidents.", len(to))
    vain = [tries.answer for tries in found.tries if tries.answer]
    more = [_("The last attempt was in vain: {why}.").format(why=why) for why in vain[:1]]
    return [" ".join([told.format(n=len(to)), *more])]


def _without_marks(incident: dict[str, Any]) -> dict[str, Any]:
    """Return an incident with how many people were told, not who."""
    return incident | {"told": len(incident["told"])}
