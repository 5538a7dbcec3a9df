"""Which pairs of items to compare, and the links that tonight's items have."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from veille.stories.items import Item, Link
from veille.stories.likeness import EVENT_DAYS, EVENT_FACTS, HELD, NEW, link


def find_links(
    tonight: Sequence[Item], candidates: Iterable[Item], held: Iterable[Link] = ()
) -> list[Link]:
    """Return all the links of tonight's items, among themselves and with the candidates.

    Tonight's are those that are new or have a new version. Candidates are, of the items stored,
    those that share a band with one of tonight's or were told within `EVENT_DAYS` of one, and the
    other ends of `held`: the links that stand, which are kept on laxer terms. A link of one of
    tonight's that is not returned no longer stands. In order of strength; the same whatever the
    order of what is given.
    """
    known = {item.item_id: item for item in (*candidates, *tonight)}
    ours = {item.item_id for item in tonight}
    pairs = dict.fromkeys((*_by_bands(ours, known), *_by_facts(ours, known)), NEW)
    for one in held:
        if one.one in known and one.other in known and ours & {one.one, one.other}:
            pairs[one.one, one.other] = HELD
    links = (link(known[one], known[other], limits) for (one, other), limits in pairs.items())
    return sorted((found for found in links if found), key=lambda found: found.strength)


def _by_bands(ours: set[str], known: dict[str, Item]) -> Iterator[tuple[str, str]]:
    holders = defaultdict(list)
    for item_id in ours:
        for band in known[item_id].signature.bands():
            holders[band].append(item_id)
    for item_id, item in known.items():
        for band in item.signature.bands():
            for other in holders.get(band, ()):
                yield from _pair(item_id, other)


def _by_facts(ours: set[str], known: dict[str, Item]) -> Iterator[tuple[str, str]]:
    holders = defaultdict(list)
    for item_id in ours:
        for fact in _facts(known[item_id]):
            holders[fact].append(item_id)
    for item_id, item in known.items():
        shared: dict[str, int] = defaultdict(int)
        for fact in _facts(item):
            for other in holders.get(fact, ()):
                shared[other] += 1
        for other, count in shared.items():
            if (
                count >= EVENT_FACTS
                and abs((item.told_on - known[other].told_on).days) <= EVENT_DAYS
            ):
                yield from _pair(item_id, other)


def _facts(item: Item) -> frozenset[str]:
    return item.words.union(item.names, item.numbers)


def _pair(one: str, other: str) -> Iterator[tuple[str, str]]:
    if one != other:
        yield min(one, other), max(one, other)
