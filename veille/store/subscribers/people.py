"""People's rows: found, listed, changed. One person, one row: how they stand now."""

import json
import secrets
from datetime import datetime

from veille.errors import Outdated, UsageError
from veille.i18n import _
from veille.store.sqlite import Row, SqliteDatabase, from_text
from veille.subscribers.addresses import Address, clean_name
from veille.subscribers.choices import Choices, Frequency, Language
from veille.subscribers.people import State, Subscriber


def person(row: Row) -> Subscriber:
    """Return what a row of `subscribers` says."""
    return Subscriber(
        row["subscriber_id"],
        row["address"],
        row["name"],
        choices(row),
        State(row["state"]),
        from_text(row["since"]),
        from_text(row["created_at"]),
        from_text(row["paused_until"]),
        row["revision"],
    )


def choices(row: Row) -> Choices:
    """Return the choices in a row that has their four columns."""
    return Choices(
        tuple(json.loads(row["domains"])),
        tuple(json.loads(row["regions"])),
        Language(row["language"]),
        Frequency(row["frequency"]),
    )


def columns(chosen: Choices) -> dict[str, str]:
    """Return choices as the four columns that keep them."""
    return {
        "domains": json.dumps(chosen.domains),
        "regions": json.dumps(chosen.regions),
        "language": str(chosen.language),
        "frequency": str(chosen.frequency),
    }


def by_id(db: SqliteDatabase, subscriber_id: str) -> Subscriber | None:
    """Return the person with this id."""
    found = db.rows("SELECT * FROM subscribers WHERE subscriber_id = $id", id=subscriber_id)
    return person(found[0]) if found else None


def known(db: SqliteDatabase, subscriber_id: str) -> Subscriber:
    """Return the person with this id, who has to be there; raise UsageError otherwise."""
    found = by_id(db, subscriber_id)
    if found is None:
        raise UsageError(_("No such subscriber: they may have been erased."))
    return found


def by_address(db: SqliteDatabase, address: Address) -> Subscriber | None:
    """Return the person with this address."""
    found = db.rows("SELECT * FROM subscribers WHERE address_key = $key", key=address.key)
    return person(found[0]) if found else None


def listed(db: SqliteDatabase, state: State | None) -> list[Subscriber]:
    """Return everybody, or those in one state, by address."""
    found = db.rows(
        "SELECT * FROM subscribers WHERE $state IS NULL OR state = $state ORDER BY address_key",
        state=state,
    )
    return [person(row) for row in found]


def counts(db: SqliteDatabase) -> dict[State, int]:
    """Return how many there are in each state; of those erased, how many hashes are kept."""
    found = db.rows("SELECT state, count(*) AS n FROM subscribers GROUP BY state")
    [erased] = db.rows("SELECT count(*) AS n FROM erasures")
    told = {State(row["state"]): row["n"] for row in found} | {State.ERASED: erased["n"]}
    return {state: told.get(state, 0) for state in State}


def create(
    db: SqliteDatabase,
    address: Address,
    name: str,
    chosen: Choices,
    state: State,
    now: datetime,
) -> str:
    """Add a person who is not there yet, and return their id. In a transaction."""
    subscriber_id = secrets.token_urlsafe(12)
    db.insert(
        "subscribers",
        {
            "subscriber_id": subscriber_id,
            "address": address.text,
            "address_key": address.key,
            "name": clean_name(name),
            "state": state,
            "since": now,
            "created_at": now,
            **columns(chosen),
        },
    )
    return subscriber_id


def set_state(
    db: SqliteDatabase,
    subscriber_id: str,
    state: State,
    now: datetime,
    *,
    until: datetime | None = None,
) -> None:
    """Bring a person to a state; `until` only for a pause."""
    db.run(
        """UPDATE subscribers
        SET state = $state, since = $now, paused_until = $until, revision = revision + 1
        WHERE subscriber_id = $id""",
        id=subscriber_id,
        state=state,
        now=now,
        until=until,
    )


def set_choices(
    db: SqliteDatabase,
    subscriber_id: str,
    chosen: Choices,
    name: str | None = None,
    seen: int | None = None,
) -> None:
    """Keep a person's choices; with `seen`, only if nobody changed their row since that revision.

    Raises Outdated when somebody did.
    """
    changed = db.run(
        """UPDATE subscribers
        SET domains = $domains, regions = $regions, language = $language, frequency = $frequency,
            name = coalesce($name, name), revision = revision + 1
        WHERE subscriber_id = $id AND ($seen IS NULL OR revision = $seen)""",
        id=subscriber_id,
        name=None if name is None else clean_name(name),
        seen=seen,
        **columns(chosen),
    )
    if not changed:
        raise Outdated(
            _("These choices were changed meanwhile, in another window perhaps."),
            _("Look at them again, then change what you meant to."),
        )
