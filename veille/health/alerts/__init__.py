"""Staff are told what is wrong: each incident once, by mail, and by silence to a service outside.

`look` is for whoever passes by: the end of a run, a tick of the clock, the pages. It costs a few
milliseconds where nothing is new, and of those who look at once one does.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from veille.clock import Clock
from veille.errors import LockHeld, StoreError, VeilleError
from veille.faults import why_not
from veille.files import write
from veille.health.alerts.states import troubles
from veille.health.incidents import Ledger
from veille.health.incidents.settling import settle
from veille.health.ledger import one_hand, read_ledger, write_ledger
from veille.health.situation import incidents_file, situation
from veille.i18n import _, speaking
from veille.model import RunReport
from veille.version import __version__
from veille.workspace import Workspace

if TYPE_CHECKING:
    from veille.model.deliveries import Transport

log = logging.getLogger(__name__)

EVERY = 300
"""Seconds between two looks, for those who stay."""

_GOOD = frozenset({"ok", "partial", "out_of_time"})


def look(workspace: Workspace, clock: Clock, *, transport: "Transport | None" = None) -> Ledger:
    """Note what is wrong and what is over, tell those who are to be told, return what is known.

    `transport` stands in for the mail server of the settings. Beside another look it does nothing.
    Raises StoreError for a file of state that cannot be read or written, UsageError for settings by
    which no mail can leave.
    """
    path, settings = incidents_file(workspace), workspace.settings
    with (
        suppress(LockHeld),
        one_hand(path),
        speaking(settings.alerts.language or settings.language),
    ):
        now, before = clock.now(), read_ledger(path)
        found = situation(workspace, now)
        states = troubles(found, settings)
        after = settle(before, states, found.runs, now, settings.alerts, settings.zone)
        if after != before:
            write_ledger(path, after)
        if not settings.alerts.to or why_untold(workspace):
            return after
        from veille.health.alerts.telling import tell  # a third of a second

        return tell(workspace, after, path, clock, transport)
    return read_ledger(path)


def after_run(workspace: Workspace, ended: Sequence[RunReport], clock: Clock) -> None:
    """Do what there is to do once a run has ended: tell staff, call outside, leave its figures.

    What stands in the way of one of them is logged, and ends neither the others nor the run.
    """
    for report in ended:
        ways: list[Callable[..., object]] = [look, partial(call_out, report=report), leave_metrics]
        for way in ways:
            try:
                way(workspace, clock=clock)
            except (VeilleError, OSError) as error:
                log.warning("%s", error)


def leave_metrics(workspace: Workspace, clock: Clock) -> None:
    """Write a situation's figures to the file of `alerts.metrics`, if there is one."""
    if (path := workspace.settings.alerts.metrics) is None:
        return
    from veille.health.metrics import exposition  # a tenth of a second

    write_metrics(workspace.root / path, exposition(situation(workspace, clock.now())))


def write_metrics(path: Path, text: str) -> None:
    """Write figures where node_exporter looks, whole or not at all; it must be able to read them.

    Raises StoreError: its folder is not there, say.
    """
    try:
        path.parent.stat()  # not made here: nobody would look in it
        write(path, text)
    except OSError as error:
        raise StoreError(
            _("{path} cannot be written: {why}").format(path=path, why=why_not(error))
        ) from error


def why_untold(workspace: Workspace) -> str:
    """Say why nobody can be written to, though there are addresses; empty if somebody can."""
    settings = workspace.settings
    lacking = [
        f"deliver.{name}"
        for name, value in (("host", settings.deliver.host), ("from", settings.deliver.sender))
        if not value
    ]
    if not settings.alerts.to or not lacking:
        return ""
    told = _("alerts.to has addresses, but nothing can be sent: {names} is empty.")
    return told.format(names=", ".join(lacking))


def call_out(workspace: Workspace, clock: Clock, report: RunReport) -> bool:
    """Call the address outside after a good run of a pipeline it is to hear of; tell whether.

    Raises FetchError when it does not answer well.
    """
    settings = workspace.settings
    heard = report.only is None and report.pipeline in settings.alerts.ping_after
    if not (settings.alerts.ping_url and heard and report.status in _GOOD):
        return False
    from veille.fetch import user_agent
    from veille.fetch.ping import ping

    contact = settings.fetch.contact or settings.deliver.public_url or settings.veille.name
    ping(settings.alerts.ping_url, user_agent(contact, __version__), clock)
    return True


__all__ = ["EVERY", "after_run", "call_out", "leave_metrics", "look", "why_untold", "write_metrics"]
