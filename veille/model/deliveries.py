"""The vocabulary of delivery: what is sent to whom, and what became of it. No I/O, no clock.

An address is only in `Addressee` and `Outgoing`, which live for the moment of a sending. What is
kept, counted, logged and told speaks of subscribers by their id.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from veille.model import digest


class State(StrEnum):
    """Where one message of one issue to one subscriber stands."""

    QUEUED = "queued"  # not tried yet
    DEFERRED = "deferred"  # the server put it off; it is tried again at its time
    SENDING = "sending"  # its bytes are with the server, whose answer is awaited
    SENT = "sent"  # the server took charge of it
    REFUSED = "refused"  # the server refused it for good
    EXPIRED = "expired"  # put off for longer than we try
    UNKNOWN = "unknown"  # the answer was lost: it may have arrived; a person decides
    DROPPED = "dropped"  # the subscriber left, paused or was stopped before it went


class Outcome(StrEnum):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # 4xx, or the connection broke before the message was whole
    REFUSED = "refused"  # 5xx
    UNKNOWN = "unknown"  # the connection broke after the message was whole, before the answer
    UNREACHED = "unreached"  # no connection, or the server refuses us: nobody's message is at fault


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mail server answered to one message.

    `code` is SMTP's (550), 0 when there was none; `status` the enhanced one (5.1.1) if it gave one;
    `words` what it said, without e-mail addresses.
    """

    outcome: Outcome
    code: int = 0
    status: str = ""
    words: str = ""

    @property
    def mailbox_at_fault(self) -> bool:
        """Whether the address itself was refused for good: it does not exist, or takes nothing."""
        if self.outcome is not Outcome.REFUSED:
            return False
        return self.status.startswith("5.1.") or (not self.status and self.code in (550, 551, 553))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message goes to: `link` is their own page of choices, `leave` leaves in one POST."""

    subscriber_id: str
    address: str
    link: str
    leave: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to hand to a server."""

    key: str
    return_path: str
    recipient: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """One message in the outbox: `key` names it in its Message-ID and in its return address.

    `since` is when it came into its state, `due_at` when it is to be tried (again).
    """

    key: str
    issue: str
    subscriber_id: str
    edition: str
    state: State
    queued_at: datetime
    since: datetime
    due_at: datetime | None = None
    attempts: int = 0
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What one sending of an issue came to.

    `queued` messages were new; `found_unknown` were left behind by a sending that died; `now` is
    what this sending did, `counts` how all messages of the issue stand; `halted` is the server's
    answer that ended it early; `next_due` when the next message is to be tried.
    """

    issue: str
    queued: int = 0
    found_unknown: int = 0
    now: Mapping[State, int] = field(default_factory=dict)
    counts: Mapping[State, int] = field(default_factory=dict)
    halted: Answer | None = None
    next_due: datetime | None = None


class Transport(Protocol):
    """Hands messages to a mail server; safe to use from several threads."""

    def deliver(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        """Return what became of a message.

        `before_data` is called when the server is ready to take the message, before its first byte
        goes: what it raises keeps the message here, and is raised.
        """
        ...

    def abort(self) -> None:
        """Cut the connections in use, whatever they wait for."""
        ...

    def close(self) -> None:
        """Take leave of the server."""
        ...


def message_key(issue: str, subscriber_id: str) -> str:
    """Return the name of one issue's message to one subscriber.

    It tells nothing of the address, as long as subscribers' ids are random.
    """
    return digest("message", issue, subscriber_id)
