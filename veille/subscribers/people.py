"""Subscribers as values: what is known of one, and what the pages and the delivery are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from veille.subscribers.choices import Choices


class State(StrEnum):
    """How a subscriber stands."""

    PENDING = "pending"  # asked to be written to, did not confirm yet
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    BOUNCED = "bounced"  # mail to them comes back
    ERASED = "erased"  # only a keyed hash is left


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One person. `since` is when they came to their state, `revision` grows with each change.

    `paused_until` is None, when paused, for a pause until they say so.
    """

    subscriber_id: str
    address: str
    name: str
    choices: Choices
    state: State
    since: datetime
    created_at: datetime
    paused_until: datetime | None = None
    revision: int = 1


class Letter(StrEnum):
    """Which message to write to somebody who signed up."""

    CONFIRM = "confirm"  # a link to a page with a button
    KNOWN = "known"  # they are subscribed already: their own link


@dataclass(frozen=True, slots=True)
class SignUp:
    """What comes of a sign-up. The page says the same to all of them.

    `letter` is to be sent with `token` to `address`; None when nothing is: too many came
    (`limited`), or a robot filled the form.
    """

    letter: Letter | None = None
    address: str = ""
    name: str = ""
    language: str = ""
    token: str = ""
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to send to."""

    subscriber_id: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who get the same edition."""

    choices: Choices
    people: tuple[Recipient, ...]
