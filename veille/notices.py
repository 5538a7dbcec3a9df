"""What is passed on of an item or a story: the notice that a catalogue gives. Frozen values; pure.

A notice holds what its edition of the catalogue lets pass, and nothing else of the item.
"""

from dataclasses import dataclass
from datetime import date, datetime

from veille.model.published import Label


@dataclass(frozen=True, slots=True)
class Notice:
    """One item as others are told of it.

    `tags` are its domains, regions, themes and kind, by name; `because` the concepts that decided.
    `text` is what of its text may be passed on, from its beginning.
    """

    item_id: str
    title: str
    url: str
    source: str
    published_on: date
    seen_at: datetime
    published_at: datetime | None = None
    language: str | None = None
    note: str = ""
    text: str = ""
    author: str = ""
    doubtful: bool = False
    tags: tuple[Label, ...] = ()
    because: tuple[str, ...] = ()

    def named(self, kind: str) -> list[str]:
        """Return the names of its tags of one kind: domain, region, theme or type."""
        return [tag.label for tag in self.tags if tag.kind == kind]

    def ids(self, kind: str) -> list[str]:
        """Return the identifiers of its tags of one kind."""
        return [tag.id for tag in self.tags if tag.kind == kind]


@dataclass(frozen=True, slots=True)
class StoryNotice:
    """One story as others are told of it: its items in order, the original first where it is known.

    `items` counts all that tell it; `told` may hold fewer.
    """

    story_id: str
    title: str
    seen_at: datetime
    items: int
    sources: int
    told: tuple[Notice, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The snapshot that notices come from: its name, edition, moment and time zone."""

    snapshot_id: str
    edition: str
    published_at: datetime
    timezone: str
