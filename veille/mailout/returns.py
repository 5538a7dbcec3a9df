"""Read what came back, and hold it against addresses by the rule: each decision explained."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from veille.deliver.bounces import Return, Returned, read_returned
from veille.deliver.inbox import Inbox, Maildir, open_imap
from veille.errors import AddressError, UsageError
from veille.i18n import _
from veille.store.outbox import Outbox
from veille.store.subscribers import Subscribers
from veille.workspace import Workspace

PASSWORD = "VEILLE_IMAP_PASSWORD"
_REFUSALS = (Return.HARD, Return.SOFT)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was made of one message that came in; `stopped`: nothing more is sent to that person.

    Without a `subscriber_id` nobody was recognised, and the message is left to be read by a person.
    """

    kind: Return
    subscriber_id: str = ""
    status: str = ""
    sure: bool = True
    stopped: bool = False


def deal_with_returns(
    readers: Subscribers, inbox: Inbox, now: datetime, *, dry_run: bool = False
) -> list[Decision]:
    """Read what came back and nobody has read, do by the rule, and return what was decided.

    What is a person's answer, or about nobody we know, stays unread. Dealt with twice, a message
    counts once. `dry_run` only looks.
    """
    outbox = Outbox(readers.db)
    found = []
    for name, data in inbox.unread():
        decision = _decide(readers, outbox, read_returned(data), now, dry_run=dry_run)
        found.append(decision)
        if _is_dealt_with(decision) and not dry_run:
            inbox.mark_read(name)
    return found


@contextmanager
def open_inbox(workspace: Workspace) -> Iterator[Inbox]:
    """Open where this workspace's messages come back; raise UsageError when nothing says where."""
    settings = workspace.settings.deliver.bounces
    if settings.maildir:
        yield Maildir(workspace.root / settings.maildir)
    elif settings.imap_host:
        password = os.environ.get(PASSWORD, "")
        host, user = settings.imap_host, settings.imap_user
        with open_imap(host, user, password, settings.imap_folder) as folder:
            yield folder
    else:
        raise UsageError(
            _("config.yaml does not say where messages come back: deliver.bounces."),
            _("docs/envoi.md says what to write there."),
        )


def _decide(
    readers: Subscribers, outbox: Outbox, returned: Returned, now: datetime, *, dry_run: bool
) -> Decision:
    if returned.kind not in (*_REFUSALS, Return.COMPLAINT):
        return Decision(returned.kind)
    ours = outbox.find(returned.key) if returned.key else None
    if ours:
        who, message, kind, sure = ours.subscriber_id, ours.issue, returned.kind, True
    else:
        who = _named(readers, returned) if returned.kind in _REFUSALS else ""
        message, kind, sure = f"{now:%G-W%V}", Return.SOFT, False
    if not who:
        return Decision(returned.kind, status=returned.status)
    stopped = False
    if not dry_run and kind is Return.COMPLAINT:
        stopped = readers.record_complaint(who, now=now)
    elif not dry_run:
        stopped = readers.record_bounce(
            who, message, hard=kind is Return.HARD, detail=returned.status, now=now
        )
    return Decision(kind, who, returned.status, sure, stopped)


def _named(readers: Subscribers, returned: Returned) -> str:
    """Return who has the address that a notice names: anybody can write one, so it weighs less."""
    try:
        person = readers.find(returned.address) if returned.address else None
    except AddressError:
        return ""
    return person.subscriber_id if person else ""


def _is_dealt_with(decision: Decision) -> bool:
    return bool(decision.subscriber_id) or decision.kind in (Return.DELAYED, Return.REPLY)
