"""What a bulletin is made of: frozen values that composing, rendering and delivery hand on. Pure.

Days are the workspace's; a week is named as ISO 8601 does (`2026-W47`), a month `2026-11`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from veille.model.published import PublishedItem

CALLS, EVENTS, OTHERS = "calls", "events", "others"
"""The sections that are not a domain's: calls, events, and what has no domain."""

WITHDRAWN = "withdrawn"
"""The policy of a piece of which nothing is left but its place: its source asked for it."""

PERSONAL_LINK = "https://personal-link.invalid/"
"""Stands in a rendered mail, HTML and text, where the link of one person goes: choices, leaving.

It is an address, so that nothing on the way to the mail changes it; `.invalid` leads nowhere.
"""


@dataclass(frozen=True, slots=True)
class Teller:
    """Another source that tells the same story."""

    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of the catalogue that may go in, with all that choosing and showing it takes.

    `domains` and `regions` come most probable first, `domain_probability` is that of the first.
    `story_ids` are its story's id and aliases, `place` its place in it (the original's is 1).
    `refused` when a person set it aside, or found that it is not relevant.
    """

    item: PublishedItem
    source: str
    day: date
    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    domain_probability: float = 0.0
    story_ids: tuple[str, ...] = ()
    place: int = 1
    refused: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """What it is known by from issue to issue."""
        return (self.item.item_id, *self.story_ids)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day found in an item: by when to answer a call, or when an event is held.

    `words` are those it was read from. `completed` says that they name no year, and that the first
    such day after publication was taken: a person should look.
    """

    on: date
    words: str
    completed: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One news item as an issue tells it. `passage` is what is quoted of its source.

    `ids` are all those by which it, its story and the other tellers are known: none of them is
    told again in a later issue. `domains` and `regions` decide who gets it.
    """

    item_id: str
    ids: tuple[str, ...]
    title: str
    url: str
    source_id: str
    source: str
    day: date
    section: str
    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    language: str = ""
    policy: str = "title"
    passage: str = ""
    note: str = ""
    note_en: str = ""
    also: tuple[Teller, ...] = ()
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One composed issue, whole: every audience's edition is taken from it.

    `name` is its week (or month); `first_day` and `last_day` those of its news. `subject` is what
    its mail is announced by; when empty, the first title of each edition.
    """

    name: str
    number: int
    first_day: date
    last_day: date
    sections: tuple[str, ...]
    pieces: tuple[Piece, ...]
    editorial: str = ""
    editorial_en: str = ""
    subject: str = ""
    subject_en: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """An issue that was approved: by whom, when; it does not change any more."""

    issue: Issue
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """The pieces of a section that are about one region; None for those about no place."""

    region: str | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A domain's pieces (or the calls, the events, the others), by region."""

    id: str
    groups: tuple[Group, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its pieces, in order."""
        return tuple(piece for group in self.groups for piece in group.pieces)


@dataclass(frozen=True, slots=True)
class IssueEdition:
    """An issue as one audience gets it. Editions with the same `key` are the same."""

    issue: Issue
    key: str
    language: str
    sections: tuple[Section, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its pieces, in the order in which they are shown."""
        return tuple(piece for section in self.sections for piece in section.pieces)


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """An edition as it is sent; `PERSONAL_LINK` is to be replaced in `html` and `text`."""

    issue: str
    key: str
    language: str
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Masthead:
    """Who publishes: what stands at the head and foot of each issue."""

    name: str
    organisation: str = ""
    postal_address: str = ""
    contact: str = ""
    public_url: str = ""
