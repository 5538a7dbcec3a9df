"""Send what is due without being asked: approved issues whose hour came, and what was put off."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from veille.bulletins import Bulletins, approved_issue, archive, current_week
from veille.clock import Clock
from veille.digest.months import month_before
from veille.digest.weeks import Leaves, when_due
from veille.errors import ConfigError
from veille.i18n import _
from veille.keeping.held import counts_as_sent
from veille.mailout.checking import check_plan
from veille.mailout.plan import Plan, plan_issue
from veille.mailout.sending import send_issue
from veille.model.bulletin import Approved
from veille.model.deliveries import Sent
from veille.sources.registry import load_sources
from veille.store.outbox import Outbox
from veille.store.subscribers import Subscribers
from veille.subscriptions import open_readers
from veille.workspace import Workspace

_STALE = timedelta(weeks=1)
"""What is left of an issue so long after it was queued is for a person to send, or not."""


def send_due(workspace: Workspace, *, clock: Clock, stopping: threading.Event) -> list[Sent]:
    """Send this week's issue and last month's, if approved and not gone yet, and what is due.

    Raises ConfigError with what checks find at fault, and as `send_issue` does. Nothing happens in
    a workspace without a mail server, nor in one that runs on the sample web.
    """
    if not workspace.settings.deliver.host or workspace.settings.veille.sample:
        return []
    sources = load_sources(workspace.sources)
    bulletins = Bulletins.of(workspace.root, workspace.settings, sources)
    sent = []
    with open_readers(workspace) as readers:
        for approved in _leaving(bulletins, Outbox(readers.db), clock.now()):
            if stopping.is_set():
                break
            sent.append(
                send_issue(
                    workspace,
                    bulletins,
                    readers,
                    approved,
                    clock=clock,
                    stopping=stopping,
                    plan=_sound_plan(workspace, bulletins, readers, approved, clock.now()),
                )
            )
    return sent


def _leaving(bulletins: Bulletins, outbox: Outbox, now: datetime) -> Iterator[Approved]:
    """Yield the issues that have something to send now."""
    for approved in (*archive(bulletins), *archive(bulletins, months=True)):
        name = approved.issue.name
        due_at = outbox.next_due(name)
        if due_at and due_at <= now and now - outbox.queued_at(name) < _STALE:
            yield approved
    week = current_week(bulletins, now)
    month = month_before(now.astimezone(bulletins.settings.zone).date())
    for name in (week, month):  # last: one at fault ends the sending
        is_over = counts_as_sent(bulletins.folder.parent, name)
        newest = None if is_over else approved_issue(bulletins, name)
        if newest and not outbox.is_queued(name) and _its_hour_came(bulletins, name, now):
            yield newest


def _its_hour_came(bulletins: Bulletins, name: str, now: datetime) -> bool:
    settings, zone = bulletins.settings.digest, bulletins.settings.zone
    return "W" not in name or when_due(name, now, settings, zone) is Leaves.NOW


def _sound_plan(
    workspace: Workspace,
    bulletins: Bulletins,
    readers: Subscribers,
    approved: Approved,
    now: datetime,
) -> Plan | None:
    """Return the plan of an issue that is not queued yet; raise ConfigError if it is at fault."""
    name = approved.issue.name
    if Outbox(readers.db).is_queued(name):
        return None
    plan = plan_issue(bulletins, readers, approved, now)
    found = check_plan(workspace, bulletins, approved, plan, now)
    if faults := tuple(finding.told for finding in found if finding.fault):
        raise ConfigError(_("The issue {name} is not sent:").format(name=name), faults)
    return plan
