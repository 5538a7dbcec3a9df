"""People whom staff bring with a declared consent: all of a file or nothing of it."""

from collections.abc import Sequence
from datetime import datetime

from veille.store.subscribers import ledger, people
from veille.store.subscribers.erasing import was_erased
from veille.store.subscribers.opening import Opened
from veille.subscribers.arrivals import Arrival, Fate, check_declared
from veille.subscribers.people import State

_SHUT = {State.LEFT: Fate.LEFT, State.BOUNCED: Fate.BOUNCED}


class _OnlyTried(Exception):
    """Ends the transaction of a rehearsal, so that nothing of it stays."""


def bring(
    store: Opened,
    arrivals: Sequence[Arrival],
    *,
    actor: str,
    way: str,
    now: datetime,
    dry_run: bool,
) -> list[Fate]:
    """See `Subscribers.bring`."""
    fates: list[Fate] = []
    try:
        with store.db.transaction():
            fates += [_bring(store, one, actor, way, now) for one in arrivals]
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    return fates


def _bring(store: Opened, arrival: Arrival, actor: str, way: str, now: datetime) -> Fate:
    check_declared(arrival.declared, store.rules, now)
    found = people.by_address(store.db, arrival.address)
    if found is None:
        if was_erased(store, arrival.address):
            return Fate.ERASED
        subscriber_id = people.create(
            store.db, arrival.address, arrival.name, arrival.choices, State.ACTIVE, now
        )
        ledger.grant_declared(store, subscriber_id, arrival.declared, now, actor=actor, way=way)
        return Fate.ADDED
    if found.state in _SHUT:
        return _SHUT[found.state]
    fresh = ledger.grant_declared(
        store, found.subscriber_id, arrival.declared, now, actor=actor, way=way
    )
    if found.state is State.PENDING:
        people.set_choices(store.db, found.subscriber_id, arrival.choices, arrival.name or None)
        people.set_state(store.db, found.subscriber_id, State.ACTIVE, now)
        return Fate.ADDED
    return Fate.RENEWED if fresh else Fate.KNOWN
