"""Stories: the links between items, what people ruled, and what is kept to tell so. Values; pure.

How links are found and stories made of them is in `veille.stories`; that they last, in the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from veille.model import Dated


class Kind(StrEnum):
    """What makes two items one story."""

    COPY = "copy"  # the same text, perhaps cut, with another title or beginning
    EVENT = "event"  # the same event, told by another source in its own words
    TRANSLATION = "translation"  # the same event, told in another language


@dataclass(frozen=True, slots=True)
class Link:
    """Two items of one story, `one` before `other` by id, and why.

    `share` is the part of the text in common, 0 to 1, for events too. `points` weigh the facts in
    common, `names` are the first of them, as written, and `numbers` counts figures and dates.
    """

    one: str
    other: str
    kind: Kind
    share: float
    points: float
    days: int
    names: tuple[str, ...] = ()
    numbers: int = 0

    @property
    def ends(self) -> tuple[str, str]:
        """The two items."""
        return self.one, self.other

    @property
    def strength(self) -> tuple[bool, float, float, str, str]:
        """What links are sorted by, strongest first: copies before events."""
        return self.kind is not Kind.COPY, -self.share, -self.points, self.one, self.other


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision, at a time: these two items belong together, or they do not.

    To take an item out of a story is a ruling for each of the other members. `together` None takes
    earlier rulings on the two back. Of those of one moment, the highest `number` is the newest.
    """

    one: str
    other: str
    together: bool | None
    at: datetime
    number: int = 0

    @property
    def ends(self) -> tuple[str, str]:
        """The two items."""
        return self.one, self.other


@dataclass(frozen=True, slots=True)
class Member:
    """An item in its story, and the link that ties it there: to the original if it can be.

    None for the original itself, for the first where there is no original, and for an item that
    only a person put there.
    """

    item_id: str
    tie: Link | None = None

    @property
    def tied_to(self) -> str | None:
        """The item at the other end of the tie."""
        return (
            next((end for end in self.tie.ends if end != self.item_id), None) if self.tie else None
        )


@dataclass(frozen=True, slots=True)
class Story:
    """Items that tell one thing; often a single one. The original first, the others by day.

    Its id is made of the member that we saw first, its `anchor`: what comes later does not change
    it. `by_hand` when a person's decision holds it together.
    """

    story_id: str
    anchor: str
    members: tuple[Member, ...]
    original: str | None = None
    by_hand: bool = False

    @property
    def ties(self) -> tuple[Link, ...]:
        """Why its members are one story, strongest first."""
        ties = {member.tie for member in self.members if member.tie}
        return tuple(sorted(ties, key=lambda tie: tie.strength))


@dataclass(frozen=True, slots=True)
class Alias:
    """A story's id that is no longer in use, and the story that its first member is in now."""

    alias: str
    story_id: str


@dataclass(frozen=True, slots=True)
class ToSign:
    """A version of an article that lacks its signature. `language` is what its source says."""

    article_id: str
    item_id: str
    version: int
    source_id: str
    publisher: str
    title: str
    text: str
    language: str | None
    first_seen_at: datetime
    published: Dated | None


@dataclass(frozen=True, slots=True)
class Signed:
    """What is kept of a version of an article to compare it with others.

    `signature` is in the form that its `scheme` stores, `bands` are the keys by which copies find
    each other, and `told_on` is the day by which those who tell one event do.
    """

    article_id: str
    item_id: str
    version: int
    source_id: str
    publisher: str
    title: str
    language: str | None
    first_seen_at: datetime
    published: Dated | None
    told_on: date
    scheme: str
    signature: bytes
    bands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouped:
    """What grouping some items led to, in which run and when.

    `links` stand, `broken` (as pairs of items) no longer do; `stories` are all those of the items
    touched, and `rulings` those that were followed in them for the first time.
    """

    run_id: str
    at: datetime
    signed: Sequence[Signed] = ()
    links: Sequence[Link] = ()
    broken: Sequence[tuple[str, str]] = ()
    stories: Sequence[Story] = ()
    aliases: Sequence[Alias] = ()
    rulings: Sequence[Ruling] = ()
