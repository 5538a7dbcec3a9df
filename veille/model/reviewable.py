"""What people review: items as a snapshot has them, and second readings. Frozen values; pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Guess(NamedTuple):
    """A domain or region that an item has, and how sure that is; `by_hand` once a person said."""

    id: str
    probability: float
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Reviewable:
    """An item as the queue knows it. `day` is that of publication, else when it was first seen.

    `by_hand` when a person said whether it is relevant; `place`, `kind` and `share` are those of a
    member of its story.
    """

    item_id: str
    title: str
    url: str
    source_id: str
    source: str
    day: date
    relevant: bool = True
    relevance: float = 1.0
    doubtful: bool = False
    by_hand: bool = False
    date_origin: str | None = None
    version: int = 1
    language: str | None = None
    story_id: str | None = None
    place: int = 1
    kind: str = ""
    share: float = 0.0
    domains: tuple[Guess, ...] = ()
    regions: tuple[Guess, ...] = ()


class Reason(NamedTuple):
    """A word of a text that decided a tag: `tag` is the domain or region that it speaks for."""

    tag: str
    kind: str
    words: str
    label: str
    contribution: float
    part: str
    start: int


@dataclass(frozen=True, slots=True)
class Content:
    """What there is to read of an item: its beginning, and the words that decided its tags."""

    lead: str = ""
    text: str = ""
    whole: bool = True
    reasons: tuple[Reason, ...] = ()


class Labels(NamedTuple):
    """How somebody tags an item, whole."""

    relevant: bool
    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecondReading:
    """How a second person read an item without knowing what the first had decided of it.

    `decision` is the number of the last decision on the item at that moment.
    """

    number: int
    item_id: str
    first: str
    said: Labels
    second: str
    read: Labels
    decision: int
    at: datetime
