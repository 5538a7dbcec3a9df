"""What people agreed to, how long it holds, and who may be written to.

The law (Canada's anti-spam law, LCAP): express consent holds until it is withdrawn; implied
consent lasts six months after an inquiry (10(10)(e)) and two years after a purchase or the end of
a membership (10(10)(a), 10(13)(c)), counted back from the day before the message.
docs/consentement.md says where a jurist should look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from veille.subscribers.people import State, Subscriber


class Basis(StrEnum):
    """Why a person may be written to."""

    EXPRESS = "express"  # they said yes
    INQUIRY = "inquiry"  # they asked the organisation something
    MEMBERSHIP = "membership"
    PURCHASE = "purchase"  # or another contract

    @property
    def implied(self) -> bool:
        """Whether it is the law that infers the consent, for a time."""
        return self is not Basis.EXPRESS


class Act(StrEnum):
    """What a line of the ledger says."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Periods:
    """Months that implied consents last; the law allows 6 and 24 at most."""

    inquiry: int = 6
    relationship: int = 24


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The words that a person was shown when they agreed, and in which language."""

    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A consent that staff declare for somebody: its basis, since when, and what proves it."""

    basis: Basis
    since: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Consent:
    """One line of the ledger. `number` gives the order in which lines were written.

    `given_at` is when it began to hold, `recorded_at` when it was written down, `expires_at` the
    first moment at which it holds no more. `asked_at` is when the form was sent, for a consent that
    was then confirmed by a link. `origin` and `asked_origin` are keyed hashes of network addresses.
    """

    number: int
    subscriber_id: str
    act: Act
    basis: Basis | None
    given_at: datetime
    recorded_at: datetime
    actor: str
    expires_at: datetime | None = None
    way: str = ""
    evidence: str = ""
    text_hash: str | None = None
    asked_at: datetime | None = None
    origin: str = ""
    asked_origin: str = ""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Somebody whose implied consent ends soon; `reminded_at` if that was told to them already."""

    person: Subscriber
    basis: Basis
    expires_at: datetime
    reminded_at: datetime | None = None


def expiry(basis: Basis, since: date, periods: Periods, zone: ZoneInfo) -> datetime | None:
    """Return the first moment at which a consent holds no more, None for one that does not end.

    Whole calendar months, in the organisation's zone: an inquiry of 31 August lasts to the end of
    27 February. The day itself is left out, for the law counts from the day before the message.
    """
    if not basis.implied:
        return None
    months = periods.inquiry if basis is Basis.INQUIRY else periods.relationship
    day: date = since + relativedelta(months=months)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def beginning(since: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day in the organisation's zone."""
    return datetime.combine(since, time(), zone).astimezone(UTC)


def standing(ledger: Sequence[Consent], at: datetime) -> list[Consent]:
    """Return the consents of one person's ledger that hold at this moment, in order.

    A withdrawal ends all that was written before it, whatever the dates on it.
    """
    last = max((line.number for line in ledger if line.act is Act.WITHDRAWN), default=0)
    return [
        line
        for line in sorted(ledger, key=lambda line: line.number)
        if line.number > last
        and line.given_at <= at
        and (line.expires_at is None or at < line.expires_at)
    ]


def may_be_mailed(person: Subscriber, ledger: Sequence[Consent], at: datetime) -> bool:
    """Whether this person, as they stand, may be sent a bulletin at this moment.

    The store's view `mailable` gives the same answer.
    """
    ready = person.state is State.ACTIVE or (
        person.state is State.PAUSED
        and person.paused_until is not None
        and person.paused_until <= at
    )
    return ready and bool(standing(ledger, at))
