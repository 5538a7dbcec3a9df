"""Messages that came back, complaints, pauses, departures: how people's states change."""

from datetime import datetime

from veille.store.sqlite import from_text
from veille.store.subscribers import ledger, people
from veille.store.subscribers.erased import Departure, note_gone
from veille.store.subscribers.opening import Opened
from veille.store.subscribers.signups import close_sign_ups
from veille.subscribers.bounces import Bounce, is_set_aside
from veille.subscribers.people import State, Subscriber


def pause(store: Opened, subscriber_id: str, until: datetime | None, now: datetime) -> Subscriber:
    """See `Subscribers.pause`."""
    with store.db.transaction():
        found = people.known(store.db, subscriber_id)
        if found.state in {State.ACTIVE, State.PAUSED}:
            people.set_state(store.db, subscriber_id, State.PAUSED, now, until=until)
        return people.known(store.db, subscriber_id)


def resume(store: Opened, subscriber_id: str, now: datetime) -> Subscriber:
    """See `Subscribers.resume`."""
    with store.db.transaction():
        found = people.known(store.db, subscriber_id)
        if found.state in {State.PAUSED, State.BOUNCED}:
            people.set_state(store.db, subscriber_id, State.ACTIVE, now)
        return people.known(store.db, subscriber_id)


def leave(store: Opened, subscriber_id: str, now: datetime, *, actor: str, way: str) -> bool:
    """See `Subscribers.leave`."""
    with store.db.transaction():
        close_sign_ups(store, subscriber_id, now)
        found = people.known(store.db, subscriber_id)
        if found.state is State.LEFT:
            return False
        ledger.withdraw(store.db, subscriber_id, now, actor=actor, way=way)
        people.set_state(store.db, subscriber_id, State.LEFT, now)
    note_gone(store.db.path, [Departure(subscriber_id, now)])
    return True


def record_bounce(
    store: Opened, subscriber_id: str, message: str, *, hard: bool, detail: str, now: datetime
) -> bool:
    """See `Subscribers.record_bounce`."""
    with store.db.transaction():
        found = people.by_id(store.db, subscriber_id)
        if found is None:
            return False
        store.db.run(
            "INSERT OR IGNORE INTO bounces VALUES ($id, $message, $now, $hard, $detail)",
            id=subscriber_id,
            message=message,
            now=now,
            hard=int(hard),
            detail=detail,
        )
        subscribed = found.state in {State.ACTIVE, State.PAUSED}
        if not (subscribed and is_set_aside(_since(store, found), store.rules.bounces, now)):
            return False
        people.set_state(store.db, subscriber_id, State.BOUNCED, now)
    return True


def _since(store: Opened, found: Subscriber) -> list[Bounce]:
    """Return what came back since a person came to their state: coming back starts afresh."""
    rows = store.db.rows(
        "SELECT * FROM bounces WHERE subscriber_id = $id AND at >= $since",
        id=found.subscriber_id,
        since=found.since,
    )
    return [Bounce(from_text(row["at"]), bool(row["hard"]), row["message"]) for row in rows]
