"""From links to stories: which items go together, under which id, in what people decided.

The outcome depends on the items, links and rulings alone, not on the order in which they came. So
it is enough to group again what tonight touched: the items linked to tonight's, directly or not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from veille.model import digest
from veille.model.story import Alias, Kind, Link, Member, Ruling, Story
from veille.stories.items import Item
from veille.stories.origin import original

EVENT_SPAN = 14
"""Days that one event is told in: without it, a long affair would become one story by links from
day to day. Copies may come later than that."""


def group(
    items: Iterable[Item], links: Iterable[Link], rulings: Iterable[Ruling] = ()
) -> list[Story]:
    """Return the stories of these items, those of one item too, by anchor's age.

    Links and rulings about other items are passed over. People's rulings come first, the newest
    before the older that contradict it; then links, copies before events and the strongest first,
    each if no ruling keeps its two sides apart.
    """
    known = {item.item_id: item for item in items}
    inside = (link for link in links if link.one in known and link.other in known)
    strongest = sorted(inside, key=lambda link: link.strength)
    clusters = {item_id: _Cluster([item_id], item.told_on) for item_id, item in known.items()}
    by_hand = set(_ruled(clusters, rulings))
    for link in strongest:
        one, other = clusters[link.one], clusters[link.other]
        if link.kind is Kind.COPY or _within_span(one, other):
            _join(clusters, one, other)
    for link in strongest:
        if clusters[link.one] is clusters[link.other]:
            clusters[link.one].ties.append(link)
    stories = (_story(cluster, known, by_hand) for cluster in set(clusters.values()))
    return sorted(stories, key=lambda story: _age(known[story.anchor]))


def story_id(anchor: str) -> str:
    """Return the id of the story whose first item this is."""
    return digest("story", anchor)


def aliases(
    stories: Sequence[Story], before: Mapping[str, str], items: Iterable[Item]
) -> list[Alias]:
    """Return the ids that fell out of use, each with the story that took its place.

    `before` gives the story id that each item had, of those it had one.
    """
    now = {member.item_id: story.story_id for story in stories for member in story.members}
    in_use = set(now.values())
    taken: dict[str, str] = {}
    for item in sorted(items, key=_age):
        old = before.get(item.item_id)
        if old and old not in in_use and item.item_id in now:
            taken.setdefault(old, now[item.item_id])
    return [Alias(old, new) for old, new in taken.items()]


class _Cluster:
    """Items found to go together, the days they were told on, and the ids that may not join."""

    def __init__(self, members: list[str], told_on: date) -> None:
        self.members = members
        self.first = self.last = told_on
        self.barred: set[str] = set()
        self.ties: list[Link] = []


def _ruled(clusters: dict[str, _Cluster], rulings: Iterable[Ruling]) -> Iterator[str]:
    """Carry out people's rulings; yield the items that were put together."""
    newest = sorted((one for one in rulings if one.together is not None), key=_newness)
    for ruling in newest:
        if ruling.one not in clusters or ruling.other not in clusters:
            continue
        one, other = clusters[ruling.one], clusters[ruling.other]
        if ruling.together:
            _join(clusters, one, other)
            if clusters[ruling.one] is clusters[ruling.other]:
                yield from (ruling.one, ruling.other)
        elif one is not other:
            one.barred.add(ruling.other)
            other.barred.add(ruling.one)


def _join(clusters: dict[str, _Cluster], one: _Cluster, other: _Cluster) -> None:
    """Make two clusters one, unless a ruling keeps them apart."""
    if one is other or not one.barred.isdisjoint(other.members):
        return
    if len(one.members) < len(other.members):
        one, other = other, one
    one.members += other.members
    one.barred |= other.barred
    one.first, one.last = min(one.first, other.first), max(one.last, other.last)
    clusters.update(dict.fromkeys(other.members, one))


def _within_span(one: _Cluster, other: _Cluster) -> bool:
    span = (max(one.last, other.last) - min(one.first, other.first)).days
    return span <= max(EVENT_SPAN, (one.last - one.first).days, (other.last - other.first).days)


def _story(cluster: _Cluster, known: Mapping[str, Item], by_hand: set[str]) -> Story:
    members = sorted((known[item_id] for item_id in cluster.members), key=_age)
    anchor = members[0].item_id
    first = original(members, cluster.ties) if len(members) > 1 else None
    members.sort(key=lambda item: (item.item_id != first, item.told_on, *_age(item)))
    ties = _ties(cluster.ties, members[0].item_id)
    return Story(
        story_id=story_id(anchor),
        anchor=anchor,
        members=tuple(Member(item.item_id, ties.get(item.item_id)) for item in members),
        original=first,
        by_hand=not by_hand.isdisjoint(cluster.members),
    )


def _ties(links: Sequence[Link], head: str) -> dict[str, Link]:
    """Return the strongest link of each member but the head: to the head if it has one to it."""
    ties: dict[str, Link] = {}
    for link in sorted(links, key=lambda link: head not in (link.one, link.other)):
        for end in {link.one, link.other} - {head}:
            ties.setdefault(end, link)
    return ties


def _age(item: Item) -> tuple[datetime, str]:
    return item.first_seen_at, item.item_id


def _newness(ruling: Ruling) -> tuple[float, bool, str, str]:
    return -ruling.at.timestamp(), bool(ruling.together), ruling.one, ruling.other
