"""How the messages of issues stand, as `veille digest status` tells it."""

from pathlib import Path
from typing import Any

from rich.text import Text

from veille.deliver.wording import explain_answer, tell_counts
from veille.i18n import _
from veille.mailout import Standing, standing_of
from veille.model.deliveries import Queued
from veille.subscriptions import open_readers
from veille.workspace import Workspace, open_workspace

_SHOWN = 20


def standings(given: Path | None) -> list[Standing]:
    """Return how the issues that were queued stand, the newest first."""
    workspace = open_workspace(given)
    if not (workspace.var / "subscribers.sqlite").exists():
        return []
    with open_readers(workspace) as readers:
        return standing_of(readers)


def standing_lines(given: Path | None, found: list[Standing]) -> Text:
    """Say how issues stand, and which messages a person should look at; no address is told."""
    workspace = open_workspace(given)
    lines = []
    for one in found:
        lines.append(f"{one.issue} : {', '.join(tell_counts(one.counts))}")
        lines += [f"  {_message(message, workspace)}" for message in one.for_people[:_SHOWN]]
        if (more := len(one.for_people) - _SHOWN) > 0:
            lines.append(_("  and {n} more").format(n=more))
    if any(one.for_people for one in found):
        lines.append(_("« veille digest settle » decides on them; docs/envoi.md says how."))
    return Text("\n".join(lines))


def standing_json(found: list[Standing]) -> list[dict[str, Any]]:
    """Return the same for machines."""
    return [
        {
            "issue": one.issue,
            "queued_at": one.queued_at,
            "counts": one.counts,
            "next_due": one.next_due,
            "for_people": [
                {"message": message.key, "subscriber": message.subscriber_id,
                 "state": message.state, "since": message.since}
                for message in one.for_people
            ],
        }
        for one in found
    ]  # fmt: skip


def _message(message: Queued, workspace: Workspace) -> str:
    at = message.since.astimezone(workspace.settings.zone)
    why = explain_answer(message.answer) if message.answer else ""
    told = f"{message.key[:8]} {tell_counts({message.state: 1})[0]}, {at:%Y-%m-%d %H:%M}"
    return f"{told} ({why})" if why else told
