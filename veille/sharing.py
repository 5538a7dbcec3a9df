"""Several engines on one store: which of them asks which sites, and which does the rest."""

import re
import zlib
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one engine among several that have the same store: the `number`th of `count`.

    Each site belongs to one engine, so that no two ask it at once.
    """

    number: int = 1
    count: int = 1

    @classmethod
    def read(cls, text: str) -> Self:
        """Read « 2/3 »; raise ValueError for anything else."""
        found = re.fullmatch(r"([1-9]\d?)/([1-9]\d?)", text.strip())
        if not found or int(found[1]) > int(found[2]):
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]))

    @property
    def leads(self) -> bool:
        """Whether this engine does what only one can: stories, judging, publishing…"""
        return self.number == 1

    def has(self, site: str) -> bool:
        """Whether this engine is the one that asks a site, by its host name."""
        return zlib.crc32(site.encode()) % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


ALONE = Share()
"""The share of an engine that has its store for itself."""
