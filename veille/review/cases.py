"""What one card shows: a story, as the snapshot and what people ruled since make it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from veille.model.decisions import (
    UNDECIDED,
    Decided,
    Facet,
    Standing,
    State,
    StoryRuling,
    laid_over,
)
from veille.model.reviewable import Reviewable


@dataclass(frozen=True, slots=True)
class Case:
    """A story to decide on, or an item that stands alone; the first item leads."""

    items: tuple[Reviewable, ...]

    @property
    def lead(self) -> Reviewable:
        """The item that the card tells of."""
        return self.items[0]

    @property
    def key(self) -> str:
        """What chance is drawn by: it stays while the story grows."""
        return self.lead.story_id or self.lead.item_id


class Place(StrEnum):
    """Where a case stands."""

    NEW = "new"
    GROWN = "grown"  # decided on, and new members came
    BACK = "back"  # put off until now
    LATER = "later"
    DISCUSS = "discuss"
    DONE = "done"


OPEN = frozenset({Place.NEW, Place.GROWN, Place.BACK})
"""Where a case waits for a decision."""


def cases_of(items: Iterable[Reviewable], rulings: Collection[StoryRuling] = ()) -> list[Case]:
    """Group items by story, what people ruled laid over; newest first, by the day of the lead."""
    groups: dict[str, list[Reviewable]] = defaultdict(list)
    for item in items:
        groups[item.story_id or item.item_id].append(item)
    ruled = _regrouped(groups.values(), rulings) if rulings else groups.values()
    cases = [Case(tuple(sorted(group, key=_rank))) for group in ruled]
    return sorted(cases, key=lambda case: (-case.lead.day.toordinal(), case.lead.item_id))


def place_of(case: Case, decided: Mapping[str, Decided], now: datetime, later: timedelta) -> Place:
    """Tell where a case stands; what was put off comes back after `later`."""
    known = [decided.get(item.item_id, UNDECIDED) for item in case.items]
    states = {one.state for one in known}
    if states == {None}:
        return Place.NEW
    if State.LATER in states:
        put_off = [one.facets[Facet.STATE].at for one in known if one.state is State.LATER]
        return Place.BACK if max(put_off) + later <= now else Place.LATER
    if None in states:
        return Place.GROWN
    return Place.DISCUSS if State.DISCUSS in states else Place.DONE


def to_decide(case: Case, decided: Mapping[str, Decided], place: Place) -> tuple[Reviewable, ...]:
    """Return the items that a gesture on the card decides: of a story that grew, the new ones."""
    if place is not Place.GROWN:
        return case.items
    return tuple(item for item in case.items if decided.get(item.item_id, UNDECIDED).state is None)


def standing_of(item: Reviewable, decided: Mapping[str, Decided]) -> Standing:
    """Return an item's tags as they stand, people's decisions laid over the machine's."""
    return laid_over(
        item.relevant,
        [one.id for one in item.domains],
        [one.id for one in item.regions],
        decided.get(item.item_id, UNDECIDED),
    )


def suggested(case: Case, decided: Mapping[str, Decided]) -> Standing:
    """Return what the card proposes: what was decided of the story, else what the machine said."""
    for item in case.items:
        if decided.get(item.item_id, UNDECIDED).state is not None:
            return standing_of(item, decided)
    return standing_of(case.lead, decided)


def changed_since(item: Reviewable, decided: Mapping[str, Decided]) -> bool:
    """Whether the item's text is a newer version than the one that was decided on."""
    facets = decided.get(item.item_id, UNDECIDED).facets.values()
    return any(decision.version < item.version for decision in facets)


def _rank(item: Reviewable) -> tuple[bool, int, int, str]:
    return not item.relevant, item.place, item.day.toordinal(), item.item_id


def _regrouped(
    groups: Iterable[Sequence[Reviewable]], rulings: Collection[StoryRuling]
) -> list[list[Reviewable]]:
    """Join the groups that people put together, then part what they took apart."""
    known = {item.item_id: item for group in groups for item in group}
    edges = [(group[0].item_id, item.item_id) for group in groups for item in group[1:]]
    together = [(one.one, one.other) for one in rulings if one.together]
    apart = {(one.one, one.other) for one in rulings if one.together is False}
    parted: list[list[str]] = []
    for group in _components(known, [*edges, *together]):
        pairs = list(combinations(sorted(group), 2))
        if apart.isdisjoint(pairs):
            parted.append(group)
        else:
            parted += _components(group, [pair for pair in pairs if pair not in apart])
    return [[known[item_id] for item_id in group] for group in parted]


def _components(ids: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return ids in groups of those that edges between them link; other edges count for nothing."""
    root = {item_id: item_id for item_id in ids}

    def find(item_id: str) -> str:
        while root[item_id] != item_id:
            root[item_id] = root[root[item_id]]
            item_id = root[item_id]
        return item_id

    for one, other in edges:
        if one in root and other in root:
            root[find(one)] = find(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for item_id in root:
        groups[find(item_id)].append(item_id)
    return list(groups.values())
