"""Signing up and confirming: nobody is subscribed who did not open a link sent to them."""

import secrets
from datetime import datetime, timedelta

from veille.errors import LinkError
from veille.i18n import _
from veille.store.sqlite import Row, from_text
from veille.store.subscribers import ledger, people
from veille.store.subscribers.opening import Opened
from veille.subscribers.addresses import Address, clean_name, read_address
from veille.subscribers.choices import Choices
from veille.subscribers.consent import ConsentText
from veille.subscribers.gate import WINDOWS, is_let_through, origin_of
from veille.subscribers.people import Letter, SignUp, State, Subscriber
from veille.subscribers.tokens import unknown_link


def sign_up(
    store: Opened,
    address: str,
    chosen: Choices,
    text: ConsentText,
    *,
    name: str,
    origin: str,
    now: datetime,
) -> SignUp:
    """See `Subscribers.sign_up`."""
    read = read_address(address)
    with store.db.transaction():
        if not _let_through(store, read, origin, now):
            return SignUp(limited=True)
        found = people.by_address(store.db, read)
        if found and _is_settled(store, found, now):
            token = store.keys.person_token(found.subscriber_id)
            language = str(found.choices.language)
            return SignUp(Letter.KNOWN, found.address, found.name, language, token)
        subscriber_id = _awaited(store, found, read, name, chosen, now)
        token = _asked(store, subscriber_id, name, chosen, text, origin, now)
    return SignUp(Letter.CONFIRM, read.text, clean_name(name), str(chosen.language), token)


def awaiting(store: Opened, token: str, now: datetime) -> Subscriber:
    """See `Subscribers.awaiting`."""
    row = _row(store, token)
    _check_age(row, now)
    return people.known(store.db, row["subscriber_id"])


def confirm(store: Opened, token: str, *, origin: str, now: datetime) -> Subscriber:
    """See `Subscribers.confirm`."""
    with store.db.transaction():
        row = _row(store, token)
        subscriber_id = row["subscriber_id"]
        if row["confirmed_at"] is None:
            _check_age(row, now)
            _subscribe(store, row, origin, now)
        return people.known(store.db, subscriber_id)


def renew(
    store: Opened, subscriber_id: str, text: ConsentText, *, origin: str, now: datetime
) -> Subscriber:
    """See `Subscribers.renew`."""
    with store.db.transaction():
        found = people.known(store.db, subscriber_id)
        if found.state in {State.ACTIVE, State.PAUSED}:
            ledger.grant_express(
                store.db,
                subscriber_id,
                now,
                way="link",
                text_hash=ledger.keep_text(store.db, text, now),
                origin=_origin_hash(store, origin),
            )
        return found


def close_sign_ups(store: Opened, subscriber_id: str, now: datetime) -> None:
    """Let no link sent before now subscribe this person any more."""
    store.db.run(
        """UPDATE sign_ups SET expires_at = min(expires_at, $now)
        WHERE subscriber_id = $id AND confirmed_at IS NULL""",
        id=subscriber_id,
        now=now,
    )


def _subscribe(store: Opened, row: Row, origin: str, now: datetime) -> None:
    subscriber_id = row["subscriber_id"]
    store.db.run(
        "UPDATE sign_ups SET confirmed_at = $now WHERE sign_up_id = $id",
        id=row["sign_up_id"],
        now=now,
    )
    ledger.grant_express(
        store.db,
        subscriber_id,
        now,
        way="confirmation",
        text_hash=row["text_hash"],
        asked_at=row["asked_at"],
        asked_origin=row["origin"],
        origin=_origin_hash(store, origin),
    )
    people.set_choices(store.db, subscriber_id, people.choices(row), row["name"] or None)
    people.set_state(store.db, subscriber_id, State.ACTIVE, now)


def _let_through(store: Opened, address: Address, origin: str, now: datetime) -> bool:
    """Count this attempt if it fits within the limits; return whether it does."""
    counters = {"address": store.keys.hash_of("attempt", address.key), "all": ""}
    if origin:
        counters["origin"] = _origin_hash(store, origin)
    db = store.db
    db.run("DELETE FROM attempts WHERE expires_at <= $now", now=now)
    counted = {}
    for kind, who in counters.items():
        [row] = db.rows(
            "SELECT count(*) AS n FROM attempts WHERE kind = $kind AND who = $who",
            kind=kind,
            who=who,
        )
        counted[kind] = row["n"]
    if not is_let_through(counted, store.rules.limits):
        return False
    for kind, who in counters.items():
        db.insert("attempts", {"kind": kind, "who": who, "expires_at": now + WINDOWS[kind]})
    return True


def _is_settled(store: Opened, found: Subscriber, now: datetime) -> bool:
    """Whether somebody has nothing to confirm: subscribed, and by their own word."""
    subscribed = found.state in {State.ACTIVE, State.PAUSED}
    return subscribed and ledger.holds_express(store.db, found.subscriber_id, now)


def _awaited(
    store: Opened,
    found: Subscriber | None,
    address: Address,
    name: str,
    chosen: Choices,
    now: datetime,
) -> str:
    """Return the id of the person who is to confirm, added if they are not there."""
    if found is None:
        return people.create(store.db, address, name, chosen, State.PENDING, now)
    if found.state is State.PENDING:
        people.set_state(store.db, found.subscriber_id, State.PENDING, now)  # kept from now on
    return found.subscriber_id


def _asked(
    store: Opened,
    subscriber_id: str,
    name: str,
    chosen: Choices,
    text: ConsentText,
    origin: str,
    now: datetime,
) -> str:
    """Keep what was asked until it is confirmed; return the token that confirms it."""
    sign_up_id = secrets.token_urlsafe(12)
    row = {
        "sign_up_id": sign_up_id,
        "subscriber_id": subscriber_id,
        "asked_at": now,
        "expires_at": now + timedelta(days=store.rules.link_days),
        "name": clean_name(name),
        "text_hash": ledger.keep_text(store.db, text, now),
        "origin": _origin_hash(store, origin),
    }
    store.db.insert("sign_ups", row | people.columns(chosen))
    return store.keys.confirm_token(sign_up_id)


def _row(store: Opened, token: str) -> Row:
    found = store.db.rows(
        "SELECT * FROM sign_ups WHERE sign_up_id = $id", id=store.keys.sign_up_of(token)
    )
    if not found:
        raise unknown_link()
    return found[0]


def _check_age(row: Row, now: datetime) -> None:
    if row["confirmed_at"] is None and from_text(row["expires_at"]) <= now:
        raise LinkError(_("This link is too old."), _("Sign up anew: another one will come."))


def _origin_hash(store: Opened, origin: str) -> str:
    return store.keys.hash_of("origin", origin_of(origin)) if origin else ""
