"""The store of subscribers: all that the pages, the commands and the delivery ask of it.

One SQLite file that many hands write at once, opened by `subscribers` and `deliver` alone. What is
done is done whole, in one transaction, or not at all. Moments are aware, and come back in UTC.
Nothing in here logs an address, and errors name none but one that was just typed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from veille.store.subscribers import (
    access,
    arrivals,
    erased,
    erasing,
    ledger,
    people,
    returns,
    signups,
)
from veille.store.subscribers.opening import Opened, open_store
from veille.subscribers.addresses import read_address
from veille.subscribers.arrivals import Arrival, Fate
from veille.subscribers.choices import Choices, Frequency
from veille.subscribers.consent import Consent, ConsentText, Renewal
from veille.subscribers.people import Audience, SignUp, State, Subscriber
from veille.subscribers.rules import Rules
from veille.subscribers.tokens import Keys, unknown_link

Erasure = erased.Erasure
Purged = erasing.Purged


class Subscribers:
    """The store of subscribers, open; close it, or use it in a `with`. Threads may share it.

    Everything raises StoreError when the file cannot be used, and UsageError for a `subscriber_id`
    that is not there (any more).
    """

    def __init__(self, store: Opened) -> None:
        self.store = store
        self.db = store.db
        self.rules = store.rules

    def __enter__(self) -> "Subscribers":
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    # Signing up: the page says the same whatever comes of it, and sends the letter, if any.

    def sign_up(
        self,
        address: str,
        choices: Choices,
        text: ConsentText,
        *,
        name: str = "",
        origin: str = "",
        now: datetime,
    ) -> SignUp:
        """Ask for a subscription; return which letter to send to that address, with its token.

        `text` are the words that were shown beside the button, `origin` the network address it
        was asked from (only a keyed hash is kept). Somebody subscribed already gets their own link
        instead of a confirmation, and nothing of theirs is changed. Raises AddressError.
        """
        return signups.sign_up(
            self.store, address, choices, text, name=name, origin=origin, now=now
        )

    def awaiting(self, token: str, *, now: datetime) -> Subscriber:
        """Return who would confirm by this link, changing nothing; LinkError if it is dead."""
        return signups.awaiting(self.store, token, now)

    def confirm(self, token: str, *, origin: str = "", now: datetime) -> Subscriber:
        """Subscribe who confirms by this link: active, their express consent written down.

        A link works once; asked again, it returns how the person stands now (they may have left).
        Raises LinkError for a link too old or not ours.
        """
        return signups.confirm(self.store, token, origin=origin, now=now)

    # One signed link a person: the same at each sending.

    def link_token(self, subscriber_id: str) -> str:
        """Return the token of a person's own link (URL-safe, opaque, at most 64 characters)."""
        return self.store.keys.person_token(subscriber_id)

    def whose(self, token: str) -> Subscriber:
        """Return whose link this is, changing nothing; raise LinkError if it is nobody's."""
        found = people.by_id(self.db, self.store.keys.person_of(token))
        if found is None:
            raise unknown_link()
        return found

    def find(self, address: str) -> Subscriber | None:
        """Return the person with this address, as typed; raise AddressError if it is none."""
        return people.by_address(self.db, read_address(address))

    def get(self, subscriber_id: str) -> Subscriber | None:
        """Return the person with this id."""
        return people.by_id(self.db, subscriber_id)

    def change(
        self,
        subscriber_id: str,
        choices: Choices,
        *,
        name: str | None = None,
        seen: int | None = None,
    ) -> Subscriber:
        """Keep a person's new choices, and name if given; return them as they are now.

        `seen` is the revision that was on their screen: raises Outdated if it is no longer theirs.
        """
        with self.db.transaction():
            people.known(self.db, subscriber_id)
            people.set_choices(self.db, subscriber_id, choices, name, seen)
            return people.known(self.db, subscriber_id)

    def pause(self, subscriber_id: str, *, until: datetime | None, now: datetime) -> Subscriber:
        """Send nothing until then, or until they resume; of no effect on who is not subscribed."""
        return returns.pause(self.store, subscriber_id, until, now)

    def resume(self, subscriber_id: str, *, now: datetime) -> Subscriber:
        """End a pause, or try again an address that mail came back from."""
        return returns.resume(self.store, subscriber_id, now)

    def leave(
        self, subscriber_id: str, *, actor: str = "person", way: str = "link", now: datetime
    ) -> bool:
        """Unsubscribe at once: no consent stands, no link sent before works; False if done before.

        They can come back by signing up and confirming anew.
        """
        return returns.leave(self.store, subscriber_id, now, actor=actor, way=way)

    def renew(
        self, subscriber_id: str, text: ConsentText, *, origin: str = "", now: datetime
    ) -> Subscriber:
        """Write down the express consent that a person gives by the button behind their own link.

        Of no effect on who left: their own link may be old, they sign up anew.
        """
        return signups.renew(self.store, subscriber_id, text, origin=origin, now=now)

    # Who may be written to.

    def mailable(self, at: datetime, frequency: Frequency | None = None) -> list[Audience]:
        """Return who may be mailed at this moment, those with the same choices together, sorted."""
        return ledger.mailable(self.db, at, frequency)

    def is_mailable(self, subscriber_id: str, at: datetime) -> bool:
        """Whether this person may be mailed at this moment: to be asked just before sending."""
        return ledger.is_mailable(self.db, subscriber_id, at)

    def record_bounce(
        self, subscriber_id: str, message: str, *, hard: bool, detail: str = "", now: datetime
    ) -> bool:
        """Keep that a message came back; return whether this sets the address aside.

        `message` tells messages apart (an issue's id), `detail` is a bare status code. Nothing
        happens for somebody erased meanwhile.
        """
        return returns.record_bounce(
            self.store, subscriber_id, message, hard=hard, detail=detail, now=now
        )

    def record_complaint(self, subscriber_id: str, *, now: datetime) -> bool:
        """Unsubscribe somebody whose provider says that they took a message for spam."""
        found = people.by_id(self.db, subscriber_id)
        return found is not None and self.leave(
            subscriber_id, actor="complaint", way="complaint", now=now
        )

    def renewals_due(self, at: datetime, *, days: int) -> list[Renewal]:
        """Return whose implied consent ends within so many days, the soonest first."""
        return ledger.renewals(self.db, at, timedelta(days=days))

    def remember_reminder(self, subscriber_id: str, *, now: datetime) -> bool:
        """Keep that a reminder goes to somebody; False when one went before for that consent."""
        return ledger.remember_reminder(self.db, subscriber_id, now)

    def forget_reminder(self, subscriber_id: str, *, now: datetime) -> None:
        """Take back a reminder noted at this very moment: it did not go."""
        ledger.forget_reminder(self.db, subscriber_id, now)

    # For staff.

    def people(self, state: State | None = None) -> list[Subscriber]:
        """Return everybody, or those in one state, by address."""
        return people.listed(self.db, state)

    def counts(self) -> dict[State, int]:
        """Return how many people there are in each state."""
        return people.counts(self.db)

    def bring(
        self,
        newcomers: Sequence[Arrival],
        *,
        actor: str,
        way: str,
        now: datetime,
        dry_run: bool = False,
    ) -> list[Fate]:
        """Add people with a declared consent; return what became of each, in order.

        All in one transaction, undone at its end if `dry_run`. Raises ConsentError when a consent
        lacks its proof or does not hold now: nobody is added then.
        """
        return arrivals.bring(self.store, newcomers, actor=actor, way=way, now=now, dry_run=dry_run)

    def ledger(self, subscriber_id: str) -> list[Consent]:
        """Return a person's consents and withdrawals, in the order in which they were written."""
        return ledger.of_person(self.db, subscriber_id)

    def texts(self, lines: Sequence[Consent]) -> dict[str, ConsentText]:
        """Return the words that these lines of the ledger refer to, by their hash."""
        return ledger.texts(self.db, lines)

    def everything(self, subscriber_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return all rows that hold something of a person, by table, the delivery's too."""
        return access.everything(self.db, subscriber_id)

    def erase(self, address: str, *, now: datetime) -> bool:
        """Erase the person with this address, if there; `rewrite` must follow. See `erasing`."""
        return erasing.erase(self.store, read_address(address), now)

    def was_erased(self, address: str) -> bool:
        """Whether somebody with this address was erased."""
        return erasing.was_erased(self.store, read_address(address))

    def rewrite(self) -> bool:
        """Write the file anew without the bytes of what was deleted; False if others hold it."""
        return erasing.rewrite(self.db)

    def purge(self, *, now: datetime, dry_run: bool = False) -> Purged:
        """Take, by the retention clock, what is too old to be kept, and rewrite the file."""
        return erasing.purge(self.store, now, dry_run=dry_run)

    def erasures(self) -> list[Erasure]:
        """Return the erasure ledger, for backups to carry beside them."""
        return erasing.erasures(self.store)

    def replay(self, gone: Iterable[erased.Gone]) -> int:
        """Erase again, after a restore, those erased since the backup; return how many there were.

        Who left since leaves again; who subscribed anew after that stays. `rewrite` must follow.
        """
        return erasing.replay(self.store, gone)


def open_subscribers(path: Path, *, keys: Keys, rules: Rules) -> Subscribers:
    """Open the store of subscribers in a file, made or brought up to date as needed.

    Raises SchemaError for a newer store or a file that is no such store, UsageError for a secret
    other than the one it was begun with, StoreError when it cannot be opened.
    """
    return Subscribers(open_store(path, keys, rules))
