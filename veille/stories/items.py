"""Items as grouping knows them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from veille.model import Dated, DateOrigin
from veille.stories.facts import TITLE_LIMIT, stem
from veille.stories.signature import Signature

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Item:
    """An item by its newest version, and when we first saw it.

    `publisher` is the name of its source, as other texts would credit it.
    """

    item_id: str
    source_id: str
    publisher: str
    title: str
    language: str | None
    first_seen_at: datetime
    published: Dated | None
    signature: Signature

    @cached_property
    def told_at(self) -> datetime | None:
        """When it was published, where that is not a guess."""
        known = self.published and self.published.origin is not DateOrigin.GUESS
        return self.published.at if self.published and known else None

    @cached_property
    def told_on(self) -> date:
        """The day it was published; where that is not known, the day we saw it."""
        return (self.told_at or self.first_seen_at).date()

    @cached_property
    def names(self) -> dict[str, str]:
        """Its names as they are written, by what they are compared by."""
        return {stem(name): name for name in self.signature.facts.names}

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers and dates."""
        return frozenset(self.signature.facts.numbers)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its rare words."""
        return frozenset(self.signature.facts.words) - self.names.keys()

    @cached_property
    def headline(self) -> frozenset[str]:
        """The words of its title."""
        words = _WORD.findall(self.title[:TITLE_LIMIT])
        return frozenset(stem(word) for word in words if len(word) > 2)
