"""Erasing people: rows gone, bytes gone, a keyed hash left so that nothing brings them back."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from veille.errors import StoreError
from veille.store.sqlite import Row, SqliteDatabase, from_text
from veille.store.subscribers import people, returns
from veille.store.subscribers.erased import Departure, Erasure, Gone, note_gone
from veille.store.subscribers.opening import Opened
from veille.subscribers.addresses import Address
from veille.subscribers.people import State

_OPEN = "(confirmed_at IS NULL AND expires_at > $now)"
_ENDED = "(confirmed_at IS NULL AND expires_at <= $now)"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    """What the retention clock took, or would: people by state, and those whose consent `lapsed`.

    `rewritten` is False when another program kept old bytes in the file: purge again.
    """

    people: dict[State, int]
    lapsed: int = 0
    sign_ups: int = 0
    rewritten: bool = True


def erase(store: Opened, address: Address, now: datetime) -> bool:
    """Delete a person who asked for it, and keep their hash; return whether they were there."""
    with store.db.transaction():
        found = people.by_address(store.db, address)
        if found:
            _delete(store, [found.subscriber_id])
            _remember(store, address_hash(store, address.key), now, "asked")
        attempt = store.keys.hash_of("attempt", address.key)
        store.db.run("DELETE FROM attempts WHERE kind = 'address' AND who = $who", who=attempt)
    note_gone(store.db.path, erasures(store))
    return found is not None


def was_erased(store: Opened, address: Address) -> bool:
    """Whether this address is in the erasure ledger."""
    told = address_hash(store, address.key)
    return bool(store.db.rows("SELECT 1 FROM erasures WHERE address_hash = $told", told=told))


def purge(store: Opened, now: datetime, *, dry_run: bool) -> Purged:
    """See `Subscribers.purge`."""
    kept_from = store.rules.retention.kept_from(now)
    with store.db.transaction():
        old = {state: _too_old(store.db, state, before, now) for state, before in kept_from.items()}
        lapsed = _lapsed(store.db, kept_from[State.LEFT], now)
        sign_ups = _sign_ups_ended(store.db, now)
        if not dry_run:
            for state, rows in old.items():
                _forget(store, state, rows, now)
            _delete(store, [row["subscriber_id"] for row in lapsed])  # no refusal: no hash
            _drop_ended(store.db, now)
    counted = {state: len(rows) for state, rows in old.items()}
    done = Purged(counted, len(lapsed), sign_ups)
    if dry_run or not (sign_ups or lapsed or any(counted.values())):
        return done
    note_gone(store.db.path, erasures(store))
    return replace(done, rewritten=rewrite(store.db))


def erasures(store: Opened) -> list[Erasure]:
    """Return the erasure ledger, the oldest first."""
    return [
        Erasure(row["address_hash"], from_text(row["erased_at"]), row["cause"])
        for row in store.db.rows("SELECT * FROM erasures ORDER BY erased_at, address_hash")
    ]


def replay(store: Opened, ledger: Iterable[Gone]) -> int:
    """See `Subscribers.replay`."""
    told = list(ledger)
    erased = _latest(one for one in told if isinstance(one, Erasure))
    gone = []
    with store.db.transaction():
        for row in store.db.rows("SELECT subscriber_id, address_key, created_at FROM subscribers"):
            erasure = erased.get(address_hash(store, row["address_key"]))
            if erasure and from_text(row["created_at"]) <= erasure.erased_at:
                gone.append(row["subscriber_id"])
        _delete(store, gone)
        for one in erased.values():
            _remember(store, one.address_hash, one.erased_at, one.cause)
        for departure in told:
            if isinstance(departure, Departure):
                _let_leave(store, departure)
    note_gone(store.db.path, erasures(store))
    return len(gone)


def _latest(erasures: Iterable[Erasure]) -> dict[str, Erasure]:
    return {one.address_hash: one for one in sorted(erasures, key=lambda one: one.erased_at)}


def _let_leave(store: Opened, departure: Departure) -> None:
    """Let somebody leave again who had left, unless they came back since."""
    came = store.db.rows(
        """SELECT 1 FROM standing_consents
        WHERE subscriber_id = $id GROUP BY subscriber_id HAVING max(recorded_at) <= $at""",
        id=departure.subscriber_id,
        at=departure.left_at,
    )
    if came:
        at, way = departure.left_at, "restore"
        returns.leave(store, departure.subscriber_id, at, actor="person", way=way)


def rewrite(db: SqliteDatabase) -> bool:
    """Write the whole file anew, without the bytes of what was deleted, its log emptied.

    False when another program has the file open in the midst of something and does not let go:
    what was deleted is gone for all who read the store, yet bytes of it may still be in the log.
    """
    try:
        db.run("VACUUM")
        [row] = db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    except StoreError as error:
        log.warning("the store of subscribers was not rewritten: %s", error.message)
        return False
    return not row["busy"]


def address_hash(store: Opened, address_key: str) -> str:
    """Return the keyed hash by which an address is known once it is gone."""
    return store.keys.hash_of("erasure", address_key)


def _delete(store: Opened, subscriber_ids: Sequence[str]) -> None:
    """Delete people and all that refers to them; only here does the ledger let lines go."""
    for subscriber_id in subscriber_ids:
        store.db.insert("erasing", {"subscriber_id": subscriber_id})
        store.db.run("DELETE FROM subscribers WHERE subscriber_id = $id", id=subscriber_id)
    store.db.run("DELETE FROM erasing")


def _remember(store: Opened, told: str, at: datetime, cause: str) -> None:
    store.db.run(
        """INSERT INTO erasures VALUES ($told, $at, $cause)
        ON CONFLICT DO UPDATE SET erased_at = max(erased_at, excluded.erased_at)""",
        told=told,
        at=at,
        cause=cause,
    )


def _forget(store: Opened, state: State, rows: Sequence[Row], now: datetime) -> None:
    """Delete people whose time is over; of those who left or bounced, keep the hash."""
    _delete(store, [row["subscriber_id"] for row in rows])
    if state is not State.PENDING:  # who never confirmed may be asked again
        for row in rows:
            _remember(store, address_hash(store, row["address_key"]), now, str(state))


def _too_old(db: SqliteDatabase, state: State, before: datetime, now: datetime) -> list[Row]:
    return db.rows(
        f"""SELECT subscriber_id, address_key FROM subscribers
        WHERE state = $state AND since <= $before
          AND subscriber_id NOT IN (SELECT subscriber_id FROM sign_ups WHERE {_OPEN})""",
        state=state,
        before=before,
        now=now,
    )


def _lapsed(db: SqliteDatabase, before: datetime, now: datetime) -> list[Row]:
    """Return those whose last consent ended of itself, long ago: nothing is sent to them."""
    return db.rows(
        f"""SELECT subscriber_id FROM subscribers
        WHERE state IN ('active', 'paused')
          AND subscriber_id NOT IN (
              SELECT subscriber_id FROM standing_consents
              WHERE expires_at IS NULL OR expires_at > $before
          )
          AND subscriber_id NOT IN (SELECT subscriber_id FROM sign_ups WHERE {_OPEN})""",
        before=before,
        now=now,
    )


def _sign_ups_ended(db: SqliteDatabase, now: datetime) -> int:
    [row] = db.rows(f"SELECT count(*) AS n FROM sign_ups WHERE {_ENDED}", now=now)
    return int(row["n"])


def _drop_ended(db: SqliteDatabase, now: datetime) -> None:
    db.run(f"DELETE FROM sign_ups WHERE {_ENDED}", now=now)
    db.run("DELETE FROM attempts WHERE expires_at <= $now", now=now)
