"""What a search asks for, as its address says it: read, changed, written back. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from veille.store.catalogue import Filters

FACETS: Final = {
    "domain": "domains",
    "region": "regions",
    "source": "sources",
    "language": "languages",
    "type": "item_types",
    "theme": "themes",
}
"""What an address calls a facet, and `Filters` does."""

PAGE: Final = 20
LAST_PAGE: Final = 500
_LONGEST_WORDS = 500
_LONGEST_VALUE = 100
_MOST_VALUES = 30
_DECIDED: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: words, what it is narrowed to, which page; `near` is a region told of first.

    `near` is None when the address does not say; `misread` are days that could not be read.
    """

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    decided: bool | None = None
    everything: bool = False
    near: str | None = None
    page: int = 1
    misread: tuple[str, ...] = ()

    @property
    def filters(self) -> Filters:
        """What the catalogue is asked for."""
        return Filters(
            **{FACETS[name]: values for name, values in self.chosen.items()},
            since=self.since,
            until=self.until,
            everything=self.everything,
            decided=self.decided,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but words narrows it."""
        dated = self.since or self.until
        return bool(any(self.chosen.values()) or dated or self.decided is not None)

    def has(self, facet: str, value: str) -> bool:
        """Whether it is narrowed to this value of a facet."""
        return value in self.chosen.get(facet, ())

    def toggled(self, facet: str, value: str) -> "Asked":
        """Return the same with one value more, or less, from the first page on."""
        held = self.chosen.get(facet, ())
        values = tuple(one for one in held if one != value) if value in held else (*held, value)
        return replace(self, chosen={**self.chosen, facet: values}, page=1)

    def at(self, page: int) -> "Asked":
        """Return another page of the same."""
        return replace(self, page=page)

    def words_only(self) -> "Asked":
        """Return the same words, narrowed to nothing."""
        return Asked(self.words, near=self.near)

    def widened(self) -> "Asked":
        """Return the same, with what was found not relevant."""
        return replace(self, everything=True, page=1)

    def of_place(self, region: str) -> "Asked":
        """Return the same of one region alone."""
        return replace(self, chosen={**self.chosen, "region": (region,)}, page=1)

    def undated(self) -> "Asked":
        """Return the same of any day."""
        return replace(self, since=None, until=None, page=1)

    def of_any_state(self) -> "Asked":
        """Return the same whether anything was decided or not."""
        return replace(self, decided=None, page=1)

    def pairs(self) -> list[tuple[str, str]]:
        """Return it as an address says it: what is as usual is left out."""
        given = [("q", self.words)] if self.words else []
        given += [(name, one) for name in FACETS for one in self.chosen.get(name, ())]
        given += [("since", self.since.isoformat())] if self.since else []
        given += [("until", self.until.isoformat())] if self.until else []
        given += [("decided", "yes" if self.decided else "no")] if self.decided is not None else []
        given += [("all", "1")] if self.everything else []
        given += [("near", self.near)] if self.near is not None else []
        given += [("page", str(self.page))] if self.page > 1 else []
        return given

    def path(self, path: str = "/search") -> str:
        """Return its path and query."""
        pairs = self.pairs()
        return f"{path}?{urlencode(pairs)}" if pairs else path


def read(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Return what an address asks for: what cannot be meant is left out, what is too long cut."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        held = given.setdefault(name, [])
        if value.strip() and len(held) < _MOST_VALUES:
            held.append(" ".join(value.replace("\0", " ").split()))
    days, misread = _days(given)
    return Asked(
        words=_one(given, "q")[:_LONGEST_WORDS],
        chosen={
            name: tuple(dict.fromkeys(one[:_LONGEST_VALUE] for one in given[name]))
            for name in FACETS
            if given.get(name)
        },
        since=days["since"],
        until=days["until"],
        decided=_DECIDED.get(_one(given, "decided")),
        everything=_one(given, "all") == "1",
        near=_one(given, "near")[:_LONGEST_VALUE] if "near" in given else None,
        page=_page(_one(given, "page")),
        misread=misread,
    )


def _one(given: Mapping[str, list[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


def _days(given: Mapping[str, list[str]]) -> tuple[dict[str, date | None], tuple[str, ...]]:
    days: dict[str, date | None] = {}
    misread: list[str] = []
    for name in ("since", "until"):
        text, days[name] = _one(given, name), None
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            misread.append(text[:_LONGEST_VALUE])
    return days, tuple(misread)


def _page(text: str) -> int:
    """Return a page's number: the first for what is none, the last that is shown for any beyond."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return min(max(int(text), 1), LAST_PAGE) if is_number else 1
