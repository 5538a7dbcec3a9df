"""How the messages of an issue stand, and what a person decides of those nobody knows about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.errors import UsageError
from veille.i18n import _
from veille.model.deliveries import Queued, State
from veille.store.outbox import SETTLED_BY_PEOPLE, Outbox
from veille.store.subscribers import Subscribers


@dataclass(frozen=True, slots=True)
class Standing:
    """One issue's messages: how many are in each state, and those that a person should look at.

    `next_due` is when the next one is to be tried.
    """

    issue: str
    queued_at: datetime
    counts: Mapping[State, int]
    for_people: Sequence[Queued] = ()
    next_due: datetime | None = None


def standing_of(readers: Subscribers, issue: str | None = None) -> list[Standing]:
    """Return how issues stand, the newest first: this one, or all that were queued."""
    outbox = Outbox(readers.db)
    return [
        Standing(
            name,
            queued_at,
            outbox.counts(name),
            outbox.listed(name, SETTLED_BY_PEOPLE),
            outbox.next_due(name),
        )
        for name, queued_at in outbox.issues()
        if issue in (None, name)
    ]


def settle(
    readers: Subscribers,
    issue: str,
    *,
    resend: bool,
    now: datetime,
    states: Sequence[State] = (State.UNKNOWN,),
    only: Sequence[str] = (),
) -> int:
    """Do as a person decided with an issue's messages in these states; return how many it was.

    `only` names messages by the start of their key; without it all are meant. Raises UsageError
    for an issue that was not queued.
    """
    outbox = Outbox(readers.db)
    if not outbox.is_queued(issue):
        raise UsageError(_("The issue {name} has no messages.").format(name=issue))
    chosen = [
        one.key
        for one in outbox.listed(issue, states)
        if not only or any(one.key.startswith(start) for start in only if start)
    ]
    return sum(outbox.settle(key, resend=resend, now=now) for key in chosen)
